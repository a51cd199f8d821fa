"""Waivers in comments and descriptions: for what they hold on each platform, and what is said of those that are not understood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allowlint import registry
from allowlint.model.waiver import Remark, Span, WaiverState
from allowlint.waivers.inline import standing_in
from tests.cli.calling import BLOCKED, SQUID, Call, report_of

WAIVER = "allowlint: ignore[{codes}] until=2101-03-31 ticket=CHG-1 owner=net reason: accepted for the time being"
MARK = WAIVER.format(codes="ACC001")
HERE = (Span("", 4, 4),)


def read(text: str) -> Any:
    (use,) = standing_in("squid.conf", Remark(text, 3, HERE))
    return use


def test_every_part_of_it_is_read() -> None:
    use = read(f" {WAIVER.format(codes='TLS001, missing-allow,TLS001')}\n  and\tmore ")

    waiver = use.waiver
    assert use.state is WaiverState.ACTIVE
    assert waiver.checks == ("TLS001", "ACC001")
    assert (waiver.expiry, waiver.ticket, waiver.owner) == ("2101-03-31", "CHG-1", "net")
    assert waiver.reason == "accepted for the time being and more"
    assert (str(waiver.location), waiver.inline, waiver.spans) == ("squid.conf:3", True, (Span("squid.conf", 4, 4),))


def test_expiry_is_another_word_for_until() -> None:
    assert read("allowlint: ignore[TLS001] expiry=2027-03-31 reason: long enough for all").waiver.expiry == "2027-03-31"


def test_one_remark_may_hold_two() -> None:
    found = [*standing_in("f", Remark(f"{MARK} {WAIVER.format(codes='TLS001')}", 1, HERE))]

    assert [use.waiver.checks for use in found] == [("ACC001",), ("TLS001",)]
    assert found[0].waiver.reason == "accepted for the time being"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("allowlint: TLS001 reason: long enough for all", "it does not begin with ignore[...]"),
        ("allowlint: ingore[TLS001] reason: long enough for all", "it does not begin with ignore[...]"),
        ("allowlint: ignore TLS001 reason: long enough for all", "it does not begin with ignore[...]"),
        ("allowlint: ignore[] reason: long enough for all", "no check is called ''"),
        ("allowlint: ignore[TLS01] reason: long enough for all", "no check is called 'TLS01': did you mean 'TLS001'?"),
        ("allowlint: ignore[TLS] reason: long enough for all", "no check is called 'TLS'"),
        ("allowlint: ignore[*] reason: long enough for all", "no check is called '*'"),
        ("allowlint: ignore[TLS001] until=2027-03-31", "it has no reason"),
        ("allowlint: ignore[TLS001] until=2027-03-31 reason:", "its reason '' is too short"),
        ("allowlint: ignore[TLS001] reason: short", "its reason 'short' is too short"),
        ("allowlint: ignore[TLS001] until=2027-02-30 reason: long enough for all", "'2027-02-30' is no day"),
        ("allowlint: ignore[TLS001] until=tomorrow reason: long enough for all", "'tomorrow' is no day"),
        ("allowlint: ignore[TLS001] until= reason: long enough for all", "'until=' is not understood"),
        ("allowlint: ignore[TLS001] untill=2027-03-31 reason: long enough for all", "'untill=2027-03-31' is not"),
        ("allowlint: ignore[TLS001] for ever reason: long enough for all", "'for' is not understood"),
        ("allowlint: ignore[TLS001] until=2027-03-31 expiry=2028-03-31 reason: long enough", "expiry is said twice"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(text: str, why: str) -> None:
    use = read(text)

    assert use.state is WaiverState.REFUSED
    assert why in use.why
    assert use.why.partition(": ")[2]
    assert use.waiver.location.line == 3


def test_a_remark_that_belongs_to_nothing_is_refused() -> None:
    (use,) = standing_in("f", Remark(MARK, 3))

    assert use.state is WaiverState.REFUSED
    assert "it belongs to no rule or object" in use.why


def spans(platform: str, text: str) -> list[list[tuple[int, int]]]:
    """Of each remark, the lines that it belongs to."""
    content = text.encode()
    return [
        [(s.line, s.last_line) for s in remark.spans]
        for remark in registry.load("platforms", platform).remarks(content)
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([f"http_access deny all # {MARK}"], [[(1, 1)]]),
        ([f"# {MARK}", "http_access deny all", "http_access deny x"], [[(2, 2)]]),
        ([f"# {MARK}", "# why", "  #", "http_access deny all"], [[(4, 4)]]),
        ([f"# {MARK}", f"# {MARK}", "http_access deny all"], [[(3, 3)], [(3, 3)]]),
        ([f"# {MARK}", "", "http_access deny all"], [[]]),
        (["http_access deny all", f"# {MARK}"], [[]]),
        ([f"# {MARK}", "http_access deny \\", "  all", "x"], [[(2, 3)]]),
        (["http_access deny \\", f"  all # {MARK}", "x"], [[(1, 2)]]),
        ([f"acl#{MARK}"], []),
        (["http_access deny all\r", f"\t# {MARK}\r", "acl x\r"], [[(3, 3)]]),
    ],
)
def test_squid_comments(lines: list[str], expected: list[list[tuple[int, int]]]) -> None:
    assert spans("squid", "\n".join(lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([f'  return "DIRECT"; // {MARK}'], [[(2, 2)]]),
        ([f"  // {MARK}", '  if (x) return "DIRECT";', "  y();"], [[(3, 3)]]),
        ([f"  /* {MARK} */", '  return "DIRECT";'], [[(3, 3)]]),
        ([f"  /* {MARK} */ return x;", "  y();"], [[(2, 2)]]),
        (["  /*", f"   {MARK}", "   */", "  // more", "  x();"], [[(6, 6)]]),
        ([f"  // {MARK}", "", "  x();"], [[]]),
        ([f'  var text = "{MARK}";'], [[]]),
        ([f"  x(); /* {MARK}", "  and more */ y();"], [[(2, 2)]]),
    ],
)
def test_pac_comments(lines: list[str], expected: list[list[tuple[int, int]]]) -> None:
    assert spans("pac", "\n".join(("function FindProxyForURL(url, host) {", *lines, "}"))) == expected


RULE = """\
<config urldb="paloaltonetworks"><devices><entry name="localhost.localdomain"><vsys>
<entry name="vsys1"{outside}>
  <rulebase><security><rules>
    <entry name="a">
      <action>deny</action>
      {said}
    </entry>
    <entry name="b">
      <action>allow</action>
    </entry>
  </rules></security></rulebase>
