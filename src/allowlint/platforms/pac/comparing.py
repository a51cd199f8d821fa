"""Compares and adds values, where at least one may depend on the request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, NEVER, Always, Condition
from allowlint.platforms.pac import numbers, operators, patterns
from allowlint.platforms.pac.eras import NEWER
from allowlint.platforms.pac.logic import all_of, either, negated
from allowlint.platforms.pac.machine import Machine, Variables, merged
from allowlint.platforms.pac.numbers import Where
from allowlint.platforms.pac.patterns import word
from allowlint.platforms.pac.texts import Unsupported
from allowlint.platforms.pac.values import (
    MAX_CASES,
    Builtin,
    Cases,
    Const,
    Cut,
    Method,
    Missing,
    Number,
    Opaque,
    Ref,
    Text,
    Truth,
    Value,
    cases,
    condition_of,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

PROTOTYPES = frozenset(
    (kind, method)
    for kind, methods in (
        ("String.prototype", "endsWith includes startsWith trim toLowerCase indexOf substring substr split"),
        ("Array.prototype", "indexOf forEach some every map filter includes push find reduce"),
        ("Array", "isArray"),
        ("Object", "keys"),
    )
    for method in methods.split()
)
"""Methods that engines of today have, and whose presence scripts ask for."""
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class Comparing(Machine):
    """A machine that compares values."""

    def where(self, node: Node) -> Where:
        """Who asks a question, for its traces."""
        return Where(self.asker, self.script.shown(node), self.place(node))

    def asked(self, node: Node, question: Callable[[Where], Condition], *about: Value) -> Value:
        """The answer to a question, or what it depends on."""
        opaque = next((value for value in about if isinstance(value, Opaque)), None)
        if opaque is not None:
            others = " ".join(str(value) for value in about if value is not opaque)
            return opaque.about(f"{self.script.source(node)} {others}")
        try:
            return truth_of(question(self.where(node)))
        except Unsupported as error:
            return self.opaque(node, f"{error} (`{self.script.shown(node, 50)}` in line {node.start_point[0] + 1})")

    def truth(self, value: Value, node: Node) -> Value:
        """The value, as one that is known to be true or false: texts and numbers are asked."""
        match value:
            case Builtin(name) if "." in name:
                return self._has_method(name, node)
            case Cases():
                return self.each(lambda leaf: self.truth(leaf, node), value)
            case Text():
                return self.asked(node, lambda where: self._not_empty(value, where), value)
            case Number():
                return self.asked(node, lambda where: negated(numbers.compare(value, "==", 0.0, where)), value)
        return value

    def first_that(self, operands: Sequence[Callable[[], Value]], *, wanted: bool) -> Value:
        """``a || b``, each followed only where no earlier one has decided: the first that is true (``wanted``) or false.

        Of Booleans only whether it is true matters.
        """
        reached: list[Condition] = []
        decisions: list[tuple[Condition, Value]] = []
        outside = self.pending
        changes: list[tuple[int, Variables]] = [(0, self.variables or {})]
        for position, operand in enumerate(operands):
            self.pending = []
            value = operand()
            if self.pending:
                guard = all_of(*reached)
                outside = [*outside, *((all_of(guard, inner), way) for inner, way in self.pending)]
            if self.variables is not changes[-1][1]:
                changes.append((len(reached), self.variables or {}))
            if self.leaves() and decisions:
                # Nothing comes out of this operand, so what comes out is what an earlier one has decided.
                decisions[-1] = (ALWAYS, decisions[-1][1])
                break
            holds = condition_of(value)
            stops = holds if wanted else negated(holds)
            last = position + 1 == len(operands) or (isinstance(stops, Always) and stops.holds)
            known = Const(wanted) if isinstance(value, Truth) and not last else value
            decisions.append((ALWAYS if last else stops, known))
            if last:
                break
            reached.append(negated(stops))
        self.pending = outside
        if len(changes) > 1:
            self.variables = merged([(all_of(*reached[:count]), after) for count, after in reversed(changes)])
        return cases(decisions)

    def _opaque_or(self, node: Node, *about: Value) -> Opaque:
        """Something that is not modelled, or that depends on something not known."""
        for value in about:
            if isinstance(value, Opaque):
                others = " ".join(str(other) for other in about if other is not value)
                return value.about(f"{self.script.source(node)} {others}")
        return self.unsupported(node)

    def _has_method(self, name: str, node: Node) -> Value:
        """Whether there is a member of something that comes with the language, which scripts ask before they make their own."""
        kind, _, method = name.rpartition(".")
        if (kind, method) not in PROTOTYPES:
            return self.unsupported(node)
        return Const(not (name != "String.prototype.indexOf" and method in NEWER and self.old_engine()))

    @staticmethod
    def _not_empty(text: Text, where: Where) -> Condition:
        return where.asker.whole(text, patterns.at_least(1), where.shown, where.location)

    def pairs(self, function: Callable[[Value, Value], Value], left: Value, right: Value) -> Value:
        """The function of every case of two values. Raises TooComplex where there are too many."""
        if isinstance(left, Cases) and isinstance(right, Cases) and len(left.cases) * len(right.cases) > MAX_CASES:
            raise TooComplex("two values with too many cases")
        return self.each(lambda one: self.each(lambda other: function(one, other), right), left)

    def equal(self, left: Value, right: Value, node: Node, *, strict: bool = True) -> Value:
        """``left == right``."""
        return self.pairs(lambda one, other: self._equal(one, other, node, strict), left, right)

    def _equal(self, left: Value, right: Value, node: Node, strict: bool) -> Value:
        if isinstance(left, Const) and isinstance(right, Const):
            answer = operators.same_constants(left, right, strict=strict)
            return self.unsupported(node) if answer is None else Const(answer)
        match left, right:
            case (Opaque(), _) | (_, Opaque()):
                return self._opaque_or(node, left, right)
            case (Const() as constant, other) | (other, Const() as constant):
                return self._equal_constant(other, constant, node, strict)
            case Number(), Number():
                return self.asked(node, lambda where: numbers.equal(left, right, where))
            case (Text(), Text()) if left == right:
                return Const(True)
            case Ref(one_place), Ref(other_place):
                return Const(one_place == other_place)
            case Truth(one_holds), Truth(other_holds):
                return truth_of(either(one_holds, other_holds, negated(other_holds)))
        return self.unsupported(node)

    def _equal_constant(self, value: Value, constant: Const, node: Node, strict: bool) -> Value:
        match value, constant.value:
            case ((Method() | Builtin()), _) if value != Builtin("a match"):
                return self.unsupported(node)
            case _, Missing():
                return Const(False)
            case Text(), str(text):
                return self.asked(
                    node, lambda where: where.asker.whole(value, word(text), where.shown, where.location), value
                )
            case Number(), bool():
                return Const(False) if strict else self.unsupported(node)
            case Number(), float(number):
                return self.asked(node, lambda where: numbers.compare(value, "==", number, where), value)
            case Truth(condition), bool(wanted):
                return truth_of(condition if wanted else negated(condition))
            case Truth(condition), float(number) if not strict:
                return _is_number(condition, number)
        return Const(False) if strict else self.unsupported(node)

    def compared(self, left: Value, sign: str, right: Value, node: Node) -> Value:
        """``left < right`` and its like."""
        return self.pairs(lambda one, other: self._compared(one, sign, other, node), left, right)

    def _compared(self, left: Value, sign: str, right: Value, node: Node) -> Value:
        if isinstance(left, Const) and not isinstance(right, Const):
            return self._compared(right, _MIRRORED[sign], left, node)
        if isinstance(left, Const) and isinstance(right, Const):
            answer = operators.ordered(left, sign, right)
            return self.unsupported(node) if answer is None else Const(answer)
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            return self.asked(node, lambda _: ALWAYS, left, right)
        if isinstance(left, Number) and isinstance(right, Const):
            number = operators.as_number(right)
            if number is not None:
                return self.asked(node, lambda where: numbers.compare(left, sign, number, where), left)
        if isinstance(left, Number) and isinstance(right, Number) and _alike(left, right):
            known = operators.ordered(Const(float(left.offset)), sign, Const(float(right.offset)))
            return self.unsupported(node) if known is None else Const(known)
        return self.unsupported(node)

    def added(self, left: Value, right: Value, node: Node) -> Value:
        """``left + right``."""
        return self.pairs(lambda one, other: self._sum_of(one, other, node), left, right)

    def _sum_of(self, left: Value, right: Value, node: Node) -> Value:
        found = self._added(left, right, node)
        return found._replace(there=True) if isinstance(found, Opaque) else found

    def _added(self, left: Value, right: Value, node: Node) -> Value:
        match left, right:
            case Const(), Const():
                return self._added_constants(left, right) or self.unsupported(node)
            case Const(), Text():
                start = operators.text_of(left)
                return self.unsupported(node) if start is None else right.cut("prefixed", start) if start else right
            case Text(), Const():
                end = operators.text_of(right)
                return self.unsupported(node) if end is None else left.cut("suffixed", end) if end else left
            case Text(), Text() if (both := _last_two(left, right)) is not None:
                return both
            case Number(), Const() if (number := operators.whole_number(right)) is not None:
                return left._replace(offset=left.offset + number)
            case Const(), Number() if (number := operators.whole_number(left)) is not None:
                return right._replace(offset=right.offset + number)
            case (Opaque(), _) | (_, Opaque()):
                return self.asked(node, lambda _: ALWAYS, left, right)
        return self.unsupported(node)

    @staticmethod
    def _added_constants(left: Const, right: Const) -> Value | None:
        if isinstance(left.value, str) or isinstance(right.value, str):
            start, end = operators.text_of(left), operators.text_of(right)
            return None if start is None or end is None else Const(start + end)
        one, other = operators.as_number(left), operators.as_number(right)
        return None if one is None or other is None else Const(one + other)

    def subtracted(self, left: Value, right: Value, node: Node) -> Value:
        """``left - right``."""
        return self.pairs(lambda one, other: self._subtracted(one, other, node), left, right)

    def _subtracted(self, left: Value, right: Value, node: Node) -> Value:
        match left, right:
            case Number(), Const() if (number := operators.whole_number(right)) is not None:
                return left._replace(offset=left.offset - number)
            case Number(), Number() if left._replace(offset=0) == right._replace(offset=0):
                return Const(float(left.offset - right.offset))
            case (Opaque(), _) | (_, Opaque()):
                return self.asked(node, lambda _: ALWAYS, left, right)
        return operators.arithmetic(left, "-", right) or self.unsupported(node)

    def constant_text(self, value: Value) -> str | None:
        """The text of a constant argument."""
        return operators.text_of(value) if isinstance(value, Const) and not isinstance(value.value, Missing) else None


def _is_number(condition: Condition, number: float) -> Value:
    """Whether a Boolean is 0 or 1."""
    return truth_of(NEVER if number not in (0.0, 1.0) else condition if number else negated(condition))


def _last_two(left: Text, right: Text) -> Text | None:
    """``parts[n - 2] + "." + parts[n - 1]``, where there are so many: the last two pieces."""
    whole, separator = left.cuts[:-2], right.cuts[-1].text if right.cuts else ""
    pieces = (Cut("piece", separator, -2), Cut("suffixed", separator)), (Cut("piece", separator, -1),)
    fits = bool(separator) and left.cuts[-2:] == pieces[0] and right.cuts == (*whole, *pieces[1])
    return Text(left.base, whole).cut("tail", separator, 2) if fits and left.base is right.base else None


def _alike(one: Number, other: Number) -> bool:
    """Whether two numbers differ by a constant at most."""
    return one._replace(offset=0) == other._replace(offset=0)
