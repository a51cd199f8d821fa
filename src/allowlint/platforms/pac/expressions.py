"""Follows the expressions of a script."""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, Always, Condition
from allowlint.platforms.pac import operators
from allowlint.platforms.pac.calls import Calls
from allowlint.platforms.pac.helpers import ADDITIONS
from allowlint.platforms.pac.logic import all_of, any_of, negated
from allowlint.platforms.pac.machine import MAX_DEPTH, merged
from allowlint.platforms.pac.script import children
from allowlint.platforms.pac.values import (
    NULL,
    UNDEFINED,
    Base,
    Const,
    Function,
    Items,
    Members,
    Number,
    Pattern,
    Ref,
    Text,
    Truth,
    Value,
    cases,
    condition_of,
    leaves,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


Target = str | tuple[Value, Value]
"""A variable by its name, or the owner and the key of a member."""


class Expressions(Calls):
    """A machine that follows expressions."""

    def evaluate(self, node: Node | None) -> Value:
        """The value of an expression; what is not modelled has a value that says so."""
        if node is None:
            return UNDEFINED
        handler = _HANDLERS.get(node.type)
        if handler is None or self.depth > MAX_DEPTH:
            return self.lost(node) if self.acts(node) else self.unsupported(node)
        self.depth += 1
        try:
            self.tick()
            return handler(self, node)
        except TooComplex as error:
            return self.lost(node, str(error))
        finally:
            self.depth -= 1

    def _inside(self, node: Node) -> Value:
        return self.evaluate(children(node)[0])

    def _string(self, node: Node) -> Value:
        text = operators.unquoted(self.script.source(node))
        # A character beyond 16 bits counts as two.
        return self.unsupported(node) if text is None or max(text, default="") > "\uffff" else Const(text)

    def _template(self, node: Node) -> Value:
        found: Value = Const("")
        for child in node.named_children:
            if child.type == "template_substitution":
                part = self.evaluate(children(child)[0])
            else:
                text = operators.unescaped(self.script.source(child))
                part = self.unsupported(child) if text is None else Const(text)
            found = self.added(found, part, node)
        return found

    def _number(self, node: Node) -> Value:
        number = operators.number_of(self.script.source(node))
        return self.unsupported(node) if number is None else Const(number)

    def _regex(self, node: Node) -> Value:
        source, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
        return Pattern(
            self.script.source(source) if source is not None else "",
            self.script.source(flags) if flags is not None else "",
        )

    def _name(self, node: Node) -> Value:
        return self.named(self.script.source(node), node)

    def named(self, name: str, node: Node) -> Value:
        """What a name stands for."""
        found = self.lookup(name)
        if found is not None:
            if isinstance(found, Text) and found.base is Base.URL:
                self.asked_url = True
            return found
        return self.builtin(name, node)

    def _array(self, node: Node) -> Value:
        """An array, with care for commas that follow each other."""
        items, expecting = [], True
        for child in node.children:
            if child.type == "spread_element":
                return self.unsupported(node)
            if child.is_named and child.type != "comment":
                items.append(self.evaluate(child))
                expecting = False
            elif child.type == ",":
                if expecting:
                    return self.unsupported(node, "holes")
                expecting = True
        if expecting and items and self.old_engine():
            # JScript counts one more element (see the eras).
            items.append(UNDEFINED)
        return self.store(Items(tuple(items)))

    def _object(self, node: Node) -> Value:
        members: dict[str, Value] = {}
        for pair in children(node):
            key = pair.child_by_field_name("key") if pair.type == "pair" else pair
            name = (
                self._key(key) if key is not None and pair.type in ("pair", "shorthand_property_identifier") else None
            )
            if name is None or key is None or name == "__proto__":
                return self.unsupported(pair)
            value = pair.child_by_field_name("value")
            members[name] = self.evaluate(value) if value is not None else self._name(key)
        return self.store(Members(members))

    def _key(self, key: Node) -> str | None:
        text = self.script.source(key)
        if key.type == "string":
            return operators.unquoted(text)
        if key.type == "number":
            number = operators.number_of(text)
            return None if number is None else operators.text_of(Const(number))
        return text if key.type in ("property_identifier", "shorthand_property_identifier") else None

    def _function(self, node: Node) -> Value:
        return Function(node, self.scopes)

    def _ternary(self, node: Node) -> Value:
        test, yes, no = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        condition = condition_of(self.truth(self.evaluate(test), test or node))
        return self._either(condition, lambda: self.evaluate(yes), lambda: self.evaluate(no))

    def given(self, value: Value, default: Node, node: Node) -> Value:
        """An argument, or the default where it is undefined."""
        condition = condition_of(self.equal(value, UNDEFINED, node))
        return self._either(condition, lambda: self.evaluate(default), lambda: value)

    def _either(self, condition: Condition, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
        """Follow one of two expressions, or both, each with what it changes and the ways out of it."""
        if isinstance(condition, Always):
            return yes() if condition.holds else no()
        before, waiting = self.variables or {}, self.pending
        found = []
        for guard, follow in ((condition, yes), (negated(condition), no)):
            self.variables, self.pending = before, []
            value = follow()
            waiting = [*waiting, *((all_of(guard, inner), way) for inner, way in self.pending)]
            found.append((guard, value, self.variables or {}))
        self.pending = waiting
        (_, one, after_one), (_, other, after_other) = found
        self.variables = merged([(condition, after_one), (ALWAYS, after_other)])
        return cases([(condition, one), (ALWAYS, other)])

    def _binary(self, node: Node) -> Value:
        operator = node.child_by_field_name("operator")
        sign = self.script.source(operator) if operator is not None else ""
        if sign in ("&&", "||"):
            return self._logical(node, sign)
        if sign == "+":
            return self._sum(node)
        left, right = (self.evaluate(node.child_by_field_name(name)) for name in ("left", "right"))
        if sign in ("==", "!=", "===", "!=="):
            answer = self.equal(left, right, node, strict=len(sign) == 3)
            return answer if sign[0] == "=" else self.negation(answer, node)
        if sign in ("<", ">", "<=", ">="):
            return self.compared(left, sign, right, node)
        if sign == "in":
            return self.member_in(left, right, node)
        return self._calculated(left, sign, right, node)

    def _calculated(self, left: Value, sign: str, right: Value, node: Node) -> Value:
        """``left <sign> right`` of numbers; ``a | b`` is also written of Booleans, and is 1 or 0 then."""
        if sign == "-":
            return self.subtracted(left, right, node)
        one, other = _flag(left), _flag(right)
        if sign in ("|", "&") and one is not None and other is not None:
            both = any_of(one, other) if sign == "|" else all_of(one, other)
            return cases([(both, Const(1.0)), (ALWAYS, Const(0.0))])
        return operators.arithmetic(left, sign, right) or self.unsupported(node)

    def _spine(self, node: Node, sign: str) -> list[Node]:
        """The operands of ``a || b || c``, of which there may be hundreds."""
        found: list[Node] = []
        while node.type in ("binary_expression", "parenthesized_expression"):
            if node.type == "parenthesized_expression":
                inner = children(node)[0]
                if inner.type not in ("binary_expression", "parenthesized_expression"):
                    break
                node = inner
                continue
            operator = node.child_by_field_name("operator")
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if operator is None or self.script.source(operator) != sign or left is None or right is None:
                break
            found.append(right)
            node = left
        return [node, *reversed(found)]

    def _logical(self, node: Node, sign: str) -> Value:
        """``a || b`` is ``a`` where that counts as true; of Booleans only whether it is true matters."""

        def follow(operand: Node) -> Callable[[], Value]:
            return lambda: self.truth(self.evaluate(operand), operand)

        return self.first_that([follow(operand) for operand in self._spine(node, sign)], wanted=sign == "||")

    def _sum(self, node: Node) -> Value:
        operands = self._spine(node, "+")
        found = self.evaluate(operands[0])
        for operand in operands[1:]:
            found = self.added(found, self.evaluate(operand), node)
        return found

    def _unary(self, node: Node) -> Value:
        operator, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        sign = self.script.source(operator) if operator is not None else ""
        if sign == "typeof" and argument is not None and argument.type == "identifier":
            name = self.script.source(argument)
            if self.lookup(name) is None and not self.is_builtin(name):
                return Const("undefined")
            if self.lookup(name) is None and name in ADDITIONS:
                return cases([(self.has_addition(name), Const("function")), (ALWAYS, Const("undefined"))])
        if sign == "delete":
            return self._deleted(argument, node)
        value = self.evaluate(argument)
        if sign == "!":
            return self.negation(self.truth(value, node), node)
        if sign == "~" and _only_asked(node):
            return self.each(lambda each: self._not_minus_one(each, node), value)
        if sign == "void":
            return UNDEFINED
        return self.each(lambda each: operators.unary(sign, each) or self.unsupported(node), value)

    def _not_minus_one(self, value: Value, node: Node) -> Value:
        """``~text.indexOf(part)`` where only its truth matters: every whole number but -1 makes something else than 0."""
        if not isinstance(value, Number) and operators.whole_number(value) is None:
            return self._opaque_or(node, value)
        return self.negation(self.equal(value, Const(-1.0), node), node)

    def _deleted(self, argument: Node | None, node: Node) -> Value:
        """``delete owner.key``, which is true."""
        target = self._target(argument)
        if target is None or isinstance(target, str) or not isinstance(target[0], Ref):
            return self.lost(node)
        return Const(True) if self.taken_out(target[0], target[1]) else self.lost(node)

    def negation(self, value: Value, _node: Node) -> Value:
        """``!value``."""
        return truth_of(negated(condition_of(value)))

    def _assignment(self, node: Node) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        target = self._target(left)
        return self._into(target, self.evaluate(right), node)

    def _augmented(self, node: Node) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        sign = self.script.source(operator)[:-1] if operator is not None else ""
        if sign in ("&&", "||", "??"):
            return self.lost(node)
        target = self._target(left)
        before = self._read(target, node)
        change = self.evaluate(right)
        if sign == "+":
            value = self.added(before, change, node)
        else:
            value = self._calculated(before, sign, change, node)
        return self._into(target, value, node)

    def _update(self, node: Node) -> Value:
        argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
        target = self._target(argument)
        before = self.each(lambda each: self._as_number(each, node), self._read(target, node))
        up = operator is not None and self.script.source(operator) == "++"
        one = Const(1.0)
        after = self.added(before, one, node) if up else self.subtracted(before, one, node)
        self._into(target, after, node)
        prefix = operator is not None and argument is not None and operator.start_byte < argument.start_byte
        return after if prefix else before

    def _as_number(self, value: Value, node: Node) -> Value:
        """What ``++`` begins with."""
        number = operators.as_number(value) if isinstance(value, Const) else None
        known = value if isinstance(value, Number) else None if number is None else Const(number)
        return known or self._opaque_or(node, value)

    def _target(self, node: Node | None) -> Target | None:
        """What is assigned to, evaluated before the value and once only; None for what is not modelled."""
        if node is not None and node.type == "parenthesized_expression":
            return self._target(children(node)[0])
        if node is not None and node.type == "identifier":
            return self.script.source(node)
        if node is not None and node.type in ("member_expression", "subscript_expression"):
            owner = self.evaluate(node.child_by_field_name("object"))
            return owner, self.key_of(node)
        return None

    def _read(self, target: Target | None, node: Node) -> Value:
        if isinstance(target, str):
            return self.named(target, node)
        return self.lost(node) if target is None else self.member(*target, node)

    def _into(self, target: Target | None, value: Value, node: Node) -> Value:
        if isinstance(target, str):
            self.assign(target, value, node)
            return value
        if target is not None and isinstance(target[0], Ref) and self.put(target[0], target[1], value):
            return value
        return self.lost(node)

    def _comma(self, node: Node) -> Value:
        found: Value = UNDEFINED
        for child in children(node):
            found = self.evaluate(child)
        return found

    def _member(self, node: Node) -> Value:
        owner = self.evaluate(node.child_by_field_name("object"))
        return self.member(owner, self.key_of(node), node)


def _flag(value: Value) -> Condition | None:
    """When a value is true or 1; None where it may be anything but these, false and 0."""
    plain = all(
        isinstance(leaf, Truth) or (isinstance(leaf, Const) and leaf.value in (True, False)) for leaf in leaves(value)
    )
    return condition_of(value) if plain else None


def _only_asked(node: Node) -> bool:
    """Whether only the truth of an expression matters."""
    above = node.parent
    while above is not None and above.type == "parenthesized_expression":
        above = above.parent
    operator = above.child_by_field_name("operator") if above is not None else None
    return above is not None and (
        above.type == "if_statement"
        or (above.type == "unary_expression" and operator is not None and operator.type == "!")
    )


_HANDLERS: dict[str, Callable[[Expressions, Node], Value]] = {
    "parenthesized_expression": Expressions._inside,
    "string": Expressions._string,
    "template_string": Expressions._template,
    "number": Expressions._number,
    "regex": Expressions._regex,
    "true": lambda _, __: Const(True),
    "false": lambda _, __: Const(False),
    "null": lambda _, __: NULL,
    "undefined": lambda _, __: UNDEFINED,
    "identifier": Expressions._name,
    "array": Expressions._array,
    "object": Expressions._object,
    "function_expression": Expressions._function,
    "arrow_function": Expressions._function,
    "ternary_expression": Expressions._ternary,
    "binary_expression": Expressions._binary,
    "unary_expression": Expressions._unary,
    "assignment_expression": Expressions._assignment,
    "augmented_assignment_expression": Expressions._augmented,
    "update_expression": Expressions._update,
    "sequence_expression": Expressions._comma,
    "member_expression": Expressions._member,
    "subscript_expression": Expressions._member,
    "call_expression": Calls.call,
    "new_expression": Calls.new,
}
