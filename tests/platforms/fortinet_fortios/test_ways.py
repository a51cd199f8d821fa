"""By which ways connections pass a FortiGate, and what they meet there before policies: routes, access lists, portals.

Verdicts are by hand from the sections of the CLI reference (7.4) that the modules of the platform cite beside what they read.
"""

from __future__ import annotations

import pytest

from tests.platforms.fortinet_fortios.asking import ask
from tests.platforms.fortinet_fortios.small import HOST, ROUTE, access, config, device_of, policies, policy, settings

OPEN = policies(policy("accept"))
THREE = config("system interface", ("wan1", ""), ("lan", ""), ("dmz", ""))
"""Interfaces of which nothing says which one leads out; a policy lets out by one."""


def leaving(*parts: str, interfaces: str = THREE, route: str = "", version: str = "7.4.4") -> str:
    """Whether what comes in by the one interface gets out where a policy lets it out by ``wan1``, and another is for ``dmz``."""
    inside = policy("deny", dstintf='"dmz"')
    device = device_of(policies(policy("accept"), inside), *parts, interfaces=interfaces, route=route, version=version)
    return ask(device, HOST, zones=("lan", ""))[0]


def static(lines: str) -> str:
    return config("router static", ("1", "set device wan1"), ("2", lines))


def wan(lines: str) -> str:
    return config("system interface", ("wan1", lines), ("lan", ""), ("dmz", ""))


ROUTES = {
    "no route": ("", "unknown"),
    "default route": (ROUTE, "allowed"),
    "default route, written out": (
        config("router static", ("1", "set dst 0.0.0.0 0.0.0.0; set device wan1")),
        "allowed",
    ),
    "default route by another way": (config("router static", ("1", "set device dmz")), "blocked"),
    "default route that is switched off": (
        config("router static", ("1", "set device wan1; set status disable")),
        "unknown",
    ),
    "default route into nothing": (config("router static", ("1", "set device wan1; set blackhole enable")), "unknown"),
    "route of an internet service": (
        config("router static", ("1", "set device wan1; set internet-service 1")),
        "unknown",
    ),
    "two default routes": (static("set device dmz"), "unknown"),
    "two default routes, one switched off": (static("set device dmz; set status disable"), "allowed"),
    "two default routes, one into nothing": (static("set device dmz; set blackhole enable"), "allowed"),
    "route of a large network": (static("set dst 20.0.0.0 255.0.0.0; set device dmz"), "unknown"),
    "route of a large network, switched off": (
        static("set dst 20.0.0.0 255.0.0.0; set device dmz; set status disable"),
        "allowed",
    ),
    "route of a large network into nothing": (
        static("set dst 20.0.0.0 255.0.0.0; set device dmz; set blackhole enable"),
        "allowed",
    ),
    "route of the smallest large network": (static("set dst 20.0.0.0 255.254.0.0; set device dmz"), "unknown"),
    "route of a small network": (static("set dst 20.0.0.0 255.255.0.0; set device dmz"), "allowed"),
    "route of an inside network": (static("set dst 10.0.0.0 255.0.0.0; set device dmz"), "allowed"),
    "route of what is no network": (static("set dst 20.0.0.0 255.0.0.999; set device dmz"), "unknown"),
    "route of an internet service beside": (static("set device dmz; set internet-service 1"), "unknown"),
    "route of a service of ones own beside": (static('set device dmz; set internet-service-custom "Own"'), "unknown"),
}


@pytest.mark.parametrize(("route", "expected"), ROUTES.values(), ids=ROUTES)
def test_static_routes_say_by_which_way_connections_leave(route: str, expected: str) -> None:
    """A route without ``dst`` is the default one; what is more special goes before it ("config router static")."""
    assert leaving(route=route) == expected


ROLES = {
    "address from a provider": ("set mode dhcp", "allowed"),
    "dial-in": ("set mode pppoe", "allowed"),
    "address from a provider, without a route": ("set mode dhcp; set defaultgw disable", "unknown"),
    "said to be outside": ("set role wan", "allowed"),
    "said to be inside": ("set role lan", "unknown"),
}


@pytest.mark.parametrize(("lines", "expected"), ROLES.values(), ids=ROLES)
def test_interfaces_say_where_no_route_does(lines: str, expected: str) -> None:
    assert leaving(interfaces=wan(lines)) == expected


