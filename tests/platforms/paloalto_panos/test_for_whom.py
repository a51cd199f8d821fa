"""For whom rules are met: the zones by which connections leave, and the firewalls that a rule of Panorama is meant for.

Verdicts are by hand from the vendor's documents, which the modules of the platform cite beside what they read.
"""

import pytest

from tests.platforms.paloalto_panos.small import ALLOW, access, device_of, entry, firewall, members, rule, verdict

INTERFACE = "<interface><ethernet>{}</ethernet></interface>"
ROUTE = "<virtual-router>{}</virtual-router>"
DMZ = (
    "<zone>"
    + "".join(
        entry(zone, f"<network><layer3>{members('x', held)[3:-4]}</layer3></network>")
        for zone, held in (("trust", "ethernet1/2"), ("untrust", "ethernet1/1"), ("dmz", "ethernet1/3.7"))
    )
    + "</zone>"
)
OUT = rule("Out", members("from", "trust") + members("to", "untrust"), "allow")


def interface(name: str, inner: str) -> str:
    return INTERFACE.format(entry(name, f"<layer3>{inner}</layer3>"))


def route(inner: str) -> str:
    held = f"<destination>0.0.0.0/0</destination>{inner}"
    return ROUTE.format(
        entry("v", f"<routing-table><ip><static-route>{entry('d', held)}</static-route></ip></routing-table>")
    )


def forwarding(inner: str) -> str:
    action = "<action><forward><egress-interface>ethernet1/3.7</egress-interface></forward></action>"
    return f"<pbf><rules>{entry('F', action, inner)}</rules></pbf>"


DHCP = "<dhcp-client>{}</dhcp-client>"
HOP = "<nexthop><ip-address>{}</ip-address></nexthop>"
UNIT = "<units>{}</units>"
WAYS = {
    "nothing tells": ("", "", "unknown"),
    "route to an interface": (route("<interface>ethernet1/1</interface>"), "", "allowed"),
    "route to no interface": (route("<interface>None</interface>"), "", "unknown"),
    "route to another zone": (route("<interface>ethernet1/3.7</interface>"), "", "blocked"),
    "route to a hop": (
        interface("ethernet1/1", f"<ip>{entry('192.0.2.2/30')}</ip>") + route(HOP.format("192.0.2.1")),
        "",
        "allowed",
    ),
    "route to a hop elsewhere": (
        interface("ethernet1/1", f"<ip>{entry('192.0.2.2/30')}</ip>") + route(HOP.format("198.51.100.1")),
        "",
        "unknown",
    ),
    "route to a variable": (
        interface("ethernet1/1", f"<ip>{entry('192.0.2.2/30')}</ip>") + route(HOP.format("$hop")),
        "",
        "unknown",
    ),
    "address of a variable": (
        interface("ethernet1/1", f"<ip>{entry('$ip')}</ip>") + route(HOP.format("192.0.2.1")),
        "",
        "unknown",
    ),
    "hop behind a subinterface": (
        interface("ethernet1/3", UNIT.format(entry("ethernet1/3.7", f"<ip>{entry('192.0.2.2/30')}</ip>")))
        + route(HOP.format("192.0.2.1")),
        "",
        "blocked",
    ),
    "address from a provider": (interface("ethernet1/1", DHCP.format("")), "", "allowed"),
    "address from a provider, without a route": (
        interface("ethernet1/1", DHCP.format("<create-default-route>no</create-default-route>")),
        "",
        "unknown",
    ),
    "address from a provider, switched off": (
        interface("ethernet1/1", DHCP.format("<enable>no</enable>")),
        "",
        "unknown",
    ),
    "forwarding to another zone": (route("<interface>ethernet1/1</interface>"), forwarding(""), "unknown"),
    "forwarding that is disabled": (
        route("<interface>ethernet1/1</interface>"),
        forwarding("<disabled>yes</disabled>"),
        "allowed",
    ),
}


@pytest.mark.parametrize(("network", "rulebases", "expected"), WAYS.values(), ids=WAYS)
def test_by_which_zone_connections_leave(network: str, rulebases: str, expected: str) -> None:
    """A rule lets out by one zone; whether connections take another one is for routes to say ("Network > Virtual Routers")."""
    device = device_of(firewall(OUT, network=network, rulebases=rulebases, zones=DMZ))

    assert verdict(device, zones=("trust", ""))[0] == expected


