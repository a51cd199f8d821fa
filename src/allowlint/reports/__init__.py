"""One module per output format.

A report is found by walking this package, so adding one edits nothing else. It exposes ``REPORT``.
"""

from collections.abc import Callable

from allowlint.model.record import NamedTuple
from allowlint.model.report import Run


class Style(NamedTuple):
    """How a report is shown; only the text report looks at it."""

    color: bool = False
    width: int = 100
    verbose: bool = False
    links: bool = False
    """Whether the terminal understands hyperlinks (OSC 8)."""


class Report(NamedTuple):
    """One output format."""

    id: str
    title: str
    render: Callable[[Run, Style], str | bytes]
    """The whole report; a text ends in a newline. Deterministic for one run."""
