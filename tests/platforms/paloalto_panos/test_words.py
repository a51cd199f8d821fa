"""Single words that change a verdict on PAN-OS: of rules that are else alike, of fields with few values, of paths, of profiles.

Verdicts are by hand from the vendor's documents, which the modules of the platform cite beside what they read.
"""

import pytest

from allowlint.model.condition import ALWAYS, NEVER
from allowlint.platforms import Endpoint
from allowlint.platforms.paloalto_panos.open_ends import OpenEnds
from tests.platforms.paloalto_panos.small import (
    ALLOW,
    access,
    device_of,
    entry,
    firewall,
    members,
    objects,
    rule,
    verdict,
)

EVERY = objects("address", ("A", "<ip-netmask>0.0.0.0/0</ip-netmask>"), ("B", "<ip-netmask>10.0.0.0/8</ip-netmask>"))


@pytest.mark.parametrize("side", ["source", "destination"])
@pytest.mark.parametrize("first", ["allow", "deny"])
def test_a_negated_list_is_not_taken_for_the_list(side: str, first: str) -> None:
    """The rule above matches nothing: nobody comes from, or goes to, no address at all."""
    named = members(side, "A")
    above = rule("Not", f"{named}<negate-{side}>yes</negate-{side}>", first)

    assert access(firewall(above + rule("No", named) + ALLOW, objects=EVERY)) == "blocked"
    assert access(firewall(above + rule("No", members(side, "B", "A")) + ALLOW, objects=EVERY)) == "blocked"


@pytest.mark.parametrize("field", ["disabled", "negate-source", "negate-destination", "rule-type"])
@pytest.mark.parametrize(("action", "above"), [("deny", True), ("allow", False)])
def test_a_word_that_the_field_does_not_have(field: str, action: str, above: bool) -> None:
    """Schema of PAN-OS 10.0: yes and no, and the three types of a rule."""
    odd = rule("Odd", f"{members('source', 'any')}{members('destination', 'any')}<{field}>perhaps</{field}>", action)

    assert access(firewall(odd + (ALLOW if above else ""))) == "unknown"


NAMED = members("url-filtering", "P")
SETTINGS = {
    "a profile": (f"<profiles>{NAMED}</profiles>", "blocked"),
    "none": (f"<profiles>{members('url-filtering', 'None')}</profiles>", "allowed"),
    "a kind of profile that is not known": (f"<profiles>{members('new', 'P')}</profiles>", "unknown"),
    "a kind that looks at content": (f"<profiles>{members('virus', 'default')}</profiles>", "allowed"),
    "a profile in other words": ("<profiles><url-filtering><new/></url-filtering></profiles>", "unknown"),
    "a profile that nothing defines": (f"<profiles>{members('url-filtering', 'X')}</profiles>", "unknown"),
    "a part that is not known": (f"<profiles/>{members('new', 'P')}", "unknown"),
    "a group": (members("group", "G"), "blocked"),
    "a group with a kind that is not known": (members("group", "H"), "unknown"),
    "several groups": (members("group", "I", "G"), "blocked"),
}
BLOCKING = (
    f"<profiles>{objects('url-filtering', ('P', members('block', 'Mine')))}"
    f"{objects('custom-url-category', ('Mine', members('list', 'go.microsoft.com/')))}</profiles>"
    + objects("profile-group", ("G", NAMED), ("H", members("new", "P")), ("I", members("virus", "default")))
)


@pytest.mark.parametrize(("setting", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_what_hangs_on_a_rule(setting: str, expected: str) -> None:
    allowing = rule("Out", f"<profile-setting>{setting}</profile-setting>", "allow")

    assert access(firewall(allowing, objects=BLOCKING)) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("", "allowed"), (f"<profiles>{NAMED}</profiles>", "blocked"), (members("group", "G"), "blocked")],
)
def test_what_hangs_on_a_default_rule_that_lets_through(setting: str, expected: str) -> None:
    """The two default rules can be overridden, with profiles ("Security Policy")."""
    held = f"<action>allow</action><profile-setting>{setting}</profile-setting>"
    rulebases = f"<default-security-rules><rules>{entry('interzone-default', held)}</rules></default-security-rules>"

    assert access(firewall("", objects=BLOCKING, rulebases=rulebases)) == expected


def test_a_block_list_without_an_action_blocks() -> None:
    """Profiles up to PAN-OS 8.1 (schema of 8.0: the default of ``action`` is block)."""
    profile = objects("url-filtering", ("P", members("block-list", "go.microsoft.com")))
    allowing = rule("Out", f"<profile-setting><profiles>{NAMED}</profiles></profile-setting>", "allow")

    assert access(firewall(allowing, objects=f"<profiles>{profile}</profiles>")) == "blocked"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("panw-highrisk-ip-list", "unknown"),
        ("panw-known-ip-list", "allowed"),
        ("panw-bulletproof-ip-list", "allowed"),
        ("panw-torexit-ip-list", "allowed"),
    ],
)
def test_lists_of_addresses_of_the_vendor(name: str, expected: str) -> None:
    """Of what attackers use none is a sensor's; addresses of high risk are shared ("Built-in External Dynamic Lists")."""
    held = objects("external-list", ("Own", f"<type><predefined-ip><url>{name}</url></predefined-ip></type>"))

    assert access(firewall(rule("No", members("destination", "Own")) + ALLOW, objects=held)) == expected
    assert access(firewall(rule("No", members("destination", name)) + ALLOW)) == expected


