"""Single words that change a verdict: of policies that are else alike, of releases, of lines that nobody understands.

Verdicts are by hand from the sections of the CLI reference (7.4) that the modules of the platform cite beside what they read.
"""

from __future__ import annotations

import pytest

from tests.platforms.fortinet_fortios.asking import ask, read
from tests.platforms.fortinet_fortios.small import (
    HOST,
    INTERFACES,
    ROUTE,
    access,
    config,
    device_of,
    policies,
    policy,
    settings,
)

OPEN = policy("accept")
DEEP = "config https; set ports 443; set status deep-inspection; end;"
EXEMPT = "config ssl-exempt; edit 1; set type wildcard-fqdn; set wildcard-fqdn W; next; end"
PROFILES = (
    config("firewall ssl-ssh-profile", ("deep", f"{DEEP} {EXEMPT}"), ("all", DEEP))
    + config("firewall wildcard-fqdn custom", ("W", "set wildcard-fqdn *.microsoft.com"))
    + config("webfilter profile", ("block", "config web; set urlfilter-table 1; end"), ("pass", ""))
    + config("webfilter urlfilter", ("1", f"config entries; edit 1; set url {HOST}; set action block; next; end"))
    + config("application list", ("block", "config entries; edit 1; set application 15832; next; end"), ("pass", ""))
    + config(
        "firewall profile-group", ("deep", "set ssl-ssh-profile all"), ("none", "set ssl-ssh-profile no-inspection")
    )
)
ALIKE = {
    "utm-status": (
        "set webfilter-profile block; set utm-status disable",
        "set webfilter-profile block; set utm-status enable",
        "blocked",
    ),
    "profile-type": (
        "set profile-group deep; set profile-type single",
        "set profile-group deep; set profile-type group",
        "inspected",
    ),
    "profile-group": (
        "set profile-type group; set profile-group none",
        "set profile-type group; set profile-group deep",
        "inspected",
    ),
    "ssl-ssh-profile": (
        "set utm-status enable; set ssl-ssh-profile deep",
        "set utm-status enable; set ssl-ssh-profile all",
        "inspected",
    ),
    "webfilter-profile": (
        "set utm-status enable; set webfilter-profile pass",
        "set utm-status enable; set webfilter-profile block",
        "blocked",
    ),
    "application-list": (
        "set utm-status enable; set application-list pass",
        "set utm-status enable; set application-list block",
        "unknown",
    ),
    "inspection-mode": (
        "set utm-status enable; set ssl-ssh-profile deep; set inspection-mode flow",
        "set utm-status enable; set ssl-ssh-profile deep; set inspection-mode proxy",
        "unknown",
    ),
}


@pytest.mark.parametrize(("guests", "staff", "expected"), ALIKE.values(), ids=ALIKE)
@pytest.mark.parametrize("turned", [False, True])
def test_policies_that_differ_in_one_profile_are_kept_apart(
    guests: str, staff: str, expected: str, turned: bool
) -> None:
    """What guests meet says nothing of what others meet, whichever policy comes first."""
    both = [policy("accept", guests, srcintf='"guest"'), policy("accept", staff)]
    device = device_of(PROFILES, policies(*(reversed(both) if turned else both)))

    assert expected in ask(device, HOST, zones=("lan", "wan1"))
    assert ask(device, HOST, zones=("guest", "wan1")) == ("allowed", "bypassed", "anonymous")


@pytest.mark.parametrize("names", ['"every"', '"every" "inside"'])
@pytest.mark.parametrize("first", ["accept", "deny"])
def test_a_negated_list_is_not_taken_for_the_list(names: str, first: str) -> None:
    held = config(
        "firewall address", ("every", "set subnet 0.0.0.0 0.0.0.0"), ("inside", "set subnet 10.0.0.0 255.0.0.0")
    )
    negated = policy(first, dstaddr='"every"', dstaddr_negate="enable")

    assert access(held, policies(negated, policy("deny", dstaddr=names), OPEN)) == "blocked"
    services = [policy(first, service='"ALL"', service_negate="enable"), policy("deny", service='"ALL"')]
    assert access(policies(*services, OPEN)) == "blocked"


def test_a_list_is_not_taken_for_the_negated_one() -> None:
    """The first policy is about servers inside, the second about everything else."""
    held = config("firewall address", ("A", "set subnet 10.0.0.0 255.0.0.0"), ("B", "set subnet 10.9.0.0 255.255.0.0"))
    lists = policy("deny", dstaddr='"A" "B"'), policy("deny", dstaddr='"A"', dstaddr_negate="enable")
    services = policy("deny", service='"SSH"'), policy("deny", service='"SSH"', service_negate="enable")

    assert access(held, policies(*lists, OPEN)) == "blocked"
    assert access(policies(*services, OPEN)) == "blocked"


