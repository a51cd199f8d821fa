import re
import subprocess
import sys
from typing import Any

import pytest

from allowlint.reports import Style
from allowlint.reports.text import render
from tests.reports.runs import build

BLOCKED: dict[str, Any] = {
    "code": "ACC001",
    "name": "missing-allow",
    "at": "f:2:1+8",
    "need": "required",
    "trace": [{"at": "f:2:1+8", "text": "deny all", "effect": "block"}],
}


def blocked(host: str, **more: Any) -> dict[str, Any]:
    return BLOCKED | {"message": f"{host}:443 is blocked", "requirement": f"{host}:443"} | more


def text_of(*findings: dict[str, Any], style: Style = Style(width=100), **values: Any) -> str:  # noqa: B008 - frozen
    devices = values.pop("devices", [{"config": "f", "verdicts": [{"host": "a.example.com", "access": "blocked"}]}])
    run = {"sources": {"f": "allow some\ndeny all\n"}, "devices": devices, "findings": findings, **values}
    return render(build(run), style)


def last_line(*verdicts: dict[str, Any], **values: Any) -> str:
    return text_of(devices=[{"config": "f", "verdicts": verdicts}], style=Style(width=200), **values).splitlines()[-1]


def test_findings_that_differ_in_the_endpoint_alone_are_one_block() -> None:
    text = text_of(blocked("a.example.com"), blocked("b.example.com", need="optional"))

    assert text.count("error[ACC001]") == 1
    assert "missing-allow: 2 endpoints are blocked\n" in text
    assert "= endpoints: a.example.com:443  required\n" in text
    assert "               b.example.com:443  optional\n" in text
    assert "^^^^^^^^ blocks them\n" in text


def test_a_finding_with_a_nearest_miss_is_a_block_of_its_own() -> None:
    near = blocked("b.example.com", related=[{"at": "f:1:7+4", "message": "one letter off"}])

    text = text_of(blocked("a.example.com"), near)

    assert text.count("error[ACC001]") == 2
    assert "  |       ---- one letter off\n" in text


@pytest.mark.parametrize(
    "other",
    [{"at": "f:1:1+5"}, {"severity": "warning"}, {"code": "ACC002"}, {"reasons": ["the hour"]}],
    ids=lambda change: next(iter(change)),
)
def test_other_faults_are_not_folded(other: dict[str, Any]) -> None:
    text = text_of(blocked("a.example.com"), blocked("b.example.com", **other))

    assert len(re.findall(r"^(?:error|warning)\[", text, re.MULTILINE)) == 2


def test_the_same_fault_on_another_device_is_told_there() -> None:
    devices = [{"config": "f", "name": name, "verdicts": [{"host": "a.example.com"}]} for name in ("one", "two")]

    text = text_of(blocked("a.example.com", device="one"), blocked("a.example.com", device="two"), devices=devices)

    assert "f, one (squid: 1 error)\n" in text
    assert "f, two (squid: 1 error)\n" in text


def test_long_lists_are_cut_and_verbose_lists_all() -> None:
    many = [blocked(f"h{number}.example.com") for number in range(300)]

    assert "and 292 more; --verbose lists all" in text_of(*many)
    assert "h299.example.com:443" not in text_of(*many)
    assert "h299.example.com:443  required" in text_of(*many, style=Style(verbose=True))


def test_a_list_is_not_cut_to_hide_a_single_line() -> None:
    assert "--verbose" not in text_of(*(blocked(f"h{number}.example.com") for number in range(9)))


def test_help_of_a_block_says_once_what_is_common() -> None:
    helps = [blocked(f"{x}.example.com", help=f"add:\n  acl mde dstdomain {x}.example.com\n  allow mde") for x in "ab"]

    lines = [line.strip() for line in text_of(*helps).splitlines()]

    start = lines.index("= help: add:")
    assert lines[start + 1 : start + 4] == [
        "acl mde dstdomain a.example.com",
        "acl mde dstdomain b.example.com",
        "allow mde",
    ]


def test_help_that_differs_in_shape_is_not_mixed() -> None:
    text = text_of(blocked("a.example.com", help="do this"), blocked("b.example.com", help="do\nthat"))

    assert "= help: do this\n" in text
    assert "(and the like for the others)" in text


