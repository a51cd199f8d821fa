"""A fault as a baseline keeps it."""

import re

from allowlint.model.extent import Extent
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need
from allowlint.syntax.secrets import masked

_SECRET = re.compile(
    r"(?i)(?<![a-z])((?:login|user|username|pass|password|passwd|passphrase|secret|psk|token|key|credential)s?\s*[=:]\s*)([^\s,;]+)"
)
_NEEDS = ["", *reversed([need.value for need in Need])]


class Entry(NamedTuple):
    """A fault in words: which check, where, about what, how bad and how far."""

    code: str
    name: str
    severity: Severity
    config: str
    """Relative to the folder of the baseline."""
    device: str = ""
    requirement: str = ""
    need: str = ""
    object: str = ""
    extent: Extent = Extent()
    occurrence: int = 1
    """Which of several that are otherwise the same."""

    @classmethod
    def of(cls, finding: Finding) -> "Entry":
        """The entry for a finding; what nobody but its owner should read is left out."""
        unit, device = finding.unit or (finding.config, "" if finding.device == finding.config else finding.device)
        extent = Extent(finding.extent.client, *(tuple(map(_shown, part)) for part in finding.extent[1:]))
        return cls(
            finding.code,
            finding.name,
            finding.severity,
            unit,
            device,
            finding.requirement,
            finding.need,
            _shown(finding.object),
            extent,
            finding.ordinal,
        )

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the finding that it was made of, unless something had to be left out."""
        finding = Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            message="",
            config=self.config,
            device=self.device,
            location=Location(self.config, 1),
            requirement=self.requirement,
            object=self.object,
            extent=self.extent,
            unit=(self.config, self.device),
            ordinal=self.occurrence,
        )
        return finding.fingerprint

    @property
    def key(self) -> tuple[str, ...]:
        """What an entry and a finding that it may know have in common. Of an endpoint the rules are a part of the extent."""
        return self.code, self.config, self.device, self.requirement, "" if self.requirement else self.object

    @property
    def text(self) -> str:
        """The entry in a few words."""
        about = self.requirement or self.object
        where = f"{self.config}, {self.device}" if self.device else self.config
        return f"{self.code} {self.name}: {about} in {where}" if about else f"{self.code} {self.name} in {where}"

    def knows(self, other: "Entry") -> bool:
        """Whether a fault is this one or a part of it, and not worse."""
        return (
            self.key == other.key
            and other.severity.rank >= self.severity.rank
            and _NEEDS.index(other.need) <= _NEEDS.index(self.need)
            and other.extent.within(self.extent)
        )


def _shown(text: str) -> str:
    return _SECRET.sub(lambda match: match[1] + "***", masked(text))
