"""What the backtracking dialects of regular expressions have in common: branches, quantifiers, groups and classes.

A dialect (:mod:`~allowlint.syntax.pcre`, :mod:`~allowlint.syntax.ecmascript`) adds its escapes and groups. Only what is a regular
language is translated. Greedy or lazy makes no difference to whether a text contains a match, so both are read alike; what looks
around, refers back or cuts off backtracking is :class:`UnmodelledPattern`.

The engines that the dialects belong to give up on a match that takes too many steps, and products set that limit differently.
Here a pattern means what it says; a pattern that a product gives up on is outside of what can be told from a configuration.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from allowlint.model.automaton import (
    ANY_CHARACTER,
    MAX_NFA,
    Anchor,
    Chars,
    Choice,
    Expression,
    Repeat,
    Sequence,
    TooComplex,
    fold,
    size,
)
from allowlint.model.lazy import lazy_pattern
from allowlint.model.record import NamedTuple

MAX_DEPTH = 80
"""Nested groups; more is refused rather than risked on the stack, of which parsing and building take some frames for each."""

MAX_DIGITS = 9
"""Digits of a count in an interval; no automaton is built for so many."""

_INTERVAL = lazy_pattern(r"\{([0-9]++)(,?)([0-9]*)\}")
_LOOSE_INTERVAL = lazy_pattern(r"\{[ \t,]*[0-9][0-9 \t,]*+\}")

DIGIT = frozenset("0123456789")
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
SPACE = frozenset(" \t\n\r\f\v")
HEX = frozenset("0123456789abcdefABCDEF")
CLASSES = {
    "alpha": frozenset(c for c in WORD if c.isalpha()),
    "digit": DIGIT,
    "alnum": WORD - {"_"},
    "upper": frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lower": frozenset("abcdefghijklmnopqrstuvwxyz"),
    "space": SPACE,
    "blank": frozenset(" \t"),
    "punct": frozenset(chr(c) for c in range(0x21, 0x7F)) - (WORD - {"_"}),
    "print": frozenset(chr(c) for c in range(0x20, 0x7F)),
    "graph": frozenset(chr(c) for c in range(0x21, 0x7F)),
    "cntrl": frozenset(chr(c) for c in (*range(1, 0x20), 0x7F)),
    "xdigit": HEX,
}
"""The named classes of POSIX in the C locale, which POSIX and PCRE share."""


class InvalidPattern(ValueError):
    """The engine refuses the pattern; the message is what it would say."""


class UnmodelledPattern(ValueError):
    """The engine takes the pattern, or some versions do, but its language is not modelled here. The message names what."""


class Atom(NamedTuple):
    """One piece of a pattern."""

    expression: Expression | None
    """None where the piece stands for nothing (an option, a comment)."""
    repeatable: bool = True
    """Whether a quantifier may follow."""


class Item(NamedTuple):
    """One piece of a character class."""

    chars: frozenset[str]
    single: str = ""
    """The character, where the piece is one and can be the end of a range."""


def one(char: str) -> Item:
    """The piece of a class that is one character."""
    return Item(frozenset(char), char)


class Parser(ABC):
    """Reads one pattern from left to right; a dialect says what its escapes and groups mean."""

    __slots__ = ("at", "depth", "dot", "end", "fold", "text")

    leading_bracket = True
    """Whether a ``]`` that comes first in a class is a character; else it ends an empty class."""
    possessive = False
    """Whether a ``+`` behind a quantifier forbids to give back what it took."""
    largest_interval: int | None = None
    """Largest count in an interval."""
    braces_differ = False
    """Whether versions differ in which braces are a quantifier (``{,2}``, ``{ 1 }``)."""
    nothing_to_repeat = "quantifier does not follow a repeatable item"
    missing_bracket = "missing terminating ] for character class"
    missing_parenthesis = "missing closing parenthesis"
    unmatched_parenthesis = "unmatched closing parenthesis"
    types: Mapping[str, frozenset[str]] = {}
    """What stands for many characters behind a backslash."""

    def __init__(self, text: str, *, ignore_case: bool, dot: frozenset[str], end: Anchor) -> None:
        if len(text) > MAX_NFA:
            raise UnmodelledPattern(f"the pattern is longer than {MAX_NFA} characters")
        self.text = text
        self.at = 0
        self.depth = 0
        self.fold = ignore_case
        self.dot = dot
        self.end = end

    @property
    def char(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        """Read one character."""
        char = self.char
        self.at += 1
        return char

    def taken(self, text: str) -> bool:
        """Read ``text`` if it comes next."""
        found = self.text.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def digits(self, kind: frozenset[str], most: int) -> str:
        """Read up to ``most`` characters of a kind."""
        begin = self.at
        while self.char and self.char in kind and self.at - begin < most:
            self.at += 1
        return self.text[begin : self.at]

    def parse(self) -> Expression:
        """Read the whole pattern. Raises InvalidPattern, UnmodelledPattern, or TooComplex where it would be too large."""
        expression = self.alternatives()
        if self.char:
            raise InvalidPattern(self.unmatched_parenthesis)
        if size(expression) > MAX_NFA:
            raise TooComplex(f"the pattern needs more than {MAX_NFA} states")
        return expression

    def alternatives(self) -> Expression:
        """Read branches as far as a group goes."""
        branches = [self._branch()]
        while self.taken("|"):
            branches.append(self._branch())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _branch(self) -> Expression:
        items: list[Expression] = []
        repeatable = False
        while self.char and self.char not in "|)":
            bounds = self._quantifier()
            if bounds is None:
                atom = self._atom()
                items += [] if atom.expression is None else [atom.expression]
                repeatable = atom.repeatable
            elif repeatable:
                items[-1] = Repeat(items[-1], *bounds)
                repeatable = False
            else:
                raise InvalidPattern(self.nothing_to_repeat)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _atom(self) -> Atom:
        char = self.take()
        match char:
            case "(":
                return self._group()
            case "[":
                return Atom(Chars(self.bracket()))
            case ".":
                return Atom(Chars(self.dot))
            case "^":
                return Atom(Anchor(False), repeatable=False)
            case "$":
                return Atom(self.end, repeatable=False)
            case "\\":
                if not self.char:
                    raise InvalidPattern("\\ at end of pattern")
                return self.escape()
        return self.literal(char)

    def _group(self) -> Atom:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnmodelledPattern(f"groups nested deeper than {MAX_DEPTH}")
        atom = self.group()
        self.depth -= 1
        return atom

    def inside(self) -> Expression:
        """Read what stands in a group, and its end. Options that are set inside end with it."""
        before = self.fold, self.dot
        inner = self.alternatives()
        if not self.taken(")"):
            raise InvalidPattern(self.missing_parenthesis)
        self.fold, self.dot = before
        return inner

    def literal(self, char: str) -> Atom:
        """A character that stands for itself."""
        return Atom(Chars(self.folded(frozenset(char)) if self.fold else frozenset(char)))

    def folded(self, chars: frozenset[str]) -> frozenset[str]:
        """The set with what equals its characters where case is ignored."""
        return fold(chars)

    def _quantifier(self) -> tuple[int, int | None] | None:
        if self.char == "{":
            bounds = self._interval()
        elif self.char and self.char in "*+?":
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.take()]
        else:
            return None
        if bounds is not None and not self.taken("?") and self.possessive and self.char == "+":
            raise UnmodelledPattern("a possessive quantifier")
        return bounds

    def _interval(self) -> tuple[int, int | None] | None:
        """``{2}``, ``{2,}`` or ``{2,4}``; None where the brace is a character."""
        found = _INTERVAL.match(self.text, self.at)
        if found is None:
            loose = _LOOSE_INTERVAL.match(self.text, self.at)
            if self.braces_differ and loose is not None:
                raise UnmodelledPattern(f"{loose[0][:20]}, which some versions read as a quantifier")
            return None
        self.at = found.end()
        least = _count(found[1])
        most = _count(found[3]) if found[3] else None if found[2] else least
        if self.largest_interval is not None and max(least, most or 0) > self.largest_interval:
            raise InvalidPattern("number too big in {} quantifier")
        if most is not None and least > most:
            raise InvalidPattern("numbers out of order in {} quantifier")
        return least, most

    def bracket(self) -> frozenset[str]:
        """Read a class from behind its opening bracket to behind its closing one."""
        negated = self.taken("^")
        chars: set[str] = set()
        first = self.leading_bracket
        while first or self.char != "]":
            first = False
            item = self._class_item()
            following = self.text[self.at + 1 : self.at + 2]
            if self.char == "-" and following and following != "]":
                self.take()
                item = self.range(item, self._class_item())
            chars |= item.chars
        self.take()
        found = self.folded(frozenset(chars)) if self.fold else frozenset(chars)
        return ANY_CHARACTER - found if negated else found

    def _class_item(self) -> Item:
        if not self.char:
            raise InvalidPattern(self.missing_bracket)
        return self.class_item()

    @abstractmethod
    def escape(self) -> Atom:
        """Read what follows a backslash outside of a class."""

    @abstractmethod
    def group(self) -> Atom:
        """Read what follows an opening parenthesis, up to and with the closing one."""

    def class_item(self) -> Item:
        """Read one piece of a class; there is at least one character."""
        char = self.take()
        if char != "\\":
            return one(char)
        char = self.take()
        if not char:
            raise InvalidPattern("\\ at end of pattern")
        if char in self.types:
            return Item(self.types[char])
        return one("\b" if char == "b" else self.character(char))

    @abstractmethod
    def character(self, char: str) -> str:
        """The character that an escape stands for, of which the backslash and ``char`` are read."""

    @abstractmethod
    def range(self, low: Item, high: Item) -> Item:
        """The pieces on both sides of a hyphen in a class."""


def _count(digits: str) -> int:
    """A number of an interval; one that is too long to build anything for is as good as any such (Python reads 4,300 digits)."""
    digits = digits.lstrip("0")
    if len(digits) > MAX_DIGITS:
        raise UnmodelledPattern("an interval with a number of many digits")
    return int(digits or "0")
