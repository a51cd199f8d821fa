"""What a file leaves open in a policy that denies stays unknown, and what it does not leave open denies.

Each case is a policy above one that lets everything out, so that a criterion that is dropped, or taken for one that never holds, would
show as allowed. Verdicts are by hand from "config firewall policy" and the sections that it names (CLI reference 7.4).
"""

from __future__ import annotations

import pytest

from tests.platforms.fortinet_fortios.asking import ask
from tests.platforms.fortinet_fortios.small import HOST, access, config, device_of, policies, policy

OPEN = policy("accept")


def address(*entries: str) -> str:
    return config("firewall address", *zip("ABC", entries, strict=False))


def custom(lines: str) -> str:
    return config("firewall service custom", ("S", lines))


INSIDE, EVERY = "set subnet 10.0.0.0 255.0.0.0", "set subnet 0.0.0.0 0.0.0.0"
SERVERS = "set type iprange; set start-ip 10.0.0.1; set end-ip 10.0.0.9"
ADDRESSES = {
    "every address": (address(EVERY), "blocked"),
    "object as it is made": (address("set comment x"), "blocked"),
    "inside network": (address(INSIDE), "allowed"),
    "inside range": (address(SERVERS), "allowed"),
    "public range": (address("set type iprange; set start-ip 20.0.0.1; set end-ip 20.0.0.9"), "unknown"),
    "public network": (address("set subnet 20.0.0.0 255.0.0.0"), "unknown"),
    "network that is none": (address("set subnet 10.0.0.0 255.0.0.999"), "unknown"),
    "country": (address("set type geography; set country US"), "unknown"),
    "machine": (address("set type mac; set macaddr 00:09:0f:00:00:01"), "unknown"),
    "dynamic": (address("set type dynamic; set sub-type sdn"), "unknown"),
    "type that is not known": (address("set type planet"), "unknown"),
    "setting that is not known": (address(f"{INSIDE}; set weather rain"), "unknown"),
    "part that is not known": (address(f"{INSIDE}; config weather; set rain 1; end"), "unknown"),
    "setting that is not known and off": (address(f"{INSIDE}; set weather disable"), "allowed"),
    "name": (address(f"set type fqdn; set fqdn {HOST}"), "unknown"),
    "name with a star within": (address("set type fqdn; set fqdn go.*.com"), "unknown"),
    "nothing": ("", "unknown"),
    "virtual address": (config("firewall vip", ("A", "set extip 192.0.2.9")), "allowed"),
    "list that is kept elsewhere": (config("system external-resource", ("A", "set type address")), "unknown"),
}


