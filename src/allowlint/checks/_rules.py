"""The rules of a device as checks ask about them: which of them grant, which names they use, and what they answer.

Platforms build one rulebase for each moment at which a list of rules is asked. Checks speak of the lines that people wrote, so
rulebases that are the same list at another moment are visited once, and rules are told apart by where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from allowlint.engine.asking import Look, State, split
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    All,
    AnyOf,
    Assumable,
    Condition,
    HostIn,
    Named,
    Not,
    TextMatches,
    parts,
)
from allowlint.model.device import Action, Device, Rule, Rulebase, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import name
from allowlint.model.location import Location
from allowlint.model.namelist import ancestors
from allowlint.model.record import NamedTuple

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


class Naming(NamedTuple):
    """A list of names or expressions that a rule uses, under the name that the configuration gives it."""

    owner: str
    condition: HostIn | TextMatches
    positive: bool
    """False where the rule asks for everything but these."""


class Place(NamedTuple):
    """A rule where it stands."""

    rulebase: Rulebase
    position: int

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return self.rulebase.rules[self.position]


@remembered
def rulebases(device: Device) -> tuple[Rulebase, ...]:
    """Every list of rules that a connection may meet, each list of lines once for each way in which it is read."""
    found: dict[tuple[object, ...], Rulebase] = {}
    todo = [rulebase for entrance in reversed(device.entrances) for rulebase in reversed(entrance.rulebases)]
    while todo:
        rulebase = todo.pop()
        ends = (rulebase.rules[0].location, rulebase.rules[-1].location) if rulebase.rules else ()
        key = (rulebase.stage, rulebase.name, rulebase.view, len(rulebase.rules), ends, rulebase.default.text)
        if key not in found:
            found[key] = rulebase
            todo += [then for rule in (*rulebase.rules, rulebase.default) for then in rule.then]
    return tuple(found.values())


def grants(rulebase: Rulebase, rule: Rule) -> bool:
    """Whether a rule lets something through, or exempts it from inspection."""
    if rulebase.stage is Stage.INSPECTION:
        return rule.action is Action.BYPASS
    return rule.action is Action.ALLOW or (rule.action is Action.PROCEED and not rule.then)


def _judges(rulebase: Rulebase) -> bool:
    """Whether a list can refuse at all; in one that cannot, going on grants nothing."""
    return rulebase.stage is Stage.INSPECTION or any(
        rule.action is not Action.PROCEED for rule in (*rulebase.rules, rulebase.default)
    )


@remembered
def granting(device: Device) -> tuple[Place, ...]:
    """Every rule that grants something."""
    return tuple(
        Place(rulebase, index)
        for rulebase in rulebases(device)
        if _judges(rulebase)
        for index, rule in enumerate(rulebase.rules)
        if grants(rulebase, rule)
    )


class Asking(NamedTuple):
    """A granting rule with the lists that it asks for."""

    place: Place
    lists: tuple[Naming, ...]
    expressions: bool
    """Whether one of them is a list of expressions."""


@remembered
def asking(device: Device) -> tuple[Asking, ...]:
    """The granting rules that ask for names at all."""
    found = []
    for place in granting(device):
        lists = tuple(naming for naming in namings(place.rule.condition) if naming.positive)
        if lists:
            found.append(Asking(place, lists, any(isinstance(naming.condition, TextMatches) for naming in lists)))
    return tuple(found)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """What must hold together, one by one."""
    if isinstance(condition, All):
        return tuple(inner for each in condition.conditions for inner in conjuncts(each))
    return (condition,)


def namings(condition: Condition) -> Iterator[Naming]:
    """Yield the lists of names and expressions in a condition, each once: groups may share their parts many times over."""
    seen: set[tuple[int, str, bool]] = set()
    todo: list[tuple[Condition, str, bool]] = [(condition, "", True)]
    while todo:
        part, owner, positive = todo.pop()
        if (id(part), owner, positive) in seen:
            continue
        seen.add((id(part), owner, positive))
        match part:
            case Named(label, inner, _):
                todo.append((inner, label, positive))
            case Not(inner):
                todo.append((inner, owner, not positive))
            case Assumable(_, _, inner):
                todo.append((inner, owner, positive))
            case All(conditions) | AnyOf(conditions):
                todo += [(inner, owner, positive) for inner in reversed(conditions)]
            case HostIn() | TextMatches():
                yield Naming(owner, part, positive)


def labels(condition: Condition) -> Iterator[str]:
    """Yield every name that the configuration gives to a part of a condition, whatever it is at that moment."""
    return (part.name for part in parts(condition) if isinstance(part, Named))


class Uses(NamedTuple):
    """The names of the lists that rules use, in lower case."""

    granted: dict[Stage, frozenset[str]]
    """Those whose names a rule of the stage grants."""
    every: frozenset[str]
    """Those that any rule asks about."""


@remembered
def uses(device: Device) -> Uses:
    """Which lists the rules of a device use, and which of them are granted something."""
    places = [(place.rulebase.stage, naming) for place in granting(device) for naming in namings(place.rule.condition)]
    granted = {
        stage: frozenset(naming.owner.casefold() for where, naming in places if where is stage and naming.positive)
        for stage in Stage
    }
    every = frozenset(
        label.casefold()
        for rulebase in rulebases(device)
        for rule in rulebase.rules
        for label in labels(rule.condition)
    )
    return Uses(granted, every)


def owned(owner: str, lists: frozenset[str]) -> bool:
    """Whether the owner of an entry is one of some lists: as rules name it, or with its name among the words."""
    return owner.casefold() in lists or any(word.casefold() in lists for word in owner.split())


class Attempt(NamedTuple):
    """One connection to one host, tried in thought."""

    flow: Flow
    host: str
    names: tuple[str, ...]
    """The host and the names above it."""
    anonymous: bool = False
    """Whether the client has no identity; else it has one wherever any will do."""

    def seen_as(self, view: View) -> Attempt:
        """The same connection, seen in another way."""
        return self._replace(flow=self.flow._replace(view=view))


def attempt_at(flow: Flow, host: str, *, anonymous: bool = False) -> Attempt:
    """A connection to one host; port, view, path and client are those of ``flow``."""
    return Attempt(flow._replace(hosts=name(host)), host, tuple(ancestors(host)), anonymous)


def told(condition: Condition, attempt: Attempt) -> frozenset[bool | None]:
    """The answers that a condition may give; None where the client is asked for its identity instead."""
    flow = attempt.flow
    state = State(flow.hosts, flow.client, frozenset(), ())
    try:
        answers = split(condition, state, Look(flow, None if attempt.anonymous else frozenset()))
    except TooComplex:
        return frozenset((True, False))
    return frozenset(answer if isinstance(answer, bool) else None for _, answer in answers)


def fails(condition: Condition, attempt: Attempt) -> bool:
    """Whether a condition surely does not hold."""
    return True not in told(condition, attempt)


def decides(condition: Condition, attempt: Attempt) -> bool:
    """Whether a connection surely gets no further than a rule with this condition."""
    return False not in told(condition, attempt)


def covers(naming: Naming, attempt: Attempt) -> bool:
    """Whether a list that a rule asks for holds the host."""
    if not naming.positive:
        return False
    if not isinstance(naming.condition, HostIn):
        return not fails(naming.condition, attempt)
    names, hosts = naming.condition.names, attempt.names
    if attempt.host in names.exact or not names.whole.keys().isdisjoint(hosts):
        return True
    return bool(names.lower) and not names.lower.keys().isdisjoint(hosts[1:])


def line(location: Location) -> str:
    """A place as advice names it."""
    return f"{location.path}:{location.line}"
