"""``allowlint init``, and the questions about a run: which files, which settings, and why."""

import subprocess
from pathlib import Path

import pytest
import yaml

from allowlint.settings import load
from tests.cli.calling import SQUID, Call

KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\DataCollection"
SENSOR = f'Windows Registry Editor Version 5.00\n\n[{KEY}]\n"TelemetryProxyServer"="10.0.0.6:8080"\n'
"""What the registry of an endpoint says of the proxy of its sensor."""


def test_init_writes_settings_that_work(folder: Path, call: Call) -> None:
    (folder / "sub [1]").mkdir()
    (folder / "sub [1]" / "proxy.conf").write_text(SQUID + "include sub.inc\n", encoding="utf-8")
    (folder / "sub [1]" / "sub.inc").write_text("http_port 3129\n", encoding="utf-8")

    done = call("init")
    settings = load("allowlint.yaml")

    assert done.code == 0
    assert "found squid.conf (squid), sub [1]/proxy.conf (squid)" in done.stdout
    assert [each.files for each in settings.configurations] == [("squid.conf",), ("sub [1]/proxy.conf",)]
    assert call("check", "--policy", "mine.yaml").code == 0


def test_every_example_in_it_is_one_that_is_read(folder: Path, call: Call) -> None:
    (folder / "proxy").mkdir()
    (folder / "proxy" / "squid.conf").write_text(SQUID, encoding="utf-8")
    (folder / "firewall").mkdir()
    (folder / "firewall" / "edge.xml").write_text("<config/>", encoding="utf-8")
    (folder / "endpoint").mkdir()
    (folder / "endpoint" / "policies.reg").write_text(SENSOR, encoding="utf-8")
    call("init", "--force")
    path = folder / "allowlint.yaml"
    # What stands behind a single mark and two blanks or none is an example; prose begins with a capital.
    lines = path.read_text(encoding="utf-8").splitlines()
    body = [
        line.replace("# ", "", 1) if line.lstrip().startswith("# ") and _is_example(line) else line for line in lines
    ]
    path.write_text("\n".join(body) + "\n", encoding="utf-8")

    settings = load("allowlint.yaml")

    assert settings.demand.geographies == ("EU",)
    assert list(settings.paths) == ["headquarters", "sensor"]
    assert settings.waivers[0].ticket == "CHG-1234"
    assert [name for name, _ in settings.outputs] == ["sarif", "html"]


def _is_example(line: str) -> bool:
    text = line.lstrip()[2:]
    return text.startswith(" ") or text.split(":")[0].isidentifier()


def test_init_says_whose_settings_the_files_of_endpoints_hold(folder: Path, call: Call) -> None:
    (folder / "policies.reg").write_text(SENSOR, encoding="utf-16")
    (folder / "reset.cmd").write_text("netsh winhttp reset proxy\n", encoding="utf-8")

    done = call("init", "--dry-run")

    assert '- files: "policies.reg"   # mde_endpoint: EDR sensor\n' in done.stdout
    assert '- files: "reset.cmd"   # mde_endpoint: WinHTTP\n' in done.stdout
    assert "machine: the servers" in done.stdout


def test_init_replaces_nothing_by_accident(folder: Path, call: Call) -> None:
    (folder / "allowlint.yaml").write_text("version: 1\n", encoding="utf-8")

    refused = call("init")

    assert (refused.code, "--force replaces it" in refused.stderr) == (2, True)
    assert yaml.safe_load(call("init", "--dry-run").stdout)["version"] == 1
    assert (folder / "allowlint.yaml").read_text(encoding="utf-8") == "version: 1\n"
    assert call("init", "--force").code == 0
    assert call("init", "none").code == 2


def test_init_finds_nothing_and_says_so(folder: Path, call: Call) -> None:
    (folder / "empty").mkdir()

    done = call("init", "empty")

    assert "found no configuration" in done.stdout
    assert load("empty/allowlint.yaml").configurations == ()


def test_show_files_says_what_becomes_of_each(folder: Path, call: Call) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for name, text in (
        ("ignored.conf", SQUID),
        ("lab/squid.conf", SQUID),
        ("whole.conf", f"{SQUID}include part.inc\n"),
        ("part.inc", "http_port 3129\n"),
        (".gitignore", "ignored.*\n"),
        ("allowlint.yaml", "version: 1\nexclude: [lab]\n"),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    done = call("check", ".", "--policy", "mine.yaml", "--show-files")

    assert done.code == 0
    assert [line.split(None, 1) for line in done.stdout.splitlines()] == [
        ["allowlint.yaml", "passed over: no platform recognises it"],
        ["ignored.conf", "passed over: ignored by git"],
        ["mine.yaml", "passed over: no platform recognises it"],
        ["part.inc", "read as a part of whole.conf"],
        ["squid.conf", "checked as squid (recognised)"],
        ["whole.conf", "checked as squid (recognised)"],
        ["lab/squid.conf", "passed over: excluded by lab"],
    ]
    checked = call("check", ".", "--policy", "mine.yaml", "--show-settings")
    assert "exclude" not in checked.stderr


def test_a_file_that_is_tracked_is_checked_although_it_is_ignored(folder: Path, call: Call) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "squid.conf"], cwd=folder, check=True)
    (folder / ".gitignore").write_text("*.conf\n", encoding="utf-8")

    assert call("check", ".", "--policy", "mine.yaml").code == 0


def test_show_settings_says_where_each_thing_is_said(folder: Path, call: Call) -> None:
    (folder / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nprofile:\n  geographies: [EU]\nconfigurations: [squid.conf]\n",
        encoding="utf-8",
    )

    done = call("check", "--show-settings", "--os", "linux")
    said = {line.split(":")[0].strip(): line.rpartition("# ")[2] for line in done.stdout.splitlines()}

    assert (said["geographies"], said["systems"], said["fail-on"]) == ("allowlint.yaml:4", "--os", "default")
    assert said["configuration"] == "allowlint.yaml:5"


def test_show_settings_knows_the_environment(folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_OS", "linux")

    assert "systems: linux" in call("check", "squid.conf", "--policy", "mine.yaml", "--show-settings").stdout
    assert "# ALLOWLINT_OS" in call("check", "squid.conf", "--policy", "mine.yaml", "--show-settings").stdout
