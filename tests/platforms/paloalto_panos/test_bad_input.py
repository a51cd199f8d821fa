"""What is broken, hostile or odd ends in an error that says where, or in an answer that is not sure; never in a traceback."""

import time
from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.errors import InputError
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM

HEAD = '<?xml version="1.0"?>\n<config version="10.2.0" urldb="paloaltonetworks">'
SECONDS = 20
"""More than any of this takes on a slow machine."""


def firewall(objects: str = "", rule: str = "", rules: str = "") -> bytes:
    entry = f'<entry name="Web out">{rule}<action>allow</action></entry>'
    zones = '<zone><entry name="trust"/><entry name="untrust"/></zone>'
    body = f"{zones}{objects}<rulebase><security><rules>{rules}{entry}</rules></security></rulebase>"
    system = f'<vsys><entry name="vsys1">{body}</entry></vsys>'
    return f'{HEAD}<devices><entry name="localhost.localdomain">{system}</entry></devices></config>'.encode()


def devices(content: bytes, path: str = "config.xml") -> tuple[Device, ...]:
    return PLATFORM.parse(path, content, Options())


def access(content: bytes, host: str = "go.microsoft.com") -> str:
    return judge(devices(content)[0], [Requirement(host)], flow_for())[0].word(Stage.ACCESS)


def refusal(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        devices(content)
    return caught.value


def test_the_helper_makes_a_firewall_that_allows() -> None:
    assert access(firewall()) == "allowed"


@pytest.mark.parametrize("cut", [40, 200, -20, -1])
def test_a_truncated_export_is_refused_with_its_line(cut: int) -> None:
    error = refusal(firewall()[:cut])

    assert "not well-formed XML" in error.message
    assert error.line
    assert error.hint


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE config [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE config SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE config>",
    ],
)
def test_a_document_type_is_refused(declared: str) -> None:
    content = firewall().replace(b"<config", declared.encode() + b"<config", 1)

    assert "document type" in refusal(content).message


@pytest.mark.parametrize(
    "content",
    [b"<html><body>config</body></html>", b"<config/>", b'<response status="error"><result/></response>', b""],
)
def test_what_is_no_configuration_is_refused(content: bytes) -> None:
    assert refusal(content).hint


def test_an_export_in_utf_16_is_read() -> None:
    content = firewall().decode()

    assert access(content.encode("utf-16")) == "allowed"
    assert access(b"\xef\xbb\xbf" + content.encode()) == "allowed"


def test_bytes_of_another_encoding_are_refused_with_their_line() -> None:
    error = refusal(firewall().replace(b"Web out", b"Caf\xe9"))

    assert error.line == 2


def test_comments_and_cdata_hide_nothing_and_show_nothing() -> None:
    rule = '<entry name="No"><!-- <action>allow</action> --><action><![CDATA[deny]]></action></entry>'

    assert access(firewall(rules=rule)) == "blocked"
    assert access(firewall(rules=f"<!-- {rule.replace('<!--', '').replace('-->', '')} -->")) == "allowed"


def test_white_space_and_attributes_of_tags_mean_nothing() -> None:
    rule = "<entry\n admin='x'\n name='A &gt; B' ><action >deny</action\n></entry>"

    assert access(firewall(rules=rule)) == "blocked"


def test_a_group_that_holds_itself_is_told_and_not_followed_for_ever() -> None:
    groups = "".join(
        f'<entry name="{name}"><static><member>{member}</member></static></entry>'
        for name, member in ("AB", "BC", "CB")
    )
    rule = '<entry name="No"><destination><member>A</member></destination><action>deny</action></entry>'
    content = firewall(f"<address-group>{groups}</address-group>", rules=rule)

    assert access(content) == "unknown"
    assert [unread.text for unread in devices(content)[0].unread] == ["address group 'B'"]


@pytest.mark.parametrize(
    ("kind", "field"),
    [("address-group", "destination"), ("service-group", "service"), ("application-group", "application")],
)
def test_ten_thousand_nested_groups_take_no_stack_and_no_time(kind: str, field: str) -> None:
    held = ("static", "static") if kind == "address-group" else ("members", "members")
    groups = "".join(
        f'<entry name="g{n}"><{held[0]}><member>g{n + 1}</member></{held[1]}></entry>' for n in range(10_000)
    )
    last = {"address-group": "10.0.0.1", "service-group": "service-http", "application-group": "ssh"}[kind]
    rule = f"<entry name='No'><{field}><member>g0</member></{field}><action>deny</action></entry>"
    begin = time.process_time()

    found = access(firewall(f"<{kind}>{groups}</{kind}>".replace("g10000", last), rules=rule))

    assert found == "allowed"
    assert time.process_time() - begin < SECONDS


