"""Members and methods: of texts, numbers, arrays, objects and regular expressions."""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.automaton import Anchor, Automaton, Expression, TooComplex
from allowlint.model.condition import ALWAYS, NEVER, Condition, HostIn
from allowlint.model.regular import Regular
from allowlint.platforms.pac import operators, patterns
from allowlint.platforms.pac.cutting import CUTS, Cutting
from allowlint.platforms.pac.inherited import INHERITED, LIST_METHODS, LISTED, OBJECT_METHODS, OF_OBJECTS, TEXT_METHODS
from allowlint.platforms.pac.logic import any_of
from allowlint.platforms.pac.machine import Kind, changed_somewhere
from allowlint.platforms.pac.naming import Words, name_list
from allowlint.platforms.pac.patterns import ANYTHING, choice, sequence, word
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
    Missing,
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
    same,
    truth_of,
)
from allowlint.syntax.ecmascript import parse_ecmascript
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

FOUND = Builtin("a match")


class Membership(Cutting):
    """A machine that knows members and methods."""

    def matches(self, value: Value, language: Expression, node: Node) -> Value:
        """Whether a text belongs to a language."""
        return self.each(lambda each: self._matches(each, language, node), value)

    def _matches(self, value: Value, language: Expression, node: Node) -> Value:
        if isinstance(value, Text):
            return self.asked(node, lambda where: where.asker.whole(value, language, where.shown, where.location))
        text = self.constant_text(value)
        if text is not None:
            return Const(_searched(patterns.sequence(Anchor(False), language, Anchor(True)), text))
        return self.asked(node, lambda _: ALWAYS, value) if isinstance(value, Opaque) else self.unsupported(node)

    def _among(self, text: Text, words: Words, node: Node) -> Value:
        """Whether a text is one of many words: a list of names where it can be one, else a language."""
        listed = name_list(text, words, self.assumed)
        if listed is not None:
            return truth_of(HostIn(listed) if len(listed) else NEVER)
        names, awkward = words.parted()
        if names.all and awkward.all:
            # One awkward word among thousands must not make a language of them all.
            either = self._among(text, names, node), self._among(text, awkward, node)
            opaque = next((answer for answer in either if isinstance(answer, Opaque)), None)
            return opaque or truth_of(any_of(*map(condition_of, either)))
        return self._matches(text, choice(*map(word, words.all)), node)

    def searched(self, value: Value, pattern: Pattern, node: Node) -> Value:
        """Whether a regular expression is found in a text."""
        return self.each(lambda each: self._searched(each, pattern, node), value)

    def _searched(self, value: Value, pattern: Pattern, node: Node) -> Value:
        text = operators.text_of(value) if isinstance(value, Const) else None
        # No host and no URL has line ends; where the end of a path is not known, it must not seem to have them.
        flags = pattern.flags if text is not None or "s" in pattern.flags else f"{pattern.flags}s"
        try:
            expression = parse_ecmascript(pattern.source, flags=flags)
        except (InvalidPattern, UnmodelledPattern, TooComplex) as error:
            reason = f"the expression /{pattern.source[:50]}/ ({error}) in line {node.start_point[0] + 1}"
            return self.opaque(node, reason, key=f"{reason} {pattern} {value}")
        if text is not None:
            return Const(_searched(expression, text))
        if isinstance(value, Text):
            return self.asked(node, lambda where: where.asker.found(value, expression, where.shown, where.location))
        return self.asked(node, lambda _: ALWAYS, value) if isinstance(value, Opaque) else self.unsupported(node)

    def member(self, owner: Value, key: Value, node: Node) -> Value:
        """``owner.key`` or ``owner[key]``."""
        return self.pairs(lambda one, other: self._member_of(one, other, node), owner, key)

    def _member_of(self, owner: Value, key: Value, node: Node) -> Value:
        match owner:
            case Const(Missing()):
                self.leave(ALWAYS, Kind.THROW, node, self.script.shown(node))
                return UNDEFINED
            case Ref():
                return self._of_content(owner, key, node)
            case Split():
                return self._of_split(owner, key, node)
            case Opaque():
                self.needed(owner, node)
                return owner.about(f"[{key}]")
        name = self.constant_text(key)
        if name is None:
            return self.asked(node, lambda _: ALWAYS, key) if isinstance(key, Opaque) else self.unsupported(node)
        return self._named(owner, name, node)

    def _named(self, owner: Value, name: str, node: Node) -> Value:
        if isinstance(owner, Text | Const) and operators.index_of(name) is not None:
            # Old JScript has no characters by index.
            return UNDEFINED if self.old_engine() else self._character(owner, float(name), node)
        if name == "length" and isinstance(owner, Text):
            return Number("length", owner)
        if name == "length" and isinstance(owner, Const) and isinstance(owner.value, str):
            return Const(float(len(owner.value)))
        if isinstance(owner, Builtin) and owner is not FOUND:
            return Builtin(f"{owner.name}.{name}")
        if owner is FOUND or isinstance(owner, Method | Number | Truth | Function):
            return Method(owner, name) if name in ("toString", "call", "apply") else self.unsupported(node)
        if isinstance(owner, Const) and not isinstance(owner.value, str):
            return self.unsupported(node)
        if isinstance(owner, Text | Const) and name not in TEXT_METHODS:
            return UNDEFINED
        return Method(owner, name)

    def _character(self, owner: Value, place: float, node: Node) -> Value:
        """A character by its number; undefined behind the end."""
        if isinstance(owner, Text):
            there = self.compared(Number("length", owner), ">", Const(place), node)
            return self._where_true(there, self.cut("charAt", owner, [Const(place)], node), UNDEFINED)
        text = owner.value if isinstance(owner, Const) else None
        known = isinstance(text, str) and place < len(text)
        if isinstance(text, str):
            return self.constant_cut("charAt", text, [Const(place)], node) if known else UNDEFINED
        return self.unsupported(node)

    def _of_content(self, owner: Ref, key: Value, node: Node) -> Value:
        content = self.content(owner)
        if isinstance(content, Opaque):
            return content.about(f"[{key}]")
        if isinstance(key, Text):
            groups = self.table(content, "groups", lambda: _grouped(content))
            return self._looked_up(groups, key, node)
        name = self.constant_text(key)
        if name is None:
            return self.asked(node, lambda _: ALWAYS, key) if isinstance(key, Opaque) else self.unsupported(node)
        if isinstance(content, Items):
            if name == "length":
                return Const(float(len(content.items)))
            index = operators.index_of(name)
            if index is not None:
                found = content.items[index] if index < len(content.items) else UNDEFINED
                return UNDEFINED if found is HOLE else found
            return Method(owner, name) if name in LIST_METHODS else self._of_every(name, node)
        if name in content.members:
            return content.members[name]
        return Method(owner, name) if name in OBJECT_METHODS else self._of_every(name, node)

    def _of_every(self, name: str, node: Node) -> Value:
        """What every object has, which is not modelled, or nothing."""
        return self.unsupported(node) if name in OF_OBJECTS else UNDEFINED

    def _looked_up(self, groups: list[tuple[Value | None, Words]], key: Text, node: Node) -> Value:
        """``object[host]``: the names, by what they lead to."""
        found: list[tuple[Condition, Value]] = []
        for value, words in groups:
            answer = self._among(key, words, node)
            if isinstance(answer, Opaque):
                return answer
            found.append((condition_of(answer), self.unsupported(node) if value is None else value))
        return cases([*found, (ALWAYS, UNDEFINED)])

    def _of_split(self, owner: Split, key: Value, node: Node) -> Value:
        text, separator = owner
        count = Number("dots", text, separator, offset=1)
        if same(key, Const("length")):
            return count
        name = self.constant_text(key)
        index = operators.index_of(name) if name is not None else None
        if index is not None and index < 100:
            enough = self.compared(count, ">", Const(float(index)), node)
            return self._where_true(enough, text.cut("piece", separator, index), UNDEFINED)
        if isinstance(key, Number) and key._replace(offset=0) == count._replace(offset=0) and key.offset <= 0:
            enough = self.compared(count, ">=", Const(float(1 - key.offset)), node)
            return self._where_true(enough, text.cut("piece", separator, key.offset - 1), UNDEFINED)
        if name in LIST_METHODS and name is not None:
            return Method(owner, name)
        return self._opaque_or(node, key)

    def member_in(self, key: Value, owner: Value, node: Node) -> Value:
        """``key in owner``."""
        return self.pairs(lambda one, other: self.has_member(one, other, node, inherited=True), key, owner)

    def has_member(self, key: Value, owner: Value, node: Node, *, inherited: bool) -> Value:
        """Whether there is such a member; ``inherited`` where those count that every object has."""
        content = self.content(owner) if isinstance(owner, Ref) else owner
        if isinstance(content, Opaque):
            self.needed(content, node)
            return content.about(f"{key} in")
        if isinstance(content, Const | Text | Number | Truth) and inherited:
            self.leave(ALWAYS, Kind.THROW, node, f"{self.script.shown(node, 50)}: not an object")
        if not isinstance(content, Items | Members):
            return self.unsupported(node)
        words = self.table(content, f"words {inherited}", lambda: _words(content, inherited=inherited))
        if isinstance(key, Text):
            return self._among(key, words, node)
        name = self.constant_text(key)
        if name is None:
            return self._opaque_or(node, key)
        every = inherited and (name in OF_OBJECTS or (isinstance(content, Items) and name in LIST_METHODS))
        return Const(name in words.all or every)

    def put(self, owner: Ref, key: Value, value: Value) -> bool:
        """``owner[key] = value``; False where it is not modelled."""
        content, name = self.content(owner), self.constant_text(key)
        index = operators.index_of(name) if name is not None else None
        if isinstance(content, Members) and name is not None:
            self.change(owner, Members({**content.members, name: value}))
        elif isinstance(content, Items) and index is not None and index <= len(content.items) + 1000:
            items = (*content.items, *((HOLE,) * (index - len(content.items) + 1)))
            self.change(owner, Items((*items[:index], value, *items[index + 1 :])))
        else:
            self.change(owner, changed_somewhere())
        return name != "__proto__"

    def taken_out(self, owner: Ref, key: Value) -> bool:
        """``delete owner[key]``; False where it is not modelled."""
        content, name = self.content(owner), self.constant_text(key)
        index = operators.index_of(name) if name is not None else None
        if isinstance(content, Members) and name is not None:
            self.change(owner, Members({other: value for other, value in content.members.items() if other != name}))
        elif isinstance(content, Items) and index is not None:
            items = content.items
            self.change(owner, Items((*items[:index], HOLE, *items[index + 1 :])) if index < len(items) else content)
        else:
            self.change(owner, changed_somewhere())
        return True

    def text_method(self, owner: Value, name: str, arguments: list[Value], node: Node) -> Value | None:
        """A method of a text; None where there is none of that name that is modelled."""
        first = arguments[0] if arguments else UNDEFINED
        second = arguments[1] if len(arguments) > 1 else UNDEFINED
        if name in CUTS:
            if isinstance(owner, Text):
                return self.cut(name, owner, arguments, node)
            return self.constant_cut(name, self.constant_text(owner) or "", arguments, node)
        if name in ("match", "search"):
            return self._sought(owner, first, node, NULL if name == "match" else Const(-1.0))
        if name in _AFFIXES and second == UNDEFINED:
            return self._affixed(owner, name, first, node)
        if name in ("indexOf", "lastIndexOf"):
            return self._index_of(owner, name, (first, second), node)
        simple = _SIMPLE.get(name)
        return simple(owner, first) if simple else None

    def _sought(self, owner: Value, what: Value, node: Node, missing: Value) -> Value:
        if isinstance(what, Const) and isinstance(what.value, str):
            what = Pattern(what.value, "")
        if not isinstance(what, Pattern):
            return self.unsupported(node)
        begins = what.source.startswith("^") and "|" not in what.source and "m" not in what.flags
        place: Value = Const(0.0) if begins else Number("position", Text(Base.HOST), nth=self.number())
        found = FOUND if missing == NULL else place
        return self._where_true(self.searched(owner, what, node), found, missing)

    def _affixed(self, owner: Value, name: str, needle: Value, node: Node) -> Value:
        def one(each: Value) -> Value:
            sought = self.constant_text(each)
            if sought is None:
                return self._opaque_or(node, each)
            before, after = _AFFIXES[name]
            parts = [*([ANYTHING] if before else []), word(sought), *([ANYTHING] if after else [])]
            return self._matches(owner, sequence(*parts), node)

        return self.each(one, needle)

    def _index_of(self, owner: Value, name: str, arguments: tuple[Value, Value], node: Node) -> Value:
        needle, start = arguments
        if isinstance(owner, Text):
            return (self.first_of if name == "indexOf" else self.last_of)(owner, needle, start, node)
        text = self.constant_text(owner) or ""
        if start != UNDEFINED:
            return self._opaque_or(node, start)
        return self.each(lambda each: self._within(text, each, name, node), needle)

    def _within(self, text: str, needle: Value, name: str, node: Node) -> Value:
        """Where something stands in a constant text, as in ``";a.example;b.example;".indexOf(";" + host + ";")``."""
        sought = self.constant_text(needle)
        if sought is not None:
            return Const(float(text.find(sought) if name == "indexOf" else text.rfind(sought)))
        if not isinstance(needle, Text):
            return self._opaque_or(node, needle)
        start, end = _fence(needle)
        begins = [at for at in range(len(text) + 1) if text.startswith(start, at)]
        ends = [at for at in range(len(text) + 1) if text.endswith(end, 0, at)]
        if len(begins) * len(ends) > 40_000:
            return self.unsupported(node, "a long text that is searched")
        parts = {text[low:high] for low in begins for high in ends if high - low >= max(len(start), len(end))}
        answer = self._matches(needle, choice(*map(word, sorted(parts))), node)
        return self._where_true(answer, Number("position", needle, nth=self.number()), Const(-1.0))


