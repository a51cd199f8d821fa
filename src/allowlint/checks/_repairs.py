r"""Other spellings of a regular expression, with one fault less each: a dot escaped, an end marked.

They work on the text, so that the proposal is what its author would recognise. They need not be right: whoever uses one compiles it
and proves what it matches.
"""

import re
from collections.abc import Iterator

from allowlint.model.lazy import lazy_pattern
from allowlint.model.record import NamedTuple

_TOKEN = lazy_pattern(r"\\.|\[\^?\]?(?:\[[:.=][^]]*+\]|[^]])*+\]|\[\^?\]?[^]]*+\]|.", re.DOTALL)
"""One escape, one class, or one character."""
_LEAD = lazy_pattern(r"(?:\^|\.\*|\(\^\|\.\))+")
"""What stands at the beginning and marks no left end, or one that is written anew."""
_SCHEME = lazy_pattern(r"\^?(?P<scheme>(?:https\?|http|https|\(https?\|https?\)):(?:/|\\/){2})?")
_ANY_HOST = lazy_pattern(r"(?:\.[*+]|\(\.[*+]\\\.\)[?*]|\[\^[^]]+\][*+])++")
_END = lazy_pattern(r"\$?(?:\*\.)*+")
"""An end that marks nothing, from the right."""


class Token(NamedTuple):
    """One piece of a pattern and where it begins."""

    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a pattern."""
    yield from (Token(found[0], found.start()) for found in _TOKEN.finditer(text))


def loose_dots(text: str) -> list[int]:
    """Where a dot stands for any one character: not escaped, not in a class, not repeated."""
    pieces = list(tokens(text))
    following = [piece.text for piece in pieces[1:]] + [""]
    return [
        piece.at
        for piece, after in zip(pieces, following, strict=True)
        if piece.text == "." and (not after or after not in "*+?{")
    ]


def escaped(text: str, places: list[int]) -> str:
    """The text with a backslash before each of the places."""
    marked = frozenset(places)
    return "".join(f"\\{char}" if at in marked else char for at, char in enumerate(text))


def _branches(text: str) -> bool:
    """Whether the pattern has alternatives outside of any group."""
    depth = 0
    for piece in tokens(text):
        depth += (piece.text == "(") - (piece.text == ")")
        if piece.text == "|" and depth == 0:
            return True
    return False


def with_left_end(text: str, *, url: bool) -> str:
    """The text so that the name begins where a label begins; empty where that cannot be written."""
    scheme = "(https?://)?"
    if url:
        found = _SCHEME.match(text)
        if found is not None and found["scheme"]:
            scheme, text = found["scheme"], text[found.end() :]
        text = text.removeprefix("^")
        host = _ANY_HOST.match(text)
        text = text[host.end() :] if host is not None else text
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead is not None else text
    if _branches(rest):
        if "^" in rest:
            return ""
        rest = f"({rest})"
    boundary = rest.startswith("\\.")
    if url:
        return f"^{scheme}[^/]*{rest}" if boundary else f"^{scheme}([^/]*\\.)?{rest}"
    return "" if boundary else f"(^|\\.){rest}"


def with_right_end(text: str, *, url: bool) -> str:
    """The text so that the name ends where it says; empty where that cannot be written."""
    end = _END.match(text[::-1])
    rest = text[: len(text) - (end.end() if end is not None else 0)]
    if not rest or rest.endswith("\\"):
        return ""
    if _branches(rest):
        if "$" in rest or "^" in rest:
            return ""
        rest = f"({rest})"
    return f"{rest}[:/]" if url else f"{rest}$"