@pytest.mark.parametrize(
    ("version", "lines", "expected"),
    [
        ("6.0.5", f"set type fqdn; set fqdn {HOST}", "unknown"),
        ("6.0.5", "set type fqdn; set fqdn *.microsoft.com", "allowed"),
        ("6.0.5", "set type wildcard-fqdn; set wildcard-fqdn *.microsoft.com", "allowed"),
        ("6.2.2", "set type fqdn; set fqdn *.microsoft.com", "unknown"),
        ("7.4.4", "set type wildcard-fqdn; set wildcard-fqdn *.microsoft.com", "unknown"),
    ],
)
def test_wildcards_in_policies_came_with_a_release(version: str, lines: str, expected: str) -> None:
    """Until 6.2.1 they were for exemptions from inspection alone (community.fortinet.com, "How to configure wildcard FQDN")."""
    held = config("firewall address", ("A", lines))

    assert access(held, policies(policy("deny", dstaddr='"A"'), OPEN), version=version) == expected


OLD = "#config-version=FGT60F-6.0.5-FW-build0268-190507:opmode=0:vdom=0:user=admin\n"


@pytest.mark.parametrize(
    ("system", "own", "expected"),
    [("proxy", "", "unknown"), ("flow", "", "bypassed"), ("proxy", "flow", "bypassed"), ("flow", "proxy", "unknown")],
)
@pytest.mark.parametrize("head", ["", OLD])
def test_the_inspection_mode_of_a_vdom_holds_where_a_policy_has_none(
    system: str, own: str, expected: str, head: str
) -> None:
    """An excerpt that names no release may be of one that has the mode by VDOM, as it was before 6.2."""
    said = f"set inspection-mode {own}" if own else ""
    mode = settings("system settings", f"set inspection-mode {system}")
    table = policies(policy("accept", f"set utm-status enable; set ssl-ssh-profile deep; {said}"))
    (device,) = read("".join((head, INTERFACES, ROUTE, mode, PROFILES, table)))

    assert ask(device, HOST)[1] == expected


@pytest.mark.parametrize("mode", ["flow", "proxy"])
@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("GO.Microsoft.COM", "simple", "blocked"),
        ("GO.Microsoft.COM", "wildcard", "blocked"),
        ("*.Microsoft.COM", "wildcard", "blocked"),
        ("go\\\\.Microsoft\\\\.com", "regex", "unknown"),
        ("/go\\\\.microsoft\\\\.com/x", "regex", "unknown"),
        ("go\\\\.(microsoft", "regex", "unknown"),
        ("https://go.microsoft.com", "simple", "blocked"),
        ("http://go.microsoft.com/", "wildcard", "blocked"),
        ("*", "wildcard", "blocked"),
    ],
)
def test_how_an_entry_of_a_url_filter_is_written(url: str, kind: str, expected: str, mode: str) -> None:
    """Host names know no capital letters; what an expression does with them, and with flags, depends on the release."""
    entry = f'set url "{url}"; set type {kind}; set action block'
    table = config("webfilter urlfilter", ("1", f"config entries; edit 1; {entry}; next; end"))
    profile = config("webfilter profile", ("W", "config web; set urlfilter-table 1; end"))
    lines = f"set utm-status enable; set inspection-mode {mode}; set webfilter-profile W"

    assert access(table, profile, policies(policy("accept", lines))) == expected


def test_an_entry_without_a_url_exempts_nothing() -> None:
    table = config("webfilter urlfilter", ("1", "config entries; edit 1; set action exempt; next; end"))
    rated = "config ftgd-wf; config filters; edit 1; set category 52; set action block; next; end; end"
    profile = config("webfilter profile", ("W", f"config web; set urlfilter-table 1; end; {rated}"))
    lines = "set utm-status enable; set webfilter-profile W"

    assert access(table, profile, policies(policy("accept", lines))) == "unknown"


HARMLESS_LISTS = {2, 3, 5, 6, 7, 8, 23, 26}
"""P2P, VoIP, Video/Audio, Proxy, Remote.Access, Game, Social.Media, Industrial: no session of a sensor is recognised as these."""


@pytest.mark.parametrize("category", range(1, 40))
def test_categories_of_applications_that_a_sensor_may_be_recognised_as(category: int) -> None:
    held = config(
        "application list", ("L", f"config entries; edit 1; set category {category}; set action block; next; end")
    )
    expected = "allowed" if category in HARMLESS_LISTS else "unknown"

    assert access(held, policies(policy("accept", "set utm-status enable; set application-list L"))) == expected


