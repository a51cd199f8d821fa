"""The rules of a device as checks ask about them: which of them grant, which names they use, and what they answer.

Platforms build one rulebase for each moment at which a list of rules is asked. Checks speak of the lines that people wrote, so
rulebases that are the same list at another moment are visited once, and rules are told apart by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.engine.asking import split
from allowlint.engine.evaluate import Repeated
from allowlint.engine.looking import MAX_QUESTIONS, Look, State
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
from allowlint.model.namelist import NameList, ancestors
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered


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


class Lists(NamedTuple):
    """The lists that a part of a rule asks for: an object that rules with the same part share."""

    names: tuple[Naming, ...]
    expressions: tuple[Naming, ...]

    def held(self) -> Iterator[NameList]:
        """Yield the lists of names."""
        yield from (naming.condition.names for naming in self.names if isinstance(naming.condition, HostIn))


class Asking(NamedTuple):
    """A granting rule with the lists that it asks for."""

    place: Place
    parts: tuple[Lists, ...]

    @property
    def expressions(self) -> bool:
        """Whether one of them is a list of expressions."""
        return any(part.expressions for part in self.parts)


@remembered
def asking(device: Device) -> tuple[Asking, ...]:
    """The granting rules that ask for names at all."""
    known: dict[tuple[int, str, bool], Lists] = {}
    found = []
    for place in granting(device):
        each = (_lists(condition, known) for condition in conjuncts(place.rule.condition))
        parts = tuple(lists for lists in each if lists.names or lists.expressions)
        if parts:
            found.append(Asking(place, parts))
    return tuple(found)


def _lists(condition: Condition, known: dict[tuple[int, str, bool], Lists]) -> Lists:
    """The lists that a condition asks for: a group that many rules name is looked through once."""
    owner, positive = "", True
    while isinstance(condition, (Named, Not)):
        if isinstance(condition, Named):
            owner = condition.name
        else:
            positive = not positive
        condition = condition.condition
    key = (id(condition), owner, positive)
    if key not in known:
        asked = [found for found in namings(condition, owner, positive=positive) if found.positive]
        texts = tuple(naming for naming in asked if isinstance(naming.condition, TextMatches))
        known[key] = Lists(tuple(naming for naming in asked if isinstance(naming.condition, HostIn)), texts)
    return known[key]


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """What must hold together, one by one."""
    if isinstance(condition, All):
        return tuple(inner for each in condition.conditions for inner in conjuncts(each))
    return (condition,)


def namings(
    condition: Condition,
    owner: str = "",
    *,
    positive: bool = True,
    seen: set[tuple[int, str, bool]] | None = None,
) -> Iterator[Naming]:
    """Yield the lists of names and expressions in a condition, each once: groups may share their parts many times over.

    ``owner`` and ``positive`` say what stands around it. With ``seen``, what another condition had already is left out.
    """
    seen = set() if seen is None else seen
    todo: list[tuple[Condition, str, bool]] = [(condition, owner, positive)]
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


class Uses(NamedTuple):
    """The names of the lists that rules use, in lower case."""

    granted: dict[Stage, frozenset[str]]
    """Those whose names a rule of the stage grants."""
    every: frozenset[str]
    """Those that any rule asks about."""


@remembered
def uses(device: Device) -> Uses:
    """Which lists the rules of a device use, and which of them are granted something."""
    granted = {stage: frozenset(_granted(device, stage)) for stage in Stage}
    conditions = (rule.condition for rulebase in rulebases(device) for rule in rulebase.rules)
    # Whatever a part is at that moment, its name is in use.
    every = frozenset(part.name.casefold() for part in parts(*conditions) if isinstance(part, Named))
    return Uses(granted, every)


def _granted(device: Device, stage: Stage) -> Iterator[str]:
    """Yield the names of the lists that rules of a stage grant."""
    seen: set[tuple[int, str, bool]] = set()
    for place in granting(device):
        if place.rulebase.stage is stage:
            found = namings(place.rule.condition, seen=seen)
            yield from (naming.owner.casefold() for naming in found if naming.positive)


def owned(owner: str, lists: frozenset[str]) -> bool:
    """Whether the owner of an entry is one of some lists: as rules name it, or with its name among the words."""
    return owner.casefold() in lists or any(word.casefold() in lists for word in owner.split())


class Attempt(NamedTuple):
    """One connection to one host, tried in thought."""

    flow: Flow
    host: str
    names: tuple[str, ...]
    """The host and the names above it."""
    anonymous: bool
    """Whether the client has no identity; else it has one wherever any will do."""
    look: Look
    """What is remembered of the conditions that were asked."""
    state: State
    repeated: Repeated
    """The unknowns whose answers must be remembered while one condition is asked."""

    def seen_as(self, view: View) -> Attempt:
        """The same connection, seen in another way."""
        return attempt_at(self.flow._replace(view=view), self.host, anonymous=self.anonymous)


def attempt_at(flow: Flow, host: str, *, anonymous: bool = False) -> Attempt:
    """A connection to one host; port, view, path and client are those of ``flow``."""
    here = flow._replace(hosts=name(host))
    look = Look(here, None if anonymous else frozenset())
    state = State(here.hosts, here.client, frozenset(), ())
    return Attempt(here, host, tuple(ancestors(host)), anonymous, look, state, Repeated())


def told(condition: Condition, attempt: Attempt) -> frozenset[bool | None]:
    """The answers that a condition may give; None where the client is asked for its identity instead."""
    attempt.look.questions = MAX_QUESTIONS
    attempt.repeated.add(condition)
    attempt.look.recurring = attempt.repeated.keys
    try:
        answers = split(condition, attempt.state, attempt.look)
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
    return naming.condition.names.reaches(attempt.names)


def line(location: Location) -> str:
    """A place as advice names it."""
    return f"{location.path}:{location.line}"
