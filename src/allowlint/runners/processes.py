"""Processes of this machine, one for each processor that may be used.

Where the work is done
    In processes that are started anew (``spawn``), on every system alike: what a process that runs threads would hand on to one that is
    forked cannot be trusted. Each takes about as long to start as a check of one small configuration.
What is sent
    File names, and what is asked of the devices in them; the processes read the files themselves.
When a worker is lost
    A process that is killed, or for which there is no memory, ends the run with an error that names the configuration.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from allowlint.runners import Function, Lost, Runner, Work

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_MOST_OBJECTS = 1_000_000
"""Objects that a worker makes and does not give back before it looks for those that nobody needs; some hundred megabytes."""
_SECONDS = 2.0
"""For how long a worker that is told to end may take."""


class _Worker:
    """A process, and what it is at."""

    def __init__(self, work: Work) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs, work.function, work.terms), daemon=True
        )
        with _uninterrupted():
            self.process.start()
        # The other end is theirs alone, so that this one tells when they end.
        theirs.close()
        self.chunk = -1
        self.done = 0

    def give(self, number: int, orders: Sequence[str]) -> None:
        """Let it do a chunk."""
        self.chunk, self.done = number, 0
        try:
            self.connection.send(orders)
        except OSError as error:
            raise Lost(number, 0) from error

    def take(self) -> str | None:
        """Its next reply; None where the chunk is done. Raises Lost where it has ended."""
        try:
            return self.connection.recv_bytes().decode("ascii") or None
        except (EOFError, OSError) as error:
            raise Lost(self.chunk, self.done) from error


def run(work: Work) -> Iterator[tuple[int, int, str]]:
    """Start workers, and yield what they reply."""
    waiting = enumerate(work.chunks)
    workers: list[_Worker] = []
    busy: dict[Connection, _Worker] = {}
    try:
        for number, orders in islice(waiting, max(work.jobs, 1)):
            workers.append(_Worker(work))
            workers[-1].give(number, orders)
            busy[workers[-1].connection] = workers[-1]
        while busy:
            for ready in wait(list(busy)):
                worker = busy[ready]  # type: ignore[index]
                reply = worker.take()
                if reply is not None:
                    yield worker.chunk, worker.done, reply
                    worker.done += 1
                    continue
                following = next(waiting, None)
                if following is None:
                    del busy[worker.connection]
                else:
                    worker.give(*following)
    finally:
        _end(workers)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.connection.close()
        worker.process.terminate()
    for worker in workers:
        worker.process.join(_SECONDS)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are started in the block never hear of Ctrl-C, which ends this one, and this one ends them."""
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, function: Function, terms: str) -> None:
    """What a worker does: chunk after chunk, until nobody listens any more."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    with suppress(EOFError, OSError):
        _do(connection, function, terms, connection.recv())
        # What is there after the first chunk is nearly all of the program itself, and need not be looked through each time.
        gc.freeze()
        while True:
            _do(connection, function, terms, connection.recv())


def _do(connection: Connection, function: Function, terms: str, orders: Sequence[str]) -> None:
    for reply in function(terms, orders):
        connection.send_bytes(reply.encode("ascii"))
    connection.send_bytes(b"")
    # A worker reads many configurations, and what it made of one is not to stay until the last. To look for it costs a tenth of
    # the work, which small configurations need not bear.
    if gc.get_count()[0] > _MOST_OBJECTS:
        gc.collect()


RUNNER = Runner("processes", "processes of this machine", run, near=True)
