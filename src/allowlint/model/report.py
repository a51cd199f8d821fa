"""The result of one run, as every report gets it."""

from __future__ import annotations

from collections.abc import Mapping

from allowlint.model.device import Device
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need, Policy
from allowlint.model.verdict import Answer, Verdict
from allowlint.model.waiver import WaiverUse

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.model.live import LiveUse

STRICTNESS = ("never", "error", "unknown", "warning")
"""From what on findings make a run fail (``--fail-on``), weakest first."""
FAILING: Mapping[str, frozenset[str]] = {
    "never": frozenset(),
    "error": frozenset((Severity.ERROR,)),
    "unknown": frozenset((Severity.ERROR,)),
    "warning": frozenset((Severity.ERROR, Severity.WARNING)),
}
"""The severities that do, by that threshold; ``unknown`` looks at what cannot be told of required endpoints too."""


class PolicyUse(NamedTuple):
    """A policy of the run, with how many of its requirements the profile selected."""

    policy: Policy
    selected: int


class HopResult(NamedTuple):
    """One place of a path, with the verdicts on the way as far as there."""

    name: str
    """The devices that stand there."""
    verdicts: tuple[Verdict, ...]


class DeviceResult(NamedTuple):
    """One device, or one declared path, with the verdict on every requirement and port."""

    config: str
    device: Device
    verdicts: tuple[Verdict, ...]
    """Empty for a device that stands on a path: what becomes of a requirement there is judged along the path."""
    hops: tuple[HopResult, ...] = ()
    """The places of a path, first to last; empty for a device."""
    on_path: bool = False
    """Whether the device stands on a declared path and is judged as a part of it."""
    profile: Mapping[str, object] = {}
    """Whom it was judged for, in the words of ``Run.profile``, where the settings say that of this device; else empty."""


class ConfigResult(NamedTuple):
    """One configuration that was read."""

    path: str
    platform: str
    devices: tuple[DeviceResult, ...]

    @property
    def rules(self) -> int:
        """Rules in all devices of the configuration."""
        return sum(result.device.rule_count for result in self.devices)


class DeadEntry(NamedTuple):
    """An entry of a baseline that no longer says anything true."""

    text: str
    """The entry in a few words."""
    why: str
    line: int = 1
    """Where it stands in the file of the baseline."""


class BaselineUse(NamedTuple):
    """The baseline of a run: findings that were there when it was written."""

    path: str
    matched: int
    """Findings of the run that it knows."""
    dead: tuple[DeadEntry, ...] = ()
    """What it still lists although the run no longer finds it."""


class Change(NamedTuple):
    """A requirement whose answer at some stage is not what it was."""

    config: str
    device: str
    requirement: str
    stage: str
    before: str
    """The word of the verdict then; empty where the device or the requirement was not there."""
    after: str
    """The word of the verdict now; empty where the device or the requirement is gone."""
    kind: str
    """``broken``, ``changed`` (neither broken nor mended, or not comparable), ``mended``."""
    need: str = ""
    """How badly the endpoint is needed."""
    witness: str = ""
    """A host that fails now, or may fail; empty where none is named."""
    location: Location | None = None
    """Where the rule stands that decides now, where one does."""


class Comparison(NamedTuple):
    """The run beside the same run on another revision of the files."""

    ref: str
    """As the user named it."""
    commit: str
    """The hash of the revision; empty where there is none of that name."""
    changes: tuple[Change, ...] = ()
    """Worst first: broken, changed, mended; of each the required endpoints first."""
    left: int = 0
    """Findings that were there before and still are."""
    gone: int = 0
    """Findings that were there before and no longer are."""
    failed: str = ""
    """Why nothing could be compared; empty where something could."""
    new: int = 0
    """Findings that were not there before, or were not as bad."""
    notes: tuple[str, ...] = ()
    """What could not be compared, each in a sentence: what is not comparable is not excused."""

    def of_kind(self, kind: str) -> tuple[Change, ...]:
        """The changes of a kind."""
        return tuple(change for change in self.changes if change.kind == kind)