def test_groups_that_multiply_are_given_up_in_bounded_time() -> None:
    groups = "".join(
        f'<entry name="g{n}"><static>{"".join(f"<member>g{m}</member>" for m in range(n + 1, 1200))}</static></entry>'
        for n in range(1200)
    )
    rules = "".join(
        f'<entry name="r{n}"><destination><member>g{n}</member></destination><action>deny</action></entry>'
        for n in range(1200)
    )
    begin = time.process_time()

    found = access(firewall(f"<address-group>{groups}</address-group>", rules=rules))

    assert found == "unknown"
    assert time.process_time() - begin < SECONDS


def test_a_name_that_stands_twice_is_told() -> None:
    twice = '<address><entry name="A"><fqdn>a.test</fqdn></entry><entry name="A"><fqdn>b.test</fqdn></entry></address>'

    assert [(unread.text, unread.location.line) for unread in devices(firewall(twice))[0].unread] == [
        ("address 'A'", 2)
    ]


def test_a_name_that_stands_twice_is_unknown_where_it_is_used() -> None:
    twice = '<address><entry name="A"><ip-netmask>10.0.0.1</ip-netmask></entry><entry name="A"><ip-netmask>0.0.0.0/0</ip-netmask></entry></address>'
    rule = '<entry name="No"><destination><member>A</member></destination><action>deny</action></entry>'

    assert access(firewall(twice, rules=rule)) == "unknown"


def test_elements_nested_without_end_take_no_stack() -> None:
    deep = "<x>" * 50_000 + "</x>" * 50_000

    assert access(firewall(f"<other>{deep}</other>")) == "allowed"


def test_a_rule_with_nested_parts_of_its_own_name_is_read_by_its_own(tmp_path: Path) -> None:
    odd = "<option><option><action>deny</action></option></option><description>x</description>"

    assert access(firewall(rule=odd)) == "allowed"


def test_commands_below_edit_are_refused() -> None:
    error = refusal(b"edit rulebase security\nset rules A action allow\n")

    assert "edit" in error.message


def test_a_command_that_is_not_understood_is_told() -> None:
    found = devices(
        b"set rulebase security rules A action allow\nmove rulebase security rules A sideways\n", "config.txt"
    )

    assert [(unread.text, unread.location.line) for unread in found[0].unread] == [("move rulebase", 2)]


def test_a_part_of_a_rule_that_is_not_known_is_told_with_its_own_line() -> None:
    found = devices(b"set rulebase security rules A action allow\nset rulebase security rules A frob x\n", "config.txt")

    assert [(unread.text, unread.location.line) for unread in found[0].unread] == [("frob", 2)]


@pytest.mark.parametrize("field", ["source", "destination", "service"])
def test_an_empty_list_in_a_rule_is_not_taken_for_everything(field: str) -> None:
    assert access(firewall(rule=f"<{field}/>")) == "unknown"


def test_settings_without_the_address_of_a_panorama_manage_nothing() -> None:
    settings = (
        b"<deviceconfig><system><panorama><local-panorama/></panorama><panorama-server/></system></deviceconfig><vsys>"
    )

    assert access(firewall().replace(b"<vsys>", settings)) == "allowed"


@pytest.mark.parametrize(
    "twice",
    ["<rulebase/>", "<address/><address/>", "<profiles><url-filtering/><url-filtering/></profiles>", "<zone/>"],
)
def test_a_section_that_stands_twice_is_refused(twice: str) -> None:
    error = refusal(firewall(objects=twice))

    assert "stands twice" in error.message
    assert error.line


@pytest.mark.parametrize("part", ["security", "decryption"])
def test_rules_that_stand_in_two_places_are_refused(part: str) -> None:
    content = firewall().replace(b"</rulebase>", f"<{part}/><{part}/></rulebase>".encode())

    assert "stands twice" in refusal(content).message


COMMANDS = b"""\
set zone trust network layer3 ethernet1/2
set zone untrust network layer3 ethernet1/1
set network virtual-router default routing-table ip static-route out destination 0.0.0.0/0
set network virtual-router default routing-table ip static-route out interface ethernet1/1
set rulebase security rules out from trust
set rulebase security rules out to untrust
set rulebase security rules out source any
set rulebase security rules out destination any
set rulebase security rules out application any
set rulebase security rules out service any
set rulebase security rules out action allow
"""


def test_a_command_about_rules_that_is_not_understood_may_do_anything() -> None:
    assert access(COMMANDS) == "allowed"
    assert access(COMMANDS + b"override rulebase security rules first action deny\n") == "unknown"
    assert access(COMMANDS + b"override deviceconfig system hostname fw\n") == "allowed"


