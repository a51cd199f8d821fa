"""What a tool on an endpoint found out by trying: live results, and how they compare with the verdicts.

No record here holds a machine name, a user name or an identifier of a tenant: reports show all that a record holds.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

_IDENTIFIER = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


class Reach(StrEnum):
    """How one attempt of a tool ended."""

    REACHED = "reached"
    FAILED = "failed"
    ABSENT = "absent"
    """This way does not exist on the machine (no named proxy is set), so nothing was tried."""
    UNREAD = "unread"
    """The tool says something that is not understood, or that it could not try."""


class Way(StrEnum):
    """How a tool found its way: the discovery methods of Microsoft's client analyzer."""

    DEFAULT = "default proxy"
    WPAD = "proxy auto discovery"
    DIRECT = "proxy disabled"
    NAMED = "named proxy"
    COMMAND_LINE = "command line proxy"
    UNTOLD = "untold"
    """The output does not say which way was taken."""


class Sign(StrEnum):
    """What an attempt shows beside its end."""

    NONE = ""
    INSPECTION = "inspection"
    AUTHENTICATION = "authentication"


class Attempt(NamedTuple):
    """One connection that a tool has tried."""

    way: Way
    reach: Reach
    code: str = ""
    """What the tool gives as its reason: an HTTP status (``407``), a WinHTTP error (``12175``), ``curl 60``; else empty."""
    sign: Sign = Sign.NONE

    def __str__(self) -> str:
        what = f"{self.reach.value} ({self.code})" if self.code else self.reach.value
        return what if self.way is Way.UNTOLD else f"{self.way.value}: {what}"


class LiveTest(NamedTuple):
    """The attempts at one URL."""

    host: str
    """In lower case, without a final dot."""
    port: int
    scheme: str
    """``https`` or ``http``."""
    path: str
    line: int
    attempts: tuple[Attempt, ...] = ()
    """Empty where only the certificate was looked at."""
    issuer: str = ""
    """``expected`` or ``unexpected``: what the tool says of the certificate that was served; empty where it says nothing."""
    issuer_name: str = ""
    """The common name of an unexpected issuer, where the tool gives it."""
    source: str = ""
    """The part of an archive that it stands in; empty for a plain file."""


class ServiceCheck(NamedTuple):
    """What a tool says of a group of endpoints without naming a URL."""

    subject: str
    """The group in a few words (``command and control``)."""
    reach: Reach
    code: str
    """The number of the tool's event, or its error code."""
    line: int
    about: tuple[str, ...] = ()
    """The domains that the group consists of, as requirements have them."""
    sign: Sign = Sign.NONE
    why: str = ""
    """What the vendor's documentation says of the code."""
    source: str = ""


class UnreadPart(NamedTuple):
    """Something in a result that could not be read. The text itself is not kept: it may name people and machines."""

    line: int
    """0: it is about the file, or about a part of an archive, as a whole."""
    why: str
    source: str = ""


class LiveResults(NamedTuple):
    """One file of results."""

    path: str
    format: str
    """The id of the format."""
    tests: tuple[LiveTest, ...] = ()
    checks: tuple[ServiceCheck, ...] = ()
    unread: tuple[UnreadPart, ...] = ()
    date: str = ""
    """The day of the test, ``2026-11-20``, as the content, an archive or the user says it; empty where nobody does."""
    facts: Mapping[str, str] = {}
    """What it tells of the machine that matters here: ``onboarding``, ``geography``, ``proxy``."""


class LiveScope(NamedTuple):
    """Where a test was made, as the settings say it: behind a declared path, or behind the devices of a configuration."""

    name: str
    """The name of the path or of the file, as it is written."""
    config: str = ""
    """The file, as it can be opened from here; empty where there is none of that name."""
    device: str = ""
    """Which devices of the file, with ``*``; empty for all."""
    location: Location = Location("", 1)

    def __str__(self) -> str:
        return f"{self.name}, {self.device}" if self.device else self.name


