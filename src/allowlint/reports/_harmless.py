"""Text that names what somebody else wrote, made safe for a terminal, for the log of a CI service and for a spreadsheet."""

from allowlint.reports._defused import defused
from allowlint.reports._visible import visible

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, in the forms of East Asian keyboards too."""


def harmless(text: str) -> str:
    """One line, with nothing in it that a terminal or a CI service would obey."""
    return defused(visible(text))


def cell(text: str) -> str:
    """One cell of a table that a spreadsheet opens: no formula, with an apostrophe before what would be one (OWASP)."""
    safe = harmless(text.replace("\n", "; "))
    return f"'{safe}" if safe.startswith(FORMULAS) else safe
