"""Text of configurations inside Markdown, where it is shown and never obeyed.

In code spans and code blocks nothing is a link, an image, HTML, a heading or a reference, and GitHub, GitLab and Azure DevOps look
for ``@names`` outside of code only. So whatever comes from a configuration stands in one of them, behind more backticks than it has.
"""

import re
from html import escape

from allowlint.reports._defused import defused
from allowlint.reports._visible import visible

_TICKS = re.compile(r"`+")


def code(text: str, *, table: bool = False) -> str:
    """Text as a code span; as nothing where it is empty.

    In a table a bar would end the cell. Dialects disagree about what a backslash before it does, so it is shown by its number.
    """
    if not text:
        return ""
    shown = defused(visible(text.replace("\n", " ")))
    if table:
        shown = shown.replace("|", "<U+007C>")
    ticks = _fence(shown, 1)
    # A span may not touch its own ticks, and one blank at each end is not shown.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fence(lines: list[str]) -> str:
    """Visible lines as a code block."""
    text = "\n".join(map(defused, lines))
    ticks = _fence(text, 3)
    return f"{ticks}text\n{text}\n{ticks}\n"


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |\n"


def summary_of(text: str) -> str:
    """Text for the line that opens a fold, which is HTML."""
    return escape(visible(text))


def _fence(text: str, least: int) -> str:
    return "`" * max(least, *(len(ticks) + 1 for ticks in _TICKS.findall(text)), least)