</entry></vsys></entry></devices></config>
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"<description>{MARK}</description>", [[(4, 7)]]),
        (f"<comments>{MARK}</comments>", [[(4, 7)]]),
        (f"<description><![CDATA[{MARK}]]></description>", [[(4, 7)]]),
        # What nobody would look for it in is not passed over in silence.
        (f"<tag><member>{MARK}</member></tag>", [[]]),
        (f"<!-- {MARK} -->", [[]]),
        ("<description>other</description>", []),
    ],
)
def test_panos_descriptions(said: str, expected: list[list[tuple[int, int]]]) -> None:
    assert spans("paloalto_panos", RULE.format(said=said, outside="")) == expected


def test_a_panos_description_of_a_whole_system_is_too_broad() -> None:
    text = RULE.format(said="", outside="").replace(
        '<entry name="vsys1">', f'<entry name="vsys1"><description>{MARK}</description>'
    )

    assert spans("paloalto_panos", text) == [[]]


def test_in_an_export_of_one_line_the_columns_count() -> None:
    text = RULE.format(said=f"<description>{MARK}</description>", outside="").replace("\n", "")

    (remark,) = registry.load("platforms", "paloalto_panos").remarks(text.encode())

    (span,) = remark.spans
    assert (span.line, span.last_line) == (1, 1)
    assert text[span.column - 1 :].startswith('<entry name="a">')
    assert text[: span.last_column].endswith("</entry>")
    assert '<entry name="b">' not in text[span.column - 1 : span.last_column]


