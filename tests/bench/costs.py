"""What commands cost, each as a process of its own, and how that compares.

A comparison is a ratio, because machines differ. Every round runs each command of a group once, in turn, and a command is compared
with the floor of its own round, so that what else the machine does meanwhile falls on both alike; the table has the median over the
rounds with the quartiles around it. What counts is the time of the processor (user and system), which other work disturbs least;
nothing here waits for anything else. (pyperf measures one command after the other, by the clock: on a busy machine the ratio of two
such results says more about the machine than about the commands.)
"""

import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    """Of the processor."""
    bytes: int
    """The most memory that it had at a time."""


class Comparison(NamedTuple):
    """One line of the table: a command in units of another one."""

    title: str
    subject: str
    """The command that is measured, by its name in the group."""
    floor: str
    """The command that it is compared with."""
    budget: float | None = None
    """The ratio that it should stay under; None where it is only told."""
    share: float = 1
    """By what the subject is divided, where it does the same thing many times."""


class Room(NamedTuple):
    """One line of the table: the memory of a command in units of a number of bytes, or of another command."""

    title: str
    subject: str
    floor: int | str
    budget: float | None = None


class Group(NamedTuple):
    """Commands that are run in turn, and what is told of them."""

    title: str
    commands: Mapping[str, Sequence[str]]
    lines: Sequence[Comparison | Room]
    rounds: int = 5
    """How often, where nothing else is asked for."""
    folder: str | None = None
    """Where they run, where that matters."""


class Result(NamedTuple):
    """A line of the table as it was measured."""

    title: str
    ratios: tuple[float, ...]
    """One for each round."""
    budget: float | None
    cost: Cost
    """The median of the seconds of the subject, and the most memory that it ever had."""

    @property
    def ratio(self) -> float:
        """The median."""
        return statistics.median(self.ratios)

    @property
    def over(self) -> bool:
        """Whether it costs more than it may."""
        return self.budget is not None and self.ratio > self.budget

    def __str__(self) -> str:
        spread = [*self.ratios, *self.ratios] if len(self.ratios) == 1 else self.ratios
        low, _, high = statistics.quantiles(spread, n=4, method="inclusive")
        verdict = f"{self.budget:6.1f} {'OVER' if self.over else 'ok'}" if self.budget is not None else ""
        spent = f"{self.cost.seconds:8.2f} s {self.cost.bytes / 1e6:6.0f} MB"
        return f"{self.title:<62} {self.ratio:6.2f}  {low:6.2f} to {high:5.2f} {spent} {verdict}".rstrip()


HEADING = f"{'':<62} {'ratio':>6}  {'quartiles':>15} {'processor':>10} {'memory':>9} budget"


def measured(group: Group, rounds: int) -> list[Result]:
    """Run the commands of a group so many times, each in turn, and compare."""
    for command in group.commands.values():
        # Writes the bytecode and warms the file cache.
        run(command, group.folder)
    laps = [{name: run(command, group.folder) for name, command in group.commands.items()} for _ in range(rounds)]
    return [_result(line, laps) for line in group.lines]


def _result(line: Comparison | Room, laps: Sequence[Mapping[str, Cost]]) -> Result:
    mine = [lap[line.subject] for lap in laps]
    cost = Cost(statistics.median(each.seconds for each in mine), max(each.bytes for each in mine))
    if isinstance(line, Comparison):
        ratios = tuple(lap[line.subject].seconds / line.share / lap[line.floor].seconds for lap in laps)
    else:
        floor = line.floor
        sizes = [lap[floor].bytes if isinstance(floor, str) else floor for lap in laps]
        ratios = tuple(each.bytes / size for each, size in zip(mine, sizes, strict=True))
    return Result(line.title, ratios, line.budget, cost)


def run(command: Sequence[str], folder: str | None = None) -> Cost:
    """Run a command to its end. One that fails is an error, not a fast run; findings are no failure."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=said, cwd=folder) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}\n{said.read().decode()}")
    # Linux counts in kB, macOS in bytes.
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
