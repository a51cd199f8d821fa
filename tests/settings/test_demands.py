"""For whom each device is judged: the command line, then what settings say of the device, then what they say of all."""

from pathlib import Path

import pytest

from tests.cli.calling import Call, caller, report_of

SQUID = "http_port 3128\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n"
POLICY = """\
version: 1
name: mine
requirements:
  - {host: "www.good.test"}
  - {host: "eu.good.test", geography: EU}
  - {host: "uk.good.test", geography: UK}
  - {host: "linux.good.test", systems: [linux]}
"""
SETTINGS = """\
version: 1
policies: [mine.yaml]
profile: {geographies: [EU]}
configurations:
  - files: "*.conf"
  - files: branch.conf
    profile: {geographies: [UK], systems: [linux, windows], client: [10.1.0.0/16, 10.2.0.1]}
  - files: branch.conf
    profile: {geographies: [EU]}
"""


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    for name in ("main.conf", "branch.conf"):
        (tmp_path / name).write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "allowlint.yaml").write_text(SETTINGS, encoding="utf-8")
    return caller(capsys, monkeypatch)


def hosts(call: Call, *words: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for verdict in report_of(call("check", *words, "--format", "json"))["verdicts"]:
        found.setdefault(verdict["config"], set()).add(verdict["host"].removesuffix(".good.test"))
    return found


def test_a_branch_office_has_a_profile_of_its_own(call: Call) -> None:
    assert hosts(call) == {"main.conf": {"www", "eu"}, "branch.conf": {"www", "uk", "linux"}}


def test_a_virtual_system_of_a_firewall_has_a_profile_of_its_own(call: Call, tmp_path: Path) -> None:
    """Or what its own machines need would be asked of none."""
    systems = "".join(f"<entry name='{name}'><rulebase/></entry>" for name in ("vsys1", "vsys2"))
    (tmp_path / "fw.xml").write_text(
        "<config version='10.2.0'><devices><entry name='localhost.localdomain'>"
        f"<vsys>{systems}</vsys></entry></devices></config>",
        encoding="utf-8",
    )
    (tmp_path / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nprofile: {geographies: [EU]}\nconfigurations:\n"
        "  - {files: fw.xml, device: '*vsys2', profile: {geographies: [UK]}}\n",
        encoding="utf-8",
    )

    verdicts = report_of(call("check", "fw.xml", "--format", "json"))["verdicts"]

    found = {(verdict["device"], verdict["host"]) for verdict in verdicts}
    assert found == {
        ("vsys1", "www.good.test"),
        ("vsys1", "eu.good.test"),
        ("vsys2", "www.good.test"),
        ("vsys2", "uk.good.test"),
    }


def test_the_command_line_overrides_the_settings_of_a_device_too(call: Call) -> None:
    assert hosts(call, "--geo", "UK", "--os", "windows") == {
        "main.conf": {"www", "uk"},
        "branch.conf": {"www", "uk"},
    }


def test_the_environment_is_heard_between_both(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_GEO", "UK")

    assert hosts(call, "main.conf") == {"main.conf": {"www", "uk"}}
    assert hosts(call, "main.conf", "--geo", "EU") == {"main.conf": {"www", "eu"}}


def test_settings_choose_the_platform(call: Call, tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("acl mine dstdomain .good.test\n", encoding="utf-8")
    text = "version: 1\npolicies: [mine.yaml]\nconfigurations: [{files: odd.txt, platform: squid}]\n"
    (tmp_path / "allowlint.yaml").write_text(text, encoding="utf-8")

    assert report_of(call("check", "--format", "json"))["configs"][0]["platform"] == "squid"


def test_a_path_has_a_profile_of_its_own(call: Call, tmp_path: Path) -> None:
    text = (
        "version: 1\npolicies: [mine.yaml]\npaths:\n"
        "  uk: {chain: [branch.conf], client: 10.1.1.1, profile: {geographies: [UK]}}\n"
    )
    (tmp_path / "allowlint.yaml").write_text(text, encoding="utf-8")

    report = report_of(call("check", "--format", "json"))

    assert {verdict["host"] for verdict in report["verdicts"]} == {"www.good.test", "uk.good.test"}
    assert report["profile"]["client"] == "10.1.1.1"


def test_requirements_are_those_of_the_settings(call: Call) -> None:
    assert "eu.good.test" in call("requirements").stdout
    assert "eu.good.test" not in call("requirements", "--isolated", "--policy", "mine.yaml").stdout


def test_a_profile_that_the_policy_cannot_describe_is_named_with_its_place(call: Call, tmp_path: Path) -> None:
    (tmp_path / "allowlint.yaml").write_text(SETTINGS.replace("[UK]", "[IN]"), encoding="utf-8")

    done = call("check")

    assert done.code == 2
    assert "mine cannot describe IN" in done.stderr
    assert "asked for by allowlint.yaml:6" in done.stderr
