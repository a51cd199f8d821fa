"""What a run tells of itself while it goes on, and where its time went."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from allowlint.cli._progress import Progress
from allowlint.lint.watch import PATIENCE, Watch
from tests.cli.calling import Call


class Clock:
    """Goes on by a step with each look."""

    def __init__(self, step: float) -> None:
        self.time, self.step = 0.0, step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def test_nothing_is_shown_before_a_second_and_everything_after_it() -> None:
    shown: list[str] = []
    watch = Watch(shown.append, Clock(PATIENCE / 4))

    for name in "abc":
        with watch("reading", name):
            pass

    assert shown == ["reading c"]


def test_time_is_counted_by_stage_and_part_the_slowest_first() -> None:
    watch = Watch(now=Clock(1.0))

    for name in ("a", "b", "b"):
        with watch("reading", name):
            pass

    assert watch.table() == [("reading", "b", 2.0), ("reading", "a", 1.0)]


def test_timing_goes_to_standard_error(folder: Path, call: Call) -> None:
    done = call("check", "squid.conf", "--policy", "mine.yaml", "--timing")

    assert "reading squid.conf" in done.stderr
    assert "checking CFG001" in done.stderr
    assert "reading" not in done.stdout


SLOW = """
import sys, time
from allowlint.cli._progress import Progress
progress = Progress(quiet=False)
with progress, progress.watch("reading", "slow.conf"):
    time.sleep(1.3)
"""


@pytest.mark.parametrize(("environment", "expected"), [({}, True), ({"CI": "1"}, False), ({"TERM": "dumb"}, False)])
def test_only_somebody_at_a_terminal_is_told(environment: dict[str, str], expected: bool) -> None:
    ours, theirs = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key not in ("CI", "PRE_COMMIT", "GITHUB_ACTIONS")}
    subprocess.run(
        [sys.executable, "-c", SLOW], stderr=theirs, env={**clean, "TERM": "xterm", **environment}, check=True
    )
    os.write(theirs, b".")
    seen = b""
    while not seen.endswith(b"."):
        seen += os.read(ours, 4096)
    os.close(ours)
    os.close(theirs)

    assert (b"reading slow.conf" in seen) is expected
    assert seen.endswith(b"\r\x1b[K.") is expected


def test_a_pipe_is_told_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    progress = Progress(quiet=False, environment={})
    with progress:
        progress.watch("reading", "x")

    assert capfd.readouterr().err == ""
