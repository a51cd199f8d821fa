"""A text of several parts that stays below a size, and says what it left out."""

from collections.abc import Iterable, Sequence

from allowlint.model.record import NamedTuple

_SPARE = 200
"""Bytes kept for saying what is left out of a part."""


class Part(NamedTuple):
    """A head, items of which some may be left out, and a tail. What has items is left out as a whole where none of them fits."""

    head: str
    items: Sequence[str] = ()
    what: str = ""
    """What the items are, in the plural."""
    tail: str = ""


def fitted(parts: Iterable[Part], most: int) -> str:
    """The parts with as many items as fit, first come, first served."""
    text, used = [], 0
    for part in parts:
        shown = _shown(part, most - used)
        text.append(shown)
        used += _size(shown)
    return "".join(text)


def _shown(part: Part, room: int) -> str:
    whole = "".join((part.head, *part.items, part.tail))
    if _size(whole) <= room - _SPARE * bool(part.items):
        return whole
    left = room - _size(part.head) - _size(part.tail) - 2 * _SPARE
    kept = []
    for item in part.items:
        left -= _size(item)
        if left < 0:
            break
        kept.append(item)
    missing = len(part.items) - len(kept)
    if not kept and room < _size(part.head) + _size(part.tail) + 2 * _SPARE:
        note = f"\n{missing} more {part.what} are left out for want of room.\n"
        return note if _size(note) <= room else ""
    note = f"\nand {missing} more {part.what}, for which there is no room here; the text report has all.\n"
    return "".join((part.head, *kept, note, part.tail))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
