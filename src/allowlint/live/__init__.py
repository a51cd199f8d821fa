"""One public module per format of live results: what a tool on an endpoint found out by trying.

A format is found by walking this package, so adding one edits nothing else. It exposes ``LIVE``. What stands in a result is
told by nobody who can be held to it: nothing here raises for a content, and what could not be read is part of what is returned.
"""

from collections.abc import Callable

from allowlint.model.live import LiveResults
from allowlint.model.record import NamedTuple


class Live(NamedTuple):
    """A format of live results."""

    id: str
    title: str
    detect: Callable[[str, bytes], bool]
    """(path, first 64 kB) -> whether this is a result of this format; an archive is looked into."""
    read: Callable[[str, bytes], LiveResults]
    """(path, content) -> what it says. Bounded in time and memory whatever the content is."""
    reads: str = ""
    """What is read of it, in a line."""
