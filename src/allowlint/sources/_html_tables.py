"""Tables of an HTML page, each with the heading and the text above it; spanned cells are filled."""

from html.parser import HTMLParser

from allowlint.sources._document import Row, Section

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}
_IGNORED = {"script", "style", "noscript", "template"}
_MAX_SPAN = 50
"""Rows or columns that one cell may span; more is nonsense or an attack."""


def sections_of_html(text: str) -> tuple[str, tuple[Section, ...]]:
    """Title of the page (its first h1, else <title>) and its tables in order. Row numbers are lines of the file."""
    reader = _Reader()
    # An unfinished tag at the end makes the library's parser scan the rest again from every '<' of it.
    reader.feed(text[: text.rfind(">") + 1])
    reader.close()
    reader.end_table()
    return reader.title or reader.page_title, tuple(reader.sections)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.page_title = ""
        self.heading = ""
        self.note: list[str] = []
        self.sections: list[Section] = []
        self.rows: list[Row] = []
        self.cells: list[str] | None = None
        self.spans: dict[int, tuple[int, str]] = {}
        """Column to the rows that a cell above still spans, and its text."""
        self.carried: dict[int, tuple[int, str]] = {}
        """Spans that go on below the row that is being read."""
        self.text: list[str] = []
        self.span = (1, 1)
        self.collecting = ""
        self.ignored = ""

    def parse_html_declaration(self, i: int) -> int:
        """Pass over a declaration of which nothing is known, as browsers do; the library takes it for a fault of its own."""
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _IGNORED:
            self.ignored = tag
        elif tag == "table":
            self.end_table()
        elif tag == "tr":
            self.end_row()
            self.cells = []
        elif tag in _CELLS and self.cells is not None:
            self.end_cell()
            given = dict(attrs)
            self.span = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self.collecting, self.text = tag, []
        elif tag in _HEADINGS or tag == "title":
            self.collecting, self.text = tag, []
        elif tag in ("br", "p", "li", "div") and self.collecting in _CELLS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.ignored:
            self.ignored = ""
        elif tag in _CELLS:
            self.end_cell()
        elif tag == "tr":
            self.end_row()
        elif tag == "table":
            self.end_table()
        elif tag == self.collecting:
            self.end_heading(tag)

    def handle_data(self, data: str) -> None:
        if self.ignored:
            return
        if self.collecting:
            self.text.append(data if self.collecting in _CELLS else " ".join(data.split()))
        elif self.cells is None and data.strip():
            self.note.append(" ".join(data.split()))

    def end_heading(self, tag: str) -> None:
        text = " ".join(part for part in self.text if part)
        if tag == "title":
            self.page_title = text
        else:
            self.heading, self.note = text, []
            if tag == "h1" and not self.title:
                self.title = text
        self.collecting = ""

    def end_cell(self) -> None:
        if self.collecting not in _CELLS or self.cells is None:
            return
        self.fill()
        lines = [" ".join(line.split(" ")).strip(" \n\r") for line in "".join(self.text).split("\n")]
        text = "\n".join(line for line in lines if line)
        rows, columns = self.span
        for _ in range(columns):
            if rows > 1:
                self.carried[len(self.cells)] = (rows - 1, text)
            self.cells.append(text)
        self.collecting = ""

    def fill(self) -> None:
        """Insert the cells that rows above span into this one."""
        cells = self.cells
        while cells is not None and (index := len(cells)) in self.spans:
            rows, text = self.spans.pop(index)
            if rows > 1:
                self.carried[index] = (rows - 1, text)
            cells.append(text)

    def end_row(self) -> None:
        self.end_cell()
        if self.cells is None:
            return
        self.fill()
        if self.cells:
            self.rows.append(Row(self.getpos()[0], tuple(self.cells)))
        self.cells = None
        self.spans.update(self.carried)
        self.carried.clear()

    def end_table(self) -> None:
        self.end_row()
        if self.rows:
            self.sections.append(Section(self.heading, tuple(self.rows), "\n".join(self.note)))
            self.rows, self.note = [], []
        self.spans.clear()


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text and text.isdecimal() and len(text) < 6 else 1
