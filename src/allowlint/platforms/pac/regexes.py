r"""Regular expressions of JavaScript, as expressions of the automaton.

ECMA-262 with the leniency of annex B, which every engine has: ``{`` that begins no interval and ``]`` that ends no class are
themselves. What is no regular language (look-around, back-references, ``\b``) is refused.
"""

from allowlint.model.automaton import ANY_CHARACTER, MAX_NFA, Anchor, Chars, Expression, Repeat, TooComplex, fold, size
from allowlint.platforms.pac.patterns import EMPTY, choice, sequence

_DIGIT = frozenset("0123456789")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACE = frozenset(" \t\n\r\f\v\xa0")
_CLASSES = {
    "d": _DIGIT,
    "D": ANY_CHARACTER - _DIGIT,
    "w": _WORD,
    "W": ANY_CHARACTER - _WORD,
    "s": _SPACE,
    "S": ANY_CHARACTER - _SPACE,
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
MAX_DEPTH = 60
MAX_TEXT = 20_000


class Refused(Exception):
    """Not modelled, or not a valid expression; the message completes "it has ..."."""


class _Reader:
    __slots__ = ("at", "depth", "fold", "text")

    def __init__(self, text: str, ignore_case: bool) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
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


def parse_regex(pattern: str, flags: str = "") -> Expression:
    """An expression to be searched. Raises :class:`Refused` or TooComplex."""
    odd = sorted(set(flags) - set("gi"))
    if odd:
        raise Refused(f"the flag {odd[0]}")
    if len(pattern) > MAX_TEXT:
        raise Refused(f"more than {MAX_TEXT} characters")
    reader = _Reader(pattern, "i" in flags)
    found = _alternatives(reader)
    if reader.char:
        raise Refused("a ) that closes nothing")
    return found


def _alternatives(reader: _Reader) -> Expression:
    branches = [_branch(reader)]
    while reader.char == "|":
        reader.take()
        branches.append(_branch(reader))
    return choice(*branches)


def _branch(reader: _Reader) -> Expression:
    items: list[Expression] = []
    while reader.char and reader.char not in "|)":
        items.append(_repeated(reader, _atom(reader)))
    return sequence(*items) if items else EMPTY


def _atom(reader: _Reader) -> Expression:
    char = reader.take()
    match char:
        case "(":
            return _group(reader)
        case "[":
            return reader.chars(_class(reader))
        case ".":
            # JavaScript leaves line ends out, which no URL has; a path that is not known must not seem to have them.
            return Chars(ANY_CHARACTER)
        case "^" | "$":
            return Anchor(char == "$")
        case "\\":
            return reader.chars(_escape(reader, inside=False))
        case "*" | "+" | "?":
            raise Refused(f"a {char} with nothing before it")
    return reader.chars(frozenset(char))


def _group(reader: _Reader) -> Expression:
    reader.depth += 1
    if reader.depth > MAX_DEPTH:
        raise Refused("groups nested too deep")
    if reader.char == "?":
        if reader.text[reader.at : reader.at + 2] != "?:":
            raise Refused("a look-around or a named group")
        reader.at += 2
    inner = _alternatives(reader)
    if reader.take() != ")":
        raise Refused("a ( that is not closed")
    reader.depth -= 1
    return inner


def _escape(reader: _Reader, *, inside: bool) -> frozenset[str]:
    char = reader.take()
    if char in _CLASSES:
        return _CLASSES[char]
    if char in _CONTROLS:
        return frozenset(_CONTROLS[char])
    if char in ("x", "u"):
        digits = reader.text[reader.at : reader.at + (2 if char == "x" else 4)]
        if len(digits) == (2 if char == "x" else 4) and all(c in "0123456789abcdefABCDEF" for c in digits):
            reader.at += len(digits)
            return frozenset(chr(int(digits, 16)))
        raise Refused(f"the escape \\{char}")
    if not char or char.isalnum():
        if char == "b" and inside:
            return frozenset("\b")
        raise Refused(f"\\{char}" if char else "a backslash at its end")
    return frozenset(char)


def _repeated(reader: _Reader, item: Expression) -> Expression:
    bounds = _bounds(reader)
    if bounds is None:
        return item
    if isinstance(item, Anchor):
        raise Refused("an anchor that is repeated")
    if reader.char == "?":
        reader.take()
    least, most = bounds
    if most is not None and most < least:
        raise Refused("an interval that ends before it begins")
    found = Repeat(item, least, most)
    if size(found) > MAX_NFA:
        raise TooComplex(f"the pattern needs more than {MAX_NFA} states")
    if _bounds(reader) is not None:
        raise Refused("a repetition of a repetition")
    return found


def _bounds(reader: _Reader) -> tuple[int, int | None] | None:
    if reader.char and reader.char in "*+?":
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[reader.take()]
    if reader.char != "{":
        return None
    end = reader.text.find("}", reader.at)
    low, comma, high = reader.text[reader.at + 1 : max(end, 0)].partition(",")
    if end < 0 or not low.isdigit() or (high and not high.isdigit()) or len(low + high) > 8:
        return None
    reader.at = end + 1
    return int(low), int(high) if high else None if comma else int(low)


def _class(reader: _Reader) -> frozenset[str]:
    negated = reader.char == "^"
    if negated:
        reader.take()
    chars: frozenset[str] = frozenset()
    while reader.char != "]":
        item = _member(reader)
        if reader.char == "-" and reader.text[reader.at + 1 : reader.at + 2] not in ("]", ""):
            reader.take()
            item = _range(item, _member(reader))
        chars |= item
    reader.take()
    if reader.fold and negated:
        chars = fold(chars)
    return ANY_CHARACTER - chars if negated else chars


def _member(reader: _Reader) -> frozenset[str]:
    char = reader.take()
    if not char:
        raise Refused("a [ that is not closed")
    return _escape(reader, inside=True) if char == "\\" else frozenset(char)


def _range(low: frozenset[str], high: frozenset[str]) -> frozenset[str]:
    if len(low) != 1 or len(high) != 1:
        return low | high | {"-"}
    first, last = ord(next(iter(low))), ord(next(iter(high)))
    if first > last:
        raise Refused("a range that ends before it begins")
    return frozenset(chr(code) for code in range(first, min(last, 0xFFFF) + 1))
