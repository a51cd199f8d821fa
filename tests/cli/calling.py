"""Calls the command line as a user does: within the test's own process, or as a process with little memory and time."""

import gc
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allowlint.cli import main
from tests.support import Run, run

SQUID = """\
http_port 3128
acl mine dstdomain .good.test
acl corp src 10.0.0.0/8
http_access allow mine
http_access deny all
"""
"""Lets everything of good.test through, and nothing else."""

POLICY = """\
version: 1
name: mine
requirements:
  - host: "*.good.test"
  - host: api.good.test
    ports: [443, 80]
"""
"""Endpoints that :data:`SQUID` lets through."""

BLOCKED = "  - {host: api.bad.test}\n"
OPTIONAL = "  - {host: extra.bad.test, need: optional}\n"

MEMORY_KB = 1_000_000
CPU_SECONDS = 20

Call = Callable[..., Run]


def caller(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """A function that runs a command line in this process. No command may print a traceback."""

    def call(*words: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        finally:
            # One run of the program does without.
            gc.enable()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Run(code, out, err)

    return call


def limited(*words: str | Path, cwd: Path) -> Run:
    """Run the program as a process that is stopped when it takes too much memory or time."""
    limits = f'ulimit -v {MEMORY_KB} && ulimit -t {CPU_SECONDS} && exec "$@"'
    done = run(["sh", "-c", limits, "sh", sys.executable, "-m", "allowlint", *map(str, words)], cwd=cwd)
    assert "Traceback" not in done.stdout + done.stderr
    assert "MemoryError" not in done.stderr
    return done


def report_of(done: Run) -> dict[str, Any]:
    """The JSON report that a run printed."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
