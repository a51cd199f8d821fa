"""What is read quickly in large exports is what is read of small ones: the quick ways are held to the plain ones."""

import re
from pathlib import Path
from random import Random

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Rulebase, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM, layers, security
from allowlint.platforms.paloalto_panos.rules import fields_of
from allowlint.syntax.xml_tree import Misread, Node, parse_xml
from tests.generators.panos import export
from tests.support import FIXTURES

ASKED = tuple(map(Requirement, ("*.endpoint.security.microsoft.com", "go.microsoft.com", "site-7-1.example.net")))
CONFIGS = sorted((FIXTURES / "platforms" / "paloalto_panos").glob("*/config.xml"))


def large(rules: int = 1500, seed: int = 3) -> str:
    return "\n".join(export(rules, seed))


def read(text: str) -> Device:
    return PLATFORM.parse("config.xml", text.encode(), Options())[0]


def met(device: Device) -> list[list[str]]:
    """The rules of each way through a device, with what becomes of a few endpoints."""
    seen = [[f"{rule.location} {rule.text}" for rule in rulebase.rules] for rulebase in _security(device)]
    verdicts = [[str(answer.answer) for answer in each.stages.values()] for each in judge(device, ASKED, flow_for())]
    return [*seen, *verdicts]


def _security(device: Device) -> list[Rulebase]:
    todo = [rulebase for entrance in device.entrances for rulebase in entrance.rulebases]
    found: list[Rulebase] = []
    while todo:
        rulebase = todo.pop()
        found += [rulebase] if rulebase.name == "security rules" else []
        todo += [then for rule in (*rulebase.rules, rulebase.default) for then in rule.then]
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_sifting_leaves_out_nothing_that_is_met(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = large(seed=seed)
    # Rules as they are rarely written, that the quick look is not to be taken in by.
    odd = (
        "<entry name='negated'><to><member>any</member></to><destination><member>obj-1</member></destination>"
        "<negate-destination>yes</negate-destination><action>deny</action></entry>"
        '<entry name="nested"><target><devices><entry name="1"/></devices></target><action>allow</action></entry>'
        '<entry name="empty"/><entry name="spaced"><destination><member> any </member></destination></entry>'
        '<entry name="mixed"><destination><member>obj-1</member><member>any</member></destination><action>deny</action></entry>'
        '<entry name="both"><application><member>ssh</member><member>any</member></application><action>allow</action></entry>'
    )
    text = text.replace('<entry name="rule-700"', f'{odd}<entry name="rule-700"')
    monkeypatch.setattr(security, "LONG", 1 << 60)
    plain = met(read(text))

    monkeypatch.setattr(security, "LONG", 0)
    quick = met(read(text))

    assert any("spaced" in line for line in plain[0])
    assert quick == plain


_DEFINED = """
<address>
  <entry name="inside"><ip-netmask>10.1.2.3/32</ip-netmask></entry>
  <entry name="outside">
    <ip-netmask>203.0.113.7</ip-netmask>
  </entry>
  <entry name="everything"><ip-netmask>0.0.0.0/0</ip-netmask></entry>
  <entry name="wide"><ip-netmask>10.0.0.0/7</ip-netmask></entry>
  <entry name="named"><fqdn>go.microsoft.com</fqdn></entry>
  <entry name="range"><ip-range>10.0.0.1-10.0.0.9</ip-range></entry>
  <entry name="twice"><ip-netmask>10.0.0.1</ip-netmask></entry>
  <entry name="twice"><ip-netmask>0.0.0.0/0</ip-netmask></entry>
  <entry name="10.9.9.1"><ip-netmask>203.0.113.8</ip-netmask></entry>
</address>
<address-group>
  <entry name="group"><static><member>inside</member><member>outside</member></static></entry>
  <entry name="10.9.9.2"><static><member>everything</member></static></entry>
</address-group>
<external-list><entry name="10.9.9.3"><type><ip><url>https://lists.example/a</url></ip></type></entry></external-list>
<region><entry name="10.9.9.4"><address><member>0.0.0.0/0</member></address></entry></region>
<application-group><entry name="ssh"><members><member>web-browsing</member></members></entry></application-group>
"""
_ADDRESSES = (
    "inside outside everything wide named range twice group gone any 10.4.5.6 10.4.5.0/24 10.0.0.0/7 10.300.1.1 192.168.3.4 "
    "192.168.0.0/15 172.20.1.1 172.32.1.1 10.9.9.1 10.9.9.2 10.9.9.3 10.9.9.4 203.0.113.9 10.1.1.1-10.1.1.9 in&#115;ide US"
).split()
_FIELDS = {
    "to": ("any", "untrust", "dmz", "nowhere"),
    "destination": _ADDRESSES,
    "application": ("any", "ssl", "ssh", "dns", "ntp"),
}
_LAYOUTS = (
    "<member>{}</member>",
    "\n  <member>{}</member>\n",
    "<member> {} </member>",
    "<member loc='x'>{}</member>",
    "<member>{}</member ><!-- note -->",
    "<member><![CDATA[{}]]></member>",
)
_ODD = (
    "<disabled>yes</disabled>",
    "<disabled> yes </disabled>",
    "<disabled>no</disabled>",
    "<negate-destination>yes</negate-destination>",
    "<negate-destination>no</negate-destination>",
    '<target><devices><entry name="1"/></devices></target>',
    "<future><to><member>dmz</member></to></future>",
    "<description>&lt;disabled>yes&lt;/disabled></description>",
)


def _rule(number: int, random: Random) -> str:
    """A rule in one of the many forms that XML leaves open, with few criteria, so that most of them are met."""
    fields = [f"<action>{random.choice(('allow', 'deny'))}</action>"]
    for field, words in _FIELDS.items():
        if random.random() < 0.6:
            layout = random.choice(_LAYOUTS) if random.random() < 0.3 else _LAYOUTS[0]
            members = "".join(layout.format(random.choice(words)) for _ in range(random.choice((1, 1, 1, 2))))
            fields.append(f"<{field}>{members}</{field}>")
    fields += [random.choice(_ODD)] if random.random() < 0.3 else []
    random.shuffle(fields)
    if random.random() < 0.1:
        return f'<entry name="rule-{number}"/>'
    return f'<entry name="rule-{number}">{"".join(fields)}</entry{random.choice(("", "", "", " "))}>'


@pytest.mark.parametrize("seed", range(150))
def test_sifting_leaves_out_nothing_that_is_met_in_whatever_form(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    text = large(20)
    rules = "\n".join(_rule(number, random) for number in range(12))
    text = re.sub(
        r"(<security>\s*<rules>).*(</rules>\s*</security>)", lambda found: found[1] + rules + found[2], text, flags=re.S
    )
    text = re.sub(r"<address>.*</address>", lambda _: _DEFINED, text, flags=re.S)
    monkeypatch.setattr(security, "LONG", 1 << 60)
    plain = met(read(text))

    monkeypatch.setattr(security, "LONG", 0)

    assert met(read(text)) == plain


@pytest.mark.parametrize("place", ["first", "between", "last"])
def test_what_is_no_rule_may_do_anything_in_a_long_rulebase_too(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = large(300, 2)
    before = {
        "first": '<entry name="rule-0"',
        "between": '<entry name="rule-99"',
        "last": "</rules>\n            </security>",
    }
    text = text.replace(before[place], f'<group><entry name="x"/></group>{before[place]}')
    monkeypatch.setattr(security, "LONG", 1 << 60)
    plain = read(text)
    monkeypatch.setattr(security, "LONG", 0)
    monkeypatch.setattr(layers, "LONG", 0)
    quick = read(text)

    for device in (plain, quick):
        verdicts = [verdict.word(Stage.ACCESS) for verdict in judge(device, ASKED, flow_for(zones=("trust", "")))]
        assert [unread.text for unread in device.unread] == ["group"]
        assert verdicts == ["unknown", "unknown", "blocked"]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.parent.name)
def test_sifting_changes_no_fixture(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    devices = [PLATFORM.parse(str(path), path.read_bytes(), Options())]
    monkeypatch.setattr(security, "LONG", 0)
    devices.append(PLATFORM.parse(str(path), path.read_bytes(), Options()))

    plain, quick = ([met(device) for device in each] for each in devices)

    assert quick == plain


def test_an_address_that_a_nearer_level_defines_is_not_taken_for_a_farther_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = large(60).replace(
        "<shared/>", '<shared><address><entry name="X">\n<ip-netmask>10.0.0.1</ip-netmask></entry></address></shared>'
    )
    text = text.replace(
        "          <address>", '          <address><entry name="X"><ip-netmask>0.0.0.0/0</ip-netmask></entry>'
    )
    rule = '<entry name="X"><to><member>untrust</member></to><destination><member>X</member></destination><action>allow</action></entry>'
    text = text.replace('<entry name="rule-0"', f'{rule}<entry name="rule-0"')
    monkeypatch.setattr(security, "LONG", 0)

    assert "security rule 'X'" in met(read(text))[0][0]


def _same(one: Node, other: Node) -> bool:
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if (left.tag, left.start, left.begin, left.end, left.name) != (
            right.tag,
            right.start,
            right.begin,
            right.end,
            right.name,
        ):
            return False
        if len(left.children) != len(right.children):
            return False
        pairs += zip(left.children, right.children, strict=True)
    return True


def _found_out(root: Node) -> bool:
    """Whether looking at every element shows that one was taken to end where it does not."""
    todo = [root]
    try:
        while todo:
            todo += todo.pop().children
    except Misread:
        return True
    return False


def test_large_elements_are_found_by_their_layout_as_by_their_tags() -> None:
    content = large(2500).encode()

    assert len(content) > 3 << 20
    assert _same(parse_xml(content, "", careful=False), parse_xml(content, ""))


@pytest.mark.parametrize(
    "change",
    [
        (
            "\n        </entry>\n      </vsys>",
            '</entry><entry name="vsys2">\n          <zone/>\n        </entry>\n      </vsys>',
        ),
        ("          <zone>", '          <zone>\n<entry name="odd">\n        </entry>'),
        ("\n      </vsys>", "</vsys><vsys>\n      </vsys>"),
    ],
)
def test_a_layout_that_misleads_is_found_out(change: tuple[str, str]) -> None:
    text = large(2500)
    assert change[0] in text
    content = text.replace(*change, 1).encode()
    root = parse_xml(content, "", careful=False)

    assert _found_out(root) or _same(root, parse_xml(content, ""))
    assert met(PLATFORM.parse("config.xml", content, Options())[0])[0]


def test_the_fields_of_a_rule_are_those_of_the_tree() -> None:
    for path in CONFIGS:
        root = parse_xml(path.read_bytes(), "")
        todo = [root]
        while todo:
            node = todo.pop()
            todo += node.children
            if node.tag == "entry" and re.search(rb"<(action|to)>", node.inner):
                assert fields_of(node) == {child.tag: child.inner for child in node.children}


@pytest.mark.parametrize("seed", [2, 4, 9])
def test_one_rule_among_hundreds_opens_what_it_is_about(seed: int) -> None:
    """The rule before the last allows category 15 by HTTPS from trust; nothing else names it, nothing else opens the internet."""
    text = large(300, seed)
    rule = next(line for line in text.split("<entry ") if line.startswith('name="rule-298"'))
    assert "cat-15<" in rule
    above = [part for part in text.split('name="rule-298"')[0].split("<entry ") if "<member>cat-15<" in part]
    assert above == []
    device = read(text)
    asked = [
        Requirement("*.endpoint.security.microsoft.com"),
        Requirement("go.microsoft.com"),
        Requirement("www.bing.com"),
    ]

    verdicts = {
        zone: [verdict.word(Stage.ACCESS) for verdict in judge(device, asked, flow_for(zones=(zone, "")))]
        for zone in ("trust", "dmz")
    }

    assert verdicts == {"trust": ["allowed", "allowed", "blocked"], "dmz": ["blocked"] * 3}
