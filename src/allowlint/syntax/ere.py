r"""POSIX extended regular expressions as the GNU C library compiles them (``regcomp`` with ``REG_EXTENDED``).

This is the dialect of Squid on Linux, and it is not Python's: a leading ``*`` or ``(?:`` makes a pattern invalid, ``\d`` is
the letter ``d``, ``.+?`` means "optional", an unmatched ``)`` is a character. The property test in
``tests/syntax/test_ere.py`` compares every claim with the C library itself.

A pattern with a word boundary is *widened*: read as if the boundary were not there, so that what the wider pattern does not match,
the pattern does not match either. A pattern with a back-reference may match anything.
"""

from allowlint.model.automaton import (
    ANY_CHARACTER,
    MAX_NFA,
    Anchor,
    Automaton,
    Chars,
    Choice,
    Expression,
    Repeat,
    Sequence,
    TooComplex,
    fold,
    size,
)
from allowlint.model.record import NamedTuple
from allowlint.syntax.patterns import CLASSES, MAX_DEPTH, SPACE, WORD, InvalidPattern, UnmodelledPattern

__all__ = ["InvalidPattern", "Reading", "UnmodelledPattern", "compile_ere", "parse_ere", "read_ere"]

MAX_INTERVAL = 32_767
"""Largest count in ``{m,n}`` (``RE_DUP_MAX`` of the GNU C library)."""
MAX_STACKED = 40
"""Quantifiers on quantifiers (``a{2}{2}``, ``(a*)*``) in one pattern; each nests as a group does."""


class Reading(NamedTuple):
    """A pattern as it was read."""

    expression: Expression
    widened: str = ""
    """What makes the pattern match less than the expression does; empty where the expression is exact."""
    closes: bool = False
    """Whether it holds a ``)`` that nothing opened, a character unless the pattern is made part of another."""


class _Item(NamedTuple):
    chars: frozenset[str]
    single: str
    """The character, where the item can be the end of a range."""