def test_rules_of_an_unknown_kind_may_do_anything() -> None:
    plain = firewall()
    strange = plain.replace(b"<rulebase>", b"<rulebase><quantum-gate><rules/></quantum-gate>")

    assert (access(plain), access(strange)) == ("allowed", "unknown")


ONE_LINE_EACH = b"""\
set network virtual-router default routing-table ip static-route out destination 0.0.0.0/0 nexthop ip-address 192.0.2.1 interface ethernet1/1
set zone trust network layer3 ethernet1/2
set zone untrust network layer3 ethernet1/1
set profiles custom-url-category mde type "URL List" list [ go.microsoft.com/ login.live.com/ ]
set rulebase security rules out from trust to untrust source any destination any application any service any profile-setting group none category mde action allow
set rulebase decryption rules all from trust to untrust source any destination any category any type ssl-forward-proxy action decrypt
set shared ssl-decrypt forward-trust-certificate rsa ca
"""


def test_a_command_may_set_several_parts() -> None:
    (device,) = devices(ONE_LINE_EACH.replace(b"profile-setting group none ", b""))
    allowed, other = judge(device, [Requirement("go.microsoft.com"), Requirement("one.example")], flow_for())

    assert [allowed.word(stage) for stage in (Stage.ACCESS, Stage.INSPECTION)] == ["allowed", "inspected"]
    assert other.word(Stage.ACCESS) == "blocked"


def test_a_part_with_parts_of_its_own_swallows_none_of_the_others() -> None:
    (device,) = devices(ONE_LINE_EACH)
    (verdict,) = judge(device, [Requirement("one.example")], flow_for())

    assert verdict.word(Stage.ACCESS) == "blocked"


BLOCKS = b"""deviceconfig {
  system {
    hostname fw1;
  }
}
zone {
  trust { }
  untrust { }
}
rulebase {
  security {
    rules {
      "Web out" {
        from any;
        to any;
        source any;
        destination any;
        application any;
        service any;
        action allow;
      }
    }
  }
}
"""


def test_blocks_are_read() -> None:
    assert PLATFORM.detect("config.txt", BLOCKS)
    assert access(BLOCKS) == "allowed"
    assert access(b"\xff\xfe" + BLOCKS.decode().encode("utf-16-le")) == "allowed"


@pytest.mark.parametrize("quote", [b'"', b'"\\"', b'"never \\'])
def test_a_quote_without_an_end_is_an_error(quote: bytes) -> None:
    line = BLOCKS.count(b"\n") + 1

    with pytest.raises(InputError, match="a quote has no end") as caught:
        access(BLOCKS + b"note " + quote)

    assert caught.value.line == line


@pytest.mark.parametrize(
    ("begin", "end", "message", "line"),
    [
        (0, -2, "ends in the middle of a block", BLOCKS.count(b"\n")),
        (BLOCKS.index(b"  security"), None, "says only a part of its path", 1),
        (BLOCKS.index(b"    hostname"), None, "ends that has not begun", 2),
    ],
)
def test_a_part_of_blocks_is_refused_with_its_line(begin: int, end: int | None, message: str, line: int) -> None:
    error = refusal(BLOCKS[begin:end] + (b"" if begin == 0 else BLOCKS))

    assert message in error.message
    assert error.line == line
    assert "set cli config-output-format set" in (error.hint or "")


def test_blocks_in_one_line_are_refused() -> None:
    assert "in the line in which it begins" in refusal(BLOCKS.replace(b"system {\n", b"system { ")).message


def test_words_in_a_block_that_do_not_end_make_everything_unknown() -> None:
    text = BLOCKS.replace(b"hostname fw1;", b"hostname fw1")

    assert devices(text)[0].unread
    assert access(text) == "unknown"


def test_an_unknown_section_is_reported() -> None:
    (device,) = devices(firewall("<quantum-inventory><enabled>yes</enabled></quantum-inventory>"))

    assert [each.text for each in device.unread] == ["quantum-inventory"]


def test_a_zone_that_nothing_defines_is_noted_where_zones_are_defined() -> None:
    rule = "<from><member>gone</member></from><to><member>untrust</member></to>"
    (device,) = devices(firewall(rule=rule))
    (partial,) = devices(firewall(rule=rule).replace(b'<zone><entry name="trust"/><entry name="untrust"/></zone>', b""))

    assert [note.text for note in device.notes] == ["zone 'gone' is used and not defined"]
    assert not partial.notes


def test_another_encoding_is_refused_with_what_to_do() -> None:
    error = refusal(firewall().replace(b"Web out", "Büro".encode("latin-1")))

    assert "not UTF-8" in (error.hint or "")
