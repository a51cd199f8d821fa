"""Helpers of the tests: where things are, how the program is run, how an expected output is kept."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"

KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
"""All that the program gets of the environment: NO_COLOR, CI, GITHUB_* and the like would change its output."""


class Run(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    stdout: str
    stderr: str


def allowlint(
    *args: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None, stdin: str = "", python: str = sys.executable
) -> Run:
    """Run ``python -m allowlint`` as a process of its own, in an environment without surprises."""
    return run([python, "-m", "allowlint", *args], cwd=cwd, env=env, stdin=stdin)


def run(command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, stdin: str = "") -> Run:
    """Run *command* to its end and return what it printed."""
    clean = {name: os.environ[name] for name in KEPT if name in os.environ} | {"LC_ALL": "C.UTF-8"} | dict(env or {})
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


class Golden:
    """Expected texts in files: compared, or rewritten under ``--update-golden``."""

    def __init__(self, *, update: bool) -> None:
        self.update = update

    def check(self, path: Path, text: str) -> None:
        """Assert that *path* holds *text*."""
        if self.update:
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == expected, f"{path.relative_to(ROOT)} is out of date: run make golden and review the diff"

    def check_block(self, path: Path, name: str, text: str) -> None:
        """Assert that the part of *path* between the comments ``generated:name`` and ``end:name`` is *text*."""
        start, end = f"<!-- generated:{name} -->\n", f"<!-- end:{name} -->"
        before, opened, rest = path.read_text(encoding="utf-8").partition(start)
        _, closed, after = rest.partition(end)
        assert opened, f"{path.name} has no block {name!r}"
        assert closed, f"the block {name!r} of {path.name} has no end"
        self.check(path, f"{before}{start}{text}{end}{after}")