def test_the_worst_comes_first_and_what_is_required_before_what_is_not() -> None:
    text = text_of(
        blocked("i.example.com", severity="info", code="ACC001"),
        blocked("o.example.com", code="ACC003", need="optional"),
        blocked("r.example.com", code="ACC002", need="required"),
    )

    assert re.findall(r"(\w)\.example\.com:443 is", text) == ["r", "o", "i"]


def test_a_need_that_is_less_than_required_is_said() -> None:
    assert "a.example.com:443 is blocked (optional)" in text_of(blocked("a.example.com", need="optional"))


def test_the_witness_is_shown_where_only_a_part_fails() -> None:
    part = blocked("*.example.com", witness="a.example.com")

    def page(answer: str) -> str:
        return text_of(part, devices=[{"config": "f", "verdicts": [{"host": "*.example.com", "access": answer}]}])

    assert "= witness: a.example.com" in page("partial")
    assert "= witness: a.example.com" in page("unknown")
    assert "= witness:" not in page("blocked")


def test_each_endpoint_of_a_block_has_its_witness() -> None:
    parts = [
        blocked(
            f"*.{x}.example.com",
            witness=f"a.{x}.example.com",
            message=f"*.{x}.example.com:443 is blocked for a.{x}.example.com",
        )
        for x in "pq"
    ]

    text = text_of(*parts, devices=[])

    assert "2 endpoints are blocked for some hosts\n" in text
    assert "*.p.example.com:443  required, e.g. a.p.example.com\n" in text


def test_reasons_are_told() -> None:
    assert "= because: the helper\n             the hour\n" in text_of(
        blocked("a.example.com", reasons=["the helper", "the hour"])
    )


def test_the_page_of_a_check_is_named_once() -> None:
    text = text_of(
        blocked("a.example.com"), blocked("b.example.com", at="f:1"), blocked("c.example.com", code="ACC002")
    )

    assert text.count("= see: allowlint rule ACC001\n") == 1
    assert text.count("= see: allowlint rule ACC002\n") == 1


def test_verbose_shows_the_way_to_the_deciding_rule() -> None:
    steps = [{"at": "f:1", "text": "allow some", "effect": "proceed"}, *BLOCKED["trace"]]

    text = text_of(blocked("a.example.com", trace=steps), style=Style(verbose=True))

    assert "= trace: f:1 allow some: lets it through\n           f:2:1 deny all: blocks it\n" in text


def test_without_colour_there_is_no_escape_and_with_it_nothing_else_changes() -> None:
    plain = text_of(blocked("a.example.com"))
    colored = text_of(blocked("a.example.com"), style=Style(color=True))

    assert "\x1b" not in plain
    assert "\x1b[1;31merror[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_hyperlinks_only_where_the_terminal_understands_them() -> None:
    linked = text_of(blocked("a.example.com"), style=Style(links=True))

    assert (
        "\x1b]8;;https://github.com/allowlint/allowlint/blob/main/src/allowlint/checks/missing_allow.py\x1b\\" in linked
    )


@pytest.mark.parametrize("width", [40, 60, 100, 300])
def test_it_keeps_to_the_width(width: int) -> None:
    text = text_of(
        blocked("a.example.com", help="word " * 80, reasons=["reason " * 40]),
        style=Style(width=width),
        sources={"f": "a" * 400 + "\ndeny all" + " x" * 400},
    )

    assert max(map(len, text.splitlines())) <= width


def test_nothing_of_a_configuration_reaches_the_terminal_raw() -> None:
    evil = "\x1b[2J\u202e\u00a0\r\x9b"
    text = text_of(
        blocked("a.example.com", message=evil, help=evil, reasons=[evil], device=evil, config=evil, witness=evil),
        blocked("b.example.com", requirement=f"*.{evil}:443", need=evil),
        notices=[evil],
        profile={"client": evil, "assumptions": [evil]},
        sources={"f": f"{evil}\n{evil}"},
        style=Style(verbose=True),
    )

    assert text.replace("\n", "").isprintable()


