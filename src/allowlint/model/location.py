"""Where something stands in a file that the user can open."""

from allowlint.model.record import NamedTuple


class Location(NamedTuple):
    """A place in a configuration. Lines and columns count from 1; a column of 0 means the whole line."""

    path: str
    line: int
    column: int = 0
    length: int = 0
    """Characters that the caret underlines; 0 when only the start is known."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"


class Diagnostic(NamedTuple):
    """Something met while reading a document: a repair, an oddity, a line that was passed over.

    ``code`` is a check code (``LST003``), ``place`` is what a person can look up ("sheet 'Common endpoints', row 4").
    """

    code: str
    message: str
    path: str
    place: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return (
            f"{where}: {self.code} {self.place}: {self.message}"
            if self.place
            else f"{where}: {self.code} {self.message}"
        )


def without_lines(text: str, line: int | None = None) -> str:
    """Words about a place in a file, without the number of its line: of any line, or of that one."""
    if "line " not in text:
        return text
    import re

    return re.sub(r"\bline \d+\b" if line is None else rf"\bline {line}\b", "a line", text)
