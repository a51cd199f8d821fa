"""What must work: requirements, the policy that holds them, and the words for places and systems.

The vocabularies are fixed here, once, so that a policy, the command line and every report use the same words.
``NamedTuple`` rather than ``dataclass`` throughout the model: equally frozen, and ``import dataclasses`` alone costs
about as much as a whole check of a small configuration.
"""

from collections.abc import Mapping
from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

GEOGRAPHIES: Mapping[str, str] = {
    "WW": "worldwide: every tenant",
    "US": "United States",
    "EU": "European Union",
    "UK": "United Kingdom",
    "AU": "Australia",
    "CH": "Switzerland",
    "IN": "India",
    "AE": "United Arab Emirates",
    "USGOV": "every US Government tenant",
    "GCC": "US Government: GCC",
    "GCCH": "US Government: GCC High",
    "DOD": "US Government: Department of Defense",
}
"""Geography of a requirement: the location of a tenant's data. WW and USGOV are shared by all tenants of a cloud."""

SYSTEMS: Mapping[str, str] = {
    "windows": "Windows 10 1809 and later, 11, Server 2019 and later, Server 2012 R2/2016 with the unified agent",
    "windows-1607": "Windows 10 1607",
    "windows-1703": "Windows 10 1703",
    "windows-1709": "Windows 10 1709",
    "windows-1803": "Windows 10 1803",
    "windows-legacy": "Windows 7 SP1 and 8.1, on the Microsoft Monitoring Agent",
    "windows-server-mma": "Windows Server 2008 R2, 2012 R2 and 2016, on the Microsoft Monitoring Agent",
    "macos": "macOS",
    "linux": "Linux",
}
"""Operating systems as Microsoft's list tells them apart."""

CONDITIONS: Mapping[str, str] = {
    "updates_internal": "updates come from inside: WSUS, Configuration Manager, a mirror or a file share",
    "trust_lists_offline": "root certificate trust lists reach the machines in another way than from Microsoft",
    "no_web_browsing": "a disconnected site: no web browsing, and no custom URL or IP indicators",
    "security_settings_management": "security settings are managed by Defender for Endpoint, without Intune enrolment",
    "network_scanner": "a machine runs the scanner that assesses network devices",
    "live_response": "live response sessions shall start quickly, by push notification",
    "package_mirror": "Linux packages come from a mirror or another distribution tool",
    "mac_package_mirror": "macOS packages come from another distribution tool",
    "streamlined": "devices use streamlined connectivity (answered by --onboarding)",
}
"""Questions that decide conditional requirements: the keys of ``Requirement.when`` and of ``--answer``."""


class Need(StrEnum):
    """How badly an endpoint is needed."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class Origin(NamedTuple):
    """The exact place of the document that a requirement comes from."""

    document: str
    sheet: str = ""
    row: int = 0
    """1-based row of the sheet, or line of an article; 0 when unknown."""


class Replacement(NamedTuple):
    """What a profile has put something narrower in the place of."""

    requirement: str
    """The id in the policy."""
    reason: str
    """By which the narrower one is known: ``workspace 01234567...``, or the place that names it."""


class Requirement(NamedTuple):
    """One endpoint that must work: one host pattern with the ports it needs.

    ``host`` is ``name``, ``*.suffix`` (any depth below, without the suffix itself) or ``*suffix`` (a publishing slip that
    is read as the suffix and everything below it); lower case, no scheme, no path.
    """

    host: str
    ports: tuple[int, ...] = (443,)
    protocol: str = "https"
    """``https``, ``http`` or ``tcp``."""
    path: str = ""
    """``/pkiops/*`` (a prefix) or ``/x/y.asmx``; empty when every path is needed."""
    geography: str = "WW"
    systems: tuple[str, ...] = ()
    """Systems that need it; empty means all."""
    need: Need = Need.REQUIRED
    when: Mapping[str, object] = {}
    """Profile answers that make a conditional requirement required: ``{"live_response": True}``. One is enough."""
    expect: Mapping[str, str] = {}
    """Overrides of what each stage must answer; a stage that is not named keeps its default."""
    audience: str = "device"
    """``device`` or ``admin`` (portals for people; never required of devices)."""
    note: str = ""
    """What it is for, in a few words of our own."""
    origin: Origin | None = None
    explicit_id: str = ""
    replaces: Replacement | None = None
    """What it stands for; None for one that the policy has itself. Its origin is then that of what it replaces."""

    @property
    def id(self) -> str:
        """``host:port``, with the path where there is one; several ports are joined by commas."""
        return self.explicit_id or f"{self.host}{self.path}:{','.join(map(str, self.ports))}"

    def id_at(self, port: int) -> str:
        """The name of this requirement on one of its ports, as reports print it."""
        return self.explicit_id or f"{self.host}{self.path}:{port}"


class PolicyChange(NamedTuple):
    """What an overlay has done to a requirement of a policy."""

    kind: str
    """``added``, ``removed`` or ``changed``."""
    requirement: str
    """The id."""
    reason: str
    location: Location


class Policy(NamedTuple):
    """A reviewed list of requirements, with where it came from."""

    name: str
    requirements: tuple[Requirement, ...]
    source: str = ""
    """The document that it was made from: a file name or a public address."""
    sha256: str = ""
    """Hash of the file that was read, for the audit trail."""
    published: str = ""
    """Date of the list, ``YYYY-MM-DD``; empty when the document does not say."""
    onboarding: str = ""
    """``standard`` or ``streamlined``; empty for a list of one's own."""
    cloud: str = ""
    """``commercial``, ``gov``, or ``both`` for the one document that lists the two; empty for a list of one's own."""
    path: str = ""
    changes: tuple[PolicyChange, ...] = ()
    """What overlays have made of it, in their order."""
