"""The same run gives the same bytes, whatever hash seed, locale and time zone; and every format ends with the same exit code."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.cli._outputs import report_names
from tests.cli.calling import BLOCKED, POLICY, SQUID
from tests.support import FIXTURES, ROOT, allowlint

CASE = FIXTURES / "reports" / "text" / "accepted"
SCRIPT = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from allowlint import registry
from allowlint.reports import Style
from tests.reports.runs import load
found = {}
for name, report in registry.all("reports").items():
    content = report.render(load(Path(sys.argv[2])), Style())
    found[name] = hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()
print(json.dumps(found))
"""
SURROUNDINGS = [
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Pacific/Auckland", "LANG": "de_DE.UTF-8", "COLUMNS": "40"},
]


def hashes(surroundings: dict[str, str]) -> dict[str, str]:
    environment = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": "1795514400"} | surroundings
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT), str(CASE)],
        cwd=CASE, env=environment, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_two_processes_write_the_same_bytes() -> None:
    first, second = map(hashes, SURROUNDINGS)

    assert first == second
    assert list(first) == list(registry.names("reports"))
    assert len(set(first.values())) == len(first)
    assert all(len(digest) == len(hashlib.sha256().hexdigest()) for digest in first.values())


@pytest.mark.parametrize(
    ("faults", "fail_on", "code"), [("", "error", 0), (BLOCKED, "error", 1), (BLOCKED, "never", 0)]
)
def test_every_format_ends_with_the_same_exit_code(tmp_path: Path, faults: str, fail_on: str, code: int) -> None:
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY + faults, encoding="utf-8")
    arguments = ("check", "squid.conf", "--policy", "mine.yaml", "--fail-on", fail_on)
    environment = {"SOURCE_DATE_EPOCH": "1795514400"}

    for name in report_names():
        binary = registry.load("reports", name.replace("-", "_")).id == "xlsx"
        where = (
            ("--quiet", "--output", f"{name}=report") if binary else ("--format", name, "--output", f"{name}=report")
        )
        done = allowlint(*arguments, *where, cwd=tmp_path, env=environment)
        assert (name, done.code, done.stderr) == (name, code, "")
        assert (tmp_path / "report").stat().st_size > 0
        if not binary:
            assert (tmp_path / "report").read_bytes().decode().replace("\r\n", "\n") == done.stdout.replace(
                "\r\n", "\n"
            )


def test_a_workbook_goes_to_standard_output_too(tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    command = [sys.executable, "-m", "allowlint", "check", "squid.conf", "--policy", "mine.yaml", "--format", "xlsx"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)

    assert (done.returncode, done.stdout[:4]) == (0, b"PK\x03\x04")
