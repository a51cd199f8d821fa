"""Conditions put together, with what is known at once taken out.

A decision list is a sequence of (condition, thing), the last condition being ALWAYS: the first that holds decides. It is what
a script is turned into, at every level.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from allowlint.model.automaton import TooComplex, size
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    Always,
    AnyOf,
    Condition,
    HostIn,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.namelist import NameList, ancestors

T = TypeVar("T")
MAX_TURNS = 2000
"""Changes between yes and no in a list that becomes one condition."""
MAX_JOINED = 4_000
"""States of the automaton of several expressions."""
FEW_TURNS = 8
"""Changes that are nested into each other; a longer list is halved, so that its depth stays small."""


def negated(condition: Condition) -> Condition:
    """Holds where the condition does not."""
    match condition:
        case Always(holds):
            return NEVER if holds else ALWAYS
        case Not(inner):
            return inner
    return Not(condition)


def all_of(*conditions: Condition) -> Condition:
    """Every one holds; names that are left out one after the other become one list."""
    parts = {
        id(part): part
        for condition in conditions
        for part in (condition.conditions if isinstance(condition, All) else (condition,))
    }
    without: dict[int, HostIn] = {}
    kept: list[Condition] = []
    for part in parts.values():
        if isinstance(part, Not) and isinstance(part.condition, HostIn):
            without[id(part.condition)] = part.condition
        elif not isinstance(part, Always):
            kept.append(part)
        elif not part.holds:
            return NEVER
    if not without.keys().isdisjoint(parts):
        return NEVER
    if without:
        kept.append(negated(joined(list(without.values()))))
    # Which of several conditions is asked first changes no answer; names are asked in no time, and leave little to ask of.
    kept.sort(key=_cost)
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else All(tuple(kept))


def _cost(condition: Condition) -> int:
    match condition:
        case HostIn() | Not(HostIn()):
            return 0
        case PortIn() | ViewIn():
            return 1
        case Not() | Unmodelled():
            return 3
    return 2


def any_of(*conditions: Condition) -> Condition:
    """One of them holds; names become one list, and expressions about the same text one."""
    parts = {
        id(part): part
        for condition in conditions
        for part in (condition.conditions if isinstance(condition, AnyOf) else (condition,))
    }
    if any(isinstance(part, Always) and part.holds for part in parts.values()):
        return ALWAYS
    lists = [part for part in parts.values() if isinstance(part, HostIn)]
    texts = [part for part in parts.values() if isinstance(part, TextMatches)]
    rest = [part for part in parts.values() if not isinstance(part, HostIn | TextMatches | Always)]
    # Which of several conditions is asked first changes no answer.
    kept = [*([joined(lists)] if lists else []), *_matching(texts), *rest]
    return NEVER if not kept else kept[0] if len(kept) == 1 else AnyOf(tuple(kept))


def _matching(texts: list[TextMatches]) -> list[TextMatches]:
    """The same with what is asked about the same text in one expression, as far as that stays small."""
    groups: list[list[TextMatches]] = []
    room: dict[int, int] = {}
    last: dict[int, list[TextMatches]] = {}
    for text in texts:
        about, own = id(text.frames), sum(size(automaton.expression) for automaton in text.automata)
        if about not in last or room[about] < own:
            last[about], room[about] = [], MAX_JOINED
            groups.append(last[about])
        last[about].append(text)
        room[about] -= own
    return [_one_of(group) for group in groups]


def _one_of(texts: list[TextMatches]) -> TextMatches:
    if len(texts) == 1:
        return texts[0]
    first, *others = [automaton for text in texts for automaton in text.automata]
    expressions = tuple(expression for text in texts for expression in text.expressions)
    shown = f"{expressions[0].text} and {len(expressions) - 1} more"
    return TextMatches(expressions, (first.joined(others),), texts[0].frames, shown)


def joined(lists: Sequence[HostIn]) -> HostIn:
    """One list of all the names."""
    if len(lists) == 1:
        return lists[0]
    names = NameList()
    for each in lists:
        names.exact.update(each.names.exact)
        names.lower.update(each.names.lower)
        names.whole.update(each.names.whole)
    return HostIn(names)


def either(condition: Condition, yes: Condition, no: Condition) -> Condition:
    """``yes`` where the condition holds, else ``no``."""
    if isinstance(condition, Always):
        return yes if condition.holds else no
    if yes is no:
        return yes
    if isinstance(yes, Always):
        return any_of(condition, no) if yes.holds else all_of(negated(condition), no)
    if isinstance(no, Always):
        return any_of(negated(condition), yes) if no.holds else all_of(condition, yes)
    return any_of(all_of(condition, yes), all_of(negated(condition), no))


_Groups = list[tuple[list[Condition], Condition]]


def decided(decisions: Sequence[tuple[Condition, Condition]]) -> Condition:
    """The condition that a decision list of conditions comes to."""
    groups = _grouped(decisions)
    if len(groups) > MAX_TURNS:
        raise TooComplex("the answer of a list changes too often")
    return _nested(groups)


def _grouped(decisions: Sequence[tuple[Condition, Condition]]) -> _Groups:
    """The list with equal answers together; names move ahead of the names before them that they have nothing in common with."""
    groups: _Groups = []
    last = Reach()
    for condition, answer in _parted(decisions):
        if groups and isinstance(answer, Always) and groups[-1][1] == answer:
            groups[-1][0].append(condition)
        elif len(groups) > 1 and groups[-2][1] == answer and isinstance(answer, Always) and last.apart(condition):
            groups[-2][0].append(condition)
            continue
        else:
            groups.append(([condition], answer))
            last = Reach()
        last.add(condition)
    return groups


def _parted(decisions: Iterable[tuple[Condition, Condition]]) -> Iterator[tuple[Condition, Condition]]:
    """Names that are asked for only among other names: those hold, and of the others none does."""
    for condition, answer in decisions:
        if isinstance(answer, HostIn) and isinstance(condition, HostIn) and _covers(condition.names, answer.names):
            yield answer, ALWAYS
            yield condition, NEVER
        else:
            yield condition, answer


def _covers(wide: NameList, narrow: NameList) -> bool:
    """Whether each entry stands in or below one of the others."""
    if narrow.under:
        return all(name in wide.whole or name in wide.lower for name in narrow.under)
    return all(
        any(above in wide.whole for above in ancestors(entry))
        or any(above in wide.lower for above in ancestors(entry.partition(".")[2]))
        or (entry in wide.lower and entry in narrow.lower and not at)
        or (entry in wide.exact and not below)
        for entry, at, below in narrow.entries()
    )


def _nested(groups: _Groups) -> Condition:
    result: Condition = NEVER
    if len(groups) <= FEW_TURNS:
        for conditions, answer in reversed(groups):
            result = either(any_of(*conditions), answer, result)
        return result
    front, rest = groups[: len(groups) // 2], groups[len(groups) // 2 :]
    reached = any_of(*(condition for conditions, _ in front for condition in conditions))
    return any_of(_nested(front), all_of(negated(reached), _nested(rest)))


class Reach:
    """The names that lists speak of, to see whether another list speaks of none of them."""

    __slots__ = ("_above", "_known", "_names")

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._above: set[str] = set()
        self._known = True

    def add(self, condition: Condition) -> None:
        """Take in what a condition speaks of."""
        if not isinstance(condition, HostIn):
            self._known = False
            return
        for entry, _, _ in condition.names.entries():
            self._names.add(entry)
            self._above.update(ancestors(entry))

    def apart(self, condition: Condition) -> bool:
        """Whether no host can be in both."""
        return (
            self._known
            and isinstance(condition, HostIn)
            and not any(
                entry in self._above or not self._names.isdisjoint(ancestors(entry))
                for entry in condition.names.under or (entry for entry, _, _ in condition.names.entries())
            )
        )


def listed(decisions: Iterable[tuple[Condition, T]]) -> list[tuple[Condition, T]]:
    """A decision list without what cannot be reached, and without a turn that changes nothing."""
    kept: list[tuple[Condition, T]] = []
    for condition, thing in decisions:
        if isinstance(condition, Always) and not condition.holds:
            continue
        kept.append((condition, thing))
        if isinstance(condition, Always):
            break
    while len(kept) > 1 and kept[-2][1] is kept[-1][1]:
        del kept[-2]
    return kept
