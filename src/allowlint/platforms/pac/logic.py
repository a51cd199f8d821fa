"""Conditions put together, with what is known at once taken out.

A decision list is a sequence of (condition, thing), the last condition being ALWAYS: the first that holds decides. It is what
a script is turned into, at every level.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, NEVER, All, Always, AnyOf, Condition, HostIn, Not
from allowlint.model.namelist import NameList

T = TypeVar("T")
MAX_TURNS = 60
"""Changes between yes and no in a list that becomes one condition; each nests it deeper."""


def negated(condition: Condition) -> Condition:
    """Holds where the condition does not."""
    match condition:
        case Always(holds):
            return NEVER if holds else ALWAYS
        case Not(inner):
            return inner
    return Not(condition)


def all_of(*conditions: Condition) -> Condition:
    """Every one holds."""
    kept: list[Condition] = []
    for condition in conditions:
        parts = condition.conditions if isinstance(condition, All) else (condition,)
        for part in parts:
            if part is NEVER or (part == NEVER and isinstance(part, Always)):
                return NEVER
            if not isinstance(part, Always) and not any(part is other for other in kept):
                kept.append(part)
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else All(tuple(kept))


def any_of(*conditions: Condition) -> Condition:
    """One of them holds; names that follow each other become one list."""
    kept: list[Condition] = []
    run: list[HostIn] = []
    for condition in conditions:
        parts = condition.conditions if isinstance(condition, AnyOf) else (condition,)
        for part in parts:
            if isinstance(part, Always):
                if part.holds:
                    return ALWAYS
            elif isinstance(part, HostIn):
                run.append(part)
            elif not any(part is other for other in kept[-8:]):
                kept.append(part)
    if run:
        # Which of several conditions is asked first changes no answer.
        kept.insert(0, joined(run))
    return NEVER if not kept else kept[0] if len(kept) == 1 else AnyOf(tuple(kept))


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


def decided(decisions: Sequence[tuple[Condition, Condition]]) -> Condition:
    """The condition that a decision list of conditions comes to."""
    groups: list[tuple[list[Condition], Condition]] = []
    for condition, answer in decisions:
        if groups and isinstance(answer, Always) and groups[-1][1] == answer:
            groups[-1][0].append(condition)
        else:
            groups.append(([condition], answer))
    if len(groups) > MAX_TURNS:
        raise TooComplex("the answer of a list changes too often")
    result: Condition = NEVER
    for conditions, answer in reversed(groups):
        result = either(any_of(*conditions), answer, result)
    return result


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
