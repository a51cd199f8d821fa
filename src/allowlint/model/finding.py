"""One report of a check: a code, a place, a reason, and a fingerprint that survives moved lines."""

from enum import StrEnum

from allowlint.model.extent import Extent
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
    extent: Extent = Extent()
    """How far the fault reaches, where it is about a requirement."""
    unit: tuple[str, ...] = ()
    """The configuration by its place below the root of the run, and the device, however they were named; empty before that is
    known. A device that is called as its file has no name of its own."""
    ordinal: int = 1
    """Which of the run's findings that are otherwise the same."""

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
        """32 hexadecimal digits, stable under moved lines and reformatting, unique in a run.

        Check, configuration, device, requirement, object and the extent of the fault; no line numbers, and no severity.
        """
        # Only machine-readable reports need it.
        from hashlib import sha256

        extent = (part if isinstance(part, str) else "\x1e".join(part) for part in self.extent)
        ordinal = () if self.ordinal == 1 else (str(self.ordinal),)
        unit = self.unit or (self.config, "" if self.device == self.config else self.device)
        identity = "\x1f".join((self.code, *unit, self.requirement, self.object, *extent, *ordinal))
        return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
