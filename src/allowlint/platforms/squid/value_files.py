"""Files that hold the values of an ACL, as Squid 5.7 reads them: one value a line (``strtokFile`` in ``ConfigParser.cc``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from allowlint.model.location import Location
from allowlint.model.nametext import NameText
from allowlint.model.tree import LONGEST_NAME
from allowlint.platforms.squid.text import Token

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import Any

VALUE_BUFFER = 2047
"""Bytes of a line of an ACL file that Squid reads at once (``CONFIG_LINE_LIMIT`` less the end mark)."""
LONG = 1_000
"""Lines from which on a file of nothing but names is kept as it is."""
_LOWER = b"abcdefghijklmnopqrstuvwxyz0123456789-_.\n"
_UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Listed(Sequence[Token]):
    """The values of a long file of which every line is a name that can be a host's, or a comment, or empty.

    A value is made when it is asked for.
    """

    def __init__(self, text: str, path: str, *, lower: bool) -> None:
        """``text``: the lines, each between line breaks; ``lower``: whether no letter is a capital."""
        self.names = NameText(text if lower else text.lower())
        """As Squid compares them."""
        self._text = text
        self._path = path

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: Any) -> Any:
        found = self._places[index]
        return list(map(self.at, found)) if isinstance(index, slice) else self.at(found)

    def __iter__(self) -> Iterator[Token]:
        return (self.at(place) for place, _ in self.names.names())

    @property
    def lines(self) -> list[str]:
        """The lines as they are written, empty ones too."""
        return self._text.split("\n")

    @cached_property
    def _places(self) -> list[int]:
        return [place for place, _ in self.names.names()]

    def at(self, place: int) -> Token:
        """The value at a place of the names."""
        text = self._text[place : place + len(self.names.name(place))]
        return Token(text, Location(self._path, self.names.line(place), 1, len(text)))


def values_in(content: bytes, path: str) -> Sequence[Token]:
    """The values of an ACL file."""
    return _listed(content, path) or tuple(file_values(content, path))


def _listed(content: bytes, path: str) -> Listed | None:
    """A long file of names as it is; None where it is short, or one line is more than a name."""
    if content.count(b"\n") < LONG or not content.isascii():
        return None
    text = b"\n%b\n" % content.removesuffix(b"\n")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    if b"#" in text:
        text = b"\n".join([b"" if line.startswith(b"#") else line for line in text.split(b"\n")])
    odd = text.translate(None, _LOWER)
    # What never matches a host (see fault_of) is told one by one.
    if odd.translate(None, _UPPER) or b"\n.." in text or b".\n" in text or _has_long_line(text):
        return None
    return Listed(text.decode("ascii"), path, lower=not odd)


def _has_long_line(text: bytes) -> bool:
    """Whether one is longer than a name can be. Most lines are not even looked at."""
    last = 0
    while last < len(text) - 1:
        after = text.rfind(b"\n", last + 1, last + LONGEST_NAME + 2)
        if after < 0:
            return True
        last = after
    return False


def file_values(content: bytes, path: str) -> Iterator[Token]:
    """Yield the values of an ACL file: one a line, inner blanks included, a ``#`` after a blank begins a comment."""
    lines = content.split(b"\n")
    if b"\0" not in content and max(map(len, lines)) < VALUE_BUFFER:
        yield from _plain_values(content, path)
        return
    for number, line in enumerate(lines, start=1):
        if not line or (line[:1] == b"#" and len(line) <= VALUE_BUFFER):
            continue
        for at in range(0, len(line), VALUE_BUFFER):
            raw = line[at : at + VALUE_BUFFER].split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
            text = raw.strip(" \t\r")
            if "#" in text:
                text = _without_comment(text)
            if text:
                yield Token(text, Location(path, number, 1 + at + raw.find(text), len(text)))


def _plain_values(content: bytes, path: str) -> Iterator[Token]:
    """The same of a file without NULs and long lines, which need not be taken apart line by line before it is decoded."""
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").split("\n"), start=1):
        text = line.strip(" \t\r")
        if "#" in text:
            text = "" if line.startswith("#") else _without_comment(text)
        if text:
            yield Token._make((text, Location._make((path, number, 1 + line.find(text), len(text)))))


def _without_comment(text: str) -> str:
    """Cut a comment: a ``#`` at the start of a word ends the value."""
    for index, char in enumerate(text):
        if char == "#" and (index == 0 or text[index - 1] in " \t"):
            return text[:index].rstrip(" \t")
    return text
