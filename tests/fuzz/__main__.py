"""Fuzzing that is guided by the lines that an input reaches (atheris): ``make fuzz SECONDS=60 TARGET=squid``.

Without TARGET every target gets its time, one after the other. What is found is written beside the corpus in ``.fuzz/<target>``;
cut it down, mend the program, and keep it in ``tests/fuzz/finds/<target>/<what it shows>--<file name>``.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zlib
from pathlib import Path

SECONDS = os.environ.get("SECONDS", "60")
WORK = Path(".fuzz")
LONGEST = 40_000
"""Bytes of an input."""
SLOWEST = 30
"""Seconds that one input may take."""


def every(names: list[str]) -> int:
    """Run targets one after the other, each in a process of its own; 1 where one of them found something."""
    worst = 0
    for name in names:
        corpus, found = WORK / name / "corpus", WORK / name / "found"
        corpus.mkdir(parents=True, exist_ok=True)
        found.mkdir(parents=True, exist_ok=True)
        options = (
            f"-max_total_time={SECONDS}",
            f"-max_len={LONGEST}",
            f"-timeout={SLOWEST}",
            "-rss_limit_mb=4096",
            f"-artifact_prefix={found}/",
        )
        sys.stdout.write(f"== {name}: {SECONDS} s\n")
        sys.stdout.flush()
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--one",
            name,
            *options,
            "-verbosity=0",
            "-print_final_stats=1",
            str(corpus),
        ]
        worst = max(worst, subprocess.run(command, check=False).returncode and 1)
    return worst


def one(name: str, options: list[str]) -> None:
    """Run one target until its time is over or something is found."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with atheris.instrument_imports(include=["allowlint"]):
        from allowlint import cli as _cli  # noqa: F401 - what is imported here is watched
        from tests.fuzz.targets import TARGETS, feed, seeds_of
    from tests.fuzz.edits import damaged, drawn
    from tests.fuzz.guard import scratch

    target, seeds = TARGETS[name], seeds_of(name)
    others = [seed.content for seed in seeds]
    names = list(dict.fromkeys(seed.name for seed in seeds))
    corpus = Path(options[-1])
    for seed in seeds:
        (corpus / f"seed-{zlib.crc32(seed.content):08x}").write_bytes(seed.content[:LONGEST])

    def run(content: bytes) -> None:
        with scratch() as folder:
            feed(target, names[len(content) % len(names)], content, Path(folder))

    def mutate(content: bytes, longest: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.3:
            return bytes(atheris.Mutate(content, longest))
        return damaged(content, [drawn(chance) for _ in range(chance.randint(1, 3))], others)[:longest]

    atheris.Setup([name, *options], run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
    else:
        from tests.fuzz.targets import TARGETS

        sys.exit(every(sys.argv[1:] or list(TARGETS)))