POLICY_ROUTES = {
    "everything": ("set output-device dmz", "unknown"),
    "from the interface": ("set input-device lan; set output-device dmz", "unknown"),
    "from another interface": ("set input-device guest; set output-device dmz", "allowed"),
    "not from another interface": (
        "set input-device guest; set input-device-negate enable; set output-device dmz",
        "unknown",
    ),
    "switched off": ("set output-device dmz; set status disable", "allowed"),
    "leave it to the routing table": ("set output-device dmz; set action deny", "allowed"),
    "of UDP": ("set protocol 17; set output-device dmz", "allowed"),
    "of TCP": ("set protocol 6; set output-device dmz", "unknown"),
    "to an inside network": ("set dst 10.0.0.0/255.0.0.0; set output-device dmz", "allowed"),
    "to a public network": ("set dst 20.0.0.0/255.0.0.0; set output-device dmz", "unknown"),
    "to both": ("set dst 10.0.0.0/255.0.0.0 20.0.0.0/255.0.0.0; set output-device dmz", "unknown"),
    "to what is no network": ("set dst x; set output-device dmz", "unknown"),
    "to inside addresses": ('set dstaddr "inside"; set output-device dmz', "allowed"),
    "to all": ('set dstaddr "all"; set output-device dmz', "unknown"),
}
INSIDE = config("firewall address", ("inside", "set subnet 10.0.0.0 255.0.0.0"))


@pytest.mark.parametrize(("lines", "expected"), POLICY_ROUTES.values(), ids=POLICY_ROUTES)
def test_policy_routes_go_before_the_routing_table(lines: str, expected: str) -> None:
    """See "Policy routes"."""
    assert leaving(INSIDE, config("router policy", ("1", lines)), route=ROUTE) == expected


MEMBERS = "config members; edit 1; set interface wan1; next; edit 2; set interface dmz; set zone D; next; end;"
ZONES = "config zone; edit virtual-wan-link; next; edit D; next; end;"
STEERED = {
    "no rule": ("", "allowed"),
    "to the other zone": ("edit 1; set priority-members 2; next;", "unknown"),
    "to the other zone by its name": ("edit 1; set priority-zone D; next;", "unknown"),
    "to the same zone": ("edit 1; set priority-members 1; next;", "allowed"),
    "switched off": ("edit 1; set priority-members 2; set status disable; next;", "allowed"),
    "of IPv6": ("edit 1; set priority-members 2; set addr-mode ipv6; next;", "allowed"),
    "of UDP": ("edit 1; set priority-members 2; set protocol 17; next;", "allowed"),
    "to inside addresses": ('edit 1; set priority-members 2; set dst "inside"; next;', "allowed"),
    "not to inside addresses": (
        'edit 1; set priority-members 2; set dst "inside"; set dst-negate enable; next;',
        "unknown",
    ),
    "from another interface": ("edit 1; set priority-members 2; set input-device guest; next;", "allowed"),
    "not from another interface": (
        "edit 1; set priority-members 2; set input-device guest; set input-device-negate enable; next;",
        "unknown",
    ),
}


@pytest.mark.parametrize(("rules", "expected"), STEERED.values(), ids=STEERED)
@pytest.mark.parametrize("status", ["enable", "disable"])
def test_sdwan_rules_go_before_the_routing_table(rules: str, expected: str, status: str) -> None:
    """An SD-WAN rule sends to a member, which may be in another zone ("SD-WAN rules")."""
    sdwan = settings("system sdwan", f"set status {status}; {ZONES} {MEMBERS} config service; {rules} end")
    route = config("router static", ("1", "set sdwan-zone virtual-wan-link"))
    table = policies(policy("accept", dstintf='"virtual-wan-link"'), policy("deny", dstintf='"D"'))
    device = device_of(INSIDE, sdwan, table, interfaces=THREE, route=route)

    assert ask(device, HOST, zones=("lan", ""))[0] == (expected if status == "enable" else "allowed")


STOPPING = {
    "everything": ('set interface "lan"', "blocked"),
    "switched off": ('set interface "lan"; set status disable', "allowed"),
    "at another interface": ('set interface "guest"', "allowed"),
    "at any interface": ('set interface "any"', "blocked"),
    "of a service": ('set interface "lan"; set service "HTTPS"', "blocked"),
    "of another service": ('set interface "lan"; set service "SSH"', "allowed"),
    "of some clients": ('set interface "lan"; set srcaddr "inside"', "unknown"),
    "to inside addresses": ('set interface "lan"; set dstaddr "inside"', "allowed"),
    "to what nothing defines": ('set interface "lan"; set dstaddr "X"', "unknown"),
}


@pytest.mark.parametrize(("lines", "expected"), STOPPING.values(), ids=STOPPING)
def test_access_lists_stop_before_policies(lines: str, expected: str) -> None:
    """See "config firewall acl"."""
    assert access(INSIDE, config("firewall acl", ("1", lines)), OPEN) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('set interface "lan"; set application-list-status enable; set application-list default', "unknown"),
        ('set interface "lan"; set webfilter-profile-status enable; set webfilter-profile default', "unknown"),
        ('set interface "any"; set webfilter-profile-status enable', "unknown"),
        ('set interface "lan"; set ips-sensor-status enable', "allowed"),
        ('set interface "lan"; set webfilter-profile-status enable; set status disable', "allowed"),
        ('set interface "guest"; set webfilter-profile-status enable', "allowed"),
    ],
)
def test_policies_of_interfaces_look_at_what_comes_in(lines: str, expected: str) -> None:
    """See "config firewall interface-policy"; what its profiles stop is not followed."""
    assert access(config("firewall interface-policy", ("1", lines)), OPEN) == expected


