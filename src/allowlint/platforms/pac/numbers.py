"""Questions about numbers that depend on the request: lengths, positions, counts of dots."""

from __future__ import annotations

import math

from allowlint.model.automaton import ANY_CHARACTER, Chars, Repeat
from allowlint.model.condition import ALWAYS, NEVER, Condition
from allowlint.model.location import Location
from allowlint.model.tree import MOST_LABELS
from allowlint.platforms.pac import patterns
from allowlint.platforms.pac.logic import all_of, any_of, negated
from allowlint.platforms.pac.patterns import ANYTHING, sequence, word
from allowlint.platforms.pac.texts import Asker, Unsupported
from allowlint.platforms.pac.values import Base, Number

FURTHEST = 300
"""Positions beyond which nothing is asked."""


class Where:
    """Who asks, and how that is written in the script."""

    __slots__ = ("asker", "location", "shown")

    def __init__(self, asker: Asker, shown: str, location: Location) -> None:
        self.asker = asker
        self.shown = shown
        self.location = location


def compare(number: Number, operator: str, constant: float, where: Where) -> Condition:
    """Whether ``number <operator> constant``. Raises Unsupported."""
    if not math.isfinite(constant):
        raise Unsupported("a comparison with no number")
    wanted = constant - number.offset
    whole = int(wanted // 1)
    broken = wanted != whole
    match operator:
        case ">=":
            return _at_least(number, whole + broken, where)
        case ">":
            return _at_least(number, whole + 1, where)
        case "<":
            return negated(_at_least(number, whole + broken, where))
        case "<=":
            return negated(_at_least(number, whole + 1, where))
    if broken:
        return NEVER
    if number.kind == "first" and whole == number.nth:
        start = sequence(patterns.at_least(whole, whole), word(number.needle), ANYTHING)
        return where.asker.whole(number.text, start, where.shown, where.location)
    return all_of(_at_least(number, whole, where), negated(_at_least(number, whole + 1, where)))


def _at_least(number: Number, count: int, where: Where) -> Condition:
    """Whether the number without its offset is ``count`` or more."""
    if count <= (-1 if number.kind in ("first", "last", "nth") else 0):
        return ALWAYS
    if count > FURTHEST:
        if number.text.base is Base.HOST:
            return NEVER
        raise Unsupported("a position far behind")
    return _KINDS[number.kind](number, count, where)


def _length(number: Number, count: int, where: Where) -> Condition:
    return where.asker.whole(number.text, patterns.at_least(count), where.shown, where.location)


def _dots(number: Number, count: int, where: Where) -> Condition:
    if number.text.base is Base.HOST and count >= MOST_LABELS:
        return NEVER
    dots = sequence(*([ANYTHING, word(number.needle)] * count), ANYTHING)
    return where.asker.whole(number.text, dots, where.shown, where.location)


def _nth(number: Number, count: int, where: Where) -> Condition:
    """The position of a separator counted from the right, or -1; in a host none stands at its beginning."""
    if count > 1:
        raise Unsupported("the position of a dot")
    return _dots(number, number.nth, where)


def _first(number: Number, count: int, where: Where) -> Condition:
    """The first occurrence from ``nth`` on, or -1."""
    needle, start = word(number.needle), number.nth
    found = sequence(patterns.at_least(start), needle, ANYTHING)
    there = where.asker.whole(number.text, found, where.shown, where.location)
    if count <= start:
        return there
    early = sequence(patterns.at_least(start, count - 1), needle, ANYTHING)
    return all_of(there, negated(where.asker.whole(number.text, early, where.shown, where.location)))


def _last(number: Number, count: int, where: Where) -> Condition:
    found = sequence(patterns.at_least(count), word(number.needle), ANYTHING)
    return where.asker.whole(number.text, found, where.shown, where.location)


def _position(_number: Number, _count: int, _where: Where) -> Condition:
    raise Unsupported("the position in a list")


_KINDS = {"length": _length, "dots": _dots, "nth": _nth, "first": _first, "last": _last, "position": _position}


def equal(one: Number, other: Number, where: Where) -> Condition:
    """Whether two numbers are the same. Raises Unsupported."""
    if one.kind == "length":
        one, other = other, one
    if one._replace(offset=0) == other._replace(offset=0):
        return ALWAYS if one.offset == other.offset else NEVER
    behind = one.offset - other.offset
    if other.kind != "length" or one.text != other.text or one.kind not in ("first", "last") or one.nth:
        raise Unsupported("a comparison of two positions")
    size = len(one.needle)
    if behind != size or not size:
        raise Unsupported("a comparison of a position with a length")
    # position + size == length: it stands at the end, or it is nowhere and the text is one character shorter.
    asker, text, needle = where.asker, one.text, word(one.needle)
    at_end = asker.whole(text, sequence(ANYTHING, needle), where.shown, where.location)
    shorter = asker.whole(text, patterns.at_least(size - 1, size - 1), where.shown, where.location)
    if one.kind == "first":
        early = asker.whole(text, sequence(ANYTHING, needle, patterns.at_least(1)), where.shown, where.location)
        at_end = all_of(at_end, negated(early))
    return any_of(at_end, shorter)


def without_dots(text: str) -> Chars | Repeat:
    """Anything in which the characters of a text do not occur."""
    return Repeat(Chars(ANY_CHARACTER - set(text)), 0, None)
