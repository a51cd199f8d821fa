"""Methods of arrays, of what ``split`` makes of a text, and of dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from allowlint.model.condition import ALWAYS
from allowlint.platforms.pac import operators
from allowlint.platforms.pac.helpers import Helpers
from allowlint.platforms.pac.logic import any_of
from allowlint.platforms.pac.values import (
    HOLE,
    UNDEFINED,
    Base,
    Cases,
    Const,
    Function,
    Items,
    Members,
    Number,
    Opaque,
    Ref,
    Split,
    Text,
    Value,
    cases,
    condition_of,
    leaves,
    truth_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

CHANGING = frozenset("push pop shift unshift splice sort reverse fill copyWithin".split())
_ASKING = frozenset("at concat includes indexOf join lastIndexOf slice test toString valueOf".split())


def asks_only(name: str) -> bool:
    """Whether a method of texts, numbers, arrays and dates changes nothing."""
    return name in _ASKING or name.startswith(("get", "to", "char", "sub", "trim", "is"))


class Lists(Helpers):
    """A machine that knows the methods of arrays."""

    def function(self, function: Function, arguments: list[Value], node: Node) -> Value:
        """Follow a function of the script; see the calls."""
        raise NotImplementedError

    def of_list(self, owner: Ref, name: str, arguments: list[Value], node: Node) -> Value | None:
        """A method of an array or object; None where there is none of that name that is modelled."""
        content = self.content(owner)
        if isinstance(content, Opaque):
            return self._of_unknown(owner, content, name, arguments, node)
        first = arguments[0] if arguments else UNDEFINED
        if name == "hasOwnProperty":
            return self.pairs(lambda one, key: self.has_member(key, one, node, inherited=False), owner, first)
        if isinstance(content, Members):
            return None
        if isinstance(first, Function):
            return self._of_each(owner, content, name, first, node)
        handler = _METHODS.get(name)
        if handler is not None:
            return handler(self, owner, content, arguments, node)
        return self._of_unknown(owner, self.unsupported(node), name, arguments, node)

    def _of_unknown(self, owner: Ref, content: Opaque, name: str, arguments: list[Value], node: Node) -> Value | None:
        """A method where the content, or what the method makes of it, is not known."""
        if any(isinstance(argument, Function) for argument in arguments):
            return None
        if asks_only(name):
            return content.about(f".{name}({', '.join(map(str, arguments))})")
        if name in CHANGING or name.startswith("set"):
            self.change(owner, self.changed(content))
            return self.unsupported(node)
        return None

    def _of_each(self, owner: Ref, content: Items, name: str, function: Function, node: Node) -> Value | None:
        """A method that calls a function for each item."""
        results: list[Value] = []

        def follow(at: int, item: Value) -> Callable[[], Value]:
            return lambda: self.function(function, [item, Const(float(at)), owner], node)

        rounds = [follow(at, item) for at, item in enumerate(content.items) if item is not HOLE]
        if name in ("some", "every"):
            wanted = name == "some"
            truths = [lambda turn=turn: self.truth(turn(), node) for turn in rounds]
            found: Value = self.first_that(truths, wanted=wanted) if truths else Const(not wanted)
        elif name == "forEach" or (name == "map" and len(rounds) == len(content.items)):
            results = [turn() for turn in rounds]
            found = UNDEFINED
        else:
            return None
        if self.content(owner) is not content:
            return self.lost(node, "an array that is changed while it is gone through")
        if name == "map":
            return self.store(Items(tuple(results)))
        return found if name == "forEach" else truth_of(condition_of(found))

    def _list_index(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        """``list.indexOf(text)``: -1, 0, or somewhere behind."""
        if len(arguments) != 1 or HOLE in content.items:
            return self.unsupported(node)
        answers = [condition_of(self.equal(item, arguments[0], node)) for item in content.items]
        if not answers:
            return Const(-1.0)
        behind = self.position(offset=1)
        return cases([(answers[0], Const(0.0)), (any_of(*answers[1:]), behind), (ALWAYS, Const(-1.0))])

    def _list_includes(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        # Unlike any other comparison this one finds what is no number.
        if len(arguments) != 1 or HOLE in content.items or any(map(_no_number, (*content.items, *arguments))):
            return self.unsupported(node)
        return truth_of(any_of(*(condition_of(self.equal(item, arguments[0], node)) for item in content.items)))

    def _list_push(self, owner: Ref, content: Items, arguments: list[Value], _node: Node) -> Value:
        self.change(owner, Items((*content.items, *arguments)))
        return Const(float(len(content.items) + len(arguments)))

    def _list_pop(self, owner: Ref, content: Items, _arguments: list[Value], _node: Node) -> Value:
        self.change(owner, Items(content.items[:-1]))
        return read(content.items[-1]) if content.items else UNDEFINED

    def _list_shift(self, owner: Ref, content: Items, _arguments: list[Value], _node: Node) -> Value:
        self.change(owner, Items(content.items[1:]))
        return read(content.items[0]) if content.items else UNDEFINED

    def _list_reverse(self, owner: Ref, content: Items, _arguments: list[Value], _node: Node) -> Value:
        self.change(owner, Items(content.items[::-1]))
        return owner

    def _list_slice(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        bounds = [operators.whole_number(argument) for argument in arguments[:2]]
        if None in bounds:
            return self._opaque_or(node, *arguments)
        return self.store(
            Items(content.items[slice(*bounds)] if len(bounds) == 2 else content.items[bounds[0] if bounds else 0 :])
        )

    def _list_concat(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        items = list(content.items)
        for argument in arguments:
            more = self.content(argument) if isinstance(argument, Ref) else None
            if not isinstance(more, Items):
                return self.unsupported(node)
            items += more.items
        return self.store(Items(tuple(items)))

    def _list_join(self, _owner: Ref, content: Items, arguments: list[Value], node: Node) -> Value:
        between = arguments[0] if arguments and arguments[0] != UNDEFINED else Const(",")
        if isinstance(between, Cases) and any(leaf == UNDEFINED for leaf in leaves(between)):
            return self.unsupported(node)
        found: Value = Const("")
        for position, item in enumerate(content.items):
            found = self.added(found, between, node) if position else found
            # What is not there (and null) is joined as nothing.
            found = self.each(lambda each, start=found: self._joined(start, each, node), item)  # type: ignore[misc]
        return found

    def _joined(self, start: Value, item: Value, node: Node) -> Value:
        nothing = isinstance(item, Const) and self.constant_text(item) is None and not isinstance(item.value, float)
        return start if nothing else self.added(start, item, node)

    def of_split(self, owner: Split, name: str, arguments: list[Value], node: Node) -> Value | None:
        """A method of ``text.split(separator)``; None where there is none that is modelled."""
        text, separator = owner
        count = Number("dots", text, separator, offset=1)
        if name == "join" and (arguments == [Const(separator)] or (not arguments and separator == ",")):
            return text
        if name == "slice":
            return self._split_slice(owner, arguments, node)
        if name == "pop" and passing(node):
            return self.member(owner, count._replace(offset=0), node)
        if name == "shift" and passing(node):
            return self.member(owner, Const(0.0), node)
        if asks_only(name) or (
            name in CHANGING and passing(node) and not any(isinstance(a, Function) for a in arguments)
        ):
            return self.unsupported(node)
        return None

    def _split_slice(self, owner: Split, arguments: list[Value], node: Node) -> Value:
        text, separator = owner
        bounds = [operators.whole_number(argument) for argument in arguments[:2]]
        if bounds == [0] or not bounds:
            return owner
        if bounds in ([0, -1], [1]):
            several = condition_of(self.compared(Number("dots", text, separator, offset=1), ">", Const(1.0), node))
            rest = text.cut("head" if bounds[0] == 0 else "after", separator)
            return cases([(several, Split(rest, separator)), (ALWAYS, self.store(Items(())))])
        if len(bounds) == 1 and bounds[0] is not None and -100 < bounds[0] < 0:
            return Split(text.cut("tail", separator, -bounds[0]), separator)
        return self._opaque_or(node, *arguments)

    def position(self, *, offset: int = 0) -> Number:
        """A place of which nothing but its least value is known, another one each time."""
        return Number("position", Text(Base.HOST), nth=self.number(), offset=offset)


def read(item: Value) -> Value:
    """What an item of an array reads as."""
    return UNDEFINED if item is HOLE else item


def in_order(names: Iterable[str]) -> list[str]:
    """The keys of an object as they are gone through: those that are numbers come first, in their order."""
    known = list(names)
    places = {key: index for key in known if (index := operators.index_of(key)) is not None}
    return [*sorted(places, key=lambda key: places[key]), *(key for key in known if key not in places)]


def _no_number(value: Value) -> bool:
    return any(isinstance(leaf, Const) and leaf.value != leaf.value for leaf in leaves(value))


def passing(node: Node) -> bool:
    """Whether the owner of a method was made for the call, and nothing else sees what becomes of it."""
    called = node.child_by_field_name("function")
    owner = called.child_by_field_name("object") if called is not None else None
    return owner is not None and owner.type in ("call_expression", "regex", "array")


_METHODS: dict[str, Callable[[Lists, Ref, Items, list[Value], Node], Value]] = {
    "indexOf": Lists._list_index,
    "includes": Lists._list_includes,
    "push": Lists._list_push,
    "pop": Lists._list_pop,
    "shift": Lists._list_shift,
    "reverse": Lists._list_reverse,
    "slice": Lists._list_slice,
    "concat": Lists._list_concat,
    "join": Lists._list_join,
}