@pytest.mark.parametrize(("held", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_policy_that_denies_a_destination(held: str, expected: str) -> None:
    assert access(held, policies(policy("deny", dstaddr='"A"'), OPEN)) == expected


GROUPS = {
    "of inside networks": ('set member "B" "C"', "allowed"),
    "of every address": ('set member "A" "B"', "blocked"),
    "of all": ('set member "all"', "blocked"),
    "of a name that nothing defines": ('set member "B" "X"', "unknown"),
    "all but inside networks": ('set member "A"; set exclude enable; set exclude-member "B"', "blocked"),
    "all but all": ('set member "all"; set exclude enable; set exclude-member "A"', "allowed"),
    "all but what nothing defines": ('set member "all"; set exclude enable; set exclude-member "X"', "unknown"),
    "exception that is switched off": ('set member "A"; set exclude disable; set exclude-member "A"', "blocked"),
    "setting that is not known": ('set member "B"; set weather rain', "unknown"),
    "itself": ('set member "B" "H"', "unknown"),
}


@pytest.mark.parametrize(("group", "expected"), GROUPS.values(), ids=GROUPS)
def test_a_policy_that_denies_a_group(group: str, expected: str) -> None:
    """With ``exclude`` the group is its members without some ("config firewall addrgrp")."""
    held = address(EVERY, INSIDE, SERVERS) + config("firewall addrgrp", ("G", group), ("H", 'set member "G"'))

    assert access(held, policies(policy("deny", dstaddr='"G"'), OPEN)) == expected


@pytest.mark.parametrize(("levels", "expected"), [(2, "allowed"), (3, "blocked"), (30, "unknown")])
def test_exceptions_of_exceptions_are_followed_to_some_depth(levels: int, expected: str) -> None:
    """Each group is everything without the one below it; beyond some depth nothing is said."""
    each = [(f"G{n}", f'set member "all"; set exclude enable; set exclude-member "G{n + 1}"') for n in range(levels)]
    held = address("", INSIDE) + config("firewall addrgrp", *each, (f"G{levels}", 'set member "B"'))
    device = device_of(held, policies(policy("deny", dstaddr='"G0"'), OPEN))

    assert access(held, policies(policy("deny", dstaddr='"G0"'), OPEN)) == expected
    assert bool(device.unread) is (levels > 3)


SIDES = {
    "not inside networks": (policy("deny", dstaddr='"B"', dstaddr_negate="enable"), "blocked"),
    "not every address": (policy("deny", dstaddr='"A"', dstaddr_negate="enable"), "allowed"),
    "not all": (policy("deny", dstaddr_negate="enable"), "allowed"),
    "negation that is off": (policy("deny", dstaddr='"B"', dstaddr_negate="disable"), "allowed"),
    "clients not of all": (policy("deny", srcaddr_negate="enable"), "allowed"),
    "clients of every address": (policy("deny", srcaddr='"A"'), "blocked"),
    "no destination": (policy("deny", dstaddr=""), "unknown"),
    "no source": (policy("deny", srcaddr=""), "unknown"),
    "destinations of IPv6": (policy("deny", dstaddr="", dstaddr6='"all"'), "allowed"),
    "no service": (policy("deny", service=""), "unknown"),
    "no schedule": (policy("deny", schedule=""), "unknown"),
    "no action": (policy(""), "blocked"),
    "action that is not known": (policy("ponder"), "unknown"),
    "VPN": (policy("ipsec"), "unknown"),
    "switched off": (policy("deny", status="disable"), "allowed"),
    "switched on": (policy("deny", status="enable"), "blocked"),
    "from another interface": (policy("deny", srcintf='"guest"'), "allowed"),
    "from several interfaces": (policy("deny", srcintf='"guest" "lan"'), "blocked"),
    "from any interface": (policy("deny", srcintf='"any"'), "blocked"),
    "to another interface": (policy("deny", dstintf='"dmz"'), "allowed"),
    "for users": (policy("deny", groups='"Staff"'), "unknown"),
    "for nobody in particular": (policy("deny", groups='""'), "blocked"),
}


@pytest.mark.parametrize(("first", "expected"), SIDES.values(), ids=SIDES)
def test_a_policy_that_denies_by_what_it_says_itself(first: str, expected: str) -> None:
    device = device_of(address(EVERY, INSIDE), policies(first, OPEN))

    assert ask(device, HOST, zones=("lan", "wan1"))[0] == expected


WEEK = "set day sunday monday tuesday wednesday thursday friday saturday"
SCHEDULES = {
    "always": ('"always"', "", "blocked"),
    "none": ('"none"', "", "allowed"),
    "every day": ('"T"', WEEK, "blocked"),
    "every day from midnight": (
        '"T"',
        f"{WEEK}; set start 00:00; set end 00:00",
        "blocked",
    ),
    "every day from eight": (
        '"T"',
        f"{WEEK}; set start 08:00",
        "unknown",
    ),
    "every day until six": (
        '"T"',
        f"{WEEK}; set end 18:00",
        "unknown",
    ),
    "some days": ('"T"', "set day monday tuesday", "unknown"),
    "no day": ('"T"', "set day none", "allowed"),
    "every day in the morning": ('"T"', f"{WEEK}; set label-day morning", "unknown"),
    "every day at any time": ('"T"', f"{WEEK}; set label-day none; set color 3", "blocked"),
    "every day, and what is not known": ('"T"', f"{WEEK}; set weather rain", "unknown"),
    "no day, and what is not known": ('"T"', "set weather rain", "unknown"),
    "name of nothing": ('"X"', "set day none", "unknown"),
    "always, made to be some days": ('"always"', "edit", "unknown"),
}


@pytest.mark.parametrize(("name", "schedule", "expected"), SCHEDULES.values(), ids=SCHEDULES)
def test_a_policy_that_denies_at_times(name: str, schedule: str, expected: str) -> None:
    entry = ("always", "set day monday") if schedule == "edit" else ("T", schedule)
    held = config("firewall schedule recurring", entry)

    assert access(held, policies(policy("deny", schedule=name), OPEN)) == expected


@pytest.mark.parametrize("kind", ["onetime", "group"])
def test_schedules_of_other_kinds_are_times(kind: str) -> None:
    held = config(f"firewall schedule {kind}", ("T", "set start 00:00 2001/01/01"))

    assert access(held, policies(policy("deny", schedule='"T"'), OPEN)) == "unknown"


SERVICES = {
    "port": ("set tcp-portrange 443", "blocked"),
    "range": ("set tcp-portrange 440-450", "blocked"),
    "range that ends before": ("set tcp-portrange 440-442", "allowed"),
    "several": ("set tcp-portrange 25 443", "blocked"),
    "every port": ("set tcp-portrange 1-65535", "blocked"),
    "ports of clients below": ("set tcp-portrange 443:1-1023", "unknown"),
    "ports of clients as usual": ("set tcp-portrange 443:1024-65535", "blocked"),
    "ports of clients that are none": ("set tcp-portrange 443:x", "unknown"),
    "no port": ("set tcp-portrange https", "unknown"),
    "range that ends before it begins": ("set tcp-portrange 450-440", "unknown"),
    "UDP": ("set udp-portrange 443", "allowed"),
    "IP": ("set protocol IP", "blocked"),
    "TCP as IP": ("set protocol IP; set protocol-number 6", "blocked"),
    "GRE": ("set protocol IP; set protocol-number 47", "allowed"),
    "ICMP": ("set protocol ICMP", "allowed"),
    "web of the proxy": ("set protocol HTTP", "blocked"),
    "tunnels of the proxy": ("set protocol CONNECT", "blocked"),
    "everything of the proxy, on ports": ("set protocol ALL; set tcp-portrange 80", "allowed"),
    "bound to a range": ("set tcp-portrange 443; set iprange 20.0.0.1-20.0.0.9", "unknown"),
    "bound to a name": ("set tcp-portrange 443; set fqdn x.test", "unknown"),
    "bound to nothing": ("set tcp-portrange 443; set iprange 0.0.0.0", "blocked"),
    "other ports, bound to a name": ("set tcp-portrange 25; set fqdn x.test", "allowed"),
    "application": ("set app-service-type app-id; set application 1", "unknown"),
    "setting that is not known": ("set tcp-portrange 25; set weather rain", "unknown"),
}


@pytest.mark.parametrize(("service", "expected"), SERVICES.values(), ids=SERVICES)
def test_a_policy_that_denies_a_service(service: str, expected: str) -> None:
    """Ports of the server, and behind a colon those of the client ("config firewall service custom")."""
    assert access(custom(service), policies(policy("deny", service='"S"'), OPEN)) == expected


@pytest.mark.parametrize(
    ("named", "negate", "expected"),
    [
        ('"HTTPS"', "", "blocked"),
        ('"HTTP"', "", "allowed"),
        ('"HTTPS"', "enable", "allowed"),
        ('"HTTP"', "enable", "blocked"),
        ('"HTTP"', "disable", "allowed"),
        ('"Web Access"', "", "blocked"),
        ('"Web_Access"', "", "blocked"),
        ('"Exchange Server"', "", "blocked"),
        ('"Email Access" "SSH" "LDAP" "SMB" "RDP"', "", "allowed"),
        ('"ALL_TCP"', "", "blocked"),
        ('"ALL_UDP"', "", "allowed"),
        ('"ALL"', "", "blocked"),
        ('"PING" "DNS"', "", "allowed"),
        ('"X"', "", "unknown"),
        ('"X"', "enable", "unknown"),
        ('"G"', "", "blocked"),
        ('"H"', "", "unknown"),
        ('"I"', "", "unknown"),
    ],
)
def test_a_policy_that_denies_predefined_services_and_groups(named: str, negate: str, expected: str) -> None:
    groups = config(
        "firewall service group",
        ("G", 'set member "HTTP" "HTTPS"'),
        ("H", 'set member "HTTP" "H"'),
        ("I", 'set member "HTTP"; set weather rain'),
    )

    assert access(groups, policies(policy("deny", service=named, service_negate=negate), OPEN)) == expected


NARROWED = {
    "devices": '"Phones"',
    "src-vendor-mac": "12",
    "ztna-status": "enable",
    "ztna-ems-tag": '"Managed"',
    "ztna-ems-tag-secondary": '"Managed"',
    "ztna-geo-tag": '"Home"',
    "ztna-device-ownership": "enable",
    "device-ownership": "enable",
    "sgt-check": "enable",
    "policy-expiry": "enable",
    "network-service-dynamic": '"Fabric"',
    "network-service-src-dynamic": '"Fabric"',
    "reputation-minimum": "3",
    "rtp-nat": "enable",
    "dscp-match": "enable",
    "tos-mask": "0xff",
    "vlan-filter": "7",
    "ntlm": "enable",
    "url-risk": "3",
    "weather": "rain",
}


@pytest.mark.parametrize(("key", "value"), NARROWED.items())
def test_a_policy_that_denies_what_no_file_tells(key: str, value: str) -> None:
    assert access(policies(policy("deny", f"set {key} {value}"), OPEN)) == "unknown"


@pytest.mark.parametrize(
    "key", ["ztna-status", "sgt-check", "policy-expiry", "rtp-nat", "dscp-match", "ntlm", "weather"]
)
def test_what_is_switched_off_narrows_nothing(key: str) -> None:
    assert access(policies(policy("deny", f"set {key} disable"), OPEN)) == "blocked"


def test_what_is_not_known_in_a_policy_is_told() -> None:
    assert [one.text for one in device_of(policies(policy("deny", "set weather rain"), OPEN)).unread] == ["set weather"]
    assert access(policies(policy("deny", "config weather; set rain 1; end"), OPEN)) == "unknown"


PORTS = "config port-range; edit 1; set start-port {0}; set end-port {0}; next; end;"
TLS, WEB = PORTS.format(443), PORTS.format(80)
ODD = "config port-range; edit 1; set start-port 80; set end-port 80; next; edit 2; set start-port x; next; end;"
CUSTOM = {
    "port of every address": (f'set protocol 6; {TLS} set dst "all"', "blocked"),
    "port of inside addresses": (f'set protocol 6; {TLS} set dst "B"', "allowed"),
    "other port": (f'set protocol 6; {WEB} set dst "all"', "allowed"),
    "no port": ('set protocol 6; set dst "all"', "unknown"),
    "no destination": (f"set protocol 6; {TLS}", "unknown"),
    "every protocol": (f'{TLS} set dst "all"', "unknown"),
    "UDP": (f'set protocol 17; {TLS} set dst "all"', "allowed"),
    "IPv6": ('set addr-mode ipv6; set protocol 6; set dst6 "all"', "allowed"),
    "ports that are none": (f'set protocol 6; {ODD} set dst "all"', "unknown"),
}


@pytest.mark.parametrize(("entry", "expected"), CUSTOM.values(), ids=CUSTOM)
def test_a_policy_that_denies_an_internet_service_of_ones_own(entry: str, expected: str) -> None:
    """Entries of a protocol, ports and addresses ("config firewall internet-service-custom")."""
    held = address("", INSIDE) + config(
        "firewall internet-service-custom", ("Own", f"config entry; edit 1; {entry}; next; end")
    )
    asked = 'set internet-service enable; set internet-service-custom "Own"'
    first = policy("deny", asked, dstaddr="", service="")

    assert access(held, policies(first, OPEN)) == expected
    negated = policy("deny", f"{asked}; set internet-service-negate enable", dstaddr="", service="")
    turned = {"blocked": "allowed", "allowed": "blocked", "unknown": "unknown"}
    assert access(held, policies(negated, OPEN)) == turned[expected]


@pytest.mark.parametrize(
    "asked",
    [
        'set internet-service enable; set internet-service-custom "X"',
        'set internet-service enable; set internet-service-custom "Strange"',
        'set internet-service enable; set internet-service-custom-group "Group"',
        'set internet-service enable; set internet-service-name "Microsoft-Web"',
        "set internet-service enable",
    ],
)
def test_an_internet_service_that_no_file_tells(asked: str) -> None:
    held = config("firewall internet-service-custom", ("Strange", "set weather rain"))
    held += config("firewall internet-service-custom-group", ("Group", 'set member "X"'))

    assert access(held, policies(policy("deny", asked, dstaddr="", service=""), OPEN)) == "unknown"


def test_an_internet_service_counts_beside_inside_addresses() -> None:
    """Where one is asked for, the addresses that a policy holds beside it are not."""
    held = address("", INSIDE)
    asked = 'set internet-service enable; set internet-service-name "Microsoft-Web"'

    assert access(held, policies(policy("deny", asked, dstaddr='"B"', service=""), OPEN)) == "unknown"


def test_clients_of_an_internet_service_are_not_told() -> None:
    asked = 'set internet-service-src enable; set internet-service-src-custom "Own"'
    held = config("firewall internet-service-custom", ("Own", "config entry; edit 1; set protocol 17; next; end"))

    assert access(held, policies(policy("deny", asked, srcaddr=""), OPEN)) == "unknown"


@pytest.mark.parametrize(
    "asked", ["set application 1", "set app-category 2", 'set app-group "Web"', "set url-category news"]
)
def test_what_is_recognised_while_a_connection_runs(asked: str) -> None:
    """Policies of policy-based mode named applications and categories themselves until 6.2."""
    assert access(policies(policy("deny", asked), OPEN), version="6.0.5") == "unknown"


@pytest.mark.parametrize(
    ("side", "named", "expected"),
    [
        ("dstaddr4", '"B"', "allowed"),
        ("dstaddr4", '"all"', "blocked"),
        ("dstaddr4", '"X"', "unknown"),
        ("srcaddr4", '"X"', "unknown"),
        ("srcaddr4", '"all"', "blocked"),
    ],
)
def test_consolidated_policies_have_sides_of_their_own(side: str, named: str, expected: str) -> None:
    """See "config firewall consolidated policy" (6.2)."""
    sides = {"srcaddr": "", "dstaddr": "", "srcaddr4": '"all"', "dstaddr4": '"all"'}
    table = policies(
        policy("deny", **{**sides, side: named}), policy("accept", **sides), table="firewall consolidated policy"
    )

    assert access(address("", INSIDE), table, version="6.2.3") == expected
