"""Measures the program, prints one table, and fails where something costs more than its budget.

    python -m tests.bench [--quick | --full] [--rounds N] [--only GROUP] [--peers PYTHON]

``--quick`` takes a minute, with smaller inputs, of which the start of the program is a larger part; ``--full`` adds more sizes.
``--peers`` names the interpreter of another environment, in which lxml, yamllint or pre-commit are installed: what is there is
compared too. Nothing is fetched over the network.
"""

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.costs import HEADING, Group, Result, measured
from tests.bench.groups import FULL, QUICK, USUAL, groups
from tests.bench.peers import peers


def main(argv: Sequence[str]) -> int:
    """Measure and print; the exit code is 1 where a budget is exceeded."""
    options = _options(argv)
    print(
        f"Python {platform.python_version()}, {platform.system()}, {platform.machine()}, {os.cpu_count()} processors\n"
    )
    print(HEADING, flush=True)
    with TemporaryDirectory(prefix="allowlint-bench-") as name:
        folder = Path(name)
        todo = [*groups(folder, options.sizes), *(peers(folder, options.peers) if options.peers else ())]
        wanted = [make for name, make in todo if options.only in ("", name)]
        results = [result for make in wanted for result in _told(make(), options.rounds)]
    over = [result for result in results if result.over]
    print(f"\n{len(over)} of {sum(result.budget is not None for result in results)} budgets exceeded")
    return 1 if over else 0


def _told(group: Group, rounds: int | None) -> list[Result]:
    """Measure one group and print its part of the table."""
    print(f"\n{group.title}", flush=True)
    results = measured(group, rounds or group.rounds)
    for result in results:
        print(f"  {result}", flush=True)
    return results


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    size = parser.add_mutually_exclusive_group()
    size.set_defaults(sizes=USUAL)
    size.add_argument("--quick", dest="sizes", action="store_const", const=QUICK, help="smaller inputs")
    size.add_argument("--full", dest="sizes", action="store_const", const=FULL, help="more sizes")
    parser.add_argument("--rounds", type=int, help="runs of each command, instead of as many as the group says")
    parser.add_argument("--only", default="", metavar="GROUP", help="one group: start-up, panos, fortios, domains, ...")
    parser.add_argument("--peers", metavar="PYTHON", help="compare with what this interpreter's environment has")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
