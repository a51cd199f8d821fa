"""What workers of the tests do in place of the real work; other processes import it by its name."""

import os
import signal
import time
from collections.abc import Iterator, Sequence

from allowlint.lint.portable import packed_record
from allowlint.lint.work import Reply


def killed_at_branch_two(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Ends as the kernel ends a process that has too much memory, at one configuration."""
    for order in orders:
        if "b2/proxy.conf" in order:
            os.kill(os.getpid(), signal.SIGKILL)
        yield packed_record(Reply("here"))


def nobody(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Leaves all work to whoever asks."""
    yield from [packed_record(Reply("here"))] * len(orders)


def nonsense(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Does not speak the language."""
    yield from ["[[],[]]"] * len(orders)


def stranger(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Is another program."""
    yield from [packed_record(Reply("stranger", "0.0.1 abc"))] * len(orders)


def echoed(terms: str, orders: Sequence[str]) -> Iterator[str]:
    """Says what it is told, the later ones first."""
    for order in orders:
        time.sleep(0.3 if order == "0" else 0)
        yield f"{terms}{order}"
