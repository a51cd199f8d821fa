"""The shapes that every requirement document is brought into before its rows are understood."""

from allowlint.model.location import Diagnostic
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Policy

COUNTED = ("requirement", "merged", "admin", "reported")
"""What can become of a row that has something in its URL column, see ``Account.outcome``."""


class Row(NamedTuple):
    """One row of a sheet or table, merged cells already propagated."""

    number: int
    """1-based row of the sheet, or line of the article."""
    cells: tuple[str, ...]
    hidden: bool = False


class Section(NamedTuple):
    """One sheet, or one table of an article with the heading above it. Header rows are among ``rows``."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""
    """Text between the heading and the table: articles moved some comments there."""
    hidden: bool = False
    fixed_width: bool = False
    """Every row has as many cells as the sheet has columns, so a short row is no fault."""


class Document(NamedTuple):
    """What a reader of one file format hands to ``_assemble``."""

    path: str
    title: str
    """Workbook file name, or first heading of the article."""
    sections: tuple[Section, ...]
    sha256: str
    updated: str = ""
    """Date that the document states outside its change log, ``YYYY-MM-DD``."""


class Account(NamedTuple):
    """What became of one row. ``outcome`` is one of ``COUNTED``, or ``note`` for captions and remarks."""

    section: str
    row: int
    outcome: str


def protocol_of(ports: tuple[int, ...]) -> str:
    """Protocol of a requirement that does not state it: http on port 80 alone, https on 443 alone, else tcp."""
    if ports == (80,):
        return "http"
    return "https" if ports == (443,) else "tcp"


class Reading(NamedTuple):
    """A policy, everything that was repaired or doubted on the way, and the account of every row."""

    policy: Policy
    diagnostics: tuple[Diagnostic, ...] = ()
    accounts: tuple[Account, ...] = ()

    def count(self, outcome: str) -> int:
        """Rows that ended as ``outcome``."""
        return sum(1 for account in self.accounts if account.outcome == outcome)

    @property
    def rows(self) -> int:
        """Rows of URL tables that had to become something: the sum of all counted outcomes."""
        return sum(self.count(outcome) for outcome in COUNTED)