class Provenance(NamedTuple):
    """From what a report was made, for whoever has to repeat it."""

    command: tuple[str, ...] = ()
    """The command line, as it was given."""
    settings: tuple[str, ...] = ()
    """The settings files, nearest first."""
    made: str = ""
    """When, as ``2026-11-23T10:00:00Z``: the time of ``SOURCE_DATE_EPOCH``, else now."""


class ShardUse(NamedTuple):
    """The part of a run that a report is about."""

    number: int
    """From 1."""
    total: int
    digest: str
    """Of the files and paths of the whole run: equal for parts of one run."""
    configs: tuple[int, ...]
    """Where the configurations of the part stand in the whole run, in their order; the declared paths apart."""
    paths: tuple[int, ...]
    """Where its declared paths stand among those of the whole run."""
    unknown_zones: tuple[str, ...] = ()
    """The options that name a zone which no device of the part has; of the whole run one must have it."""


class Run(NamedTuple):
    """Everything that one ``allowlint check`` found out."""

    version: str
    policies: tuple[PolicyUse, ...]
    profile: Mapping[str, object]
    """The profile in the report's words (geographies, systems, onboarding, client, assumptions)."""
    configs: tuple[ConfigResult, ...]
    findings: tuple[Finding, ...]
    """Sorted: by configuration, device, severity (worst first), line, code, requirement."""
    notices: tuple[str, ...] = ()
    """What the user should know about the run as a whole."""
    sources: Mapping[str, bytes] = {}
    """Content of the files that findings point into, for snippets, by the path that locations use; not every path is here."""
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver that the run knows of, in the order of the settings, then those of the configurations."""
    baseline: BaselineUse | None = None
    comparison: Comparison | None = None
    provenance: Provenance = Provenance()
    thresholds: Mapping[str, str] = {"": "error"}
    """One of ``STRICTNESS`` by the beginning of the codes that it is for; of those that fit a finding the strictest holds."""
    live: LiveUse | None = None
    """Live results beside the verdicts; None where there are none."""
    shard: ShardUse | None = None
    """The part that was judged; None: all."""

    @property
    def results(self) -> tuple[DeviceResult, ...]:
        """Every device of every configuration."""
        return tuple(result for config in self.configs for result in config.devices)

    @property
    def counting(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted and that are not known: those that exit codes look at."""
        return tuple(finding for finding in self.findings if finding.counts)

    def fails_by(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        fitting = [threshold for start, threshold in self.thresholds.items() if finding.code.startswith(start)]
        return finding.counts and finding.severity in FAILING[max(fitting, key=STRICTNESS.index, default="error")]

    @property
    def fails_by_unknown(self) -> bool:
        """Whether an answer that cannot be told makes the run fail."""
        return "unknown" in self.thresholds.values()

    @property
    def failing(self) -> bool:
        """Whether something is at or above the thresholds."""
        return any(map(self.fails_by, self.findings)) or (self.fails_by_unknown and self.unknown() > 0)

    def count(self, severity: Severity) -> int:
        """Findings of one severity that count."""
        return sum(finding.severity is severity for finding in self.counting)

    def unknown(self) -> int:
        """Required requirements for which some stage could not be decided.

        Those are left out that somebody has accepted, and those that a live result settles.
        """
        return len(self.undecided)

    @property
    def undecided(self) -> tuple[tuple[str, str, str], ...]:
        """(configuration, device, requirement) of what ``unknown`` counts."""
        accepted = {(f.config, f.device, f.requirement) for f in self.findings if f.about_unknown and not f.counts}
        # One that is accepted at one stage may still count at another.
        accepted -= {(f.config, f.device, f.requirement) for f in self.findings if f.about_unknown and f.counts}
        accepted |= set(self.live.settled) if self.live else set()
        return tuple(
            (result.config, result.device.name, verdict.id)
            for result in self.results
            for verdict in result.verdicts
            if verdict.requirement.need is Need.REQUIRED
            and (result.config, result.device.name, verdict.id) not in accepted
            and any(
                found.answer is Answer.UNKNOWN and verdict.matters(stage) for stage, found in verdict.stages.items()
            )
        )
