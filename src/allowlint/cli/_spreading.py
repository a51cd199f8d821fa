"""Options about who does the work of a run: processes, other machines, a part of a matrix, what was found out before."""

import argparse

from allowlint.cli._saying import tell
from allowlint.errors import UsageError
from allowlint.lint.asked import MOST_PARTS, Shard, Spread
from allowlint.lint.fleet import processors
from allowlint.model.settings import Settings

MOST = 256
"""Processes."""


def add_spread_options(parser: argparse.ArgumentParser) -> None:
    """Add --jobs, --cache, --shard and --runner."""
    group = parser.add_argument_group("fleets (docs/fleets.md)")
    group.add_argument(
        "--jobs", metavar="N", help="processes that work; auto (default): several from 64 files or 16 MB on"
    )
    group.add_argument(
        "--cache",
        metavar="DIR",
        help="keep what is found out of each configuration, and use it while nothing changes that it depends on; auto: the user's "
        "folder for caches",
    )
    group.add_argument("--no-cache", action="store_true", help="ignore the cache that the settings name")
    group.add_argument(
        "--shard", metavar="I/N", help="check only the I-th of N parts (allowlint merge puts the JSON reports together)"
    )
    group.add_argument(
        "--runner",
        metavar="NAME[:ADDRESS]",
        help="have others do the work: dask:tcp://scheduler:8786, or dask for workers on this machine (pip install allowlint[dask])",
    )


def spread_from(args: argparse.Namespace, settings: Settings) -> Spread:
    """Who does the work. Raises UsageError for what is not understood."""
    runner, _, address = (args.runner or "processes").partition(":")
    cache = "" if args.no_cache else args.cache or settings.cache
    jobs = _jobs(args.jobs or settings.jobs or "auto")
    # Settings come with what is checked, and are not to fill the machine with processes.
    return Spread(jobs if args.jobs or jobs < 2 else min(jobs, processors()), runner, address, cache, tell=_told)


def shard_from(args: argparse.Namespace) -> Shard | None:
    """The part that is checked; None for all. Raises UsageError for what is no part."""
    if not args.shard:
        return None
    index, slash, count = args.shard.partition("/")
    if not slash or not all(word.isascii() and word.isdigit() and len(word) < 5 for word in (index, count)):
        raise UsageError(
            f"--shard {args.shard[:20]!r} is not understood", hint="write it as 2/5: the second of five parts"
        )
    shard = Shard(int(index), int(count))
    if not 1 <= shard.number <= shard.total <= MOST_PARTS:
        raise UsageError(
            f"--shard {args.shard}: there is no such part", hint=f"from 1/N to N/N, and at most {MOST_PARTS} parts"
        )
    for option in ("since", "live"):
        if getattr(args, option):
            raise UsageError(f"--shard and --{option} do not go together", hint=f"--{option} looks at a whole run")
    return shard


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= MOST:
        raise UsageError(f"--jobs {text[:20]!r} is no number of processes", hint=f"1 to {MOST}, or auto")
    return int(text)


def _told(text: str) -> None:
    tell(f"allowlint: note: {text}")
