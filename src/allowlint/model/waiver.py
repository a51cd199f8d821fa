"""An accepted finding: what is accepted, why, by whom and until when."""

from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple


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
    inline: bool = False
    """Whether it stands in the configuration itself, and holds for the rule or object that it stands in."""
    last_line: int = 0
    """Where the rule or object ends in which an inline waiver stands; it begins at ``location``'s line or above."""

    @property
    def text(self) -> str:
        """The waiver in a few words: what it is for, and until when."""
        parts = [", ".join(self.checks), self.requirement, self.object, self.device, self.config]
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
    """It is for a check that the organisation has made mandatory."""


class WaiverUse(NamedTuple):
    """A waiver, and what became of it in a run."""

    waiver: Waiver
    state: WaiverState
    findings: int = 0
    """How many findings it marks."""
