"""The Code Quality report, held against what GitLab documents and what its own schema asks.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, and ``codeclimate.json`` among the validators of
gitlab-org/gitlab, which is looser. GitLab stops reading at the first entry that is not valid.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from allowlint.model.report import Run
from allowlint.reports import Style, _places
from allowlint.reports.gitlab import render
from tests.reports.runs import build, load
from tests.support import FIXTURES

SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
FAULT = {"code": "ACC001", "name": "missing-allow", "at": "f:2:1", "message": "m", "requirement": "a:443"}


def rendered(run: Run) -> list[dict[str, Any]]:
    report: list[dict[str, Any]] = json.loads(render(run, Style()))
    jsonschema.validate(report, SCHEMA)
    return report


@pytest.mark.parametrize(
    "case", sorted(FIXTURES.glob("reports/*/*/run.yaml")), ids=lambda path: "-".join(path.parts[-3:-1])
)
def test_every_run_is_valid_and_no_two_entries_have_one_fingerprint(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)
    run = load(case.parent)

    report = rendered(run)

    assert len({entry["fingerprint"] for entry in report}) == len(report) == len(run.findings)


def test_real_runs_are_too(example: tuple[int, Mapping[str, bytes]]) -> None:
    report = json.loads(example[1]["gitlab"])

    jsonschema.validate(report, SCHEMA)
    assert len({entry["fingerprint"] for entry in report}) == len(report)


def test_the_schema_is_not_blind() -> None:
    report = rendered(build({"findings": [FAULT]}))
    report[0]["severity"] = "error"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SCHEMA)


def test_nothing_found_is_an_empty_list_without_a_byte_order_mark() -> None:
    assert render(build({}), Style()) == "[]\n"


def test_fingerprints_survive_moved_lines_and_waivers() -> None:
    waiver = {"waiver": {"checks": ["ACC001"], "reason": "r", "expiry": "2027-03-31"}}

    prints = [rendered(build({"findings": [FAULT | more]}))[0]["fingerprint"] for more in ({}, {"at": "f:9:1"}, waiver)]

    assert len(set(prints)) == 1


def test_of_several_with_one_fingerprint_each_has_its_own_by_its_order() -> None:
    twice = [entry["fingerprint"] for entry in rendered(build({"findings": [FAULT, FAULT | {"at": "f:9"}]}))]
    once = [entry["fingerprint"] for entry in rendered(build({"findings": [FAULT]}))]

    assert len(set(twice)) == 2
    assert twice[0] == once[0]


@pytest.mark.parametrize(
    ("finding", "severity"),
    [
        ({"need": "required"}, "critical"),
        ({"need": "optional"}, "major"),
        ({"severity": "warning"}, "minor"),
        ({"severity": "warning", "name": "access-unknown", "need": "required"}, "major"),
        ({"severity": "info"}, "info"),
        ({"known": "baseline.json"}, "info"),
        ({"waiver": {"checks": ["ACC"], "reason": "r", "expiry": "2027-03-31"}}, "info"),
    ],
)
def test_severities(finding: dict[str, Any], severity: str) -> None:
    assert rendered(build({"findings": [FAULT | finding]}))[0]["severity"] == severity


def test_what_is_accepted_is_marked() -> None:
    texts = [entry["description"] for entry in rendered(load(FIXTURES / "reports" / "gitlab" / "accepted"))]

    assert any(text.startswith("[waived until 2027-03-31] missing-allow: c.example.com") for text in texts)
    assert any(text.startswith("[known from .allowlint-baseline.json] inspected: a.example.com") for text in texts)


def test_files_are_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "proxies").mkdir()
    monkeypatch.chdir(tmp_path / "repo" / "proxies")

    assert _places.in_repository("squid.conf") == "proxies/squid.conf"
    assert _places.in_repository("./lists/../squid.conf") == "proxies/squid.conf"
    assert _places.in_repository("../edge/squid.conf") == "edge/squid.conf"
    assert _places.in_repository(os.path.abspath("squid.conf")) == "proxies/squid.conf"
    assert _places.in_repository("../../other.conf") == f"{tmp_path}/other.conf"
    assert _places.in_repository("-") == "stdin"


def test_without_a_repository_files_are_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)

    assert _places.in_repository("a/squid.conf") == "a/squid.conf"
