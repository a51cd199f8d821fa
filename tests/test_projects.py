"""Whole command lines in whole repositories: `fixtures/projects/<scenario>/command.yaml` says what is run and how it ends."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import FIXTURES, Golden, allowlint

PROJECTS = sorted(path.parent for path in FIXTURES.glob("projects/*/command.yaml"))
SQUID = shutil.which("squid", path="/usr/sbin:/usr/local/sbin:/usr/local/squid/sbin") or shutil.which("squid")

SQUIDS = sorted(
    path
    for path in FIXTURES.glob("projects/*/*/*.conf")
    if "http_access" in path.read_text(encoding="utf-8")
    and (path.name == "squid.conf" or not (path.parent / "squid.conf").exists())
)
"""What a Squid of the examples is started with; the rest is included by these."""

each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)


def command(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((project / "command.yaml").read_text(encoding="utf-8"))
    return found


def demo_report() -> dict[str, Any]:
    demo = FIXTURES / "projects" / "demo"
    report: dict[str, Any] = json.loads(allowlint(*command(demo)["args"], "--format", "json", cwd=demo).stdout)
    return report


@each_project
def test_a_command_prints_and_ends_as_written(project: Path, golden: Golden) -> None:
    wanted = command(project)

    done = allowlint(*wanted["args"], cwd=project, env=wanted.get("env"))

    assert done.code == wanted["exit"], done.stderr
    golden.check(project / "expected.txt", done.stdout)
    assert done.stderr == wanted.get("stderr", "")


def test_the_demo_has_one_fault_of_each_kind() -> None:
    kinds = {finding["code"] for finding in demo_report()["findings"]}

    assert {"ACC001", "ACC002", "ACC003", "ACC004", "TLS001", "TLS002", "TLS004", "AUT001"} <= kinds
    assert {"HYG001", "HYG002", "HYG003", "HYG006", "HYG007"} <= kinds
    assert {"END001", "END006", "END008"} <= kinds


def test_the_demo_says_what_is_right_as_well() -> None:
    judged = [verdict for verdict in demo_report()["verdicts"] if verdict["device"] == "squid/squid.conf"]
    verdicts = {(verdict["host"], verdict["port"]): verdict for verdict in judged}

    reputation = verdicts["*.urs.microsoft.com", 443]

    stages = {stage: reputation[stage] for stage in ("access", "inspection", "authentication")}
    assert stages == {"access": "allowed", "inspection": "bypassed", "authentication": "anonymous"}


@pytest.mark.oracle
@pytest.mark.skipif(SQUID is None, reason="no squid on this machine")
@pytest.mark.parametrize("config", SQUIDS, ids=lambda path: "-".join(path.relative_to(FIXTURES / "projects").parts))
def test_squid_loads_the_configuration(config: Path, tmp_path: Path) -> None:
    """An example that a real Squid refuses would teach nothing."""
    folder = Path(shutil.copytree(config.parent, tmp_path / "squid"))
    placed = folder / config.name
    text = config.read_text(encoding="utf-8")
    placed.write_text(re.sub(r"/etc/squid/\S+\.pem", str(_authority(tmp_path)), text), encoding="utf-8")

    done = subprocess.run(
        [str(SQUID), "-k", "parse", "-f", str(placed)], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert re.findall(r"(?:ERROR|WARNING|FATAL).*", done.stderr) == []


def _authority(folder: Path) -> Path:
    """Return a file with a signing certificate and its key: on a proxy that inspects, Squid wants to see them."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "ca.pem"
    request = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=proxy -addext basicConstraints=critical,CA:TRUE"
    )
    subprocess.run([*request.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return both
