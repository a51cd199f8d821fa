"""A file as readers see it: its bytes, its text whatever the encoding, its lines."""

import re
from bisect import bisect_left
from functools import cached_property

from allowlint.model.location import Location

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Source:
    """One file, or the beginning of one."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        """As messages show it."""
        self.content = content

    @cached_property
    def text(self) -> str:
        """The text, with every line break as a line feed.

        PowerShell writes UTF-16 with a mark, redirected tools write the code page of the console; what is neither UTF-16 nor UTF-8
        is read as Windows-1252, in which every byte is a character, so that nothing is lost.
        """
        return _decoded(self.content).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their breaks."""
        return self.text.split("\n")

    @property
    def name(self) -> str:
        """The file name, in lower case."""
        return self.path.replace("\\", "/").rpartition("/")[2].lower()

    @property
    def folders(self) -> str:
        """The path with slashes, in lower case."""
        return self.path.replace("\\", "/").lower()

    def at(self, line: int, column: int = 0, length: int = 0) -> Location:
        """A place in it."""
        return Location(self.path, line, column, length)

    def line_of(self, place: int) -> int:
        """The line of a place in the text, from 1."""
        return bisect_left(self._breaks, place) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    head = content[:2048]
    if b"\0" in head:
        # Latin text in UTF-16 without a mark has a zero beside nearly every character.
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if max(odd, even) * 3 > len(head):
            return content.decode("utf-16-le" if odd >= even else "utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(content) - 4:
            return content.decode("utf-8", "ignore")
        return content.decode("cp1252", "replace")
