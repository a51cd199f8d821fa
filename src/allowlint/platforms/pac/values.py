"""What a script computes with, as far as that is known before it runs.

A value is a constant, something made of the host or the URL, a question (:class:`Truth`), or one of several by a decision list
(:class:`Cases`). What is not modelled is :class:`Opaque` and carries its reason along.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import count

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, NEVER, Always, Condition, Unmodelled
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms.pac.logic import all_of, decided, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_NUMBERS = count(1)
"""Of values that have no text of their own."""
MAX_CASES = 6_000
"""Cases of one value."""


class Missing(Enum):
    """What is not there."""

    NULL = "null"
    UNDEFINED = "undefined"
    HOLE = "hole"
    """A place of an array that holds nothing: it reads as undefined, and loops over the array pass it by."""


Primitive = str | bool | float | Missing


class Const(NamedTuple):
    """A value that is written in the script. Numbers are floats, as in JavaScript."""

    value: Primitive


UNDEFINED = Const(Missing.UNDEFINED)
NULL = Const(Missing.NULL)
HOLE = Const(Missing.HOLE)


class Truth(NamedTuple):
    """A Boolean that depends on the request."""

    condition: Condition
    number: int = 0

    def __repr__(self) -> str:
        # A condition is a graph, of which a text would be longer by orders of magnitude.
        return f"truth {self.number}"


class Base(Enum):
    """What a text is made of."""

    HOST = "host"
    URL = "url"
    CLIENT = "the client's address"
    RESOLVED = "the address that the host resolves to"


class Cut(NamedTuple):
    """One step from a text to a part of it (see :mod:`.texts`)."""

    kind: str
    text: str = ""
    number: int = 0


class Text(NamedTuple):
    """The host or the URL, or a part of it."""

    base: Base
    cuts: tuple[Cut, ...] = ()

    def cut(self, kind: str, text: str = "", number: int = 0) -> Text:
        """A part of it."""
        return self._replace(cuts=(*self.cuts, Cut(kind, text, number)))

    def __str__(self) -> str:
        return self.base.value + "".join(f".{cut.kind}({cut.text!r}, {cut.number})" for cut in self.cuts)


class Number(NamedTuple):
    """A number that depends on the request: ``kind`` is ``length``, ``first``, ``last``, ``dots``, ``nth`` or ``position``."""

    kind: str
    text: Text
    needle: str = ""
    nth: int = 0
    """``first``: where the search begins. ``nth``: which one, counted from the right."""
    offset: int = 0
    """Added to it."""


class Split(NamedTuple):
    """``text.split(separator)``."""

    text: Text
    separator: str


class Ref(NamedTuple):
    """An array or object, kept in the state under this number."""

    number: int


class Function(NamedTuple):
    """A function of the script."""

    node: Node
    scopes: tuple[int, ...]


class Builtin(NamedTuple):
    """Something that comes with the language or with PAC, by its name (``dnsDomainIs``, ``Math.random``)."""

    name: str


class Method(NamedTuple):
    """A method of a value, not yet called."""

    owner: Value
    name: str


class Pattern(NamedTuple):
    """A regular expression."""

    source: str
    flags: str


class Opaque(NamedTuple):
    """Not known; ``reason`` completes "it depends on ..."."""

    key: str
    reason: str
    location: Location
    settle: str = ""
    there: bool = False
    """Whether it is surely neither null nor undefined, so that it has members."""

    @property
    def condition(self) -> Unmodelled:
        """Whether it is true."""
        return Unmodelled(self.key, self.reason, self.location, settle=self.settle)

    def about(self, what: str) -> Opaque:
        """Something that is computed from it."""
        key = f"{self.key} {what}"
        if len(key) > 500:
            from hashlib import sha256

            key = sha256(key.encode("utf-8", "replace")).hexdigest()
        return self._replace(key=key, there=False)


class Cases(NamedTuple):
    """A value that depends on conditions: the first that holds decides, the last always does."""

    cases: tuple[tuple[Condition, Value], ...]
    number: int = 0

    def __repr__(self) -> str:
        return f"cases {self.number}"


Value = Const | Truth | Text | Number | Split | Ref | Function | Builtin | Method | Pattern | Opaque | Cases


class Items(NamedTuple):
    """The content of an array."""

    items: tuple[Value, ...]


class Members(NamedTuple):
    """The content of an object."""

    members: Mapping[str, Value]


Content = Items | Members


def leaves(value: Value) -> Iterator[Value]:
    """Yield what a value may be."""
    if isinstance(value, Cases):
        yield from (leaf for _, leaf in value.cases)
    else:
        yield value


def truth_of(condition: Condition) -> Value:
    """A Boolean value."""
    return Const(condition.holds) if isinstance(condition, Always) else Truth(condition, next(_NUMBERS))


def same(one: object, other: object) -> bool:
    """Whether two values are surely the same; tuples compare equal across types (0 and false), so types are looked at."""
    if one is other:
        return True
    match one, other:
        case Const(value), Const(another):
            return type(value) is type(another) and value == another
        case Items(left), Items(right):
            return len(left) == len(right) and all(map(same, left, right))
        case Method(left, name), Method(right, called):
            return name == called and same(left, right)
        case Members(members), Members(others):
            return list(members) == list(others) and all(same(members[name], others[name]) for name in members)
    return type(one) is type(other) and not isinstance(one, Cases | Truth) and one == other


def cases(decisions: list[tuple[Condition, Value]]) -> Value:
    """One value of a decision list of values. Raises TooComplex where there are too many."""
    flat: list[tuple[Condition, Value]] = []
    for condition, value in decisions:
        if isinstance(value, Cases):
            flat += [(all_of(condition, inner), leaf) for inner, leaf in value.cases]
        else:
            flat.append((condition, value))
    shared: list[tuple[Condition, Value]] = []
    for condition, value in flat:
        known = shared[-1][1] if shared and same(shared[-1][1], value) else value
        shared.append((condition, known))
    kept = listed(shared)
    if len(kept) > MAX_CASES:
        raise TooComplex(f"a value with more than {MAX_CASES} cases")
    if len(kept) == 1:
        return kept[0][1]
    if all(_is_boolean(value) for _, value in kept):
        return truth_of(decided([(condition, _condition(value)) for condition, value in kept]))
    return Cases(tuple(kept), next(_NUMBERS))


def _is_boolean(value: Value) -> bool:
    return isinstance(value, Truth) or (isinstance(value, Const) and isinstance(value.value, bool))


def _condition(value: Value) -> Condition:
    if isinstance(value, Truth):
        return value.condition
    return ALWAYS if value == Const(True) else NEVER


def condition_of(value: Value) -> Condition:
    """Whether a value counts as true."""
    match value:
        case Truth(condition):
            return condition
        case Const(constant):
            nothing = (
                isinstance(constant, Missing)
                or constant in ("", 0.0)
                or (isinstance(constant, float) and math.isnan(constant))
            )
            return NEVER if nothing else ALWAYS
        case Opaque():
            return value.condition
        case Cases(parts):
            return decided([(condition, condition_of(leaf)) for condition, leaf in parts])
    return ALWAYS
