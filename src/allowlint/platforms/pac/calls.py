"""Calls: of the script's own functions, of methods, of what comes with the language."""

from __future__ import annotations

import math

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS
from allowlint.platforms.pac import operators
from allowlint.platforms.pac.eras import NEWER
from allowlint.platforms.pac.helpers import ADDITIONS, HELPERS
from allowlint.platforms.pac.lists import Lists, asks_only, in_order, passing
from allowlint.platforms.pac.logic import all_of, negated
from allowlint.platforms.pac.machine import Exits, Kind, Variables, joined, merged
from allowlint.platforms.pac.members import FOUND
from allowlint.platforms.pac.script import children, descendants, holds_functions, parameters
from allowlint.platforms.pac.values import (
    HOLE,
    NULL,
    UNDEFINED,
    Base,
    Builtin,
    Cases,
    Const,
    Function,
    Items,
    Members,
    Method,
    Number,
    Opaque,
    Pattern,
    Ref,
    Split,
    Text,
    Truth,
    Value,
    cases,
    condition_of,
    leaves,
    truth_of,
)
from allowlint.syntax.ecmascript import parse_ecmascript
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CALLS = 12
"""Calls inside each other."""
_NUMBERS = {"NaN": math.nan, "Infinity": math.inf}
_PURE = frozenset(
    "String String.toString Number Boolean isNaN isFinite parseInt parseFloat escape unescape encodeURI encodeURIComponent "
    "decodeURI decodeURIComponent".split()
)
"""Functions of the language that change nothing."""
_NOTHING = ("at", "match", "exec", "pop", "shift", "find")
"""Methods that may give nothing."""
_ERRORS = ("Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError")
_GLOBALS = frozenset(
    (
        "Math",
        "Date",
        "String",
        "Object",
        "Array",
        "RegExp",
        "Number",
        "Boolean",
        "JSON",
        *_ERRORS,
        *(_PURE - {"String.toString"}),
    )
)


