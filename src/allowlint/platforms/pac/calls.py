"""Calls: of the script's own functions, of methods, of what comes with the language."""

from __future__ import annotations

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, Condition
from allowlint.platforms.pac.eras import NEWER
from allowlint.platforms.pac.helpers import ADDITIONS, HELPERS, Helpers
from allowlint.platforms.pac.logic import all_of, any_of, negated
from allowlint.platforms.pac.machine import Exits, Kind, joined, merged
from allowlint.platforms.pac.members import FOUND
from allowlint.platforms.pac.script import children, descendants
from allowlint.platforms.pac.values import (
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
    Value,
    cases,
    condition_of,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CALLS = 12
"""Calls inside each other."""
_GLOBALS = frozenset(("Math", "Date", "String", "Object", "Array", "RegExp", "Number", "parseInt", "Boolean", "JSON"))


class Calls(Helpers):
    """A machine that follows calls."""

    def is_builtin(self, name: str) -> bool:
        """Whether a name stands for something that comes with the language or with PAC."""
        return name in HELPERS or name in _GLOBALS or name in ("undefined", "NaN")

    def builtin(self, name: str, node: Node) -> Value:
        """What a name stands for that the script does not define."""
        if name == "undefined":
            return UNDEFINED
        if name in ADDITIONS:
            # Reading it is an error where it is not.
            self.leave(negated(self.has_addition(name)), Kind.THROW, node, f"`{name}`, which not every client has")
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

    def call(self, node: Node) -> Value:
        """``callee(arguments)``."""
        callee = self.evaluate(node.child_by_field_name("function"))
        listed = node.child_by_field_name("arguments")
        if listed is None or listed.type != "arguments" or any(c.type == "spread_element" for c in listed.children):
            return self.lost(node)
        arguments = [self.evaluate(child) for child in children(listed)]
        return (
            self.each(lambda each: self._called(each, arguments, node), callee) if _alike(callee) else self.lost(node)
        )

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
            case Opaque() if not any(isinstance(argument, Ref | Function) for argument in arguments):
                return callee.about(f"({', '.join(map(str, arguments))}) in {self.script.source(node)}")
        return self.lost(node)

    def function(self, function: Function, arguments: list[Value], node: Node) -> Value:
        """Follow a function of the script with these arguments."""
        names = parameters(function.node)
        if names is None or len(self.calls) >= MAX_CALLS or function.node.id in self.calls:
            return self.lost(node, "nested or recursive calls" if names is not None else "")
        outside, floor = self.pending, self._count + 1
        exits = self.entered(function, names, arguments)
        self.pending = outside
        return self._returned(exits, floor)

    def entered(self, function: Function, names: list[Node], arguments: list[Value]) -> Exits:
        """The ways out of a function, in a scope of its own."""
        outside = self.scopes, self.floor
        self.floor = self.number()
        self.scopes, self.pending = (*function.scopes, self.floor), []
        self.calls.append(function.node.id)
        for position, name in enumerate(names):
            self.declare(self.script.source(name), arguments[position] if position < len(arguments) else UNDEFINED)
        for variable in _variables(self.script, function.node):
            if (self.floor, variable) not in (self.variables or {}):
                self.declare(variable, UNDEFINED)
        exits = self.body_of(function.node)
        self.calls.pop()
        self.scopes, self.floor = outside
        return exits

    def _returned(self, exits: Exits, floor: int) -> Value:
        others, joins = joined(exits, Kind.RETURN, self.variables)
        self.pending += others
        if not joins:
            self.variables = {}
            return UNDEFINED
        kept = [
            (condition, {key: value for key, value in way.variables.items() if key[0] != floor or not key[1]})
            for condition, way in joins
        ]
        self.variables = merged(kept)
        return cases([(condition, way.value) for condition, way in joins])

    def _builtin_call(self, name: str, arguments: list[Value], node: Node) -> Value:
        found = self.helper(name, arguments, node)
        if found is not None:
            return found
        first = arguments[0] if arguments else UNDEFINED
        if name in ("String", "String.toString") and isinstance(first, Text | Const):
            return first if isinstance(first, Text) else Const(self.constant_text(first) or "undefined")
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
                return self.store(Items(tuple(Const(key) for key in content.members)))
        if name.endswith(".hasOwnProperty.call") and len(arguments) == 2:
            return self.pairs(lambda one, key: self._member_in(key, one, node, inherited=False), first, arguments[1])
        if name.split(".", maxsplit=1)[0] in ("Math", "Date"):
            what = "chance" if name == "Math.random" else f"`{self.script.shown(node, 40)}`"
            return self.opaque(node, f"{what} in line {node.start_point[0] + 1}")
        return self.lost(node)

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
            return self.opaque(node, f"the time (`{self.script.shown(node, 40)}` in line {node.start_point[0] + 1})")
        if name == "String" and arguments:
            return arguments[0]
        return self.lost(node)

    def _new_array(self, arguments: list[Value], node: Node) -> Value:
        if len(arguments) == 1 and isinstance(arguments[0], Const) and isinstance(arguments[0].value, float):
            size = int(arguments[0].value)
            return self.store(Items((UNDEFINED,) * size)) if 0 <= size <= 10_000 else self.lost(node)
        return self.store(Items(tuple(arguments)))

    def _new_regex(self, arguments: list[Value], node: Node) -> Value:
        flags = self.constant_text(arguments[1]) if len(arguments) > 1 else ""

        def one(value: Value) -> Value:
            source = value.source if isinstance(value, Pattern) else self.constant_text(value)
            return self.unsupported(node) if source is None or flags is None else Pattern(source, flags)

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
                found = answer if name == "test" else self._where_true(answer, FOUND, Const(UNDEFINED.value))
            case Ref():
                found = self._of_list(owner, name, arguments, node)
            case Opaque() if not any(isinstance(argument, Ref | Function) for argument in arguments):
                return owner.about(f".{name}({', '.join(map(str, arguments))})")
        return self.lost(node) if found is None else found

    def _remembering(self, pattern: Pattern, answer: Value, node: Node) -> Value:
        """With the flag g a search begins where the last one stopped: what is found nowhere is found from there neither."""
        if "g" not in pattern.flags:
            return answer
        again = self.unsupported(node, "an expression with the flag g")
        return truth_of(all_of(condition_of(answer), again.condition))

    def _of_text(self, owner: Value, name: str, arguments: list[Value], node: Node) -> Value | None:
        if name == "split" and arguments:
            return self._split(owner, self.constant_text(arguments[0]), node)
        if name == "concat":
            for argument in arguments:
                owner = self.added(owner, argument, node)
            return owner
        if isinstance(owner, Text) and owner.base in (Base.CLIENT, Base.RESOLVED) and name in ("split", "replace"):
            return self.unsupported(node)
        found = self.text_method(owner, name, arguments, node)
        return self.unsupported(node) if found is None and name in _HARMLESS else found

    def _split(self, owner: Value, separator: str | None, node: Node) -> Value:
        if isinstance(owner, Text) and separator and len(separator) == 1 and owner.base is not Base.CLIENT:
            return Split(owner, separator)
        text = self.constant_text(owner)
        if separator is None or text is None:
            return self.unsupported(node)
        parts = text.split(separator) if separator else list(text)
        return self.store(Items(tuple(map(Const, parts))))

    def _of_list(self, owner: Ref, name: str, arguments: list[Value], node: Node) -> Value | None:
        content = self.content(owner)
        if isinstance(content, Opaque):
            return None
        first = arguments[0] if arguments else UNDEFINED
        if name == "hasOwnProperty":
            return self.pairs(lambda one, key: self._member_in(key, one, node, inherited=False), owner, first)
        if isinstance(content, Members):
            return None
        if name in ("some", "every") and isinstance(first, Function):
            return self._quantified(content, first, node, some=name == "some")
        if name in ("forEach", "map") and isinstance(first, Function):
            results = tuple(
                self.function(first, [item, Const(float(at)), owner], node) for at, item in enumerate(content.items)
            )
            return self.store(Items(results)) if name == "map" else UNDEFINED
        handler = _LIST_METHODS.get(name)
        return handler(self, owner, content, arguments, node) if handler else None

    def _quantified(self, content: Items, function: Function, node: Node, *, some: bool) -> Value:
        """``some`` and ``every``: each call happens only where no earlier one has decided."""
        decisions: list[tuple[Condition, Value]] = []
        for position, item in enumerate(content.items):
            before = self.variables
            value = self.function(function, [item, Const(float(position))], node)
            if self.variables != before and any(self.pending):
                return self.lost(node)
            answer = condition_of(self.truth(value, node))
            decisions.append((answer if some else negated(answer), Const(some)))
        return cases([*decisions, (ALWAYS, Const(not some))])

    def _list_index(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        """``list.indexOf(text)``: -1, 0, or somewhere behind."""
        if len(arguments) != 1:
            return self.unsupported(node)
        answers = [condition_of(self.equal(item, arguments[0], node)) for item in content.items]
        if not answers:
            return Const(-1.0)
        behind = Number("position", Text(Base.HOST), offset=1)
        return cases([(answers[0], Const(0.0)), (any_of(*answers[1:]), behind), (ALWAYS, Const(-1.0))])

    def _list_includes(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        if len(arguments) != 1:
            return self.unsupported(node)
        return truth_of(any_of(*(condition_of(self.equal(item, arguments[0], node)) for item in content.items)))

    def _push(self, owner: Ref, content: Items, arguments: list[Value], _node: Node) -> Value:
        self.change(owner, Items((*content.items, *arguments)))
        return Const(float(len(content.items) + len(arguments)))

    def _concat(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        items = list(content.items)
        for argument in arguments:
            more = self.content(argument) if isinstance(argument, Ref) else None
            if not isinstance(more, Items):
                return self.unsupported(node)
            items += more.items
        return self.store(Items(tuple(items)))

    def _list_join(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        between = arguments[0] if arguments else Const(",")
        found: Value = Const("")
        for position, item in enumerate(content.items):
            found = self.added(found, between, node) if position else found
            found = self.added(found, Const("") if item == UNDEFINED else item, node)
        return found


_LIST_METHODS = {
    "indexOf": Calls._list_index,
    "includes": Calls._list_includes,
    "push": Calls._push,
    "concat": Calls._concat,
    "join": Calls._list_join,
}
_HARMLESS = frozenset(
    ("charCodeAt", "localeCompare", "replace", "codePointAt", "repeat", "padStart", "padEnd", "normalize")
)


def _alike(callee: Value) -> bool:
    """Whether it is one thing that is called, or the same method of several."""
    return not isinstance(callee, Cases) or all(isinstance(leaf, Method) for _, leaf in callee.cases)


def parameters(node: Node) -> list[Node] | None:
    listed = node.child_by_field_name("parameters")
    if listed is None:
        single = node.child_by_field_name("parameter")
        return [single] if single is not None else []
    found = children(listed)
    return found if all(name.type == "identifier" for name in found) else None


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
