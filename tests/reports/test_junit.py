"""The JUnit report: its shape, what passes, fails and is skipped, and that its failures are those of the exit code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from allowlint.lint.accounts import thresholds
from allowlint.model.location import Location
from allowlint.model.report import STRICTNESS, Run
from allowlint.model.settings import CheckChoice, Settings
from allowlint.reports import Style
from allowlint.reports.junit import render
from tests.reports.junit_schema import errors
from tests.reports.runs import build, load
from tests.support import FIXTURES

ACCEPTED = FIXTURES / "reports" / "junit" / "accepted"
BLOCKED = {"code": "ACC001", "name": "missing-allow", "at": "f:2:1", "message": "a is blocked", "need": "required"}


def read(text: str | bytes) -> Element:
    return ElementTree.fromstring(text)  # noqa: S314 - it is our own


def document(run: Run) -> Element:
    return read(render(run, Style()))


def outcomes(root: Element) -> dict[str, str]:
    """By name, how each test ended: the tag of its outcome, or ``passed``."""
    found = {}
    for case in root.iter("testcase"):
        ends = [child.tag for child in case if child.tag in ("failure", "skipped", "error")]
        assert len(ends) <= 1
        found[case.attrib["name"]] = ends[0] if ends else "passed"
    return found


def one(verdict: Mapping[str, Any], *findings: Mapping[str, Any], **values: Any) -> dict[str, str]:
    devices = [{"config": "f", "verdicts": [{"host": "a", **verdict}]}]
    return outcomes(document(build({"devices": devices, "findings": findings, **values})))


@pytest.mark.parametrize(
    "case", sorted(FIXTURES.glob("reports/*/*/run.yaml")), ids=lambda path: "-".join(path.parts[-3:-1])
)
def test_every_run_has_the_shape_of_the_schema(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)

    assert errors(document(load(case.parent))) == []


def test_real_runs_have_it_too_and_fail_where_the_run_does(example: tuple[int, Mapping[str, bytes]]) -> None:
    code, reports = example

    root = read(reports["junit"])

    assert errors(root) == []
    assert len(outcomes(root)) > 20
    assert (int(root.attrib["failures"]) > 0) == (code == 1)


@pytest.mark.parametrize(
    "wrong",
    [
        "<testsuites><testsuite name='x' tests='1' failures='0'/></testsuites>",
        "<testsuites><testsuite name='x' tests='1' failures='0' errors='0'><testcase/></testsuite></testsuites>",
        "<testsuites><testcase name='x'/></testsuites>",
        "<testsuite name='x' tests='1' failures='0' errors='0'>words</testsuite>",
        "<testsuite name='x' tests='1' failures='0' errors='0' line='3'/>",
        "<testsuite name='x' tests='1' failures='0' errors='0' time='long'/>",
    ],
)
def test_the_shape_is_not_blind(wrong: str) -> None:
    assert errors(read(wrong))


def test_the_counts_are_those_of_the_tests() -> None:
    root = document(load(ACCEPTED))

    for suite in root.iter("testsuite"):
        ends = list(outcomes(suite).values())
        counts = [suite.attrib[name] for name in ("tests", "failures", "skipped", "errors")]
        assert counts == [str(len(ends)), str(ends.count("failure")), str(ends.count("skipped")), "0"]
    assert (root.attrib["tests"], root.attrib["failures"]) == ("9", "1")


def test_what_works_passes_and_what_is_accepted_is_skipped() -> None:
    root = document(load(ACCEPTED))

    squid = outcomes(root[0])

    assert squid == {
        "a.example.com:443": "failure",
        "*.b.example.com:443": "skipped",
        "c.example.com:443": "skipped",
        "d.example.com:443": "skipped",
        "e.example.com:443": "skipped",
        "f.example.com:443": "passed",
    }
    why = {
        case.attrib["name"]: skipped.attrib["message"]
        for case in root.iter("testcase")
        for skipped in case.iter("skipped")
    }
    assert (
        "waived: the service is retired in spring (owner network team, CHG-1042, until 2027-03-31)"
        in why["c.example.com:443"]
    )
    assert why["e.example.com:443"].startswith("blocked; optional")
    assert why["d.example.com:443"].startswith("cannot be told: acl open: the helper program ticket")


def test_what_does_not_work_never_passes_whatever_was_found() -> None:
    """With a check left out there is no finding; the verdict is what it is."""
    assert one({"access": "blocked"}) == {"a:443": "skipped"}
    assert one({"access": "unknown"}) == {"a:443": "skipped"}
    assert one({"inspection": "partial"}, fail_on="never") == {"a:443": "skipped"}


@pytest.mark.parametrize(
    ("fail_on", "severity", "end"),
    [
        ("error", "error", "failure"),
        ("error", "warning", "skipped"),
        ("warning", "warning", "failure"),
        ("warning", "info", "skipped"),
        ("unknown", "warning", "skipped"),
        ("never", "error", "skipped"),
    ],
)
def test_a_test_fails_where_the_run_does(fail_on: str, severity: str, end: str) -> None:
    assert one({"access": "blocked"}, BLOCKED | {"requirement": "a:443", "severity": severity}, fail_on=fail_on) == {
        "a:443": end
    }


def test_what_cannot_be_told_fails_where_the_run_does() -> None:
    run = build({"devices": [{"config": "f", "verdicts": [{"host": "a", "access": "unknown"}]}], "fail_on": "unknown"})

    (failure,) = document(run).iter("failure")

    assert failure.attrib["type"] == "unknown"


@pytest.mark.parametrize("fail_on", STRICTNESS)
@pytest.mark.parametrize("least", ["", *STRICTNESS])
@pytest.mark.parametrize("accepted", [True, False])
def test_there_are_failures_exactly_where_the_exit_code_is_1(fail_on: str, least: str, accepted: bool) -> None:
    """Also where an organisation has made checks mandatory."""
    choice = CheckChoice(mandatory={"ACC": Location("org.yaml", 1)} if least else {})
    settings = Settings(checks=choice, least_fail_on=least)
    waiver = {"waiver": {"checks": ["ACC"], "reason": "r"}} if accepted else {}
    for verdict, finding in (
        ({"access": "blocked"}, {}),
        ({"access": "blocked"}, {"severity": "warning"}),
        ({"access": "unknown"}, {"code": "ACC004", "name": "access-unknown", "severity": "warning"}),
        ({"inspection": "inspected"}, {"code": "TLS001", "name": "inspected"}),
        ({}, {"code": "HYG003", "name": "shadowed-rule", "severity": "warning", "requirement": ""}),
    ):
        found = BLOCKED | {"requirement": "a:443"} | finding | waiver
        run = build({"devices": [{"config": "f", "verdicts": [{"host": "a", **verdict}]}], "findings": [found]})
        run = run._replace(thresholds=thresholds(fail_on, settings))

        failures = [end for end in outcomes(document(run)).values() if end == "failure"]

        assert bool(failures) == run.failing, (verdict, finding)


def test_findings_about_no_requirement_have_a_suite_and_names_of_their_own() -> None:
    found = {"code": "HYG003", "name": "shadowed-rule", "severity": "warning", "message": "m", "object": "deny x"}

    run = build({"devices": [{"config": "f"}], "findings": [found | {"at": f"f:{line}"} for line in (3, 9)]})

    names = {suite.attrib["name"]: list(outcomes(suite)) for suite in document(run).iter("testsuite")}
    assert names == {"f": [], "checks": ["HYG003 shadowed-rule: deny x", "HYG003 shadowed-rule: deny x (2)"]}


def test_names_have_no_line_numbers_and_the_texts_have() -> None:
    (failure,) = document(load(ACCEPTED)).iter("failure")

    assert "at squid.conf:4:1\n" in (failure.text or "")
    assert "rule squid.conf:4:1 http_access deny all: block\n" in (failure.text or "")
    assert not any("squid.conf:4" in name for name in outcomes(document(load(ACCEPTED))))


def test_no_line_names_a_file_to_attach() -> None:
    """GitLab and Jenkins publish what `[[ATTACHMENT|/etc/passwd]]` names."""
    text = render(load(FIXTURES / "reports" / "junit" / "hostile-names"), Style())

    assert "[[ATTACHMENT" not in text
    assert "ATTACHMENT|/etc/passwd" in text