SET = """\
set rulebase security rules a from any
set rulebase security rules b action allow
set rulebase security rules a description "{}"
set rulebase security rules a2 action allow
set address x fqdn x.test
set address x description "{}"
set vsys vsys1 rulebase security rules address action deny description "{}"
set deviceconfig system login-banner "{}"
"""


def test_panos_set_commands() -> None:
    text = SET.format(*[MARK.replace(": ", " : ", 0)] * 4)

    assert spans("paloalto_panos", text) == [[(1, 1), (3, 3)], [(5, 6)], [(7, 7)], []]


BLOCKS = f"""\
rulebase {{
  security {{
    rules {{
      a {{
        description "{MARK}";
        action deny;
      }}
      b {{
        action allow;
      }}
    }}
  }}
}}
deviceconfig {{
  system {{
    login-banner "{MARK}";
  }}
}}
"""


def test_panos_blocks() -> None:
    assert spans("paloalto_panos", BLOCKS) == [[(4, 7)], []]


FORTIOS = f"""\
config firewall policy
    edit 1
        set comments "{MARK}"
        set action deny
    next
    edit 2
        set action accept
    next
    edit 1
        set status enable
    next
end
config system global
    set alias "{MARK}"
end
config webfilter profile
    edit "p"
        set comment "{MARK}"
        config web
            set blocklist enable
        end
    next
end
"""


def test_fortios_comments() -> None:
    first, profile, other = sorted(spans("fortinet_fortios", FORTIOS), key=lambda found: not found)

    # Opened twice; what stands between is another policy's.
    assert {line for span in first for line in range(span[0], span[1] + 1)} == {2, 3, 4, 10}
    assert {line for span in profile for line in range(span[0], span[1] + 1)} == {17, 18, 19, 20}
    assert other == []


@pytest.fixture
def checked(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Checks a Squid configuration, with a policy of which one endpoint is blocked."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    policy = folder / "mine.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + BLOCKED, encoding="utf-8")

    def check(text: str, *words: str) -> Any:
        (folder / "squid.conf").write_text(text, encoding="utf-8")
        done = call("check", "./squid.conf", "--policy", "mine.yaml", "--format", "json", *words)
        return done.code, report_of(done)

    return check


DENY = "http_access deny all\n"


def test_it_waives_what_its_rule_decides(checked: Callable[..., Any]) -> None:
    code, report = checked(SQUID.replace(DENY, f"# {MARK}\n{DENY}"))

    assert code == 0
    (finding,) = report["findings"]
    assert (finding["code"], finding["waiver"]["inline"], finding["waiver"]["line"]) == ("ACC001", True, 5)
    assert report["summary"]["waived"] == 1


def test_in_sarif_it_is_in_source(call: Call, checked: Callable[..., Any]) -> None:
    checked(SQUID.replace(DENY, f"# {MARK}\n{DENY}"))

    done = call("check", "squid.conf", "--policy", "mine.yaml", "--format", "sarif")

    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert [each["kind"] for each in result["suppressions"]] == ["inSource"]


def test_it_waives_nothing_that_another_rule_decides(checked: Callable[..., Any]) -> None:
    code, report = checked(SQUID.replace("http_access allow mine\n", f"http_access allow mine # {MARK}\n"))

    assert code == 1
    assert [(f["code"], f["waiver"]) for f in report["findings"]] == [("ACC001", None), ("WVR003", None)]


def test_it_waives_nothing_that_happens_by_default(checked: Callable[..., Any]) -> None:
    """Squid's default is the opposite of the last line; it is not what stands in that line."""
    code, report = checked(SQUID.replace(DENY, "").replace("allow mine\n", f"allow mine # {MARK}\n"))

    assert code == 1
    assert [(f["code"], f["waiver"]) for f in report["findings"] if f["code"] == "ACC001"] == [("ACC001", None)]


def test_one_that_is_not_understood_fails_the_run_and_waives_nothing(checked: Callable[..., Any]) -> None:
    code, report = checked(SQUID.replace(DENY, f"# {MARK.replace('reason:', 'because')}\n{DENY}"))

    assert code == 1
    assert {(f["code"], f["line"]) for f in report["findings"]} == {("WVR004", 5), ("ACC001", 6)}


