"""The two commands of the README, as far as they can be tried without installing anything."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support import FIXTURES, ROOT

pytestmark = [
    pytest.mark.checkout,
    pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed"),
]


def make(*args: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *args],
        cwd=ROOT,
        env=env | ({"PATH": path} if path else {}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_target_that_is_phony() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    listed = re.findall(r"^  make ([a-z]+)", make("help").stdout, re.MULTILINE)

    assert sorted(listed) == sorted(phony.split())


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder to be the whole PATH: the few tools that the rule needs, and the Python of the test's making."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("make", "sh", "rm", "echo", "test"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


def python(folder: Path, script: str) -> None:
    program = folder / "python3"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)


def test_without_a_python_it_says_what_is_needed(bin_folder: Path, tmp_path: Path) -> None:
    python(bin_folder, "exit 1")

    done = make(f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python", path=str(bin_folder))

    assert done.returncode != 0
    assert "Python 3.11 or later is needed" in done.stderr


def test_without_venv_and_pip_it_says_what_to_install(bin_folder: Path, tmp_path: Path) -> None:
    """Debian's bare python3: no ensurepip, no virtualenv, no pip."""
    python(bin_folder, 'case "$*" in *version_info*) exit 0;; *) exit 1;; esac')

    done = make(f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python", path=str(bin_folder))

    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr


def test_the_demo_is_the_command_that_the_projects_test_runs() -> None:
    """So what make demo prints is what its expected.txt holds."""
    args = yaml.safe_load((FIXTURES / "projects" / "demo" / "command.yaml").read_text(encoding="utf-8"))["args"]

    assert f"allowlint {' '.join(args)}'" in make("--dry-run", "demo").stdout


def test_a_crash_of_the_demo_is_not_taken_for_findings(tmp_path: Path) -> None:
    """Findings end with 1; whatever else the program ends with must stop make."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    for done_before in (venv / "bin" / "python", venv / ".installed"):
        done_before.touch()
    program = venv / "bin" / "allowlint"

    codes = {}
    for code in (0, 1, 3, 4):
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
        codes[code] = make("demo", f"VENV={venv}").returncode

    assert [code for code, of_make in codes.items() if of_make == 0] == [1]
