"""A text of several parts that stays below a size, and says what it left out."""

import sys
from collections.abc import Iterable, Sequence

from allowlint.model.record import NamedTuple

_SPARE = 200
"""Bytes kept for saying what is left out of a part; no note is longer."""


class Part(NamedTuple):
    """A head, items of which some may be left out, and a tail. Where no item fits, a note stands for the whole part."""

    head: str
    items: Sequence[str] = ()
    what: str = ""
    """What the items are, in the plural."""
    tail: str = ""
    most: int = sys.maxsize
    """Bytes that it may take, however much room there is: no part shall crowd out those behind it."""


def fitted(parts: Iterable[Part], most: int) -> str:
    """The parts with as many items as fit, first come, first served; of what has none there is at least a note."""
    text, used = [], 0
    waiting = [part for part in parts if part.head or part.items]
    for number, part in enumerate(waiting, start=1):
        shown = _shown(part, most - used - _SPARE * (len(waiting) - number))
        text.append(shown)
        used += _size(shown)
    return "".join(text)


def _shown(part: Part, room: int) -> str:
    whole = "".join((part.head, *part.items, part.tail))
    if _size(whole) <= min(room, part.most) or not part.items:
        return whole
    left = min(room, part.most) - _size(part.head) - _size(part.tail) - _SPARE
    kept = []
    for item in part.items:
        left -= _size(item)
        if left < 0:
            break
        kept.append(item)
    missing = f"{len(part.items) - len(kept)} more {part.what}, for which there is no room here"
    if not kept:
        return f"\n{missing}; the text report has all.\n"
    return "".join((part.head, *kept, f"\nand {missing}; the text report has all.\n", part.tail))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