def test_an_access_list_at_one_interface_of_a_zone() -> None:
    """By which of its interfaces clients come in is for the user to say."""
    zone = config("system zone", ("inside", 'set interface "lan" "wifi"'))
    device = device_of(
        zone, config("firewall acl", ("1", 'set interface "wifi"')), policies(policy("accept", srcintf='"inside"'))
    )

    assert ask(device, HOST)[0] == "unknown"


def with_portal(lines: str, *entries: tuple[str, str]) -> str:
    return config("system interface", ("wan1", ""), ("lan", lines), *entries)


PORTAL = "set security-mode captive-portal"
PORTALS = {
    "portal": (PORTAL, "", "required"),
    "no portal": ("set security-mode none", "", "anonymous"),
    "exempts nothing": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set dstaddr other; next", "required"),
    "exempts the name": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set dstaddr name; next", "unknown"),
    "exempts all": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set dstaddr all; next", "anonymous"),
    "exempts a service": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set service HTTPS; next", "anonymous"),
    "exempts another service": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set service SSH; next", "required"),
    "exempts devices": (f'{PORTAL}; set security-exempt-list "E"', "edit 1; set devices phone; next", "unknown"),
    "exempts by what is not known": (
        f'{PORTAL}; set security-exempt-list "E"',
        "edit 1; set weather rain; next",
        "unknown",
    ),
    "exempts by what is switched off": (
        f'{PORTAL}; set security-exempt-list "E"',
        "edit 1; set weather disable; next",
        "anonymous",
    ),
    "list that nothing defines": (f'{PORTAL}; set security-exempt-list "X"', "", "unknown"),
}


@pytest.mark.parametrize(("interface", "rules", "expected"), PORTALS.values(), ids=PORTALS)
def test_captive_portals_of_interfaces(interface: str, rules: str, expected: str) -> None:
    """See "config user security-exempt-list"."""
    names = config(
        "firewall address",
        ("name", f"set type fqdn; set fqdn {HOST}"),
        ("other", "set type fqdn; set fqdn x.test"),
    )
    held = config("user security-exempt-list", ("E", f"config rule; {rules}; end"))
    device = device_of(names, held, OPEN, interfaces=with_portal(interface))

    assert ask(device, HOST) == ("allowed", "bypassed", expected)


@pytest.mark.parametrize(("said", "expected"), [("enable", "anonymous"), ("disable", "required")])
def test_a_policy_may_be_exempt_from_the_portal(said: str, expected: str) -> None:
    device = device_of(policies(policy("accept", f"set captive-portal-exempt {said}")), interfaces=with_portal(PORTAL))

    assert ask(device, HOST)[2] == expected


def test_a_policy_for_any_interface_is_one_for_the_portal_that_no_policy_names() -> None:
    """Clients may stand where they have to log in, though policies name another interface alone."""
    interfaces = config("system interface", ("wan1", ""), ("lan", ""), ("guest", PORTAL))
    device = device_of(policies(policy("accept"), policy("accept", srcintf='"any"')), interfaces=interfaces)

    assert ask(device, HOST)[2] == "unknown"
    assert ask(device, HOST, zones=("guest", ""))[2] == "required"
    assert ask(device, HOST, zones=("lan", ""))[2] == "anonymous"


def test_a_portal_at_some_interfaces_of_a_zone() -> None:
    zone = config("system zone", ("inside", 'set interface "lan" "wifi"'))
    device = device_of(
        zone, policies(policy("accept", srcintf='"inside"')), interfaces=with_portal(PORTAL, ("wifi", ""))
    )

    assert ask(device, HOST)[2] == "unknown"


SECTIONS = {
    "settings of an administrator": (settings("system console", "set output standard"), "allowed"),
    "policies that are misspelt": (config("firewall polizy", ("1", "set action deny")), "unknown"),
    "policies that are abbreviated": (config("fire policy", ("1", "set action deny")), "unknown"),
    "policies of an unknown kind": (config("firewall rain-policy", ("1", "set action deny")), "unknown"),
    "empty policies of an unknown kind": (config("firewall rain-policy"), "allowed"),
    "a line that is no command": (OPEN.replace("next\n", "nxt\nnext\n"), "unknown"),
}


@pytest.mark.parametrize(("section", "expected"), SECTIONS.values(), ids=SECTIONS)
def test_sections_that_are_not_known(section: str, expected: str) -> None:
    assert access(OPEN if "nxt" not in section else "", section) == expected
