"""One report of a check: a code, a place, a reason, and a fingerprint that survives moved lines."""

from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import Step
from allowlint.model.waiver import Waiver


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Related(NamedTuple):
    """A second place that explains a finding: the entry that almost covers the host, the rule above."""

    location: Location
    message: str


class Finding(NamedTuple):
    """One fault, tied to a place that the user can open."""

    code: str
    name: str
    severity: Severity
    message: str
    config: str
    device: str
    location: Location
    requirement: str = ""
    witness: str = ""
    need: str = ""
    object: str = ""
    """What the finding is about in the configuration, free of line numbers (an entry, an ACL), for the fingerprint."""
    reasons: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    related: tuple[Related, ...] = ()
    help: str = ""
    """What to do: what to add, and where."""
    waiver: Waiver | None = None
    """By which somebody has accepted it; it stays visible, and does not count."""
    known: str = ""
    """Where it is known from (the file of the baseline, the revision that the run is compared with); empty for a new one."""

    @property
    def about_unknown(self) -> bool:
        """Whether it says that something cannot be told."""
        return self.name.endswith("-unknown")

    @property
    def counts(self) -> bool:
        """Whether it counts against the run: nobody has accepted it, and it is not known."""
        return self.waiver is None and not self.known

    @property
    def fingerprint(self) -> str:
        """Stable under moved lines and reformatting: check, device, requirement, object; no line numbers."""
        # Only machine-readable reports need it.
        from hashlib import sha256

        identity = "\x1f".join((self.code, self.config, self.device, self.requirement, self.object))
        return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