def test_one_without_an_end_needs_settings_that_allow_it(checked: Callable[..., Any]) -> None:
    text = SQUID.replace(DENY, f"# {MARK.replace('until=2101-03-31 ', '')}\n{DENY}")

    code, report = checked(text)
    assert code == 1
    assert "it has no end" in next(f["message"] for f in report["findings"] if f["code"] == "WVR004")

    Path("allowlint.yaml").write_text("version: 1\nwaiver-rules: {expiry: optional}\n", encoding="utf-8")
    assert checked(text)[0] == 0


@pytest.mark.parametrize("rules", ["{inline: refused}", "{longest_days: 30}"])
def test_the_rules_of_the_settings_hold_for_it(checked: Callable[..., Any], rules: str) -> None:
    Path("allowlint.yaml").write_text(f"version: 1\nwaiver-rules: {rules}\n", encoding="utf-8")

    code, report = checked(SQUID.replace(DENY, f"# {MARK}\n{DENY}"))

    assert code == 1
    assert {"WVR004", "ACC001"} == {f["code"] for f in report["findings"]}


def test_it_expires(checked: Callable[..., Any]) -> None:
    code, report = checked(SQUID.replace(DENY, f"# {MARK.replace('2101-03-31', '2099-12-31')}\n{DENY}"))

    assert code == 1
    assert {"WVR001", "ACC001"} == {f["code"] for f in report["findings"]}


def test_a_mandatory_check_cannot_be_waived_inline(checked: Callable[..., Any]) -> None:
    Path("allowlint.yaml").write_text("version: 1\nchecks: {mandatory: [ACC]}\n", encoding="utf-8")

    code, report = checked(SQUID.replace(DENY, f"# {MARK}\n{DENY}"))

    assert code == 1
    assert [f["waiver"] for f in report["findings"]] == [None, None]


def test_no_waivers_ignores_it_whatever_it_says(checked: Callable[..., Any]) -> None:
    code, report = checked(SQUID.replace(DENY, f"# {MARK} \n# allowlint: nonsense\n{DENY}"), "--no-waivers")

    assert (code, [f["code"] for f in report["findings"]], report["waivers"]) == (1, ["ACC001"], [])


def test_it_may_stand_in_an_included_file(checked: Callable[..., Any], folder: Path) -> None:
    (folder / "last.conf").write_text(f"# {MARK}\n{DENY}", encoding="utf-8")

    code, report = checked(SQUID.replace(DENY, "include last.conf\n"))

    assert code == 0
    assert [(f["path"], f["waiver"]["path"]) for f in report["findings"]] == [("last.conf", "last.conf")]


def test_a_deny_for_one_name_keeps_its_waiver_to_itself(checked: Callable[..., Any]) -> None:
    text = SQUID.replace(
        "http_access allow mine\n",
        f"acl one dstdomain api.good.test\n# {MARK}\nhttp_access deny one\nhttp_access allow mine\n",
    )

    code, report = checked(text)

    assert code == 1
    waived = {f["requirement"]: f["waiver"] is not None for f in report["findings"] if f["code"] == "ACC001"}
    assert waived == {"api.good.test:443": True, "api.good.test:80": True, "api.bad.test:443": False}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_is_found_in_every_encoding_that_a_platform_reads(
    call: Call, folder: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    text = f"""#config-version=FGT60F-7.2.5-FW-build1517:opmode=0:vdom=0
config firewall policy
    edit 1
        set name "all"
        set srcintf "any"
        set dstintf "any"
        set action deny
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
        set comments "{MARK}"
    next
end
"""
    (folder / "fw.conf").write_bytes(text.encode(encoding))

    done = call("check", "fw.conf", "--policy", "mine.yaml", "--format", "json")

    findings = [f for f in report_of(done)["findings"] if f["code"] == "ACC001"]
    assert findings
    assert all(f["waiver"] for f in findings), [(f["line"], f["trace"]) for f in findings]


def test_a_configuration_without_one_is_not_taken_apart_for_it(
    checked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(content: bytes) -> None:
        raise AssertionError(content)

    monkeypatch.setattr("allowlint.platforms.squid.remarks.found_in", never)

    assert checked(SQUID)[0] == 1