def _words(content: Items | Members, *, inherited: bool) -> Words:
    """The names of members; of lists the numbers."""
    if isinstance(content, Members):
        return Words((*content.members, *(INHERITED if inherited else ())))
    places = (str(index) for index, item in enumerate(content.items) if item is not HOLE)
    return Words((*places, *(LISTED if inherited else ("length",))))


def _grouped(content: Items | Members) -> list[tuple[Value | None, Words]]:
    """The names of members by what they lead to; None for what every object has."""
    members = content.members if isinstance(content, Members) else {}
    groups: dict[object, tuple[Value, list[str]]] = {}
    for name, value in members.items():
        alike = (type(value.value), value) if isinstance(value, Const) else id(value)
        groups.setdefault(alike, (value, []))[1].append(name)
    others = [name for name in (INHERITED if isinstance(content, Members) else LISTED) if name not in members]
    return [*((value, Words(names)) for value, names in groups.values()), (None, Words(others))]


def _fence(text: Text) -> tuple[str, str]:
    """What is surely at both ends of a text."""
    start = end = ""
    for cut in text.cuts[-2:]:
        start = cut.text if cut.kind == "prefixed" else start
        end = cut.text if cut.kind == "suffixed" else end
    return start, end


def _searched(expression: Expression, text: str) -> bool:
    return Regular(Automaton(expression)).matches(text)


