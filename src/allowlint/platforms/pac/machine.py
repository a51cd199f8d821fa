"""What a script is followed with: its variables, the ways out of it, and the bounds of the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import count
from typing import TypeVar

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, Always, Condition
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms.pac.logic import all_of, negated
from allowlint.platforms.pac.script import Script, descendants
from allowlint.platforms.pac.texts import Asker
from allowlint.platforms.pac.values import (
    HOLE,
    UNDEFINED,
    Cases,
    Content,
    Items,
    Members,
    Opaque,
    Ref,
    Value,
    cases,
    same,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

T = TypeVar("T")
MAX_STEPS = 400_000
"""Expressions and statements that are followed."""
WORK_OF_A_CASE = 8
"""Steps that count for each case of a value that something is done with, because conditions are put together."""
MAX_DEPTH = 60
"""Statements, expressions and calls inside each other."""

Key = tuple[int, str]
"""A variable: the scope that holds it, and its name; or ``(number, "")`` for the content of an array or object."""
Variables = Mapping[Key, object]


class Kind(Enum):
    """How a part of a script is left."""

    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"
    THROW = "throw"
    UNKNOWN = "unknown"
    JOIN = "join"


class Exit(NamedTuple):
    """A way out of a statement."""

    kind: Kind
    variables: Variables
    value: Value = UNDEFINED
    location: Location | None = None
    text: str = ""
    """What is returned or thrown, in the script's words."""


_ACTING = frozenset(
    (
        "call_expression",
        "new_expression",
        "assignment_expression",
        "augmented_assignment_expression",
        "update_expression",
        "await_expression",
        "yield_expression",
    )
)
Exits = list[tuple[Condition, Exit]]


class Facts(NamedTuple):
    """What is known besides the script."""

    public_dns: bool = False
    old: bool = False
    """Whether the script is followed as the old engine of Windows services runs it."""


