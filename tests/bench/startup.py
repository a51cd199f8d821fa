"""Start-up of whole processes as a ratio to a bare interpreter, measured in the same run.

    python tests/bench/startup.py [ROUNDS]

Machines differ and are noisy, so each round runs every command once, in turn, and a command is compared with the bare
interpreter of its own round. Printed are the median of those ratios, and the quartiles around it.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ALLOWLINT = str(Path(sys.executable).with_name("allowlint"))
POLICY = ("--policy", "mde-streamlined", "--geo", "EU", "--os", "windows")
HOST = "edr-neu.eu.endpoint.security.microsoft.com"
LINES = 50


class Subject(NamedTuple):
    """A command, the exit codes that mean it did its work, and the ratio it should stay under."""

    title: str
    command: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    budget: float | None = None


def subjects(config: str) -> list[Subject]:
    """Return what is measured, the floor first; *config* is a squid.conf."""
    return [
        Subject("python -c pass", (sys.executable, "-c", "pass")),
        Subject("python -c 'import argparse'", (sys.executable, "-c", "import argparse")),
        Subject("allowlint --version", (ALLOWLINT, "--version"), budget=2.5),
        Subject("allowlint check", (ALLOWLINT, "check", config, *POLICY, "--color", "never"), (0, 1), budget=4),
        Subject(
            "allowlint check, in colour", (ALLOWLINT, "check", config, *POLICY, "--color", "always"), (0, 1), budget=4
        ),
        Subject("allowlint explain", (ALLOWLINT, "explain", HOST, config), budget=4),
    ]


def squid_conf() -> str:
    """Return a squid.conf of 50 lines as they are met: ports, networks, lists, and an end that denies."""
    head = ["http_port 3128", "acl localnet src 10.0.0.0/8", "acl tls port 443", "acl web port 80 443", ""]
    rules = [
        "http_access deny !web",
        "http_access deny CONNECT !tls",
        "http_access allow localnet sites",
        "http_access deny all",
    ]
    names = ["endpoint.security", "smartscreen", "smartscreen-prod", "dm", "update", "delivery.mp"]
    sites = [f"acl sites dstdomain .{name}.microsoft.com" for name in names]
    others = [
        f"acl sites dstdomain .site{number}.example" for number in range(LINES - len(head) - len(rules) - len(sites))
    ]
    return "\n".join([*head, *sites, *others, *rules]) + "\n"


def seconds(subject: Subject, env: dict[str, str]) -> float:
    """Run the command once; a failure is an error, not a fast run."""
    start = time.perf_counter()
    done = subprocess.run(subject.command, env=env, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - start
    if done.returncode not in subject.codes:
        raise SystemExit(f"{subject.title}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return elapsed


def measure(todo: Sequence[Subject], rounds: int) -> list[list[float]]:
    """Return the times of each subject, one for each round."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for subject in todo:  # writes the bytecode and warms the file cache
        seconds(subject, env)
    laps = [[seconds(subject, env) for subject in todo] for _ in range(rounds)]
    return [list(times) for times in zip(*laps, strict=True)]


def row(subject: Subject, times: list[float], floor: list[float]) -> str:
    """Return one line of the table."""
    ratios = [mine / bare for mine, bare in zip(times, floor, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    spread = f"{low:.2f} to {high:.2f}"
    verdict = "" if subject.budget is None else f"{subject.budget:>6} {'ok' if middle <= subject.budget else 'OVER'}"
    return (
        f"{subject.title:30} {statistics.median(times) * 1000:7.1f} ms {middle:6.2f}   {spread:14} {verdict}".rstrip()
    )


def main(argv: Sequence[str]) -> None:
    """Measure, then print the table."""
    rounds = int(argv[0]) if argv else 25
    with TemporaryDirectory() as folder:
        config = Path(folder, "squid.conf")
        config.write_text(squid_conf(), encoding="utf-8")
        todo = subjects(str(config))
        times = measure(todo, rounds)
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {rounds} rounds, configuration of {LINES} lines\n"
    )
    print(f"{'':30} {'median':>10} {'ratio':>6}   {'quartiles':14} budget")
    for subject, mine in zip(todo, times, strict=True):
        print(row(subject, mine, times[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