_AFFIXES = {"startsWith": (False, True), "endsWith": (True, False), "includes": (True, True)}


def _lower(owner: Value, _: Value) -> Value:
    return owner.cut("lower") if isinstance(owner, Text) else _changed(owner, str.lower)


def _upper(owner: Value, _: Value) -> Value:
    return owner.cut("upper") if isinstance(owner, Text) else _changed(owner, str.upper)


def _spelled(owner: Value, _: Value) -> Value | None:
    text = operators.text_of(owner) if isinstance(owner, Const) else None
    return owner if isinstance(owner, Text) else None if text is None else Const(text)


def _itself(owner: Value, _: Value) -> Value:
    return owner


def _trimmed(owner: Value, _: Value) -> Value | None:
    # Neither a host nor a URL has blanks at its ends.
    return (
        owner
        if isinstance(owner, Text) and not owner.cuts
        else _changed(owner, lambda text: text.strip(operators.BLANKS))
        if isinstance(owner, Const)
        else None
    )


def _changed(owner: Value, change: Callable[[str], str]) -> Value:
    return Const(change(owner.value)) if isinstance(owner, Const) and isinstance(owner.value, str) else owner


_SIMPLE: dict[str, Callable[[Value, Value], Value | None]] = {
    "toLowerCase": _lower,
    "toLocaleLowerCase": _lower,
    "toUpperCase": _upper,
    "toLocaleUpperCase": _upper,
    "toString": _spelled,
    "valueOf": _itself,
    "trim": _trimmed,
}
__all__ = ["Cases", "Membership", "any_of", "truth_of"]
