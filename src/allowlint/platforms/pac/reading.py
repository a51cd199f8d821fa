"""Turns a script into the rules of one rulebase."""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, NEVER, Always, Condition, Unmodelled
from allowlint.model.device import DIRECT, Action, Note, Route, Rule, Unread
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms._ways import NOWHERE, no_way
from allowlint.platforms.pac.logic import all_of, any_of
from allowlint.platforms.pac.machine import Exit, Exits, Facts, Kind
from allowlint.platforms.pac.repeating import again_and_again
from allowlint.platforms.pac.results import action_of, fault_of, routes_of
from allowlint.platforms.pac.script import Script, children
from allowlint.platforms.pac.statements import Statements
from allowlint.platforms.pac.values import (
    UNDEFINED,
    Cases,
    Const,
    Function,
    Missing,
    Opaque,
    Value,
)

ENTRY = "FindProxyForURL"
NEWER_ENTRY = "FindProxyForURLEx"


class Followed(NamedTuple):
    """What following a script came to."""

    rules: tuple[Rule, ...]
    """The last one always holds."""
    gaps: tuple[Unread, ...] = ()
    """Why some of the script was not followed; empty where all was."""
    notes: tuple[Note, ...] = ()
    """What the script has that checks speak of."""
    runs: bool = True
    """Whether the script runs at all."""
    differs: bool = False
    """Whether something was reached that old engines do in another way."""


class Answer(NamedTuple):
    """One thing that the script may answer."""

    routes: tuple[Route, ...]
    location: Location
    text: str
    unknown: Unmodelled | None = None
    """Set where the answer itself is not known."""
    fault: str = ""
    """What is wrong with a text that is no list of ways."""


def follow(script: Script, facts: Facts) -> Followed:
    """Follow a script from its first statement to the answers of its function."""
    machine = Statements(script, facts)
    top = Location(script.path, 1)
    exits = machine.block(children(script.root))
    loaded = machine.variables
    if loaded is not None and machine.lookup(NEWER_ENTRY) is not None:
        newer = calls_newer_entry(script.path)
        exits += [(all_of(newer, condition), way) for condition, way in _entry(machine, NEWER_ENTRY)]
        machine.variables, machine.pending = loaded, []
    if loaded is not None:
        exits += _entry(machine, ENTRY)
    answers = _answers(exits, top)
    unknown = {each.reason: each for _, answer in answers if (each := answer.unknown) is not None}
    gaps = tuple(Unread(each.location, ENTRY, each.reason) for each in unknown.values())
    return Followed(_rules(answers), gaps, _notes(machine), differs=machine.differs)


def calls_newer_entry(path: str) -> Unmodelled:
    """Whether a client calls the newer function where there is one.

    Clients of Microsoft do: "which will replace the legacy FindProxyForUrl" (learn.microsoft.com, "IPv6-Aware Proxy Helper API
    Definitions" of WinHTTP). pacparser does, too; Firefox and Chromium know only the old one.
    """
    return Unmodelled("newer entry", f"whether the client calls {NEWER_ENTRY}, as Windows does", Location(path, 1))


def _entry(machine: Statements, name: str) -> Exits:
    """The ways out of the function of that name, for any request."""
    function = machine.lookup(name)
    if function is None:
        place = Location(machine.script.path, 1)
        return [(ALWAYS, Exit(Kind.THROW, {}, UNDEFINED, place, f"no function {name}"))]
    if not isinstance(function, Function):
        place, reason = Location(machine.script.path, 1), f"what {name} is"
        return [(ALWAYS, Exit(Kind.UNKNOWN, {}, UNDEFINED, place, reason))]
    if machine.lexical(name):
        reason = f"whether the client finds {name}, which `let` or `const` keep out of the global object"
        return [(ALWAYS, Exit(Kind.UNKNOWN, {}, UNDEFINED, machine.place(function.node), reason))]
    return again_and_again(machine, name, function)


def _answers(exits: Exits, top: Location) -> list[tuple[Condition, Answer]]:
    """The answers as one decision list, without what is never reached."""
    found: list[tuple[Condition, Answer]] = []
    for condition, way in exits:
        if condition == NEVER and isinstance(condition, Always):
            continue
        values = way.value.cases if isinstance(way.value, Cases) else ((ALWAYS, way.value),)
        for inner, value in values:
            found.append((all_of(condition, inner), _answer(way, value, way.location or top)))
        if condition is ALWAYS:
            break
    return found


def _answer(way: Exit, value: Value, place: Location) -> Answer:
    if way.kind is Kind.THROW:
        return Answer((NOWHERE,), place, f"fails: {way.text}")
    if way.kind is Kind.UNKNOWN:
        return Answer((), place, way.text, Unmodelled(f"unknown {place} {way.text}", way.text, place))
    if isinstance(value, Const):
        text = value.value
        if isinstance(text, str):
            return Answer(routes_of(text), place, way.text or f'return "{text}"', fault=fault_of(text))
        shown = text.value if isinstance(text, Missing) else str(text).lower()
        return Answer((NOWHERE,), place, way.text or f"return {shown}")
    if isinstance(value, Opaque):
        return Answer((), place, way.text, Unmodelled(f"value {value.key}", value.reason, value.location))
    reason = f"what `{way.text}` in line {place.line} comes to"
    return Answer((), place, way.text, Unmodelled(f"value {reason} {value}", reason, place))


def _rules(answers: list[tuple[Condition, Answer]]) -> tuple[Rule, ...]:
    """One rule for each answer; what the same statement answers again and again becomes one rule."""
    groups: list[tuple[list[Condition], Answer]] = []
    for condition, answer in answers:
        if groups and groups[-1][1] == answer:
            groups[-1][0].append(condition)
        else:
            groups.append(([condition], answer))
    found: list[Rule] = []
    for conditions, answer in groups:
        found += _of_answer(any_of(*conditions), answer)
    return tuple(found)


def _of_answer(condition: Condition, answer: Answer) -> list[Rule]:
    if answer.unknown is None:
        return [rule_of(condition, answer.routes, answer.location, answer.text, answer.fault)]
    # Whichever way: both must do for the answer to be sure.
    maybe = rule_of(all_of(condition, answer.unknown), (DIRECT,), answer.location, answer.text)
    return [maybe, rule_of(condition, (NOWHERE,), answer.location, answer.text)]


def rule_of(condition: Condition, routes: tuple[Route, ...], location: Location, text: str, fault: str = "") -> Rule:
    """A rule that sends connections on."""
    action: Action = action_of(routes)
    reason = f"what clients do that are given no way to go{fault and f' ({fault})'}"
    then = (no_way(location, text, reason),) if routes[0] == NOWHERE else ()
    return Rule(condition, action, location, text, then, routes)


def _notes(machine: Statements) -> tuple[Note, ...]:
    notes = [
        Note(
            "needs-browser", place, f"old engines have no `{name}`: the script stops with an error where it is reached"
        )
        for name, place in machine.modern.items()
    ]
    return tuple(notes)
