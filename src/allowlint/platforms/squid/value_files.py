"""Files that hold the values of an ACL, as Squid 5.7 reads them: one value a line (``strtokFile`` in ``ConfigParser.cc``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allowlint.model.location import Location
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

    It may have a million, of which hardly one concerns the question, so that a value is made when it is asked for.
    """

    __slots__ = ("_numbers", "_path", "names", "written")

    def __init__(self, text: str, path: str, *, lower: bool) -> None:
        lines = text.split("\n")
        full = "" not in lines
        self.written = lines if full else [line for line in lines if line]
        """The texts of the values."""
        self.names = self.written if lower else [line.lower() for line in self.written]
        """The same as Squid compares them."""
        self._numbers = range(1, len(lines) + 1) if full else [number for number, line in enumerate(lines, 1) if line]
        self._path = path

    def __len__(self) -> int:
        return len(self.written)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        text = self.written[index]
        return Token(text, Location(self._path, self._numbers[index], 1, len(text)))


def values_in(content: bytes, path: str) -> Sequence[Token]:
    """The values of an ACL file."""
    return _listed(content, path) or tuple(file_values(content, path))


def _listed(content: bytes, path: str) -> Listed | None:
    """A long file of names as it is; None where it is short, or one line is more than a name."""
    if content.count(b"\n") < LONG or not content.isascii():
        return None
    text = content.replace(b"\r\n", b"\n").removesuffix(b"\n")
    if b"#" in text:
        text = b"\n".join([b"" if line.startswith(b"#") else line for line in text.split(b"\n")])
    odd = text.translate(None, _LOWER)
    # What never matches a host (see fault_of) is told one by one.
    closed = b"\n%b\n" % text
    if odd.translate(None, _UPPER) or b"\n.." in closed or b".\n" in closed:
        return None
    listed = Listed(text.decode("ascii"), path, lower=not odd)
    return listed if max(map(len, listed.written), default=0) <= LONGEST_NAME else None


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
