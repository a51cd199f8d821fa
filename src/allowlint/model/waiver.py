"""An accepted finding: what is accepted, why, by whom and until when."""

from collections.abc import Iterable
from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

OWN_CODES = ("WVR", "BSL")
"""The families of checks that speak of waivers and baselines: what they find can be neither waived nor known."""
MARK = "allowlint:"
"""How a waiver begins that stands in a configuration."""
SHORTEST_REASON = 10
"""Characters that a reason has at least: less explains nothing to whoever reads it in a year."""


def day_of(text: str) -> str:
    """A day as it is written, ``2027-03-31``; empty where it is none, or where it is written in another way."""
    from datetime import date

    try:
        return text if date.fromisoformat(text).isoformat() == text else ""
    except ValueError:
        return ""


class Span(NamedTuple):
    """A part of a file that a remark in it speaks of: a rule, an object."""

    path: str
    line: int
    last_line: int
    column: int = 0
    """Where it begins in its first line; 0: nothing else stands before it."""
    last_column: int = 0
    """Where it ends in its last line; 0: nothing else stands behind it."""
    defaults: bool = False
    """Whether what happens by default there is its own (an object with rules in it), and not that of the list around it."""

    def holds(self, place: Location) -> bool:
        """Whether a place is in it. A whole line is only where all of the line is."""
        if place.path != self.path or not self.line <= place.line <= self.last_line:
            return False
        if place.line == self.line and self.column and place.column < self.column:
            return False
        return not (place.line == self.last_line and self.last_column and not 0 < place.column <= self.last_column)


MOST_SPANS = 500
"""Parts that a rule or object may have in a file, for a waiver to hold for it: each is looked at for each finding."""


def spans_of(lines: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """The spans of a rule or object that stands in several places (first line, last line), in their order; none where they are many.

    What stands directly one below the other is one.
    """
    found: list[tuple[int, int]] = []
    for first, last in lines:
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(Span("", *each, defaults=True) for each in found) if len(found) <= MOST_SPANS else ()


class Remark(NamedTuple):
    """A comment or description in a configuration, and the rule or object that it belongs to."""

    text: str
    line: int
    """Where it stands."""
    spans: tuple[Span, ...] = ()
    """What it belongs to, in a file that whoever reads it knows; empty where that is nothing."""


class Waiver(NamedTuple):
    """What somebody has accepted. Each pattern may hold ``*``; an empty one fits everything."""

    checks: tuple[str, ...]
    """Codes, or their beginnings (``TLS``)."""
    reason: str
    location: Location
    requirement: str = ""
    """A requirement's id (``host:port``), or its host."""
    object: str = ""
    """What the finding is about in the configuration: an entry, a rule."""
    device: str = ""
    config: str = ""
    """A file, relative to the settings that hold the waiver."""
    owner: str = ""
    ticket: str = ""
    expiry: str = ""
    """The last day on which it holds, as ``2027-03-31``; empty where it never ends."""
    everywhere: bool = False
    """Whether somebody says that it may be for several checks, and leave nothing out."""
    inline: bool = False
    """Whether it stands in the configuration itself, and holds for the rule or object that it stands in."""
    spans: tuple[Span, ...] = ()
    """Where the rule or object stands of an inline waiver."""

    @property
    def text(self) -> str:
        """The waiver in a few words: what it is for, and until when."""
        parts = [", ".join(self.checks), self.requirement, self.object, self.device, self.config]
        if self.inline:
            parts.append(self.location.path)
        until = f"until {self.expiry}" if self.expiry else "without an end"
        return f"{' · '.join(part for part in parts if part)} ({until})"


class WaiverState(StrEnum):
    """How a waiver stands on the day of the run."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNUSED = "unused"
    """It fits no finding of the run."""
    REFUSED = "refused"
    """It does nothing: it is for a check that is mandatory, lasts too long, or is not written as it must be."""


class WaiverUse(NamedTuple):
    """A waiver, and what became of it in a run."""

    waiver: Waiver
    state: WaiverState
    findings: int = 0
    """How many findings it marks."""
    why: str = ""
    """Why it is refused, and what to do; empty where it is not."""
    days: int | None = None
    """How many days are left after the day of the run; negative once it has expired, None without an end."""
