"""The result of one run, as every report gets it."""

from collections.abc import Mapping

from allowlint.model.device import Device
from allowlint.model.finding import Finding, Severity
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need, Policy
from allowlint.model.verdict import Answer, Verdict


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


class ConfigResult(NamedTuple):
    """One configuration that was read."""

    path: str
    platform: str
    devices: tuple[DeviceResult, ...]

    @property
    def rules(self) -> int:
        """Rules in all devices of the configuration."""
        return sum(result.device.rule_count for result in self.devices)


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

    @property
    def results(self) -> tuple[DeviceResult, ...]:
        """Every device of every configuration."""
        return tuple(result for config in self.configs for result in config.devices)

    def count(self, severity: Severity) -> int:
        """Findings of one severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def unknown(self) -> int:
        """Required requirements for which some stage could not be decided."""
        return sum(
            verdict.requirement.need is Need.REQUIRED
            and any(
                found.answer is Answer.UNKNOWN and verdict.matters(stage) for stage, found in verdict.stages.items()
            )
            for result in self.results
            for verdict in result.verdicts
        )
