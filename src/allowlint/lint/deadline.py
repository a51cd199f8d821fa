"""Ends what takes too long, whatever it is doing: no input may keep a run busy for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allowlint.errors import InputError
from allowlint.model.limits import raising

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from types import FrameType


class _OutOfTime(BaseException):
    """Raised in the middle of anything. No handler of errors may take it for one of its own, so it is none of them."""


@contextmanager
def within(seconds: int, path: str, what: str) -> Iterator[None]:
    """Raises InputError where the block takes longer, by the clock on the wall.

    Windows has no such alarm, and Python gives it to the first thread of a process alone: elsewhere there is no limit.
    """
    import signal

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTime

    if not hasattr(signal, "setitimer"):
        yield
        return
    try:
        before = signal.signal(signal.SIGALRM, ring)
    except ValueError:
        yield
        return
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    except _OutOfTime as end:
        message = f"{what} it takes more than {seconds} {'second' if seconds == 1 else 'seconds'}, the limit for one configuration"
        raise InputError(message, path=path, hint=raising("seconds")) from end
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