class Machine:
    """The state while a script is followed.

    ``variables`` is never changed in place, so that a branch can be followed and left; it is None where the script cannot
    come to. ``pending`` holds the ways out that the expression at hand has (a method that is missing).
    """

    def __init__(self, script: Script, facts: Facts) -> None:
        self.script = script
        self.facts = facts
        self.asker = Asker(script.path, self.old_engine)
        self.variables: Variables | None = {}
        self.pending: Exits = []
        self.assumed: tuple[Condition, ...] = ()
        """What holds where the expression at hand is asked for."""
        self.scopes: tuple[int, ...] = (0,)
        self.floor = 0
        """The scope of the function at hand, in which ``var`` makes variables."""
        self.depth = 0
        self.steps = 0
        self.calls: list[object] = []
        self.strict = "use strict" in script.text
        self.constants: set[tuple[int | None, str]] = set()
        """Variables that nothing may be assigned to."""
        self.risks = 0
        """Operations so far that are errors for some values that an unknown value may have."""
        self.modern: dict[str, Location] = {}
        """Methods that were reached and that old engines lack."""
        self.differs = False
        """Whether something was reached that old engines do in another way."""
        self.asked_url = False
        self._tables: dict[tuple[int, str], tuple[Content, object]] = {}
        self._count = 0

    def tick(self, steps: int = 1) -> None:
        """Count steps. Raises TooComplex where there were too many."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise TooComplex("the script takes too many steps")

    def number(self) -> int:
        """A number that nothing else has."""
        self._count += 1
        return self._count

    def place(self, node: Node) -> Location:
        """Where a node stands."""
        return self.script.place(node)

    def opaque(self, node: Node, reason: str, *, key: str = "", settle: str = "") -> Opaque:
        """A value that is not modelled, another one at each evaluation unless a key says what it is."""
        where = self.place(node)
        return Opaque(key or f"{reason} {where.line}:{where.column} #{self.number()}", reason, where, settle)

    def unsupported(self, node: Node, what: str = "") -> Opaque:
        """A construct that is not modelled."""
        return self.opaque(
            node, f"`{self.script.shown(node, 50)}` in line {node.start_point[0] + 1}{what and f' ({what})'}"
        )

    def lost(self, node: Node, what: str = "") -> Opaque:
        """A construct that is not modelled and may change anything: what follows it is not known."""
        value = self.unsupported(node, what)
        self.leave(ALWAYS, Kind.UNKNOWN, node, value.reason)
        return value

    def acts(self, node: Node) -> bool:
        """Whether something may change when an expression is evaluated."""
        return any(below.type in _ACTING for below in descendants(node))

    def old_engine(self) -> bool:
        """Whether an old engine runs the script, noted where that makes a difference."""
        self.differs = True
        return self.facts.old

    def going(self) -> bool:
        """Whether the script can come to this place at all."""
        return self.variables is not None

    def scope_of(self, name: str) -> int | None:
        """The scope that holds a variable; None where there is none of that name."""
        known = self.variables or {}
        return next((scope for scope in reversed(self.scopes) if (scope, name) in known), None)

    def lookup(self, name: str) -> Value | None:
        """A variable; None where there is none of that name."""
        scope = self.scope_of(name)
        return None if scope is None else (self.variables or {})[scope, name]  # type: ignore[return-value]

    def assign(self, name: str, value: Value, node: Node) -> None:
        """Give a variable a value where it is declared, else at the outside."""
        scope = self.scope_of(name)
        if (scope, name) in self.constants:
            self.leave(ALWAYS, Kind.THROW, node, f"`{name}` is a constant")
            return
        if scope is None and self.strict:
            self.leave(ALWAYS, Kind.UNKNOWN, node, f'`{name}`, which nothing declares, in a script with "use strict"')
        self.variables = {**(self.variables or {}), (scope or 0, name): value}

    def declare(self, name: str, value: Value, *, constant: bool = False) -> None:
        """Make a variable in the innermost scope."""
        self.variables = {**(self.variables or {}), (self.scopes[-1], name): value}
        if constant:
            self.constants.add((self.scopes[-1], name))

    def declare_var(self, name: str, value: Value) -> None:
        """Make a variable of the whole function."""
        self.variables = {**(self.variables or {}), (self.floor, name): value}

    def content(self, ref: Ref) -> Content | Opaque:
        """What an array or object holds."""
        found = (self.variables or {}).get((ref.number, ""))
        # It is kept wherever the script can come to.
        return found if isinstance(found, Items | Members | Opaque) else changed_somewhere()

    def table(self, content: Content, what: str, make: Callable[[], T]) -> T:
        """What is made of a content, made once: a loop looks it up again and again."""
        known = self._tables.get((id(content), what))
        if known is None:
            known = self._tables[id(content), what] = (content, make())
        return known[1]  # type: ignore[return-value]

    def store(self, content: Content | Opaque) -> Ref:
        """Keep a new array or object."""
        ref = Ref(self.number())
        self.change(ref, content)
        return ref

    def change(self, ref: Ref, content: Content | Opaque) -> None:
        """Give an array or object another content."""
        self.variables = {**(self.variables or {}), (ref.number, ""): content}

    def changed(self, content: Opaque) -> Opaque:
        """A content that is not known, and another one than before."""
        return content._replace(key=f"content {next(_CHANGES)}")

    def leave(self, condition: Condition, kind: Kind, node: Node, text: str) -> None:
        """Note that the expression at hand is left, where the condition holds."""
        self.pending.append((condition, Exit(kind, self.variables or {}, UNDEFINED, self.place(node), text)))

    def needed(self, value: Opaque, node: Node) -> None:
        """Note that the script stops where an unknown value is nothing, which has no members."""
        if not value.there:
            missing = value.about("is nothing").condition
            self.leave(missing, Kind.THROW, node, f"{self.script.shown(node, 50)}: of nothing")

    def leaves(self) -> bool:
        """Whether the expression at hand is left for sure."""
        return any(condition is ALWAYS for condition, _ in self.pending)

    def each(self, function: Callable[[Value], Value], value: Value) -> Value:
        """The function of every case of a value: what each changes, and the ways out of it, happen in that case only."""
        if not isinstance(value, Cases):
            return function(value)
        before, waiting, outside = self.variables or {}, self.pending, self.assumed
        found: list[tuple[Condition, Value]] = []
        changes: list[tuple[Condition, Variables]] = []
        earlier: list[Condition] = []
        try:
            for condition, leaf in value.cases:
                self.tick(WORK_OF_A_CASE)
                self.variables, self.pending, self.assumed = before, [], (*outside, condition)
                result = function(leaf)
                if not self.leaves():
                    found.append((condition, result))
                    changes.append((condition, self.variables or {}))
                if self.pending:
                    guard = all_of(*earlier, condition)
                    waiting = [*waiting, *((all_of(guard, inner), way) for inner, way in self.pending)]
                earlier.append(negated(condition))
        finally:
            self.pending, self.assumed = waiting, outside
        if not found:
            # Every case has a way out, and the last of them takes what is left.
            waiting[-1] = (ALWAYS, waiting[-1][1])
            self.variables = before
            return UNDEFINED
        # What falls to a case that has left is no longer there.
        self.variables = merged([*changes[:-1], (ALWAYS, changes[-1][1])])
        return cases([*found[:-1], (ALWAYS, found[-1][1])])

    def taken(self) -> Exits:
        """The ways out of the expression just followed."""
        found, self.pending = self.pending, []
        return found


def merged(joins: Sequence[tuple[Condition, Variables]]) -> Variables:
    """The variables where several ways come together, as a decision list says; the last condition is always true."""
    first = joins[0][1]
    if all(variables is first for _, variables in joins):
        return first
    keys = dict.fromkeys(key for _, variables in joins for key in variables)
    return {key: _together(key, joins) for key in keys}


def _together(key: Key, joins: Sequence[tuple[Condition, Variables]]) -> object:
    if not key[1]:
        # Where it was not yet made, nothing refers to it.
        return _contents([(condition, variables[key]) for condition, variables in joins if key in variables])
    values = [(condition, variables.get(key, UNDEFINED)) for condition, variables in joins]
    first = values[0][1]
    if all(value is first or same(value, first) for _, value in values):
        return first
    return _one_of(values, f"`{key[1]}`")  # type: ignore[arg-type]


def _one_of(values: list[tuple[Condition, Value]], name: str) -> Value:
    try:
        return cases([*values[:-1], (ALWAYS, values[-1][1])])
    except TooComplex as error:
        return Opaque(f"value {next(_CHANGES)}", f"the value of {name} ({error})", Location("", 0))


def _contents(known: list[tuple[Condition, object]]) -> object:
    """The content of an array or object, member by member where each way has the same members."""
    first = known[0][1]
    if all(value is first or same(value, first) for _, value in known):
        return first
    conditions = [condition for condition, _ in known]
    lists = [value.items for _, value in known if isinstance(value, Items) and HOLE not in value.items]
    if len(lists) == len(known) and len({len(items) for items in lists}) == 1:
        return Items(tuple(_part(list(zip(conditions, items, strict=True))) for items in zip(*lists, strict=True)))
    objects = [value.members for _, value in known if isinstance(value, Members)]
    if len(objects) == len(known) and len({tuple(members) for members in objects}) == 1:
        names = tuple(objects[0])
        return Members(
            {name: _part([(c, m[name]) for c, m in zip(conditions, objects, strict=True)]) for name in names}
        )
    return changed_somewhere()


def _part(values: list[tuple[Condition, Value]]) -> Value:
    first = values[0][1]
    return first if all(same(value, first) for _, value in values) else _one_of(values, "an item")


_CHANGES = count()


def changed_somewhere() -> Opaque:
    """The content of an array or object that nothing is known of."""
    return Opaque(f"content {next(_CHANGES)}", "an array or object that is changed in some cases only", Location("", 0))


def joined(exits: Exits, kind: Kind, after: Variables | None) -> tuple[Exits, list[tuple[Condition, Exit]]]:
    """Part the ways out of one kind from the others: (the others, those), each a list to be read in order.

    The others are asked first; those (with ``after``, the way through, as the last) stand for what is left.
    """
    others: Exits = []
    joins: list[tuple[Condition, Exit]] = []
    seen: list[Condition] = []
    for condition, way in exits:
        if way.kind is kind:
            joins.append((condition, way))
            seen.append(negated(condition))
        else:
            others.append((all_of(*seen, condition), way))
    if after is not None:
        joins.append((ALWAYS, Exit(Kind.JOIN, after)))
    elif joins and not (isinstance(joins[-1][0], Always) and joins[-1][0].holds):
        joins[-1] = (ALWAYS, joins[-1][1])
    return others, joins
