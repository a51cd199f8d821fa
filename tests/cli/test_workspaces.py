"""Workspaces of machines on the old agent, from the command line and the settings to the reports."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.calling import Call, caller, report_of
from tests.support import ROOT

ONE = "0a1b2c3d-1111-2222-3333-444455556666"
TWO = "9f8e7d6c-1111-2222-3333-444455556666"
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
OUTPUT = "Firewall Rule: *.blob.core.windows.net\r\n    https://weustg01.blob.core.windows.net:443\r\n"
POLICY = """\
version: 1
name: mine
requirements:
  - {host: "*.ods.opinsights.azure.com", systems: [windows-legacy, windows-server-mma],
     origin: {document: list.xlsx, sheet: MMA, row: 17}}
  - {host: "*.oms.opinsights.azure.com", systems: [windows-legacy, windows-server-mma]}
  - {host: "*.azure-automation.net", systems: [windows-legacy, windows-server-mma]}
  - {host: "*.blob.core.windows.net", systems: [windows-legacy, windows-server-mma]}
  - {host: "*.good.test", systems: [windows]}
"""
NAMES = (
    f"{ONE}.ods.opinsights.azure.com", f"{ONE}.oms.opinsights.azure.com", "weustg01.blob.core.windows.net", ".good.test",
)  # fmt: skip
MMA = ("--os", "windows-legacy")


def squid(*names: str) -> str:
    lines = "".join(f"acl mine dstdomain {name}\n" for name in names)
    return f"http_port 3128\n{lines}http_access allow mine\nhttp_access deny all\n"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "squid.conf").write_text(squid(*NAMES, ".agentsvc.azure-automation.net"), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "output.txt").write_bytes(OUTPUT.encode("utf-16"))
    return caller(capsys, monkeypatch)


def check(call: Call, *words: str) -> dict[str, Any]:
    policy = () if Path("allowlint.yaml").exists() else ("--policy", "mine.yaml")
    report = report_of(call("check", "squid.conf", *policy, "--format", "json", *words))
    jsonschema.validate(report, SCHEMA)
    return report


def access(report: dict[str, Any]) -> dict[str, str]:
    return {verdict["host"]: verdict["access"] for verdict in report["verdicts"]}


def test_the_names_of_the_workspace_stand_for_the_wildcards(call: Call) -> None:
    report = check(call, *MMA, "--workspace-id", ONE.upper(), "--workspace-hosts", "output.txt")

    assert access(report) == {
        f"{ONE}.ods.opinsights.azure.com": "allowed",
        f"{ONE}.oms.opinsights.azure.com": "allowed",
        f"{ONE}.agentsvc.azure-automation.net": "allowed",
        "weustg01.blob.core.windows.net": "allowed",
    }
    assert report["verdicts"][0]["replaces"] == {
        "requirement": "*.ods.opinsights.azure.com:443",
        "reason": "workspace 0a1b2c3d...",
        "origin": {"document": "list.xlsx", "sheet": "MMA", "row": 17},
    }
    assert report["verdicts"][3]["replaces"]["reason"] == "named by output.txt:2"
    assert report["profile"]["workspaces"] == [ONE]
    assert report["profile"]["workspace_hosts"] == ["output.txt"]
    assert report["findings"] == []


def test_a_workspace_that_the_device_does_not_name_is_cut_off(call: Call) -> None:
    report = check(call, *MMA, "--workspace-id", f"{ONE},{TWO}", "--workspace-hosts", "output.txt")

    assert {host for host, word in access(report).items() if word == "blocked"} == {
        f"{TWO}.ods.opinsights.azure.com",
        f"{TWO}.oms.opinsights.azure.com",
    }


def test_without_workspaces_the_wildcards_fail_and_the_findings_say_what_to_do(call: Call) -> None:
    report = check(call, *MMA)
    codes = {(finding["code"], finding["requirement"]): finding for finding in report["findings"]}

    assert set(access(report).values()) == {"partial"}
    assert "--workspace-id" in codes["ACC002", "*.ods.opinsights.azure.com:443"]["help"]
    assert "--workspace-hosts" in codes["ACC002", "*.blob.core.windows.net:443"]["help"]
    assert f"--workspace-id {ONE}" in codes["HYG010", ""]["help"]


@pytest.mark.parametrize("spelling", [".azure-automation.net", ".agentsvc.azure-automation.net"])
def test_either_spelling_of_the_automation_wildcard_lets_the_workspace_through(
    call: Call, tmp_path: Path, spelling: str
) -> None:
    (tmp_path / "squid.conf").write_text(squid(spelling), encoding="utf-8")

    assert access(check(call, *MMA, "--workspace-id", ONE))[f"{ONE}.agentsvc.azure-automation.net"] == "allowed"


def test_settings_say_the_same_and_a_branch_office_has_its_own(call: Call, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "output.txt").write_text(OUTPUT, encoding="utf-8")
    (tmp_path / "branch.conf").write_text(squid(*(name.replace(ONE, TWO) for name in NAMES)), encoding="utf-8")
    (tmp_path / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\n"
        f"profile: {{systems: [windows-legacy], workspaces: {ONE}, workspace_hosts: conf/output.txt}}\n"
        "configurations:\n  - squid.conf\n"
        f"  - {{files: branch.conf, profile: {{workspaces: [{TWO}]}}}}\n",
        encoding="utf-8",
    )
    report = report_of(call("check", "--format", "json"))
    hosts = {(verdict["config"], verdict["host"][:8]) for verdict in report["verdicts"]}

    jsonschema.validate(report, SCHEMA)
    assert hosts == {
        ("squid.conf", ONE[:8]),
        ("branch.conf", TWO[:8]),
        ("squid.conf", "weustg01"),
        ("branch.conf", "weustg01"),
    }
    shown = call("check", "--show-settings").stdout
    assert f"  workspaces: {ONE}" in shown
    assert "  workspace_hosts: conf/output.txt" in shown


def test_notices_of_a_branch_office_are_printed(call: Call, tmp_path: Path) -> None:
    (tmp_path / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nconfigurations:\n"
        f"  - {{files: squid.conf, profile: {{systems: [windows-legacy], workspaces: [{ONE}]}}}}\n",
        encoding="utf-8",
    )
    (notice,) = report_of(call("check", "--format", "json"))["notices"]

    assert notice.startswith("*.blob.core.windows.net is asked for as a whole: say --workspace-hosts")


def test_the_environment_is_heard(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_WORKSPACE_ID", ONE)
    monkeypatch.setenv("ALLOWLINT_OS", "windows-server-mma")

    assert f"{ONE}.ods.opinsights.azure.com" in access(check(call))


def test_requirements_explains_what_stands_for_what(call: Call) -> None:
    words = ("requirements", "--policy", "mine.yaml", *MMA, "--workspace-id", ONE, "--workspace-hosts", "output.txt")
    text = call(*words, "--explain").stdout

    assert (
        f"*.ods.opinsights.azure.com:443 (MMA, row 17): replaced by {ONE}.ods.opinsights.azure.com (workspace" in text
    )
    assert "*.blob.core.windows.net:443: replaced by weustg01.blob.core.windows.net (named in output.txt)" in text
    (policy,) = json.loads(call(*words, "--format", "json").stdout)["policies"]
    assert policy["requirements"][0]["replaces"]["requirement"] == "*.ods.opinsights.azure.com:443"
    assert "workspace 0a1b2c3d..." in call(*words, "--format", "csv").stdout


def test_explain_is_about_what_is_asked(call: Call, tmp_path: Path) -> None:
    (tmp_path / "allowlint.yaml").write_text(
        f"version: 1\nprofile: {{systems: [windows-legacy], workspaces: [{ONE}], workspace_hosts: output.txt}}\n",
        encoding="utf-8",
    )
    (found,) = json.loads(call("explain", "*.ods.opinsights.azure.com", "squid.conf", "--format", "json").stdout)

    assert (found["host"], found["access"]) == ("*.ods.opinsights.azure.com", "partial")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--workspace-id", "secret"), "--workspace-id 'secret': no workspace ID"),
        (("--workspace-hosts", "none.txt"), "none.txt: no such file"),
        (("--workspace-hosts", "squid.conf"), "squid.conf: no section 'Firewall Rule' in it"),
    ],
)
def test_what_cannot_be_used_is_refused(call: Call, words: tuple[str, ...], message: str) -> None:
    done = call("check", "squid.conf", "--policy", "mine.yaml", *MMA, *words)

    assert done.code == 2
    assert message in done.stderr
    assert "hint: " in done.stderr