class _Reader:
    """The pattern and a position in it."""

    __slots__ = ("anything", "at", "closed", "closes", "depth", "fold", "groups", "stacked", "text", "widened")

    def __init__(self, text: str, ignore_case: bool) -> None:
        self.text = text
        self.at = 0
        self.anything = False
        self.depth = 0
        self.groups = 0
        self.closed: frozenset[int] = frozenset()
        self.closes = False
        self.stacked = 0
        self.widened = ""
        self.fold = ignore_case

    @property
    def char(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        char = self.char
        self.at += 1
        return char

    def chars(self, chars: frozenset[str]) -> Chars:
        return Chars(fold(chars) if self.fold else chars)

    def item(self, char: str) -> _Item:
        char = _upper(char) if self.fold else char
        return _Item(frozenset(char), char)


def compile_ere(pattern: str, *, ignore_case: bool = False) -> Automaton:
    """Compile ``pattern`` for an unanchored search.

    Raises :class:`InvalidPattern`, :class:`UnmodelledPattern`, or
    :class:`~allowlint.model.automaton.TooComplex` where the automaton would be too large.
    """
    expression = parse_ere(pattern, ignore_case=ignore_case)
    if size(expression) > MAX_NFA:
        raise TooComplex(f"the pattern needs more than {MAX_NFA} states")
    return Automaton(expression)


def parse_ere(pattern: str, *, ignore_case: bool = False) -> Expression:
    """Parse ``pattern``. Raises :class:`InvalidPattern` or :class:`UnmodelledPattern`."""
    reading = read_ere(pattern, ignore_case=ignore_case)
    if reading.widened:
        raise UnmodelledPattern(reading.widened)
    return reading.expression


def read_ere(pattern: str, *, ignore_case: bool = False) -> Reading:
    """Parse ``pattern``, widened where it must be.

    Raises :class:`InvalidPattern`, and :class:`UnmodelledPattern` where not even a wider pattern can be told.
    """
    if len(pattern) > MAX_NFA:
        raise UnmodelledPattern(f"the pattern is longer than {MAX_NFA} characters")
    reader = _Reader(pattern, ignore_case)
    expression = _alternatives(reader)
    return Reading(_NOTHING if reader.anything else expression, reader.widened, reader.closes)


def _alternatives(reader: _Reader) -> Expression:
    before = reader.closed
    branches = [_branch(reader)]
    while reader.char == "|":
        reader.take()
        # A back-reference sees no group of an earlier branch.
        closed, reader.closed = reader.closed, before
        branches.append(_branch(reader))
        reader.closed |= closed
    return branches[0] if len(branches) == 1 else Choice(tuple(branches))


def _branch(reader: _Reader) -> Expression:
    items: list[Expression] = []
    first = True
    while reader.char and reader.char != "|" and not (reader.char == ")" and reader.depth):
        anchor = reader.char in "^$" or reader.text[reader.at : reader.at + 2] in _ANCHORS
        atom = _atom(reader, first=first)
        items.append(atom if anchor else _repeated(reader, atom))
        # After an anchor nothing stands that could be repeated: "^*" is invalid like "*" alone.
        first = anchor
    return items[0] if len(items) == 1 else Sequence(tuple(items))


def _atom(reader: _Reader, *, first: bool) -> Expression:
    char = reader.take()
    match char:
        case "(":
            return _group(reader)
        case "[":
            return reader.chars(_bracket(reader))
        case ".":
            return Chars(ANY_CHARACTER)
        case "^" | "$":
            return Anchor(char == "$")
        case "\\":
            return _escape(reader)
        case "*" | "+" | "?" | "{" if first:
            raise InvalidPattern("Invalid preceding regular expression")
        case ")":
            reader.closes = True
    return reader.chars(frozenset(char))


def _group(reader: _Reader) -> Expression:
    reader.depth += 1
    reader.groups += 1
    number = reader.groups
    if reader.depth > MAX_DEPTH:
        raise UnmodelledPattern(f"groups nested deeper than {MAX_DEPTH}")
    inner = _alternatives(reader)
    if reader.take() != ")":
        raise InvalidPattern("Unmatched ( or \\(")
    reader.depth -= 1
    reader.closed |= {number}
    return inner


_ESCAPES: dict[str, Expression] = {
    "w": Chars(WORD),
    "W": Chars(ANY_CHARACTER - WORD),
    "s": Chars(SPACE),
    "S": Chars(ANY_CHARACTER - SPACE),
    "`": Anchor(False),
    "'": Anchor(True),
}
"""Escapes of the GNU library that mean something; before any other character a backslash makes it ordinary."""


_ANCHORS = ("\\`", "\\'", "\\b", "\\B", "\\<", "\\>")
_NOTHING = Sequence(())
_ANYTHING = Repeat(Chars(ANY_CHARACTER), 0, None)


def _escape(reader: _Reader) -> Expression:
    char = reader.take()
    if not char:
        raise InvalidPattern("Trailing backslash")
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char in "bB<>":
        reader.widened = f"the word boundary \\{char}"
        return _NOTHING
    if char in "123456789":
        if int(char) not in reader.closed:
            raise InvalidPattern("Invalid back reference")
        reader.widened = f"the back-reference \\{char}"
        # The library finds such patterns in texts that hold none, and not always: glibc 2.36 finds "(b|)\\1$^" in "bb" where the
        # same compiled pattern has been asked about an empty text before.
        reader.anything = True
        return _NOTHING
    if reader.fold and char.isascii() and char.islower():
        # The library compares in upper case and leaves an escaped letter as it is: "\\d" under -i matches nothing.
        return Chars(frozenset())
    return reader.chars(frozenset(char))


_ONE_COPY = ((0, None), (0, 1), (1, 1), (0, 0))
"""Bounds for which the library does not copy what is repeated."""


def _repeated(reader: _Reader, item: Expression) -> Expression:
    while reader.char and reader.char in "*+?{":
        reader.stacked += isinstance(item, Repeat)
        char = reader.take()
        if char == "{":
            least, most = _interval(reader)
        else:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if (least, most) not in _ONE_COPY and _anchored(item):
            # The library repeats by copying the group, and its copies share their anchors: glibc 2.36 finds "a(^|\\.){2}" in "a."
            # and "(^a|b)+$" in "aa", which hold no such thing.
            reader.widened = "an anchor in a group that is repeated"
            item = _without_anchors(item)
        item = Repeat(item, least, most)
        if reader.stacked > MAX_STACKED:
            item = _given_up(reader, f"more than {MAX_STACKED} quantifiers on quantifiers")
        if size(item) > MAX_NFA:
            item = _given_up(reader, f"the pattern needs more than {MAX_NFA} states")
    return item


def _given_up(reader: _Reader, why: str) -> Expression:
    """Any text, in place of something that takes too much work."""
    reader.widened = why
    return _ANYTHING


def _anchored(expression: Expression) -> bool:
    match expression:
        case Sequence(items) | Choice(items):
            return any(map(_anchored, items))
        case Repeat(item, _, _):
            return _anchored(item)
    return isinstance(expression, Anchor)


def _without_anchors(expression: Expression) -> Expression:
    match expression:
        case Sequence(items):
            return Sequence(tuple(map(_without_anchors, items)))
        case Choice(items):
            return Choice(tuple(map(_without_anchors, items)))
        case Repeat(item, least, most):
            return Repeat(_without_anchors(item), least, most)
        case Anchor():
            return _NOTHING
    return expression


def _interval(reader: _Reader) -> tuple[int, int | None]:
    end = reader.text.find("}", reader.at)
    if end < 0:
        raise InvalidPattern("Unmatched { or \\{")
    low, comma, high = reader.text[reader.at : end].partition(",")
    reader.at = end + 1
    digits = low + high
    # "{,}" counts from none without a bound, as "{0,}" does.
    written = digits.isascii() and digits.isdigit() if digits else bool(comma)
    if not written or (not low and not comma) or len(low) > 5 or len(high) > 5:
        raise InvalidPattern("Invalid content of \\{\\}")
    least = int(low or "0")
    most = least if not comma else int(high) if high else None
    if (most is not None and least > most) or max(least, most or 0) > MAX_INTERVAL:
        raise InvalidPattern("Invalid content of \\{\\}")
    return least, most


def _bracket(reader: _Reader) -> frozenset[str]:
    negated = reader.char == "^"
    if negated:
        reader.take()
    chars: frozenset[str] = frozenset()
    first = True
    while first or reader.char != "]":
        item = _bracket_item(reader)
        first = False
        following = reader.text[reader.at + 1 : reader.at + 2]
        if reader.char == "-" and following and following != "]":
            reader.take()
            item = _range(item, _bracket_item(reader))
        chars |= item.chars
    reader.take()
    if reader.fold:
        # The library compares the text in upper case with a class that it has read in upper case too, ranges included: under -i
        # "[Z-a]" is refused, and "[_-{]" holds no letter.
        chars = frozenset(char for char in ANY_CHARACTER if _upper(char) in chars)
    return ANY_CHARACTER - chars if negated else chars


def _bracket_item(reader: _Reader) -> _Item:
    char = reader.take()
    if not char:
        raise InvalidPattern("Unmatched [, [^, [:, [., or [=")
    kind = reader.char
    if char != "[" or kind not in (":", ".", "="):
        return reader.item(char)
    end = reader.text.find(f"{kind}]", reader.at + 1)
    if end < 0:
        raise InvalidPattern("Unmatched [, [^, [:, [., or [=")
    name = reader.text[reader.at + 1 : end]
    reader.at = end + 2
    if kind == ":":
        if name not in CLASSES:
            raise InvalidPattern("Invalid character class name")
        return _Item(CLASSES["alpha" if reader.fold and name == "lower" else name], "")
    if len(name) != 1:
        raise UnmodelledPattern(f"the collating element [{kind}{name}{kind}]")
    return reader.item(name)


def _range(low: _Item, high: _Item) -> _Item:
    if not low.single or not high.single or ord(low.single) > ord(high.single):
        raise InvalidPattern("Invalid range end")
    return _Item(frozenset(chr(code) for code in range(ord(low.single), ord(high.single) + 1)), "")


def _upper(char: str) -> str:
    return char.upper() if char.isascii() else char