class Calls(Lists):
    """A machine that follows calls."""

    def is_builtin(self, name: str) -> bool:
        """Whether a name stands for something that comes with the language or with PAC."""
        return name in HELPERS or name in _GLOBALS or name in ("undefined", *_NUMBERS)

    def builtin(self, name: str, node: Node) -> Value:
        """What a name stands for that the script does not define."""
        if name == "undefined":
            return UNDEFINED
        if name in ADDITIONS:
            # Reading it is an error where it is not.
            self.leave(negated(self.has_addition(name)), Kind.THROW, node, f"`{name}`, which not every client has")
        if name in _NUMBERS:
            return Const(_NUMBERS[name])
        if self.is_builtin(name):
            return Builtin(name)
        self.leave(ALWAYS, Kind.UNKNOWN, node, f"`{name}` in line {node.start_point[0] + 1}, which nothing defines")
        return self.unsupported(node, "nothing defines it")

    def evaluate(self, node: Node | None) -> Value:
        """The value of an expression; see the expressions."""
        raise NotImplementedError

    def body_of(self, function: Node) -> Exits:
        """Follow the body of a function; see the statements."""
        raise NotImplementedError

    def given(self, value: Value, default: Node, node: Node) -> Value:
        """An argument, or the default where it is undefined; see the expressions."""
        raise NotImplementedError

    def call(self, node: Node) -> Value:
        """``callee(arguments)``."""
        callee = self._callee(node.child_by_field_name("function"))
        listed = node.child_by_field_name("arguments")
        if listed is None or listed.type != "arguments" or any(c.type == "spread_element" for c in listed.children):
            return self.lost(node)
        arguments = [self.evaluate(child) for child in children(listed)]
        if any(isinstance(leaf, Opaque) for argument in arguments for leaf in leaves(argument)):
            self.risks += 1
        return (
            self.each(lambda each: self._called(each, arguments, node), callee) if _alike(callee) else self.lost(node)
        )

    def _callee(self, node: Node | None) -> Value:
        """What is called; of something unknown the method of that name."""
        if node is None or node.type not in ("member_expression", "subscript_expression"):
            return self.evaluate(node)
        owner = self.evaluate(node.child_by_field_name("object"))
        return self.pairs(lambda one, key: self._method_of(one, key, node), owner, self.key_of(node))

    def _method_of(self, owner: Value, key: Value, node: Node) -> Value:
        name = self.constant_text(key)
        unknown = isinstance(owner, Opaque) or (isinstance(owner, Ref) and isinstance(self.content(owner), Opaque))
        if unknown and name is not None:
            return Method(owner, name)
        return self.member(owner, key, node)

    def key_of(self, node: Node) -> Value:
        """The name of a member, or what stands in the brackets."""
        name = node.child_by_field_name("property")
        if name is not None:
            return Const(self.script.source(name))
        return self.evaluate(node.child_by_field_name("index"))

    def _called(self, callee: Value, arguments: list[Value], node: Node) -> Value:
        match callee:
            case Function():
                return self.function(callee, arguments, node)
            case Builtin(name):
                return self._builtin_call(name, arguments, node)
            case Method(owner, name):
                return self.each(lambda each: self._method(each, name, arguments, node), owner)
            case Const():
                self.leave(ALWAYS, Kind.THROW, node, f"{self.script.shown(node, 50)}: not a function")
                return UNDEFINED
        return self.lost(node)

    def function(self, function: Function, arguments: list[Value], node: Node) -> Value:
        """Follow a function of the script with these arguments."""
        names = parameters(function.node)
        if names is None or len(self.calls) >= MAX_CALLS or function.node.id in self.calls:
            return self.lost(node, "nested or recursive calls" if names is not None else "")
        outside, floor, before = self.pending, self._count + 1, self.variables
        exits = self.entered(function, names, arguments)
        self.pending = outside
        return self._returned(function, exits, floor, before)

    def entered(self, function: Function, names: list[Node], arguments: list[Value]) -> Exits:
        """The ways out of a function, in a scope of its own."""
        outside = self.scopes, self.floor
        self.floor = self.number()
        self.scopes, self.pending = (*function.scopes, self.floor), []
        self.calls.append(function.node.id)
        own_name = function.node.child_by_field_name("name")
        if own_name is not None and function.node.type == "function_expression":
            self.declare(self.script.source(own_name), function)
        for position, name in enumerate(names):
            value = arguments[position] if position < len(arguments) else UNDEFINED
            default = name.child_by_field_name("right")
            if default is not None:
                value = self.given(value, default, name)
            self.declare(self.script.source(name.child_by_field_name("left") or name), value)
        for variable in _variables(self.script, function.node):
            if (self.floor, variable) not in (self.variables or {}):
                self.declare(variable, UNDEFINED)
        try:
            return self.body_of(function.node)
        finally:
            self.calls.pop()
            self.scopes, self.floor = outside

    def _returned(self, function: Function, exits: Exits, floor: int, before: Variables | None) -> Value:
        others, joins = joined(exits, Kind.RETURN, self.variables)
        if not joins:
            # It never comes back: the last way out takes what is left.
            self.pending += [*others[:-1], (ALWAYS, others[-1][1])] if others else []
            self.variables = before
            return UNDEFINED if others else self.lost(function.node)
        self.pending += others
        # A function made in it still sees its variables.
        own = -1 if holds_functions(function.node) else floor
        kept = [
            (condition, {key: value for key, value in way.variables.items() if key[0] != own or not key[1]})
            for condition, way in joins
        ]
        self.variables = merged(kept)
        return cases([(condition, way.value) for condition, way in joins])

    def _builtin_call(self, name: str, arguments: list[Value], node: Node) -> Value:
        found = self.helper(name, arguments, node)
        if found is not None:
            return found
        first = arguments[0] if arguments else UNDEFINED
        if name in ("RegExp", "Array"):
            return self._new_regex(arguments, node) if name == "RegExp" else self._new_array(arguments, node)
        return self._known_call(name, first, arguments, node)

    def _known_call(self, name: str, first: Value, arguments: list[Value], node: Node) -> Value:
        if name == "Array.isArray":
            self.newer("Array.isArray", node)
            return Const(isinstance(first, Ref) and isinstance(self.content(first), Items))
        if name == "Object.keys" and isinstance(first, Ref):
            self.newer("Object.keys", node)
            content = self.content(first)
            if isinstance(content, Members):
                return self.store(Items(tuple(map(Const, in_order(content.members)))))
        if name.endswith(".hasOwnProperty.call") and len(arguments) == 2:
            return self.pairs(lambda one, key: self.has_member(key, one, node, inherited=False), first, arguments[1])
        if name in _PURE and not any(isinstance(argument, Function | Ref) for argument in arguments):
            return self.each(lambda each: self._converted(name, each, arguments, node), first)
        if name.split(".", maxsplit=1)[0] in ("Math", "Date"):
            what = "chance" if name == "Math.random" else f"`{self.script.shown(node, 40)}`"
            return self.opaque(node, f"{what} in line {node.start_point[0] + 1}")
        return self.lost(node)

    def _converted(self, name: str, first: Value, arguments: list[Value], node: Node) -> Value:
        """``Number(x)`` and its like."""
        number = operators.as_number(first) if isinstance(first, Const) else None
        match name, first:
            case "Boolean", _:
                return truth_of(condition_of(self.truth(first, node)))
            case (("String" | "String.toString"), Text()):
                return first
            case (("String" | "String.toString"), Const()) if (text := operators.text_of(first)) is not None:
                return Const(text if arguments else "")
            case (("Number" | "isNaN"), Const()) if number is not None and arguments:
                return Const(number if name == "Number" else math.isnan(number))
        return self._opaque_or(node, first, *arguments[1:])

    def new(self, node: Node) -> Value:
        """``new Thing(arguments)``."""
        constructor = node.child_by_field_name("constructor")
        listed = node.child_by_field_name("arguments")
        arguments = [self.evaluate(child) for child in children(listed)] if listed is not None else []
        made = self.evaluate(constructor)
        name = made.name if isinstance(made, Builtin) else ""
        if name == "Array":
            return self._new_array(arguments, node)
        if name == "Object" and not arguments:
            return self.store(Members({}))
        if name == "RegExp":
            return self._new_regex(arguments, node)
        if name == "Date":
            shown = f"the time (`{self.script.shown(node, 40)}` in line {node.start_point[0] + 1})"
            # An object of its own, which may be set to another time.
            return self.store(self.opaque(node, shown))
        return self.unsupported(node) if name in _ERRORS else self.lost(node)

    def _new_array(self, arguments: list[Value], node: Node) -> Value:
        size = operators.whole_number(arguments[0]) if len(arguments) == 1 else None
        if size is not None:
            return self.store(Items((HOLE,) * size)) if 0 <= size <= 10_000 else self.lost(node)
        if len(arguments) == 1 and not isinstance(arguments[0], Text | Ref):
            # One number is the length, any other single value the only item.
            known = isinstance(arguments[0], Const) and not isinstance(arguments[0].value, float)
            return self.store(Items((arguments[0],))) if known else self.lost(node)
        return self.store(Items(tuple(arguments)))

    def _new_regex(self, arguments: list[Value], node: Node) -> Value:
        flags = self.constant_text(arguments[1]) if len(arguments) > 1 else ""

        def one(value: Value) -> Value:
            source = value.source if isinstance(value, Pattern) else self.constant_text(value)
            if source is None or flags is None:
                return self._opaque_or(node, value, *arguments[1:])
            try:
                parse_ecmascript(source, flags=flags)
            except InvalidPattern:
                self.leave(self.some_clients(node), Kind.THROW, node, f"{self.script.shown(node, 50)}: no expression")
            except (UnmodelledPattern, TooComplex):
                # Where it is searched for says so.
                pass
            return Pattern(source, flags)

        return self.each(one, arguments[0]) if arguments else self.unsupported(node)

    def newer(self, name: str, node: Node) -> None:
        """Note that old engines lack something that is reached here."""
        self.modern.setdefault(name, self.place(node))
        if self.old_engine():
            self.leave(ALWAYS, Kind.THROW, node, f"old engines have no {name}")

    def _method(self, owner: Value, name: str, arguments: list[Value], node: Node) -> Value:
        list_like = isinstance(owner, Ref | Split)
        if name in NEWER and (name != "indexOf" or list_like) and not isinstance(owner, Opaque):
            self.newer(name, node)
        found: Value | None = None
        first = arguments[0] if arguments else UNDEFINED
        match owner:
            case Text() | Const():
                found = self._of_text(owner, name, arguments, node)
            case Pattern() if name in ("test", "exec"):
                answer = self._remembering(owner, self.searched(first, owner, node), node)
                found = answer if name == "test" else self._where_true(answer, FOUND, NULL)
            case Ref():
                found = self.of_list(owner, name, arguments, node)
            case Split():
                found = self.of_split(owner, name, arguments, node)
            case Opaque() if asks_only(name) and not any(isinstance(argument, Function) for argument in arguments):
                self.needed(owner, node)
                return owner.about(f".{name}({', '.join(map(str, arguments))})")._replace(there=name not in _NOTHING)
            case Number() | Truth() | Pattern() if not any(isinstance(argument, Function) for argument in arguments):
                return self.unsupported(node)
        return self.lost(node) if found is None else found

    def _remembering(self, pattern: Pattern, answer: Value, node: Node) -> Value:
        """With the flag g a search begins where the last one stopped: what is found nowhere is found from there neither."""
        if "g" not in pattern.flags or passing(node):
            return answer
        again = self.unsupported(node, "an expression with the flag g")
        return truth_of(all_of(condition_of(answer), again.condition))

    def _of_text(self, owner: Value, name: str, arguments: list[Value], node: Node) -> Value | None:
        if name == "split" and any(limit != UNDEFINED for limit in arguments[1:2]):
            return self._opaque_or(node, *arguments[1:])
        if name == "split" and arguments:
            return self._split(owner, self.constant_text(arguments[0]), node)
        if name == "concat":
            for argument in arguments:
                owner = self.added(owner, argument, node)
            return owner
        if isinstance(owner, Text) and owner.base in (Base.CLIENT, Base.RESOLVED) and name in ("split", "replace"):
            return self.unsupported(node)
        found = self.text_method(owner, name, arguments, node)
        called_back = any(isinstance(argument, Function) for argument in arguments)
        if found is None and not called_back:
            found = self.unsupported(node)
        return found._replace(there=name not in _NOTHING) if isinstance(found, Opaque) else found

    def _split(self, owner: Value, separator: str | None, node: Node) -> Value:
        if isinstance(owner, Text) and separator and len(separator) == 1 and owner.base is not Base.CLIENT:
            return Split(owner, separator)
        text = self.constant_text(owner)
        if separator is None or text is None:
            return self.unsupported(node)
        parts = text.split(separator) if separator else list(text)
        return self.store(Items(tuple(map(Const, parts))))


def _alike(callee: Value) -> bool:
    """Whether it is one thing that is called, or the same method of several."""
    return not isinstance(callee, Cases) or all(isinstance(leaf, Method) for _, leaf in callee.cases)


def _variables(script: object, node: Node) -> list[str]:
    """Names that ``var`` makes in a function, wherever it stands there."""
    found = []
    for below in descendants(node):
        if below.type == "variable_declaration" and _owner(below) == node.id:
            names = (part.child_by_field_name("name") for part in children(below))
            found += [script.source(name) for name in names if name is not None]  # type: ignore[attr-defined]
        elif (
            below.type == "for_in_statement"
            and below.child_by_field_name("kind") is not None
            and _owner(below) == node.id
        ):
            name = below.child_by_field_name("left")
            found += [script.source(name)] if name is not None else []  # type: ignore[attr-defined]
    return found


def _owner(node: Node) -> int:
    above = node.parent
    while above is not None and above.type not in ("function_declaration", "function_expression", "arrow_function"):
        above = above.parent
    return above.id if above is not None else -1


__all__ = ["Calls", "TooComplex"]