TARGETS = {
    "all of the group": ("<devices><entry name='1'/><entry name='2'/></devices>", "blocked"),
    "one of the group": ("<devices><entry name='1'/></devices>", "unknown"),
    "others": ("<devices><entry name='3'/></devices>", "allowed"),
    "all but others": ("<devices><entry name='3'/></devices><negate>yes</negate>", "blocked"),
    "all but one": ("<devices><entry name='1'/></devices><negate>yes</negate>", "unknown"),
    "all but all": ("<devices><entry name='1'/><entry name='2'/></devices><negate>yes</negate>", "allowed"),
    "some systems of all": (
        "<devices><entry name='1'><vsys><entry name='vsys1'/></vsys></entry><entry name='2'/></devices>",
        "unknown",
    ),
    "all but some systems of all": (
        "<devices><entry name='1'><vsys><entry name='vsys1'/></vsys></entry><entry name='2'/></devices><negate>yes</negate>",
        "unknown",
    ),
    "by tags": ("<devices><entry name='3'/></devices><tags><member>dc</member></tags>", "unknown"),
    "nobody": ("<devices/>", "blocked"),
}


@pytest.mark.parametrize(("target", "expected"), TARGETS.values(), ids=TARGETS)
def test_for_which_firewalls_a_rule_of_panorama_is_meant(target: str, expected: str) -> None:
    """The firewalls that are named, or all others ("Push a Policy Rule to a Subset of Firewalls")."""
    rules = rule("No", f"<target>{target}</target>") + ALLOW
    group = f"<devices><entry name='1'/><entry name='2'/></devices><pre-rulebase><security><rules>{rules}</rules></security></pre-rulebase>"
    groups = f"<device-group>{entry('Branch', group)}</device-group>"
    content = (
        f"<config version='10.2.0'><devices><entry name='localhost.localdomain'>{groups}</entry></devices></config>"
    )

    assert access(content) == expected


@pytest.mark.parametrize(("base", "expected"), [("pre-rulebase", "blocked"), ("post-rulebase", "unknown")])
def test_rules_that_panorama_shares_without_a_device_group(base: str, expected: str) -> None:
    """A firewall's own rules stand between pre-rules and post-rules, and are not in it ("Device Group Policies")."""
    shared = f"<{base}><security><rules>{rule('No', '')}</rules></security></{base}>"
    content = f"<config version='10.2.0'><shared>{shared}</shared></config>"

    assert access(content) == expected


LIST = "<ssl-decrypt><ssl-exclude-cert><entry name='go.microsoft.com'><exclude>yes</exclude></entry></ssl-exclude-cert></ssl-decrypt>"
PORTAL = "<captive-portal>{}</captive-portal>"
FIREWALL, OTHER = ("<devices><entry name='0011'/></devices>", "<devices><entry name='0099'/></devices>")
STACKED = members("templates", "T")
TEMPLATES = {
    "the only template": (FIREWALL, "", "", "", ("bypassed", "required")),
    "no firewall told": ("", "", "", "", ("bypassed", "required")),
    "stack of the firewall": (FIREWALL, "", f"{STACKED}{FIREWALL}", "", ("bypassed", "required")),
    "stack of another firewall": (FIREWALL, "", f"{STACKED}{OTHER}", "", ("unknown", "unknown")),
    "stack of a firewall, and none told": ("", "", f"{STACKED}{FIREWALL}", "", ("unknown", "unknown")),
    "stack of other templates, and none told": ("", "", members("templates", "Lost"), "", ("unknown", "unknown")),
    "template of the firewall": (FIREWALL, FIREWALL, "", "", ("bypassed", "required")),
    "template of another firewall": (FIREWALL, OTHER, "", "", ("unknown", "unknown")),
    "template of a firewall, and none told": ("", FIREWALL, "", "", ("unknown", "unknown")),
    "stack with a template that is not there": (
        FIREWALL,
        "",
        f"{members('templates', 'T', 'Lost')}{FIREWALL}",
        "",
        ("unknown", "unknown"),
    ),
    "portal that is switched off": (
        FIREWALL,
        "",
        "",
        "<enable-captive-portal>no</enable-captive-portal>",
        ("bypassed", "anonymous"),
    ),
    "portal that is switched on": (
        FIREWALL,
        "",
        "",
        "<enable-captive-portal>yes</enable-captive-portal>",
        ("bypassed", "required"),
    ),
}