class LiveFile(NamedTuple):
    """A file that the user gives as live results."""

    path: str
    date: str = ""
    """The day of the test, ``2026-11-20``, where the user says it; else the content may."""
    scopes: tuple[LiveScope, ...] = ()
    """Where it was made; empty where nobody says it, so that it may have been anywhere."""
    declared: bool = False
    """Whether the settings name it, whatever a run is about, and not whoever starts the run."""


class Conclusion(StrEnum):
    """What a test says of the verdicts on a requirement."""

    CONFIRMED = "confirmed"
    """Both say that it works."""
    FAULT_CONFIRMED = "fault confirmed"
    """Both say that it does not work."""
    CONTRADICTED = "contradicted"
    INTERCEPTED = "intercepted"
    """Signs of inspection or authentication that no device explains."""
    SETTLED = "settled"
    """The verdict is unknown, and the test surely passed that way and succeeded."""
    UNKNOWN_FAILED = "unknown and failed"
    """The verdict is unknown, and the test failed."""
    UNSETTLED = "unknown and reached"
    """The verdict is unknown, and the test succeeded, but shows less than what is asked."""
    INCONCLUSIVE = "inconclusive"
    """The test does not speak of what the verdict says."""


AGAINST = (Conclusion.CONTRADICTED, Conclusion.INTERCEPTED, Conclusion.UNKNOWN_FAILED, Conclusion.FAULT_CONFIRMED)
"""What speaks against that it works, or against what was judged."""


class LiveAnswer(NamedTuple):
    """A tested host beside the verdicts on a requirement that it belongs to."""

    requirement: str
    """The id, ``host:port``."""
    need: str
    config: str
    """The place that was judged; empty where several were and it is not known which of them the test has passed."""
    device: str
    host: str
    """The tested one, as reports may show it: identifiers in it are blanked."""
    port: int
    static: str
    """The verdict in the words of reports (``allowed, bypassed, anonymous``)."""
    attempts: tuple[Attempt, ...]
    conclusion: Conclusion
    reasons: tuple[str, ...]
    """Likely reasons of a contradiction, or why a test settles nothing; each a sentence without a full stop."""
    date: str
    path: str
    line: int
    source: str = ""
    sign: Sign = Sign.NONE
    issuer_name: str = ""
    works: bool = False
    """Whether the verdict says that it works."""
    outdated: str = ""
    """Why the test may no longer say anything of what was judged; empty for one that is recent, or of which nobody says the day."""
    places: tuple[tuple[str, str], ...] = ()
    """(configuration, device) of everything that it stands beside."""

    @property
    def reached(self) -> bool:
        """Whether some attempt succeeded, by Microsoft's own scoring."""
        return any(attempt.reach is Reach.REACHED for attempt in self.attempts)


class Doubt(NamedTuple):
    """Why a result says less than it seems to."""

    path: str
    date: str
    kind: str
    """``undated``, ``old``, ``future``, or ``before`` (older than a configuration that was judged)."""
    why: str
    help: str


def shown_host(host: str) -> str:
    """A host as reports may show it: what looks like an identifier (of a workspace, a tenant) is blanked."""
    return _IDENTIFIER.sub("ID", host)


class LiveUse(NamedTuple):
    """The live results of a run."""

    results: tuple[LiveResults, ...] = ()
    answers: tuple[LiveAnswer, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """Results that are too old, or of which nobody says the day."""
    untested: tuple[str, ...] = ()
    """Required requirements that no test belongs to, where any URL was tested at all."""
    foreign: tuple[tuple[str, str], ...] = ()
    """(result, ``host:port``) of tests that belong to no requirement."""
    settled: tuple[tuple[str, str, str], ...] = ()
    """(configuration, device, requirement) of unknown verdicts that are settled."""
    scopes: Mapping[str, tuple[str, ...]] = {}
    """By the path of a result, the places that it was made at, in words, where somebody says it."""
    tools: Mapping[str, str] = {}
    """By the id of a format, what the tool is called that writes it."""
