"""Days as tools write them."""

import re
from datetime import date

_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)[ T]\d\d:\d\d")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)\b")
_WORDED = re.compile(r"\b([A-Za-z]{3,9}|\d{1,2})\s+(\d{1,2})\s+(20\d\d)\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def iso_day(text: str) -> str:
    """The day of a point in time such as ``2026-11-20 10:00:00Z``; empty where there is none."""
    found = _ISO.search(text)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else ""


def invariant_day(text: str) -> str:
    """The day of ``11/20/2026 10:00:00``: PowerShell turns a date into text with the month first, wherever it runs.

    https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_type_conversion
    """
    found = _SLASHED.search(text)
    if found is None:
        return ""
    month, day, year = map(int, found.groups())
    return _day(year, month, day) or _day(year, day, month)


def worded_day(text: str) -> str:
    """The day of ``Fri Nov 20 2026 10:00:00``, or of ``Fri 11 20 2026``; empty where the month is no English word."""
    found = _WORDED.search(text)
    if found is None:
        return ""
    word = found[1].lower()[:3]
    month = int(word) if word.isdigit() else _MONTHS.index(word) + 1 if word in _MONTHS else 0
    return _day(int(found[3]), month, int(found[2]))


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