@pytest.mark.parametrize(("group", "template", "stack", "portal", "expected"), TEMPLATES.values(), ids=TEMPLATES)
def test_what_templates_say_holds_for_the_firewalls_that_have_them(
    group: str, template: str, stack: str, portal: str, expected: tuple[str, str]
) -> None:
    """A template is for the firewalls of its stacks; whether others have what it says cannot be told ("Templates and Template Stacks").

    The portal is on where it is configured and not switched off (schema of PAN-OS 10.0).
    """
    rules = (
        f"<security><rules>{ALLOW}</rules></security>"
        "<decryption><rules><entry name='D'><action>decrypt</action></entry></rules></decryption>"
        f"<authentication><rules>{entry('A', members('service', 'any'), FORM)}</rules></authentication>"
    )
    systems = f"<devices><entry name='localhost.localdomain'><vsys>{entry('vsys1', PORTAL.format(portal or '<x/>'))}</vsys></entry></devices>"
    held = f"<template>{entry('T', template, f'<config><shared>{LIST}</shared>{systems}</config>')}</template>"
    stacks = f"<template-stack>{entry('S', stack)}</template-stack>" if stack else ""
    groups = f"<device-group>{entry('Branch', group, f'<pre-rulebase>{rules}</pre-rulebase>')}</device-group>"
    content = f"<config version='10.2.0'><devices><entry name='localhost.localdomain'>{groups}{held}{stacks}</entry></devices></config>"

    assert verdict(device_of(content))[1:] == expected


FORM = "<authentication-enforcement>default-web-form</authentication-enforcement>"


@pytest.mark.parametrize("base", ["pre-rulebase", "rulebase", "post-rulebase"])
@pytest.mark.parametrize("pushed", [False, True])
def test_rules_of_every_level_are_met(base: str, pushed: bool) -> None:
    """What Panorama pushed stands before and behind the firewall's own rules, beside them or apart ("Device Group Policies")."""
    decrypting = (
        f"<{base}><decryption><rules><entry name='D'><action>decrypt</action></entry></rules></decryption></{base}>"
    )
    allowing = f"<security><rules>{ALLOW}</rules></security>"
    apart = f"<panorama>{decrypting}</panorama>" if pushed and base != "rulebase" else ""
    beside = decrypting if not apart else ""
    if beside.startswith("<rulebase>"):
        beside, allowing = "", f"{allowing}{decrypting.removeprefix('<rulebase>').removesuffix('</rulebase>')}"
    system = entry("vsys1", f"{beside}<rulebase>{allowing}</rulebase>")
    content = f"<config version='10.2.0'><devices>{entry('x', f'<vsys>{system}</vsys>')}</devices>{apart}</config>"

    assert verdict(device_of(content)) == ("allowed", "inspected", "anonymous")


@pytest.mark.parametrize(("base", "expected"), [("pre-rulebase", "blocked"), ("post-rulebase", "allowed")])
def test_pushed_rules_stand_before_and_behind_the_local_ones(base: str, expected: str) -> None:
    pushed = f"<{base}><security><rules>{rule('No', '')}</rules></security></{base}>"
    system = entry("vsys1", f"{pushed}<rulebase><security><rules>{ALLOW}</rules></security></rulebase>")
    content = f"<config version='10.2.0'><devices>{entry('x', f'<vsys>{system}</vsys>')}</devices></config>"

    assert access(content) == expected


@pytest.mark.parametrize(
    ("own", "expected"), [("", "bypassed"), (f"<config><shared>{LIST}</shared></config>", "unknown")]
)
def test_a_stack_that_says_something_itself_is_not_like_another(own: str, expected: str) -> None:
    """Two firewalls have the same template by two stacks; what one of the stacks overrides is not the other's."""
    rules = f"<security><rules>{ALLOW}</rules></security><decryption><rules><entry name='D'><action>decrypt</action></entry></rules></decryption>"
    firewalls = "<devices><entry name='1'/><entry name='2'/></devices>"
    groups = f"<device-group>{entry('Branch', firewalls, f'<pre-rulebase>{rules}</pre-rulebase>')}</device-group>"
    held = "" if own else LIST
    template = f"<template>{entry('T', f'<config><shared>{held}</shared></config>')}</template>"
    stacks = "".join(
        entry(f"S{each}", STACKED, f"<devices><entry name='{each}'/></devices>", own if each == "2" else "")
        for each in "12"
    )
    content = f"<config version='10.2.0'><devices><entry name='x'>{groups}{template}<template-stack>{stacks}</template-stack></entry></devices></config>"

    assert verdict(device_of(content))[1] == expected
