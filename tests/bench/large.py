"""`allowlint check` of large firewall exports as ratios, with what they are compared with measured in the same run.

    python -m tests.bench.large [SIZE]

The floors are a bare pass of expat over the XML, without handlers, and a bare loop over the lines of the other. A parse by
`lxml.etree` takes a good two passes of expat and 7.5 times the memory of the file, so that 1.3 of those are 2.8 passes. Beside
that: what many requirements cost in comparison with few, and a file in comparison with half of it. SIZE is the number of rules
and half the number of policies is written for the other; the default is what the budgets speak of. What is measured is the time of
the processor, which depends less than that of the wall on what else a machine does.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.generators import fortios, panos
from tests.generators.policy import policy

SIZE = 100_000
FEW, MANY = 150, 2_000
"""Requirements."""
ROUNDS = 3
"""Runs of which the fastest counts: what else a machine does only makes them slower."""
MANY_BUDGET, GROWTH_BUDGET, MEMORY_BUDGET = 1.3, 2.2, 7.5


class Subject(NamedTuple):
    """A platform, how an export of it is written, and what reading that is compared with."""

    title: str
    write: Callable[[Path, int], None]
    floor: Callable[[Path], float]
    unit: str
    budget: float


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    """Of the processor."""
    bytes: int
    """The most memory that it had at a time."""


def main(size: int) -> None:
    """Print the ratios."""
    subjects = (
        Subject("PAN-OS", _xml, _passed, "passes of expat", 2.8),
        Subject("FortiOS", _backup, _looped, "loops over the lines", 8.0),
    )
    with TemporaryDirectory() as folder:
        for subject in subjects:
            for text, ratio, budget in measured(subject, Path(folder), size):
                verdict = "ok" if ratio <= budget else "OVER"
                print(f"{subject.title:<8} {text:<48} {ratio:6.2f}   budget {budget:4} {verdict}", flush=True)


def measured(subject: Subject, folder: Path, size: int) -> Iterator[tuple[str, float, float]]:
    """Yield (what is compared, the ratio, its budget)."""
    whole, half = folder / f"{subject.title}.conf", folder / f"{subject.title}-half.conf"
    subject.write(whole, size)
    subject.write(half, size // 2)
    few, many = folder / "few.yaml", folder / "many.yaml"
    for path, count in ((few, FEW), (many, MANY)):
        path.write_text("\n".join(policy(count)), encoding="utf-8")
    floor = min(subject.floor(whole) for _ in range(ROUNDS))
    cost = checked(whole, few)
    megabytes = whole.stat().st_size / 1_000_000
    yield f"{megabytes:.0f} MB, in {subject.unit}", cost.seconds / floor, subject.budget
    yield "memory, in sizes of the file", cost.bytes / whole.stat().st_size, MEMORY_BUDGET
    yield f"{MANY} requirements to {FEW}", checked(whole, many).seconds / cost.seconds, MANY_BUDGET
    yield "the file to half of it", cost.seconds / checked(half, few).seconds, GROWTH_BUDGET


def _xml(path: Path, rules: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in panos.export(rules))


def _backup(path: Path, rules: int) -> None:
    path.write_text("".join(fortios.backup(rules // 2)), encoding="utf-8")


def _passed(path: Path) -> float:
    """Seconds for a bare pass of expat."""
    from xml.parsers import expat

    before = time.process_time()
    expat.ParserCreate().Parse(path.read_bytes(), True)
    return time.process_time() - before


def _looped(path: Path) -> float:
    """Seconds for a bare loop over the lines."""
    before = time.process_time()
    with path.open(encoding="utf-8") as file:
        for _line in file:
            pass
    return time.process_time() - before


def checked(path: Path, requirements: Path) -> Cost:
    """What the whole check takes, as a process of its own. Raises where it does not do its work."""
    command = (sys.executable, "-m", "allowlint", "check", "--policy", str(requirements), "--geo", "EU", str(path))
    costs = [_run(command) for _ in range(ROUNDS)]
    return Cost(min(cost.seconds for cost in costs), max(cost.bytes for cost in costs))


def _run(command: tuple[str, ...]) -> Cost:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
