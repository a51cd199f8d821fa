"""Compares and adds values, where at least one may depend on the request."""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.condition import ALWAYS, Condition
from allowlint.platforms.pac import numbers, operators, patterns
from allowlint.platforms.pac.logic import negated
from allowlint.platforms.pac.machine import Machine
from allowlint.platforms.pac.numbers import Where
from allowlint.platforms.pac.patterns import word
from allowlint.platforms.pac.texts import Unsupported
from allowlint.platforms.pac.values import (
    NULL,
    UNDEFINED,
    Cases,
    Const,
    Missing,
    Number,
    Opaque,
    Text,
    Truth,
    Value,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

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
            case Cases():
                return self.each(lambda leaf: self.truth(leaf, node), value)
            case Text():
                return self.asked(node, lambda where: self._not_empty(value, where), value)
            case Number():
                return self.asked(node, lambda where: negated(numbers.compare(value, "==", 0.0, where)), value)
        return value

    @staticmethod
    def _not_empty(text: Text, where: Where) -> Condition:
        return where.asker.whole(text, patterns.at_least(1), where.shown, where.location)

    def pairs(self, function: Callable[[Value, Value], Value], left: Value, right: Value) -> Value:
        """The function of every case of two values."""
        return self.each(lambda one: self.each(lambda other: function(one, other), right), left)

    def equal(self, left: Value, right: Value, node: Node, *, strict: bool = True) -> Value:
        """``left == right``."""
        return self.pairs(lambda one, other: self._equal(one, other, node, strict), left, right)

    def _equal(self, left: Value, right: Value, node: Node, strict: bool) -> Value:
        if isinstance(left, Const) and isinstance(right, Const):
            answer = operators.same_constants(left, right, strict=strict)
            return self.unsupported(node) if answer is None else Const(answer)
        if isinstance(left, Const):
            left, right = right, left
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            return self.asked(node, lambda _: ALWAYS, left, right)
        if isinstance(left, Number) and isinstance(right, Number):
            one, other = left, right
            return self.asked(node, lambda where: numbers.equal(one, other, where))
        if isinstance(right, Const):
            return self._equal_constant(left, right, node, strict)
        if left == right and type(left) is type(right) and not isinstance(left, Truth):
            return Const(True)
        return self.unsupported(node)

    def _equal_constant(self, value: Value, constant: Const, node: Node, strict: bool) -> Value:
        if isinstance(constant.value, Missing):
            return Const(False)
        match value, constant.value:
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
                if number not in (0.0, 1.0):
                    return Const(False)
                return truth_of(condition if number else negated(condition))
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
        return self.pairs(lambda one, other: self._added(one, other, node), left, right)

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
            case Number(), Const(float(number)) if number == int(number):
                return left._replace(offset=left.offset + int(number))
            case Const(float(number)), Number() if number == int(number):
                return right._replace(offset=right.offset + int(number))
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
            case Number(), Const(float(number)) if number == int(number):
                return left._replace(offset=left.offset - int(number))
            case Number(), Number() if left._replace(offset=0) == right._replace(offset=0):
                return Const(float(left.offset - right.offset))
            case (Opaque(), _) | (_, Opaque()):
                return self.asked(node, lambda _: ALWAYS, left, right)
        return operators.arithmetic(left, "-", right) or self.unsupported(node)

    def constant_text(self, value: Value) -> str | None:
        """The text of a constant argument."""
        return operators.text_of(value) if isinstance(value, Const) and value not in (UNDEFINED, NULL) else None


def _alike(one: Number, other: Number) -> bool:
    """Whether two numbers differ by a constant at most."""
    return one._replace(offset=0) == other._replace(offset=0)
