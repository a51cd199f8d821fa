"""One public module per way to do work elsewhere: in other processes, on other machines.

A runner knows nothing of configurations: it hands texts to a function and brings back the texts that this returns. It is found by
walking this package, or by the entry points ``allowlint.runners``. It exposes ``RUNNER``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from allowlint.model.record import NamedTuple

Function = Callable[[str, Sequence[str]], Iterator[str]]
"""(terms, orders) -> a reply to each order, in their order. It can be imported by its name wherever it is to run."""


class Work(NamedTuple):
    """What is to be done."""

    function: Function
    terms: str
    chunks: Iterator[Sequence[str]]
    """The orders, in parts that one worker is given at a time; they are made when they are asked for."""
    jobs: int
    """How many workers are started, where the runner starts them; 0: as it sees fit."""
    address: str = ""
    """Where the workers are; empty: the runner starts some itself."""


class Lost(Exception):
    """A worker ended before it had done its work: which chunk, and how many of its orders were done."""

    def __init__(self, chunk: int, done: int) -> None:
        super().__init__(f"chunk {chunk}, {done} done")
        self.chunk = chunk
        self.done = done


class Runner(NamedTuple):
    """A way to do work elsewhere."""

    id: str
    title: str
    run: Callable[[Work], Iterator[tuple[int, int, str]]]
    """Yields (number of the chunk, number of the order in it, reply) as replies come in. Raises Lost where a worker ended, and UsageError
    where there are no workers to be had. Closing the iterator ends all work."""
    near: bool = False
    """Whether workers see the same files as the run does; else contents are sent to them."""
