"""Has configurations read and judged by others, or takes what was found out about them before, with the same outcome as a run alone.

Files are asked for in their order, whoever is done first, so that errors and results come in the order of a run alone. What
stands on a declared path is judged here, with the rest of its path, and so are the files of one machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from allowlint.checks import Check
from allowlint.errors import InputError
from allowlint.lint.asked import Reading, Spread
from allowlint.lint.demands import Demands
from allowlint.lint.inputs import Found, HowToRead, Reader, read_one
from allowlint.lint.machines import machines

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.lint.cache import Cache
    from allowlint.lint.ordering import Ordering
    from allowlint.lint.pieces import Piece
    from allowlint.lint.work import Reply
    from allowlint.runners import Runner

CHUNK = 16
"""Files that a worker is given at a time: enough that handing them over is nothing beside the work."""
FEW_FILES = 64
"""Files from which on processes pay that nobody has asked for, whatever is in them."""
FEW_BYTES = 16 << 20
"""Bytes from which on they pay, where there are two files at least."""
_ROUNDS = 4
"""Chunks that each worker gets at least, so that none is left with a long last one."""
MOST_JOBS = 16
"""Processes that nobody has asked for: each has the memory of the configuration that it reads."""


@contextmanager
def reader_for(reading: Reading, demands: Demands, chosen: Sequence[Check]) -> Iterator[Reader]:
    """Who reads the files of a run."""
    if reading.spread == Spread():
        yield Reader()
        return
    reader = _Spreading(reading, demands, chosen)
    try:
        yield reader
    finally:
        reader.close()


class _Spreading(Reader):
    """Asks the cache first, then workers, and does the rest itself."""

    def __init__(self, reading: Reading, demands: Demands, chosen: Sequence[Check]) -> None:
        self._reading = reading
        self._demands = demands
        self._chosen = chosen
        self._ordering: Ordering | None = None
        self._cache: Cache | None = None
        self._replies: dict[str, str] = {}
        """What came back, by file, as it came."""
        self._kept: dict[str, Piece] = {}
        """What was known before."""
        self._awaited: set[str] = set()
        self._chunks: list[list[str]] = []
        self._coming: Iterator[tuple[int, int, str]] | None = None

    def prepare(self, files: Sequence[tuple[str, bool]], options: HowToRead) -> None:
        """Look into the cache for what is there, and give the rest to workers, where that pays."""
        for path, _ in files:
            # What is asked for is told in the order of the files, whoever reads them.
            options(path)
        apart = self._on_paths() | machines(self._reading.settings).keys()
        far = {path: named for path, named in files if os.path.isfile(path) and os.path.realpath(path) not in apart}
        jobs = self._jobs(list(far))
        spread = self._reading.spread
        if not far or (jobs == 1 and not spread.cache and spread.memory is None):
            return
        from allowlint.lint.ordering import Ordering

        self._ordering = Ordering.of(self._reading, self._demands, self._chosen, far)
        if self._ordering is None:
            return
        self._look_up(self._ordering, far)
        left = [path for path in far if path not in self._kept]
        if jobs != 1 and left:
            self._give(left, jobs)

    def read(self, path: str, options: HowToRead, *, named: bool, live: list[str] | None) -> Found | None:
        """What a file holds, as somebody has found out; else it is read here."""
        if path in self._kept:
            return self._kept.pop(path)
        if self._ordering is None or not self._ordering.knows(path):
            return read_one(path, options, named=named, live=live)
        reply, piece = self._reply(self._ordering, path)
        if reply.kind == "here":
            return read_one(path, options, named=named, live=live)
        if reply.kind == "error":
            raise InputError(reply.message, path=reply.path, line=reply.line, hint=reply.hint)
        if reply.kind == "live" and live is not None:
            live.append(path)
        if piece is not None:
            self._keep(self._ordering, path, reply, piece)
        return piece

    def _keep(self, ordering: Ordering, path: str, reply: Reply, piece: Piece) -> None:
        for memory in (self._cache, self._reading.spread.memory):
            if memory is not None:
                memory.put(path, ordering, reply, piece)

    def close(self) -> None:
        """End all work."""
        if self._coming is not None:
            self._coming.close()  # type: ignore[attr-defined]
        if self._cache is not None:
            self._cache.close()

    def _on_paths(self) -> set[str]:
        stops = (stop for path in self._reading.settings.paths.values() for stop in path.stops)
        return {os.path.realpath(stop.config) for stop in stops}

    def _jobs(self, paths: Sequence[str]) -> int:
        """How many workers there are to be; 1: none. Of another runner 0, which decides that itself."""
        spread = self._reading.spread
        if spread.runner != "processes":
            return spread.jobs if spread.jobs != 1 else 0
        return min(spread.jobs or jobs_for(paths), max(len(paths), 1))

    def _look_up(self, ordering: Ordering, far: Mapping[str, bool]) -> None:
        spread = self._reading.spread
        if spread.cache:
            from allowlint.lint.cache import Cache

            self._cache = Cache.at(spread, iter(far))
        for path in far:
            if spread.memory is not None and (piece := spread.memory.get(path, ordering)):
                self._kept[path] = piece
            elif self._cache is not None and (found := self._cache.get(path, ordering)):
                self._kept[path] = found[1]
                if spread.memory is not None:
                    spread.memory.put(path, ordering, *found)

    def _give(self, left: Sequence[str], jobs: int) -> None:
        from allowlint import registry
        from allowlint.lint.work import replies
        from allowlint.runners import Work

        assert self._ordering is not None  # noqa: S101 - prepare() has just made it
        spread = self._reading.spread
        runner: Runner = registry.load("runners", spread.runner)
        size = min(CHUNK, -(-len(left) // (jobs * _ROUNDS))) if jobs else CHUNK
        self._chunks = [list(left[at : at + size]) for at in range(0, len(left), size)]
        self._awaited = set(left)
        self._coming = runner.run(
            Work(replies, self._ordering.terms(near=runner.near), self._texts(near=runner.near), jobs, spread.address)
        )

    def _texts(self, *, near: bool) -> Iterator[tuple[str, ...]]:
        """Yield the orders of each chunk. What cannot be sent is done here."""
        assert self._ordering is not None  # noqa: S101 - prepare() has made it
        for chunk in self._chunks:
            texts = {path: self._ordering.order(path, near=near) for path in chunk}
            self._awaited.difference_update(path for path, text in texts.items() if not text)
            chunk[:] = [path for path, text in texts.items() if text]
            yield tuple(text for text in texts.values() if text)

    def _reply(self, ordering: Ordering, path: str) -> tuple[Reply, Piece | None]:
        """What came back for a file; it is done here where nobody else does it."""
        from allowlint.lint.portable import Malformed

        if path not in self._awaited:
            return ordering.done_here(path)
        while path not in self._replies:
            arrived = self._next()
            if arrived is None:
                # Nothing more comes: what could not be sent is done here.
                return ordering.done_here(path)
            number, place, text = arrived
            self._replies[self._chunks[number][place]] = text
        try:
            return ordering.understood(path, self._replies.pop(path))
        except Malformed:
            # Whatever a worker may say: what is not understood is found out here.
            return ordering.done_here(path)

    def _next(self) -> tuple[int, int, str] | None:
        from allowlint.runners import Lost

        assert self._coming is not None  # noqa: S101 - something is awaited
        try:
            return next(self._coming, None)
        except Lost as lost:
            path = self._chunks[lost.chunk][lost.done]
            raise InputError(
                "the process that checked it ended before it was done: it was killed, or there was no memory for it",
                path=path,
                hint="nothing was judged; check it alone (--jobs 1), or with fewer processes at a time",
            ) from lost


def jobs_for(paths: Sequence[str]) -> int:
    """How many processes pay for some files, where nobody says it."""
    if len(paths) < 2:
        return 1
    if len(paths) < FEW_FILES and sum(os.path.getsize(path) for path in paths) < FEW_BYTES:
        return 1
    return min(processors(), MOST_JOBS, len(paths))


def processors() -> int:
    """The processors that this process may use; those that a container is given, where it is given fewer."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
    except (OSError, ValueError):
        return count
    return min(count, max(1, int(quota) // int(period))) if quota.isdigit() and period.isdigit() else count
