"""From which size on several processes, kept results and a cluster pay, as ratios to one process in the same run.

    python -m tests.bench.fleet [--rules N] [--runner] COUNT...

For each COUNT as many FortiGate backups are written and checked: by one process, by two, with an empty cache, again with what was
kept, and by a cluster of Dask on this machine with --runner. Whole processes on the wall; the median of the rounds, which are run
one after the other, so that what else the machine does falls on all alike.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.generators import fortios

ROUNDS = 3
BUDGETS = {"2 processes": 0.6, "kept": 0.15}
"""Of the largest number, beside one process."""


def main() -> int:
    """Print the table; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description="when several processes and kept results pay")
    parser.add_argument("counts", nargs="*", type=int, default=[8, 64, 256])
    parser.add_argument("--rules", type=int, default=60, help="policies of each backup")
    parser.add_argument("--runner", action="store_true", help="try Dask as well")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    last: dict[str, float] = {}
    with TemporaryDirectory() as scratch:
        for count in given.counts:
            folder = Path(scratch) / str(count)
            size = write(folder, count, given.rules)
            last = measured(folder, given.rounds, dask=given.runner)
            alone = last.pop("alone")
            ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in last.items())
            print(f"{count} backups of {size >> 10} kB: {alone:.1f} s alone; beside that: {ratios}", flush=True)
    over = [name for name, budget in BUDGETS.items() if last[name] > budget]
    print(
        "\n".join(f"{name}: {last[name]:.2f}, and the budget is {BUDGETS[name]}" for name in over)
        or "within the budgets"
    )
    return 1 if over else 0


def write(folder: Path, count: int, rules: int) -> int:
    """Write the backups; the bytes of one."""
    folder.mkdir()
    text = "".join(fortios.backup(rules))
    for number in range(count):
        (folder / f"fw{number:04}.conf").write_text(text.replace('"edge"', f'"edge{number}"', 1), encoding="utf-8")
    return len(text)


def measured(folder: Path, rounds: int, *, dask: bool) -> dict[str, float]:
    """Seconds of one process alone, and the ratios of the others to it."""
    kept = folder.parent / f"{folder.name}.kept"
    ways = {"alone": ["--jobs", "1"], "2 processes": ["--jobs", "2"]}
    ways |= {"to be kept": ["--jobs", "1", "--cache", str(kept)], "kept": ["--jobs", "1", "--cache", str(kept)]}
    ways |= {"Dask, 2 workers": ["--runner", "dask", "--jobs", "2"]} if dask else {}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        shutil.rmtree(kept, ignore_errors=True)
        for name, words in ways.items():
            seconds[name].append(once(folder, words))
    found = {"alone": median(seconds["alone"])}
    ratios = {
        name: median(each / alone for each, alone in zip(times, seconds["alone"], strict=True))
        for name, times in seconds.items()
        if name != "alone"
    }
    return found | ratios


def once(folder: Path, words: list[str]) -> float:
    """Seconds of one check."""
    command = [
        sys.executable,
        "-m",
        "allowlint",
        "check",
        str(folder),
        "--isolated",
        "--quiet",
        "--fail-on",
        "never",
        *words,
    ]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"ALLOWLINT_PLUGINS": ""})
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
