"""Colours, where they are wanted."""

from allowlint.model.finding import Severity
from allowlint.reports import Style

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "yellow": "1;33", "cyan": "1;36", "green": "1;32", "gutter": "1;34"}
OF_SEVERITY = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
"""The colour that goes with a severity."""


class Paint:
    """Colours text, or leaves it as it is."""

    __slots__ = ("_color", "_links")

    def __init__(self, style: Style) -> None:
        self._color = style.color
        self._links = style.links

    def __call__(self, text: str, color: str) -> str:
        """The text in a colour."""
        return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if self._color and text else text

    def link(self, text: str, address: str) -> str:
        """The text as a hyperlink (OSC 8), where the terminal understands them. The address must be visible ASCII."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self._links else text
