"""Tables of a Markdown article, malformed ones included, each with the heading and the text above it.

A row begins with a bar. A line that does not, below a row without a closing bar, continues that row: the articles broke
cells over lines. Cells are neither dropped nor filled here, so that a wrong count is seen later.
"""

import html
import re

from allowlint.sources._document import Row, Section

_HEADING = re.compile(r"(#{1,6})[ \t]")
_DELIMITER = frozenset("|:- \t")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b[^<>]*>|</a>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_BAR = re.compile(r"(?<!\\)\|")


def sections_of_markdown(text: str) -> tuple[str, tuple[Section, ...]]:
    """Title of the article (its first heading, else that of the front matter) and its tables in order."""
    reader = _Reader()
    lines = text.splitlines()
    start = reader.front_matter(lines)
    for number, line in enumerate(lines[start:], start + 1):
        reader.line(number, line)
    reader.end_table()
    return reader.title, tuple(reader.sections)


class _Reader:
    def __init__(self) -> None:
        self.title = ""
        self.heading = ""
        self.note: list[str] = []
        self.rows: list[Row] = []
        self.pending: list[str] = []
        """Lines of the row that is being read."""
        self.pending_line = 0
        self.sections: list[Section] = []

    def front_matter(self, lines: list[str]) -> int:
        """Take the title out of a leading block between two lines of dashes. Returns the lines to skip."""
        if not lines or lines[0].strip() != "---":
            return 0
        for index, line in enumerate(lines[1:200], 1):
            if line.strip() == "---":
                return index + 1
            if line.startswith("title:"):
                self.title = line.partition(":")[2].strip()
        return 0

    def line(self, number: int, line: str) -> None:
        stripped = line.strip(" ")
        if stripped.startswith("|"):
            self.end_row()
            self.pending, self.pending_line = [stripped], number
        elif self.pending and stripped and not self.pending[-1].rstrip().endswith("|"):
            self.pending.append(stripped)
        else:
            self.end_table()
            self.prose(stripped)

    def prose(self, line: str) -> None:
        if match := _HEADING.match(line):
            self.heading = plain(line[match.end() :].strip().rstrip("#"))
            self.note = []
            if match[1] == "#":
                self.title = self.heading
        elif line:
            self.note.append(plain(line.lstrip("> ")))

    def end_row(self) -> None:
        line = "\n".join(self.pending)
        if line and not ("-" in line and _DELIMITER.issuperset(line)):
            self.rows.append(Row(self.pending_line, split_row(line)))
        self.pending = []

    def end_table(self) -> None:
        self.end_row()
        if self.rows:
            self.sections.append(Section(self.heading, tuple(self.rows), "\n".join(self.note)))
            self.rows, self.note = [], []


def split_row(line: str) -> tuple[str, ...]:
    """Cells of one row; the closing bar may be missing."""
    body = line[1:].rstrip()
    if body.endswith("|") and not body.endswith("\\|"):
        body = body[:-1]
    return tuple(plain(cell.strip(" ")) for cell in _BAR.split(body))


def plain(text: str) -> str:
    """Text without escapes, entities and anchors. Code marks and links stay: the URL column needs to see them."""
    text = _ANCHOR.sub("", _BREAK.sub("\n", text))
    return html.unescape(_ESCAPE.sub(r"\1", text)).strip(" ")
