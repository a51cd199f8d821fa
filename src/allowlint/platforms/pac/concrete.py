"""Rules for one host: the ways that they may lead it."""

from __future__ import annotations

from collections.abc import Iterable

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
from allowlint.model.regular import Regular


def possible(rules: Iterable[Rule], host: str, port: int, view: View) -> frozenset[tuple[Route, ...]]:
    """Every list of ways that the rules may give; the last rule always holds."""
    found: set[tuple[Route, ...]] = set()
    for rule in rules:
        holds = _holds(rule.condition, host, port, view)
        if holds is not False:
            found.add(rule.routes)
        if holds is True:
            break
    return frozenset(found)


def _holds(condition: Condition, host: str, port: int, view: View) -> bool | None:
    """Whether a condition holds; None where that depends on more than the host."""
    match condition:
        case Always(holds):
            return holds
        case Named(_, inner, _):
            return _holds(inner, host, port, view)
        case Not(inner):
            answer = _holds(inner, host, port, view)
            return None if answer is None else not answer
        case All(conditions) | AnyOf(conditions):
            final = isinstance(condition, AnyOf)
            answers = set[bool | None]()
            for part in conditions:
                answer = _holds(part, host, port, view)
                if answer is final:
                    return final
                answers.add(answer)
            return None if None in answers else not final
        case HostIn() | PortIn() | ViewIn() | TextMatches():
            return _told(condition, host, port, view)
    return None


def _told(condition: HostIn | PortIn | ViewIn | TextMatches, host: str, port: int, view: View) -> bool | None:
    match condition:
        case HostIn(names):
            return host in names
        case PortIn(ranges):
            return any(low <= port <= high for low, high in ranges)
        case ViewIn(views):
            return view in views
        case TextMatches():
            return _matches(condition, host, port, view)


def _matches(condition: TextMatches, host: str, port: int, view: View) -> bool | None:
    frame = condition.frames.get(view)
    if frame is None:
        return False
    if frame.path:
        return None
    tail = frame.end(port, view)
    try:
        patterns = [
            Regular(automaton, head=frame.head if frame.host else "", tail=tail) for automaton in condition.automata
        ]
        return any(pattern.matches(host if frame.host else "") for pattern in patterns)
    except TooComplex:
        return None
