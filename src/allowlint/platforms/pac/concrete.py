"""Rules for hosts one by one: the ways that they may lead each of them.

All hosts are asked about at once, because a script may have ten thousand conditions: a mask has a bit for every question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    Condition,
    HostIn,
    Named,
    Not,
    PortIn,
    TextMatches,
    ViewIn,
)
from allowlint.model.device import Route, Rule
from allowlint.model.flow import View
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular


class Asked(NamedTuple):
    """What the rules are asked about."""

    host: str
    port: int
    view: View


def possible(rules: Iterable[Rule], asked: Sequence[Asked]) -> list[frozenset[tuple[Route, ...]]]:
    """Every list of ways that the rules may give, for each question; the last rule always holds."""
    left = (1 << len(asked)) - 1
    given: dict[tuple[Route, ...], int] = {}
    for rule in rules:
        holds, fails = _holds(rule.condition, left, asked)
        given[rule.routes] = given.get(rule.routes, 0) | (left & ~fails)
        left &= ~holds
        if not left:
            break
    return [frozenset(ways for ways, mask in given.items() if mask >> index & 1) for index in range(len(asked))]


def _holds(condition: Condition, among: int, asked: Sequence[Asked]) -> tuple[int, int]:
    """For which of the questions a condition holds, and for which it does not; the others depend on more than the host."""
    match condition:
        case Always(holds):
            return (among, 0) if holds else (0, among)
        case Named(_, inner, _):
            return _holds(inner, among, asked)
        case Not(inner):
            holding, failing = _holds(inner, among, asked)
            return failing, holding
        case All(conditions):
            return _together(conditions, among, asked)
        case AnyOf(conditions):
            # One of them holds unless all of their opposites do.
            failing, holding = _together(map(Not, conditions), among, asked)
            return holding, failing
        case HostIn() | PortIn() | ViewIn() | TextMatches():
            answers = [(1 << index, _told(condition, asked[index])) for index in _bits(among)]
            return sum(bit for bit, told in answers if told), sum(bit for bit, told in answers if told is False)
    return 0, 0


def _together(conditions: Iterable[Condition], among: int, asked: Sequence[Asked]) -> tuple[int, int]:
    """Where all hold, and where one does not; what one has decided the next is not asked about."""
    holding, failing = among, 0
    for condition in conditions:
        holds, fails = _holds(condition, among & ~failing, asked)
        holding &= holds
        failing |= fails
        if failing == among:
            break
    return holding, failing


def _told(condition: HostIn | PortIn | ViewIn | TextMatches, asked: Asked) -> bool | None:
    match condition:
        case HostIn(names):
            return asked.host in names
        case PortIn(ranges):
            return any(low <= asked.port <= high for low, high in ranges)
        case ViewIn(views):
            return asked.view in views
        case TextMatches():
            return _matches(condition, asked)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _matches(condition: TextMatches, asked: Asked) -> bool | None:
    frame = condition.frames.get(asked.view)
    if frame is None:
        return False
    if frame.path:
        return None
    tail = frame.end(asked.port, asked.view)
    try:
        patterns = [
            Regular(automaton, head=frame.head if frame.host else "", tail=tail) for automaton in condition.automata
        ]
        return any(pattern.matches(asked.host if frame.host else "") for pattern in patterns)
    except TooComplex:
        return None
