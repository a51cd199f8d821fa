r"""Regular expressions of JavaScript, as far as they are regular: the dialect of PAC scripts.

The language is ECMAScript without the ``u`` and ``v`` flags and with what its Annex B adds for the web (``\/``, ``]`` and ``{`` as
characters), which every engine reads alike. ``$`` is the very end of the text, ``[^]`` is any character. The property test in
``tests/syntax/test_ecmascript.py`` compares every claim with an engine.
"""

from allowlint.model.automaton import ANY_CHARACTER, Anchor, Automaton, Chars, Expression
from allowlint.syntax.patterns import (
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

_SPACE = SPACE | {"\xa0"}
_DOT = ANY_CHARACTER - {"\n", "\r"}
_TYPES = {
    "d": DIGIT,
    "D": ANY_CHARACTER - DIGIT,
    "w": WORD,
    "W": ANY_CHARACTER - WORD,
    "s": _SPACE,
    "S": ANY_CHARACTER - _SPACE,
}
_CONTROLS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_GROUPS = (
    ("?=", "the look-ahead (?="),
    ("?!", "the look-ahead (?!"),
    ("?<=", "the look-behind (?<="),
    ("?<!", "the look-behind (?<!"),
    ("?<", "the named group (?<"),
)
_FLAGS = {
    "m": "the flag m",
    "u": "the flag u",
    "v": "the flag v",
    "y": "the flag y",
}
"""Flags that change what is matched."""
_WITHOUT_EFFECT = frozenset("gd")


def _canonical(char: str) -> str:
    """What a character is compared as where case is ignored (``Canonicalize`` of the language, without the u flag)."""
    upper = char.upper()
    return char if len(upper) != 1 or (ord(char) >= 128 > ord(upper)) else upper


_EQUALS: dict[str, frozenset[str]] = {}
for _char in sorted(ANY_CHARACTER):
    _EQUALS[_canonical(_char)] = _EQUALS.get(_canonical(_char), frozenset()) | {_char}
_BEYOND = frozenset(char for char in map(chr, range(256, 0x2000)) if _canonical(char) in _EQUALS)
"""Characters beyond Latin-1 that equal one within it where case is ignored; no others can match anything here."""


def compile_ecmascript(pattern: str, *, flags: str = "") -> Automaton:
    """Compile ``pattern`` for a search; raises as :func:`parse_ecmascript`."""
    return Automaton(parse_ecmascript(pattern, flags=flags))


def parse_ecmascript(pattern: str, *, flags: str = "") -> Expression:
    """Parse the source of a regular expression (what stands between the slashes), for ``test`` and ``search`` from the start.

    Raises :class:`~allowlint.syntax.patterns.InvalidPattern`, :class:`~allowlint.syntax.patterns.UnmodelledPattern`, or
    :class:`~allowlint.model.automaton.TooComplex` where the pattern would be too large.
    """
    if len(set(flags)) != len(flags) or not set(flags) <= {"i", "s", *_FLAGS, *_WITHOUT_EFFECT}:
        raise InvalidPattern("invalid regular expression flags")
    for flag, what in _FLAGS.items():
        if flag in flags:
            raise UnmodelledPattern(what)
    return _EcmaScript(pattern, ignore_case="i" in flags, dot_all="s" in flags).parse()


class _EcmaScript(Parser):
    __slots__ = ()

    leading_bracket = False
    types = _TYPES
    nothing_to_repeat = "nothing to repeat"
    missing_bracket = "unterminated character class"
    missing_parenthesis = "unterminated group"
    unmatched_parenthesis = "unmatched ')'"

    def __init__(self, text: str, *, ignore_case: bool, dot_all: bool) -> None:
        dot = ANY_CHARACTER if dot_all else _DOT
        super().__init__(text, ignore_case=ignore_case, dot=dot, end=Anchor(True))

    def folded(self, chars: frozenset[str]) -> frozenset[str]:
        return chars.union(*(_EQUALS.get(_canonical(char), frozenset()) for char in chars))

    def escape(self) -> Atom:
        char = self.take()
        if char in self.types:
            return Atom(Chars(self.types[char]))
        if char in "bB":
            raise UnmodelledPattern(f"the word boundary \\{char}")
        return self.literal(self.character(char))

    def character(self, char: str) -> str:
        """The character that an escape stands for, in a class and outside of one."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        match char:
            case "x" | "u":
                return self._hexadecimal(char)
            case "c":
                return self._control()
            case "k":
                # The letter, unless the pattern has named groups.
                raise UnmodelledPattern("the back-reference \\k")
            case "0" if self.char not in DIGIT or not self.char:
                return "\0"
        if char in DIGIT:
            raise UnmodelledPattern(f"the back-reference \\{char}")
        return char

    def _hexadecimal(self, char: str) -> str:
        r"""``\x2e`` and ``\u002e``; with fewer digits the letter itself."""
        begin, length = self.at, 2 if char == "x" else 4
        number = self.digits(HEX, length)
        if len(number) == length:
            return chr(int(number, 16))
        self.at = begin
        return char

    def _control(self) -> str:
        char = self.take()
        if not char or char not in _LETTERS:
            raise UnmodelledPattern("a \\c without a letter")
        return chr(ord(char) % 32)

    def group(self) -> Atom:
        for opening, what in _GROUPS:
            if self.text.startswith(opening, self.at):
                raise UnmodelledPattern(what)
        if not self.taken("?:") and self.char == "?":
            following = self.text[self.at + 1 : self.at + 2]
            if following and following in "imsx-":
                # Options for a group are newer than most engines.
                raise UnmodelledPattern(f"the group (?{following}")
            raise InvalidPattern("invalid group")
        return Atom(self.inside())

    def range(self, low: Item, high: Item) -> Item:
        if not low.single or not high.single:
            return Item(low.chars | high.chars | {"-"})
        if low.single > high.single:
            raise InvalidPattern("range out of order in character class")
        # What lies beyond Latin-1 stands in no host name and in no URL; a class may speak of thousands of such characters.
        within = range(ord(low.single), min(ord(high.single), 255) + 1)
        return Item(frozenset(map(chr, within)) | {char for char in _BEYOND if low.single <= char <= high.single})
