"""Sets of hosts as values that JSON has, and back: trees of names as lines, regular expressions as lists of their parts.

A set that came back holds the same hosts. Only its regular expressions are no longer those of the configuration, so that it
is not to be cut with sets that never left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allowlint.model import automaton, tree
from allowlint.model.automaton import ANY_CHARACTER, Anchor, Automaton, Chars, Choice, Expression, Repeat, TooComplex
from allowlint.model.hosts import Cube, HostSet
from allowlint.model.regular import Regular

_ANY = "any"


class Malformed(Exception):
    """Values that do not have the form that they must have; the message says where."""


class Patterns:
    """The regular expressions of some sets: each is kept once, and sets name it by its number."""

    def __init__(self, values: Sequence[object] = ()) -> None:
        """The expressions of ``values``, as they were kept. Raises Malformed."""
        self._regulars = [_regular(value) for value in values]
        self._numbers: dict[Regular, int] = {}

    @property
    def values(self) -> list[object]:
        """All expressions, as values that JSON has."""
        return [[each.text, *each.frame, list(_parts(each.expression))] for each in self._regulars]

    def packed(self, hosts: HostSet) -> list[object]:
        """A set as values that JSON has."""
        return [
            [sorted([self._number(regular), wanted] for regular, wanted in cube), sorted(tree.written(node))]
            for cube, node in hosts.pieces
        ]

    def unpacked(self, value: object) -> HostSet:
        """The set that values stand for. Raises Malformed."""
        return HostSet(tuple((self._cube(cube), tree.read(_lines(lines))) for cube, lines in _pairs(value)))

    def _number(self, regular: Regular) -> int:
        if regular not in self._numbers:
            self._numbers[regular] = len(self._regulars)
            self._regulars.append(regular)
        return self._numbers[regular]

    def _cube(self, value: object) -> Cube:
        found = []
        for number, wanted in _pairs(value):
            if type(number) is not int or type(wanted) is not bool or not 0 <= number < len(self._regulars):
                raise Malformed("a pattern that is not there")
            found.append((self._regulars[number], wanted))
        return frozenset(found)


def _pairs(value: object) -> Iterator[tuple[object, object]]:
    if not isinstance(value, list):
        raise Malformed("expected a list")
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise Malformed("expected a pair")
        yield pair[0], pair[1]


def _lines(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise Malformed("expected lines")
    return value


def _parts(expression: Expression) -> Iterator[list[object]]:
    """Yield the parts of an expression, each behind what it is made of. Patterns may be nested deeper than Python calls itself."""
    todo: list[tuple[Expression, bool]] = [(expression, False)]
    while todo:
        part, done = todo.pop()
        if isinstance(part, Chars):
            yield ["chars", _ANY if part.chars == ANY_CHARACTER else ["".join(sorted(part.chars))]]
        elif isinstance(part, Anchor):
            yield ["anchor", part.at_end, part.newline]
        elif not done:
            inside = (part.item,) if isinstance(part, Repeat) else part.items
            todo += [(part, True), *((each, False) for each in reversed(inside))]
        elif isinstance(part, Repeat):
            yield ["repeat", part.least, part.most]
        else:
            yield ["choice" if isinstance(part, Choice) else "sequence", len(part.items)]


def _regular(value: object) -> Regular:
    match value:
        case [str() as text, str() as head, str() as tail, bool() as open_tail, bool() as every, list() as parts]:
            try:
                built = Automaton(_expression(parts))
                return Regular(built, text=text, head=head, tail=tail, open_tail=open_tail, every=every)
            except (RecursionError, TooComplex) as error:
                raise Malformed(f"a pattern that nobody can have made: {error}") from error
    raise Malformed("expected a pattern")


def _expression(parts: Sequence[object]) -> Expression:
    done: list[Expression] = []
    for part in parts:
        match part:
            case ["chars", "any"]:
                done.append(Chars(ANY_CHARACTER))
            case ["chars", [str() as chars]]:
                done.append(Chars(frozenset(chars)))
            case ["anchor", bool() as at_end, bool() as newline]:
                done.append(Anchor(at_end, newline))
            case ["repeat", int() as least, (int() | None) as most] if done:
                done.append(Repeat(done.pop(), least, most))
            case ["sequence" | "choice" as kind, int() as count] if 0 <= count <= len(done):
                items = tuple(done[len(done) - count :])
                del done[len(done) - count :]
                done.append(Choice(items) if kind == "choice" else automaton.Sequence(items))
            case _:
                raise Malformed("expected a part of a pattern")
    if len(done) != 1:
        raise Malformed("expected one pattern")
    return done[0]