class TestTheLastLine:
    """What it may claim, and what not."""

    def test_all_is_well(self) -> None:
        line = last_line(
            {"host": "a.example.com"}, {"host": "b.example.com", "port": 80, "inspection": "not-applicable"}
        )

        assert line == "PROVEN: all 2 required endpoints are allowed, not inspected and anonymous"

    @pytest.mark.parametrize(
        "fault",
        [{"access": "blocked"}, {"access": "partial"}, {"inspection": "inspected"}, {"authentication": "required"}],
        ids=str,
    )
    def test_a_required_endpoint_that_fails(self, fault: dict[str, str]) -> None:
        line = last_line({"host": "a.example.com"}, {"host": "b.example.com", **fault})

        assert line == "FAILED: 1 of 2 required endpoints does not work"

    @pytest.mark.parametrize("stage", ["access", "inspection", "authentication"])
    def test_a_required_endpoint_that_cannot_be_told(self, stage: str) -> None:
        line = last_line({"host": "a.example.com"}, {"host": "b.example.com", stage: "unknown"})

        assert line.startswith("NOT PROVEN: 1 of 2 required endpoints cannot be told")

    def test_a_fault_outweighs_what_cannot_be_told(self) -> None:
        line = last_line({"host": "a.example.com", "access": "unknown", "inspection": "inspected"})

        assert line == "FAILED: the one required endpoint does not work"

    def test_what_is_not_required_is_named_as_such(self) -> None:
        line = last_line({"host": "a.example.com"}, {"host": "b.example.com", "need": "optional", "access": "blocked"})

        assert line == (
            "PROVEN: the one required endpoint is allowed, not inspected and anonymous; "
            "1 that is not required does not work or cannot be told"
        )

    def test_nothing_is_required(self) -> None:
        assert last_line({"host": "b.example.com", "need": "conditional"}).startswith("NOTHING REQUIRED")

    def test_nothing_was_checked(self) -> None:
        assert text_of(devices=[]).splitlines()[-1] == "nothing was checked"

    def test_a_stage_that_the_policy_does_not_mind_is_not_claimed(self) -> None:
        line = last_line({"host": "a.example.com", "inspection": "inspected", "expect": {"inspection": "any"}})

        assert line == "PROVEN: the one required endpoint is as the policy expects"

    def test_routing_matters_where_the_policy_says_so(self) -> None:
        proxied = {"host": "a.example.com", "routing": "proxied"}

        assert last_line(proxied).startswith("PROVEN")
        assert last_line(proxied | {"expect": {"routing": "direct"}}).startswith("FAILED")

    def test_findings_stand_beside_it(self) -> None:
        line = last_line({"host": "a.example.com"}, findings=[blocked("x.example.com", severity="warning")])

        assert line.endswith("not inspected and anonymous; 1 warning above")


def test_what_was_checked_is_counted() -> None:
    text = text_of(
        style=Style(width=300),
        policies=[{"name": "mde-streamlined", "published": "2026-06-02"}],
        devices=[
            {
                "config": "f",
                "rules": 112,
                "unread": [{"at": "f:1", "text": "x", "why": "y", "matters": False}],
                "verdicts": [{"host": "a.example.com"}, {"host": "b.example.com", "access": "unknown"}],
            }
        ],
    )

    assert (
        "checked      1 device (squid), 2 requirements (mde-streamlined 2026-06-02; EU; windows), 112 rules, "
        "1 line not understood: nothing found, 1 unknown\n"
    ) in text


def test_who_connects_is_said_whether_given_or_not() -> None:
    assert "client       10.0.0.1\n" in text_of()
    assert "client       not given: every inside address counts" in text_of(profile={"client": "not given"})
    assert "assumed      public_dns\n" in text_of(profile={"assumptions": ["public_dns"]})
    assert "assumed" not in text_of()


def test_devices_without_findings_are_named_beside_others() -> None:
    devices = [{"config": "f", "name": f"vsys{number}"} for number in range(12)]

    text = text_of(blocked("a.example.com", device="vsys0"), devices=devices)

    assert "no findings  f, vsys1; f, vsys2;" in text
    assert "f, vsys8; and 3" in text


def test_it_is_light_to_import() -> None:
    """Of what is costly to import, a text report needs nothing."""
    code = (
        "import sys; before = set(sys.modules); import allowlint.reports.text; "
        "print(*sorted({'json', 'dataclasses', 'inspect', 'pathlib', 'textwrap', 'unicodedata', 'hashlib', 'urllib.parse'}"
        " & (set(sys.modules) - before)))"
    )

    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
