"""Rules for hosts one by one: the ways that they may lead each of them.

All hosts are asked about at once, because a script may have ten thousand conditions: a mask has a bit for every question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    telling = _Telling(asked)
    left = telling.every
    given: dict[tuple[Route, ...], int] = {}
    for rule in rules:
        holds, fails = telling.holds(rule.condition, left)
        given[rule.routes] = given.get(rule.routes, 0) | (left & ~fails)
        left &= ~holds
        if not left:
            break
    return [frozenset(ways for ways, mask in given.items() if mask >> index & 1) for index in range(len(asked))]


class _Telling:
    """What conditions come to for some questions."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.every = (1 << len(asked)) - 1
        self._known: dict[PortIn | ViewIn, tuple[int, int]] = {}
        """The same few ports and views are asked for again and again."""

    def holds(self, condition: Condition, among: int) -> tuple[int, int]:
        """For which of the questions it holds, and for which it does not; the others depend on more than the host."""
        match condition:
            case Always(holds):
                return (among, 0) if holds else (0, among)
            case Named(_, inner, _):
                return self.holds(inner, among)
            case Not(inner):
                holding, failing = self.holds(inner, among)
                return failing, holding
            case All(conditions):
                return self._together(conditions, among)
            case AnyOf(conditions):
                # One of them holds unless all of their opposites do.
                failing, holding = self._together(map(Not, conditions), among)
                return holding, failing
            case PortIn() | ViewIn() | HostIn() | TextMatches():
                return self._told(condition, among)
        return 0, 0

    def _together(self, conditions: Iterable[Condition], among: int) -> tuple[int, int]:
        """Where all hold, and where one does not; what one has decided the next is not asked about."""
        holding, failing = among, 0
        for condition in conditions:
            holds, fails = self.holds(condition, among & ~failing)
            holding &= holds
            failing |= fails
            if failing == among:
                break
        return holding, failing

    def _told(self, condition: HostIn | PortIn | ViewIn | TextMatches, among: int) -> tuple[int, int]:
        if isinstance(condition, HostIn | TextMatches):
            return self._each(condition, among)
        if condition not in self._known:
            self._known[condition] = self._each(condition, self.every)
        holding, failing = self._known[condition]
        return holding & among, failing & among

    def _each(self, condition: HostIn | PortIn | ViewIn | TextMatches, among: int) -> tuple[int, int]:
        answers = [(1 << index, _told(condition, each)) for index, each in enumerate(self.asked) if among >> index & 1]
        return sum(bit for bit, told in answers if told), sum(bit for bit, told in answers if told is False)


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
