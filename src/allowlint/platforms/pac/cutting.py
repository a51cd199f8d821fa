"""Parts of texts: ``substring`` and its like, where the bounds may depend on the request themselves."""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.condition import ALWAYS
from allowlint.platforms.pac import numbers, operators, patterns
from allowlint.platforms.pac.comparing import Comparing
from allowlint.platforms.pac.naming import BEFORE_LAST
from allowlint.platforms.pac.patterns import ANYTHING, sequence, word
from allowlint.platforms.pac.values import UNDEFINED, Base, Cases, Const, Number, Opaque, Text, Value, cases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_SHORT = 50
_POSITIONS = {("first", 0): "after", ("last", 0): "afterlast", ("nth", 0): "afternth"}


class Cutting(Comparing):
    """A machine that takes texts apart."""

    def cut(self, name: str, text: Text, arguments: list[Value], node: Node) -> Value:
        """``text.name(arguments)`` of a text that depends on the request."""
        start = arguments[0] if arguments else Const(0.0)
        end = arguments[1] if len(arguments) > 1 else UNDEFINED
        method: Callable[[Cutting, Text, Value, Value, Node], Value] = _CUTS[name]
        return self.pairs(lambda one, other: method(self, text, one, other, node), start, end)

    def _substring(self, text: Text, start: Value, end: Value, node: Node) -> Value:
        first, last = _index(start), _index(end)
        if first is not None:
            first = max(first, 0)
            if end == UNDEFINED:
                return _dropped(text, first)
            if last is not None:
                low, high = sorted((first, max(last, 0)))
                return _dropped(text, low).cut("take", number=high - low)
            return self._until(text, end, node, lambda _: Const("")) if first == 0 else self._opaque_or(node, end)
        if isinstance(start, Number) and (end == UNDEFINED or end == Number("length", text)):
            return self._from(text, start, node, lambda missing: _dropped(text, max(missing, 0)))
        return self._opaque_or(node, start, end)

    def _until(self, text: Text, end: Value, node: Node, below: Callable[[int], Value]) -> Value:
        """From the beginning to a place that depends on the text; ``below`` gives it for places below 0."""
        if not isinstance(end, Number) or end.text != text:
            return self._opaque_or(node, end)
        if end.kind == "length" and end.offset <= 0:
            return self._long_enough(end, text.cut("droplast", number=-end.offset), below, node) if end.offset else text
        simple = len(end.needle) == 1 and not end.offset
        if end.kind == "first" and simple and not end.nth:
            return self._if_found(end, text.cut("before", end.needle), lambda: below(-1), node)
        if simple and (end.kind, end.nth) in (("last", 0), ("nth", 1)):
            if below(-1) == Const(""):
                return text.cut("head", end.needle)
            return self._if_found(end, text.cut("head", end.needle), lambda: below(-1), node)
        return self.unsupported(node)

    def _long_enough(self, place: Number, found: Value, below: Callable[[int], Value], node: Node) -> Value:
        """A part up to or from a place counted from the end, where the text is so long."""
        short = [below(-count) for count in range(1, -place.offset + 1)] if place.offset > -_MOST_SHORT else []
        if short and all(value == found or value == Const("") == short[0] for value in short):
            return found
        there = self.asked(node, lambda where: numbers.compare(place, ">=", 0.0, where), place)
        # A shorter text is taken whole, or not at all, however much it lacks.
        alike = bool(short) and all(value == short[0] for value in short)
        return self._where_true(there, found, short[0] if alike else self.unsupported(node))

    def _from(self, text: Text, start: Number, node: Node, below: Callable[[int], Value]) -> Value:
        """From a place that depends on the text to its end; ``below`` gives it for places below 0."""
        if start.text != text:
            return self.unsupported(node)
        if start.kind == "length":
            found: Value = text.cut("last", number=-start.offset)
            return self._long_enough(start, found, below, node) if start.offset < 0 else Const("")
        kind = _POSITIONS.get((start.kind, 0))
        unique = len(start.needle) == 1 or (text.base is Base.URL and not text.cuts and start.needle in ("://", "//"))
        behind = start.offset - len(start.needle)
        if kind is None or not unique or behind > 0 or start.offset < 0 or (start.nth and start.kind == "first"):
            return self.unsupported(node)
        if behind == 0 and len(start.needle) == 1 and start.kind in ("last", "nth"):
            # From 0 on, and so the whole, where there are not so many.
            return text.cut("tail", start.needle, max(start.nth, 1))
        rest = text.cut(kind, start.needle, start.nth)
        found = rest if behind == 0 else rest.cut("prefixed", start.needle[behind:])
        missing = start.offset - 1
        return self._if_found(start, found, lambda: below(-1) if missing < 0 else _dropped(text, missing), node)

    def _if_found(self, position: Number, found: Value, else_: Callable[[], Value], node: Node) -> Value:
        """One value where the position is there, another where it is -1."""
        there = position._replace(offset=0)
        condition = self.asked(node, lambda where: numbers.compare(there, ">=", 0.0, where), there)
        if isinstance(condition, Opaque):
            return condition
        from allowlint.platforms.pac.values import condition_of

        return cases([(condition_of(condition), found), (ALWAYS, else_())])

    def _slice(self, text: Text, start: Value, end: Value, node: Node) -> Value:
        first, last = _index(start), _index(end)
        if first is None:
            whole = isinstance(start, Number) and (end == UNDEFINED or end == Number("length", text))
            if isinstance(start, Number) and whole:
                return self._from(text, start, node, lambda missing: text.cut("last", number=-missing))
            return self._opaque_or(node, start, end)
        rest = text.cut("last", number=-first) if first < 0 else _dropped(text, first)
        if end == UNDEFINED:
            return rest
        if last is None:
            until = self._until(text, end, node, lambda place: text.cut("droplast", number=-place))
            return until if first == 0 else self._opaque_or(node, end)
        if last < 0:
            return rest.cut("droplast", number=-last)
        if first < 0:
            return self.unsupported(node)
        return rest.cut("take", number=max(last - first, 0))

    def _substr(self, text: Text, start: Value, count: Value, node: Node) -> Value:
        first, length = _index(start), _index(count)
        if first is not None and first >= 0:
            rest: Value = _dropped(text, first)
        elif first is not None:
            # JScript takes a negative start for 0.
            rest = text if self.old_engine() else text.cut("last", number=-first)
        elif isinstance(start, Number):
            rest = self._from(
                text, start, node, lambda missing: self._substr(text, Const(float(missing)), UNDEFINED, node)
            )
        else:
            rest = self._opaque_or(node, start)
        if count == UNDEFINED or count == Number("length", text):
            return rest
        if length is None:
            until = self._until(text, count, node, lambda _: Const("")) if first == 0 else None
            return until or self._opaque_or(node, count)
        return self.each(lambda part: self._taken(part, max(length, 0)), rest)

    @staticmethod
    def _taken(part: Value, size: int) -> Value:
        if isinstance(part, Const) and isinstance(part.value, str):
            return Const(part.value[:size])
        return part.cut("take", number=size) if isinstance(part, Text) else part

    def _char_at(self, text: Text, place: Value, _end: Value, node: Node) -> Value:
        index = _index(place)
        if index is not None:
            return _dropped(text, index).cut("take", number=1) if index >= 0 else Const("")
        if place == Number("length", text, offset=-1):
            return text.cut("last", number=1)
        return self._opaque_or(node, place)

    def first_of(self, text: Text, needle: Value, start: Value, node: Node) -> Value:
        """``text.indexOf(needle, start)``."""
        return self.pairs(lambda one, other: self._first_of(text, one, other, node), needle, start)

    def _first_of(self, text: Text, needle: Value, start: Value, node: Node) -> Value:
        sought = self.constant_text(needle)
        if sought is None or not sought:
            return self._opaque_or(node, needle)
        begin = _index(start)
        if begin is not None or start == UNDEFINED:
            return Number("first", text, sought, max(begin or 0, 0))
        if isinstance(start, Number) and start == Number("length", text, offset=-len(sought)):
            condition = self.asked(
                node, lambda w: w.asker.whole(text, sequence(ANYTHING, word(sought)), w.shown, w.location)
            )
            from allowlint.platforms.pac.values import condition_of

            if isinstance(condition, Opaque):
                return condition
            return cases([(condition_of(condition), start), (ALWAYS, Const(-1.0))])
        return self._opaque_or(node, start)

    def last_of(self, text: Text, needle: Value, start: Value, node: Node) -> Value:
        """``text.lastIndexOf(needle, start)``."""
        return self.pairs(lambda one, other: self._last_of(text, one, other, node), needle, start)

    def _last_of(self, text: Text, needle: Value, start: Value, node: Node) -> Value:
        sought = self.constant_text(needle)
        if sought is None or not sought:
            return self._opaque_or(node, needle)
        dots = text.base is Base.HOST and sought == "." and all(cut == BEFORE_LAST for cut in text.cuts)
        if start == UNDEFINED:
            return Number("nth", text, ".", 1) if dots else Number("last", text, sought)
        if dots and isinstance(start, Number) and start.kind == "nth" and start.offset == -1 and start.text == text:
            return start._replace(nth=start.nth + 1, offset=0)
        if _index(start) == 0:
            # Only the very beginning is looked at.
            answer = self.asked(
                node, lambda w: w.asker.whole(text, sequence(word(sought), ANYTHING), w.shown, w.location)
            )
            return self._where_true(answer, Const(0.0), Const(-1.0))
        return self._opaque_or(node, start)

    @staticmethod
    def _where_true(answer: Value, yes: Value, no: Value) -> Value:
        from allowlint.platforms.pac.values import condition_of

        return cases([(condition_of(answer), yes), (ALWAYS, no)])

    def constant_cut(self, name: str, text: str, arguments: list[Value], node: Node) -> Value:
        """The same of a text that is constant."""
        bounds: list[int | None] = []
        for argument in arguments[:2]:
            index = None if argument == UNDEFINED else _index(argument)
            if index is None and argument != UNDEFINED:
                return self._opaque_or(node, *arguments)
            bounds.append(index)
        start, end = (*bounds, None, None)[:2]
        return Const(_CONSTANT_CUTS[name](text, start or 0, end))


def _dropped(text: Text, count: int) -> Text:
    return text.cut("drop", number=count) if count else text


def _index(value: Value) -> int | None:
    number = operators.as_number(value) if isinstance(value, Const) else None
    return int(number) if number is not None and abs(number) < 1e9 else None


def _constant_substring(text: str, start: int, end: int | None) -> str:
    low, high = sorted((max(start, 0), len(text) if end is None else max(end, 0)))
    return text[low:high]


def _constant_substr(text: str, start: int, count: int | None) -> str:
    rest = text[start:] if start >= 0 or -start <= len(text) else text
    return rest if count is None else rest[: max(count, 0)]


_CONSTANT_CUTS: dict[str, Callable[[str, int, int | None], str]] = {
    "substring": _constant_substring,
    "slice": lambda text, start, end: text[start:end],
    "substr": _constant_substr,
    "charAt": lambda text, start, _: text[start : start + 1] if start >= 0 else "",
}
_CUTS = {
    "substring": Cutting._substring,
    "slice": Cutting._slice,
    "substr": Cutting._substr,
    "charAt": Cutting._char_at,
}
CUTS = frozenset(_CUTS)
__all__ = ["CUTS", "Cases", "Cutting", "patterns"]
