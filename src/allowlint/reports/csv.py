"""CSV: a row for every verdict, for spreadsheets and scripts.

What reads it
    Spreadsheets, and every language's reader of RFC 4180: commas, every text in quotation marks, lines that end in CR LF, a line of
    names first, UTF-8. There is no byte-order mark, because scripts take it for a part of the first name; for Excel there is
    ``--format xlsx``. Below the verdicts stand the findings that are about no requirement; ``row`` tells them apart.
    A text that a spreadsheet would take for a formula has an apostrophe before it, as OWASP advises.
    https://owasp.org/www-community/attacks/CSV_Injection
What is left out
    The trace, the help, and the places of a path. Of several findings about one verdict the line is that of the worst. What does
    not print as itself is shown by its number.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.report import Run
from allowlint.reports import Report, Style
from allowlint.reports._harmless import cell
from allowlint.reports._table import COLUMNS, rows


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as lines of quoted texts."""
    return "".join(f"{line}\r\n" for line in _lines(run))


def _lines(run: Run) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in rows(run):
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted, cells))


def _quoted(text: str) -> str:
    return '"' + cell(text).replace('"', '""') + '"'


REPORT = Report("csv", "a row for every verdict, for spreadsheets and scripts", render)
