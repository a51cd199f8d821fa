r"""Perl-compatible regular expressions, as far as they are regular: the dialect of FortiOS URL filters and of Suricata's ``pcre``.

Where PCRE 1 and PCRE2 differ (``[\w-.]``, ``{,3}``, ``\j``), the pattern is unmodelled: a configuration does not say which one
reads it. Patterns are bytes without UTF mode in the C locale, so letters beyond ASCII are unmodelled too. The property test in
``tests/syntax/test_pcre.py`` compares every claim with the library itself.
"""

import re

from allowlint.model.automaton import ANY_CHARACTER, Anchor, Automaton, Chars, Expression
from allowlint.syntax.patterns import (
    CLASSES,
    DIGIT,
    HEX,
    SPACE,
    WORD,
    Atom,
    InvalidPattern,
    Item,
    Parser,
    UnmodelledPattern,
)

_NOT_NEWLINE = ANY_CHARACTER - {"\n"}
_HORIZONTAL = frozenset(" \t\xa0")
_VERTICAL = frozenset("\n\v\f\r\x85")
_TYPES = {
    "d": DIGIT,
    "D": ANY_CHARACTER - DIGIT,
    "w": WORD,
    "W": ANY_CHARACTER - WORD,
    "s": SPACE,
    "S": ANY_CHARACTER - SPACE,
    "h": _HORIZONTAL,
    "H": ANY_CHARACTER - _HORIZONTAL,
    "v": _VERTICAL,
    "V": ANY_CHARACTER - _VERTICAL,
}
_CONTROLS = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_UNMODELLED = {
    "b": "the word boundary \\b",
    "B": "the word boundary \\B",
    "G": "the anchor \\G",
    "K": "\\K",
    "R": "the newline sequence \\R",
    "X": "the grapheme \\X",
    "C": "the data unit \\C",
    "p": "the property \\p",
    "P": "the property \\P",
    "g": "the reference \\g",
    "k": "the back-reference \\k",
    "E": "an \\E without \\Q",
    "o": "the octal number \\o",
}
_GROUPS = (
    ("(?=", "the look-ahead (?="),
    ("(?!", "the look-ahead (?!"),
    ("(?<=", "the look-behind (?<="),
    ("(?<!", "the look-behind (?<!"),
    ("(?>", "the atomic group (?>"),
    ("(?*", "the look-ahead (?*"),
    ("(?<*", "the look-behind (?<*"),
    ("(?(", "the conditional group (?("),
    ("(?C", "the callout (?C"),
    ("(?R", "the recursion (?R"),
    ("(?&", "the recursion (?&"),
    ("(?P>", "the recursion (?P>"),
    ("(?P=", "the back-reference (?P="),
    ("(*", "the verb (*"),
)
"""Openings of groups that are no regular language, or that change how the rest is matched."""
_NUMBERED = re.compile(r"\(\?[+-]?\d")
_NAMED = re.compile(r"\(\?(?:P?<(\w+)>|'(\w+)')", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w{0,31}", re.ASCII)
_OPTIONS = re.compile(r"\(\?(\^?)([A-Za-z]*+)(-?)([A-Za-z]*+)([:)])")
_WITHOUT_EFFECT = frozenset("nUJ")
"""Options that change captures and greediness alone."""
_POSIX_NAME = re.compile(r"\[:(\^?)([a-z]*):\]")


def compile_pcre(pattern: str, *, ignore_case: bool = False, dot_all: bool = False, newlines: bool = True) -> Automaton:
    """Compile ``pattern`` for an unanchored search; raises as :func:`parse_pcre`."""
    return Automaton(parse_pcre(pattern, ignore_case=ignore_case, dot_all=dot_all, newlines=newlines))


def parse_pcre(pattern: str, *, ignore_case: bool = False, dot_all: bool = False, newlines: bool = True) -> Expression:
    """Parse ``pattern``. The options are those of the product; the pattern can set its own.

    ``newlines`` is False where no text that the product compares can hold a newline (a host name, a URL as it is sent): then a
    dot is any character and ``$`` is the very end, and a path of which only the beginning is known still has one answer.

    Raises :class:`~allowlint.syntax.patterns.InvalidPattern`, :class:`~allowlint.syntax.patterns.UnmodelledPattern`, or
    :class:`~allowlint.model.automaton.TooComplex` where the pattern would be too large.
    """
    if not pattern.isascii():
        raise UnmodelledPattern("characters beyond ASCII")
    return _Pcre(_unquoted(pattern), ignore_case, dot_all=dot_all, newlines=newlines).parse()


def _unquoted(pattern: str) -> str:
    r"""The pattern with the characters of ``\Q...\E`` as numbers, which mean themselves wherever they stand."""
    if "\\Q" not in pattern:
        return pattern
    if "(?#" in pattern:
        raise UnmodelledPattern("\\Q beside a comment")
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        if not pattern.startswith("\\Q", at):
            step = 2 if pattern[at] == "\\" else 1
            parts.append(pattern[at : at + step])
            at += step
            continue
        end = pattern.find("\\E", at + 2)
        quoted = pattern[at + 2 : end if end >= 0 else len(pattern)]
        if not quoted:
            raise UnmodelledPattern("an empty \\Q\\E")
        parts += [f"\\x{{{ord(char):x}}}" for char in quoted]
        at = end + 2 if end >= 0 else len(pattern)
    return "".join(parts)


class _Pcre(Parser):
    __slots__ = ("names", "newlines")

    possessive = True
    types = _TYPES
    largest_interval = 65_535
    braces_differ = True

    def __init__(self, text: str, ignore_case: bool, *, dot_all: bool, newlines: bool) -> None:
        dot = ANY_CHARACTER if dot_all or not newlines else _NOT_NEWLINE
        super().__init__(text, ignore_case=ignore_case, dot=dot, end=Anchor(True, newline=newlines))
        self.names: set[str] = set()
        self.newlines = newlines

    def escape(self) -> Atom:
        char = self.take()
        if char in self.types:
            return Atom(Chars(self.types[char]))
        match char:
            case "A":
                return Atom(Anchor(False), repeatable=False)
            case "Z":
                return Atom(self.end, repeatable=False)
            case "z":
                return Atom(Anchor(True), repeatable=False)
            case "N" if self.char != "{":
                return Atom(Chars(_NOT_NEWLINE if self.newlines else ANY_CHARACTER))
        return self.literal(self.character(char))

    def character(self, char: str) -> str:
        """The character that an escape stands for, in a class and outside of one."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        match char:
            case "x":
                return self._hexadecimal()
            case "c":
                return self._control()
            case "0":
                return chr(int("0" + self.digits(frozenset("01234567"), 2), 8))
        if char in _UNMODELLED:
            raise UnmodelledPattern(_UNMODELLED[char])
        if char in DIGIT:
            raise UnmodelledPattern(f"the back-reference \\{char}")
        if char.isalpha():
            raise UnmodelledPattern(f"\\{char}, which PCRE2 refuses")
        return char

    def _hexadecimal(self) -> str:
        if not self.taken("{"):
            return chr(int("0" + self.digits(HEX, 2), 16))
        number = self.digits(HEX, 8)
        if not number or not self.taken("}"):
            raise UnmodelledPattern("a \\x{ without a number")
        if int(number, 16) > 255:
            raise InvalidPattern("character code point value in \\x{} or \\o{} is too large")
        return chr(int(number, 16))

    def _control(self) -> str:
        char = self.take()
        if not char:
            raise InvalidPattern("\\c at end of pattern")
        if not char.isalpha():
            # Which others are taken differs by version.
            raise UnmodelledPattern(f"the control character \\c{char}")
        return chr(ord(char.upper()) ^ 64)

    def group(self) -> Atom:
        begin = self.at - 1
        for opening, what in _GROUPS:
            if self.text.startswith(opening, begin):
                raise UnmodelledPattern(what)
        if _NUMBERED.match(self.text, begin):
            raise UnmodelledPattern("the recursion (?1")
        if self.taken("?#"):
            return self._comment()
        if self.taken("?:") or self.taken("?|") or self.char != "?":
            return Atom(self.inside())
        named = _NAMED.match(self.text, begin)
        if named is not None:
            return self._named(named)
        options = _OPTIONS.match(self.text, begin)
        if options is None:
            raise UnmodelledPattern(f"the group {self.text[begin : begin + 4]}")
        return self._options(options)

    def _comment(self) -> Atom:
        end = self.text.find(")", self.at)
        if end < 0:
            raise InvalidPattern("missing ) after (?# comment")
        self.at = end + 1
        if self.char and self.char in "*+?{":
            # Behind "a*(?#x)" a "?" makes the star lazy in PCRE2 10.42, which other versions may refuse.
            raise UnmodelledPattern("a quantifier behind a comment")
        return Atom(None, repeatable=False)

    def _named(self, named: re.Match[str]) -> Atom:
        name = named[1] or named[2]
        if name in self.names or not _NAME.fullmatch(name):
            # Two groups of one name are an error unless an option allows them; versions differ in how long a name may be.
            raise UnmodelledPattern(f"the group name {name[:40]}")
        self.names.add(name)
        self.at = named.end()
        return Atom(self.inside())

    def _options(self, found: re.Match[str]) -> Atom:
        reset, setting, minus, clearing, end = found.groups()
        unknown = set(setting + clearing) - {"i", "s", *_WITHOUT_EFFECT}
        if unknown or (reset and minus):
            raise UnmodelledPattern(f"the option {found[0].rstrip(':)')}")
        before = self.fold, self.dot
        self.at = found.end()
        if (reset or "i" in clearing) and self.fold:
            self.fold = False
        if (reset or "s" in clearing) and self.newlines:
            self.dot = _NOT_NEWLINE
        self.fold = (self.fold or "i" in setting) and "i" not in clearing
        if "s" in setting and "s" not in clearing:
            self.dot = ANY_CHARACTER
        if end == ")":
            # Holds as far as the group that it stands in, in the branches that follow too.
            return Atom(None, repeatable=False)
        inner = self.inside()
        self.fold, self.dot = before
        return Atom(inner)

    def bracket(self) -> frozenset[str]:
        self.at -= 1
        if self._posix_text():
            raise InvalidPattern("POSIX named classes are supported only within a class")
        self.at += 1
        return super().bracket()

    def class_item(self) -> Item:
        posix = self._posix_text() if self.char == "[" else ""
        if posix:
            return self._posix(posix)
        return super().class_item()

    def _posix_text(self) -> str:
        """``[:alpha:]`` and its like, if that comes next; what begins so and ends otherwise are characters."""
        mark = self.text[self.at + 1 : self.at + 2]
        end = self.text.find(f"{mark}]", self.at + 2) if mark and mark in ":.=" else -1
        inside = self.text[self.at + 2 : max(end, 0)]
        if end < 0 or "]" in inside or f"[{mark}" in inside:
            return ""
        return self.text[self.at : end + 2]

    def _posix(self, text: str) -> Item:
        name = _POSIX_NAME.fullmatch(text)
        if name is None or name[2] not in (*CLASSES, "word", "ascii"):
            raise UnmodelledPattern(f"the class {text[:20]}")
        self.at += len(text)
        if name[2] in ("upper", "lower") and self.fold:
            # Both are any letter where case is ignored; negated they are taken before case is looked at.
            chars = CLASSES["alpha"]
        else:
            chars = {**CLASSES, "word": WORD, "ascii": frozenset(map(chr, range(1, 128)))}[name[2]]
        return Item(ANY_CHARACTER - chars if name[1] else chars)

    def range(self, low: Item, high: Item) -> Item:
        if not low.single or not high.single:
            raise UnmodelledPattern("a hyphen beside a class of characters, which PCRE2 refuses")
        if low.single > high.single:
            raise InvalidPattern("range out of order in character class")
        return Item(frozenset(map(chr, range(ord(low.single), ord(high.single) + 1))))
