"""The JSON report: its schema, on real runs and on made ones."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from allowlint.cli import main
from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports.json import render
from tests.reports.runs import build, finding, load
from tests.support import FIXTURES, ROOT

SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
FAULTS = FIXTURES / "reports" / "json" / "faults"


def errors(report: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)]


def rendered(run: Run) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(render(run, Style()))
    return report


def real_report(form: str, capsys: pytest.CaptureFixture[str], policy: str = "mde-streamlined") -> dict[str, Any]:
    """What `allowlint check` prints for an example repository."""
    arguments = ["check", "squid/squid.conf", "--policy", policy, "--geo", "EU", "--format", form]
    assert main(arguments) in {0, 1}
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("project", ["demo", "good"])
@pytest.mark.parametrize("policy", ["mde-streamlined", "mde-standard"])
def test_a_real_report_obeys_the_schema(
    project: str, policy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FIXTURES / "projects" / project)

    report = real_report("json", capsys, policy)

    assert errors(report) == []
    assert report["verdicts"]
    assert report["summary"]["requirements"] == report["policies"][0]["selected"]


def test_every_example_obeys_the_schema(example: tuple[int, Mapping[str, bytes]]) -> None:
    assert errors(json.loads(example[1]["json"])) == []


@pytest.mark.parametrize("case", sorted(FIXTURES.glob("reports/*/*/run.yaml")), ids=lambda path: path.parent.name)
def test_every_other_report_does_too(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)

    assert errors(rendered(load(case.parent))) == []


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ("", "summary"),
        ("verdicts", "access"),
        ("findings", "fingerprint"),
        ("findings", "waiver"),
        ("configs", "rules"),
        ("policies", "sha256"),
    ],
)
def test_the_schema_misses_what_is_left_out(where: str, field: str) -> None:
    report = rendered(load(FAULTS))
    holder = report[where][0] if where else report

    del holder[field]

    assert [error for error in errors(report) if field in error]


@pytest.mark.parametrize(
    ("field", "value"), [("line", 0), ("column", 0), ("code", "acc1"), ("fingerprint", "x"), ("severity", "bad")]
)
def test_the_schema_refuses_what_cannot_be(field: str, value: object) -> None:
    report = rendered(load(FAULTS))

    report["findings"][0][field] = value

    assert errors(report)


def test_the_schema_takes_fields_of_later_versions() -> None:
    report = rendered(load(FAULTS))
    for holder in (report, report["findings"][0], report["verdicts"][0], report["summary"]):
        holder["later"] = 1

    assert errors(report) == []


def test_a_place_that_is_only_a_file_is_its_first_line() -> None:
    nowhere = {"code": "CFG001", "name": "not-understood", "message": "m", "at": "f:0"}

    found = rendered(build({"findings": [nowhere]}))["findings"][0]

    assert (found["path"], found["line"], found["column"]) == ("f", 1, 1)


def test_a_finding_has_what_the_contract_says() -> None:
    found = rendered(load(FAULTS))["findings"][0]

    assert found["config"] == "squid.conf"
    assert (found["line"], found["column"]) == (3, 1)
    assert found["witness"] == "a.endpoint.security.microsoft.com"
    assert found["reasons"] == ["acl open: the helper program ticket"]
    step = {key: found["trace"][1][key] for key in ("config", "line", "rule", "effect", "certain")}
    assert step == {
        "config": "squid.conf",
        "line": 3,
        "rule": "no http_access line matched",
        "effect": "block",
        "certain": False,
    }
    assert (found["waiver"], found["baseline"]) == (None, False)


def test_a_path_is_beside_the_host() -> None:
    verdict = rendered(load(FAULTS))["verdicts"][1]

    assert (verdict["requirement"], verdict["host"], verdict["path"]) == (
        "www.microsoft.com/pki/*:80",
        "www.microsoft.com",
        "/pki/*",
    )
    assert "path" not in rendered(load(FAULTS))["verdicts"][0]


def test_a_fingerprint_survives_moved_lines() -> None:
    values = {"code": "ACC001", "name": "missing-allow", "message": "m", "requirement": "a:443", "object": "deny all"}

    assert finding(values | {"at": "f:3:1"}).fingerprint == finding(values | {"at": "f:9:5"}).fingerprint
    assert finding(values | {"at": "f:3:1"}).fingerprint != finding(values | {"at": "f:3:1", "object": ""}).fingerprint


def test_it_is_ascii_and_has_no_half_characters() -> None:
    evil = {"code": "HYG006", "name": "hidden-character", "message": "\x1b\u202e\udcff 東京 \ud83d", "at": "f:1"}

    text = render(build({"findings": [evil]}), Style())

    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"].encode("utf-8")


class TestWhatIsAccepted:
    """Waived and known findings, waivers, the baseline and the comparison."""

    report = rendered(load(FIXTURES / "reports" / "json" / "accepted"))

    def test_findings_say_so_and_are_counted_apart(self) -> None:
        waived = [found["requirement"] for found in self.report["findings"] if found["waiver"]]
        known = [found["known"] for found in self.report["findings"] if found["baseline"]]
        counts = {
            key: self.report["summary"][key] for key in ("errors", "warnings", "infos", "unknown", "waived", "known")
        }

        assert waived == ["c.example.com:443", "*.b.example.com:443"]
        assert known == [".allowlint-baseline.json"] * 2
        assert counts == {"errors": 1, "warnings": 2, "infos": 1, "unknown": 1, "waived": 2, "known": 2}

    def test_a_waiver_has_its_reason_its_owner_and_its_end(self) -> None:
        waiver = next(
            found["waiver"] for found in self.report["findings"] if found["requirement"] == "c.example.com:443"
        )

        shown = {key: waiver[key] for key in ("reason", "owner", "ticket", "expiry", "path", "line", "inline")}

        assert shown == {
            "reason": "the service is retired in spring",
            "owner": "network team",
            "ticket": "CHG-1042",
            "expiry": "2027-03-31",
            "path": "allowlint.yaml",
            "line": 12,
            "inline": False,
        }
        assert [use["state"] for use in self.report["waivers"]] == ["active", "active", "expired"]

    def test_the_comparison_says_what_changed(self) -> None:
        comparison = self.report["comparison"]

        assert [change["kind"] for change in comparison["changes"]] == ["broken", "changed", "mended"]
        assert (comparison["ref"], comparison["left"], comparison["gone"]) == ("origin/main", 2, 1)
        (dead,) = self.report["baseline"]["dead"]
        assert dead == {"text": "TLS001 x.example.com:443 at squid.conf", "why": "it is no longer found", "line": 1}

    def test_a_device_that_is_judged_for_others_says_for_whom(self) -> None:
        (squid, paths) = self.report["configs"]

        assert squid["profiles"] == {"squid.conf": {"geographies": ["UK"], "systems": ["linux"]}}
        assert "profiles" not in paths

    @pytest.mark.parametrize("field", ["waivers", "comparison", "baseline", "provenance"])
    def test_the_schema_looks_at_them(self, field: str) -> None:
        assert errors(self.report | {field: "x"})


def test_no_command_of_a_service_is_in_it() -> None:
    text = render(build({"notices": ["a ##vso[task.setvariable variable=x]y", "###[add-mask]x"]}), Style())

    assert "##" not in text
    assert json.loads(text)["notices"] == ["a ##vso[task.setvariable variable=x]y", "###[add-mask]x"]
