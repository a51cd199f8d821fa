"""Names that differ by a slip of the keyboard."""

LIMIT = 2
"""Edits that still look like a slip."""
SHORTEST = 5
"""Letters of a word in which a slip can be told from another word: ``eu`` and ``us`` differ on purpose."""
_OFTEN = 1 << 192
"""Letters that occur more than four times in a name are not counted further."""
_WIDEST = 24
"""Letters between the first and the last difference; two slips further apart are two words."""


def slip(name: str, other: str) -> int:
    """Edits between two names, 1 or 2, if one looks like a slip of the other; else 0."""
    if abs(len(name) - len(other)) > LIMIT or abs(name.count(".") - other.count(".")) > 1:
        return 0
    start = _shared(name, other)
    end = _shared(name[start:][::-1], other[start:][::-1])
    left, right = name[start : len(name) - end], other[start : len(other) - end]
    if max(len(left), len(right)) > _WIDEST or (not left and not right):
        return 0
    if min(len(_word(name, start, end)), len(_word(other, start, end))) < SHORTEST:
        return 0
    if _foreign(left, right) > LIMIT or _foreign(right, left) > LIMIT:
        return 0
    edits = distance(left, right)
    return edits if edits <= LIMIT else 0


def letters(name: str) -> int:
    """How often a name has each letter, as bits, to tell at a glance which names :func:`alike` leaves to be compared."""
    bits = 0
    for char in name:
        bit = 1 << (ord(char) & 63)
        while bits & bit and bit < _OFTEN:
            bit <<= 64
        bits |= bit
    return bits


def alike(one: int, other: int) -> bool:
    """Whether two names may be a slip away from each other, by their letters: an edit changes two bits at most."""
    return (one ^ other).bit_count() <= 2 * LIMIT


def _foreign(left: str, right: str) -> int:
    """Letters of one text that the other does not have at all: each of them is an edit."""
    return sum(char not in right for char in left)


def _shared(name: str, other: str) -> int:
    """Letters that two texts have in common at their start."""
    count = 0
    for one, two in zip(name, other, strict=False):
        if one != two:
            break
        count += 1
    return count


def _word(name: str, start: int, end: int) -> str:
    """The part that differs, with the rest of the words that it is in."""
    stop = len(name) - end
    while start and name[start - 1] not in ".-":
        start -= 1
    while stop < len(name) and name[stop] not in ".-":
        stop += 1
    return name[start:stop]


def distance(left: str, right: str, most: int = LIMIT) -> int:
    """Letters to change, add, drop, or swap with the next one, to make one text of the other; if above ``most``, just more."""
    same = _shared(left, right)
    left, right = left[same:], right[same:]
    if not left or not right:
        return len(left) + len(right)
    if not most:
        return 1
    ways = [(left[1:], right[1:]), (left[1:], right), (left, right[1:])]
    if left[:2] == right[1::-1]:
        ways.append((left[2:], right[2:]))
    return 1 + min(distance(*way, most - 1) for way in ways)