STRAYS = (
    "firewall policy",
    "firewall address",
    "firewall addrgrp",
    "firewall service custom",
    "firewall service group",
    "firewall ssl-ssh-profile",
    "firewall wildcard-fqdn custom",
    "firewall wildcard-fqdn group",
    "firewall profile-group",
    "firewall proxy-address",
    "firewall proxy-addrgrp",
    "firewall proxy-policy",
    "firewall security-policy",
    "webfilter profile",
    "webfilter urlfilter",
    "application list",
    "user security-exempt-list",
    "system interface",
    "system zone",
    "authentication rule",
)


@pytest.mark.parametrize("section", STRAYS)
def test_a_line_that_is_no_command_leaves_everything_open(section: str) -> None:
    """It may have been what denies: in every section that is read."""
    text = config(section, ("7", "stt action deny"))
    device = device_of(policies(OPEN), text)

    assert ask(device, HOST) == ("unknown", "unknown", "unknown")
    assert len(device.unread) == 1


@pytest.mark.parametrize("section", ["user setting", "system settings", "web-proxy explicit"])
def test_a_line_that_is_no_command_in_settings(section: str) -> None:
    assert access(policies(OPEN), settings(section, "stt status enable")) == "unknown"


@pytest.mark.parametrize(
    ("section", "used"),
    [
        ("firewall address", {"dstaddr": '"X"'}),
        ("firewall addrgrp", {"dstaddr": '"X"'}),
        ("firewall service custom", {"service": '"X"'}),
        ("firewall service group", {"service": '"X"'}),
    ],
)
@pytest.mark.parametrize("odd", ["set weather rain", "config weather; set rain 1; end"])
def test_what_is_not_known_in_an_object_is_told(section: str, used: dict[str, str], odd: str) -> None:
    held = config(section, ("X", f'set member "X2"; {odd}' if "gr" in section else odd))
    device = device_of(held, policies(policy("deny", **used), OPEN))

    assert ask(device, HOST)[0] == "unknown"
    assert [one.text.split()[-1] for one in device.unread] == ["weather"]


@pytest.mark.parametrize("side", ["srcaddr", "dstaddr"])
def test_a_security_policy_that_names_no_side_is_not_complete(side: str) -> None:
    """In policy-based mode; both are required ("config firewall security-policy")."""
    mode = settings("system settings", "set ngfw-mode policy-based")
    first = policies(policy("", schedule=""))
    second = policies(policy("accept", **{side: ""}), table="firewall security-policy")

    assert access(mode, first, second) == "unknown"


def test_a_portal_hides_no_disclaimer() -> None:
    """In policy-based mode: a client that is exempt from the portal has to click all the same."""
    mode = settings("system settings", "set ngfw-mode policy-based")
    portal = config(
        "system interface", ("wan1", ""), ("lan", "set security-mode captive-portal; set security-exempt-list E")
    )
    exempt = config("user security-exempt-list", ("E", "config rule; edit 1; set dstaddr all; next; end"))
    first = [policies(policy("", f"set disclaimer {said}", schedule="")) for said in ("enable", "disable")]
    second = policies(OPEN, table="firewall security-policy")
    found = [ask(device_of(mode, exempt, table, second, interfaces=portal), HOST)[2] for table in first]

    assert found == ["required", "anonymous"]


def test_an_exemption_from_one_portal_is_none_from_another() -> None:
    """Of two interfaces of a zone, by which of them clients come in is not told."""
    zone = config("system zone", ("inside", 'set interface "lan" "wifi"'))
    exempt = config("user security-exempt-list", ("E", "config rule; edit 1; set dstaddr all; next; end"))
    portal = "set security-mode captive-portal"
    both = [("lan", f"{portal}; set security-exempt-list E"), ("wifi", portal)]
    for entries in (both, both[::-1]):
        interfaces = config("system interface", ("wan1", ""), *entries)
        device = device_of(zone, exempt, policies(policy("accept", srcintf='"inside"')), interfaces=interfaces)

        assert ask(device, HOST)[2] == "unknown"


def test_the_zone_of_an_interface_is_its_way_out() -> None:
    """A default route names an interface, policies its zone."""
    zone = config("system zone", ("outside", 'set interface "wan1"'))
    table = policies(policy("accept", dstintf='"outside"'), policy("accept", dstintf='"dmz"'))

    assert access(zone, table) == "allowed"
    assert access(zone, policies(policy("deny", dstintf='"outside"'), policy("accept", dstintf='"dmz"'))) == "blocked"