@pytest.mark.parametrize(
    ("application", "decrypted", "port", "expected"),
    [
        ("ssl", False, 443, "blocked"),
        ("ssl", True, 443, "allowed"),
        ("web-browsing", False, 443, "allowed"),
        ("web-browsing", True, 443, "blocked"),
        ("web-browsing", False, 80, "blocked"),
        ("ssl", False, 80, "allowed"),
    ],
)
def test_applications_that_sessions_are_kept_as(application: str, decrypted: bool, port: int, expected: str) -> None:
    """A session of TLS is ``ssl``, plain and decrypted HTTP ``web-browsing`` ("App-ID Overview"), where no more is recognised."""
    decryption = entry("D", "<action>decrypt</action>") if decrypted else ""
    content = firewall(rule("No", members("application", application)) + ALLOW, decryption=decryption)

    assert access(content, port=port) == "unknown"
    assert access(content, port=port, assume=("app_ids_kept",)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("www.microsoft.com/", "blocked"),
        ("www.microsoft.com/pkiops/", "blocked"),
        ("www.microsoft.com/pkiops/*", "blocked"),
        ("www.microsoft.com/PkiOps/", "blocked"),
        ("WWW.microsoft.com/pkiops/*", "blocked"),
        ("*.com/pkiops/", "blocked"),
        ("www.microsoft.com/pkiop/*", "allowed"),
        ("www.microsoft.com/pki", "allowed"),
        ("www.microsoft.com/other/", "allowed"),
        ("microsoft.com/pkiops/", "allowed"),
    ],
)
def test_what_an_entry_with_a_path_blocks_of_plain_requests(written: str, expected: str) -> None:
    """An entry is a directory or page with what lies below it, whatever the case of its letters ("URL Category Exceptions")."""
    held = f"<profiles>{objects('custom-url-category', ('Mine', members('list', written)))}</profiles>"
    device = device_of(firewall(rule("No", members("category", "Mine")) + ALLOW, objects=held))

    assert verdict(device, "www.microsoft.com", port=80, path="/pkiops/*")[0] == expected
    assert verdict(device, "www.microsoft.com")[0] == ("blocked" if written == "www.microsoft.com/" else "allowed")


def test_hosts_on_which_an_open_end_of_a_path_may_matter() -> None:
    """Those that will be asked about, what patterns among them hold, and what a wildcard may stand for."""
    ends = OpenEnds([Endpoint("www.microsoft.com", 80, "http"), Endpoint("*.example.com", 80, "http")])

    for host in ("www.microsoft.com", "a.example.com", "a.b.example.com", "*.other.test", "^.com"):
        assert ends.on(host) is ALWAYS
    for host in ("microsoft.com", "other.test", "example.com"):
        assert ends.on(host) is NEVER
    assert OpenEnds([]).on("other.test") is ALWAYS


def test_the_addresses_of_units_of_other_kinds_of_interfaces() -> None:
    """The default route's next hop is in the network of a VLAN interface, which is in a zone of its own."""
    zones = "<zone>" + "".join(
        entry(zone, f"<network><layer3><member>{held}</member></layer3></network>")
        for zone, held in (("trust", "ethernet1/2"), ("untrust", "vlan.7"), ("dmz", "ethernet1/3"))
    )
    unit = entry("vlan.7", f"<ip>{entry('192.0.2.2/30')}</ip>")
    hop = "<destination>0.0.0.0/0</destination><nexthop><ip-address>192.0.2.1</ip-address></nexthop>"
    routes = f"<routing-table><ip><static-route>{entry('d', hop)}</static-route></ip></routing-table>"
    network = f"<interface><vlan><units>{unit}</units></vlan></interface><virtual-router>{entry('v', routes)}</virtual-router>"
    for target, expected in (("untrust", "allowed"), ("dmz", "blocked")):
        out = rule("Out", members("from", "trust") + members("to", target), "allow")
        device = device_of(firewall(out, network=network, zones=f"{zones}</zone>"))

        assert verdict(device, zones=("trust", ""))[0] == expected


KEPT = ("app_ids_kept",)
NARROW = objects("application-filter", ("F", members("category", "collaboration")))
TWICE = objects("application-group", ("G", members("members", "dns")), ("G", members("members", "ssl")))


@pytest.mark.parametrize(
    ("held", "names", "expected"),
    [
        (NARROW, ("F",), "allowed"),
        (NARROW, ("F", "ssl"), "blocked"),
        (NARROW, ("F", "web-browsing"), "allowed"),
        (NARROW, ("any", "F"), "blocked"),
        (TWICE, ("G",), "unknown"),
        (TWICE, ("G", "ssl"), "blocked"),
    ],
)
def test_lists_of_applications_where_sessions_are_kept(held: str, names: tuple[str, ...], expected: str) -> None:
    """What a filter takes in is not ``ssl`` where a criterion excludes it; a name that stands twice stays open."""
    content = firewall(rule("No", members("application", *names)) + ALLOW, objects=held)

    assert access(content, assume=KEPT) == expected
