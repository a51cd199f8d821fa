"""What the program says besides its reports. It may name what somebody else wrote, and must start nothing where it is read."""

import sys

from allowlint.reports._harmless import harmless


def tell(text: str) -> None:
    """Print one line to standard error."""
    print(harmless(text), file=sys.stderr)


def say(text: str) -> None:
    """Print one line to standard output."""
    print(harmless(text))
