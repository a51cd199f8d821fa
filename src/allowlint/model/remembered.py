"""What was worked out for a thing, kept for whoever asks about the same thing again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import Any, TypeVar

    T = TypeVar("T")


class _Same:
    """A thing that equals only itself, so that what was worked out for it can be remembered without comparing it."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


def remembered(function: Callable[[Any], T]) -> Callable[[Any], T]:
    """Remember the answers for the last few things asked about: several checks look at the same device."""

    @lru_cache(maxsize=4)
    def known(same: _Same) -> T:
        return function(same.thing)

    return lambda thing: known(_Same(thing))
