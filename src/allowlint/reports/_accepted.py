"""Findings that do not count, because somebody has accepted them or because they were there before, in words."""

from collections.abc import Iterable, Iterator

from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.report import Run
from allowlint.model.verdict import Answer, Verdict
from allowlint.model.waiver import Waiver

STAGES = {
    "ACC": Stage.ACCESS,
    "TLS": Stage.INSPECTION,
    "AUT": Stage.AUTHENTICATION,
    "RTE": Stage.ROUTING,
}
"""What the families of checks speak of."""

Key = tuple[str, str, str]
"""Configuration, device, requirement."""


def mark(finding: Finding) -> str:
    """Why a finding does not count: ``waived until 2027-03-31``, ``known from baseline.yaml``; empty for one that does."""
    if finding.waiver is not None:
        return f"waived {until(finding.waiver)}"
    return f"known from {finding.known}" if finding.known else ""


def until(waiver: Waiver) -> str:
    """How long a waiver holds."""
    return f"until {waiver.expiry}" if waiver.expiry else "without an end"


def justification(waiver: Waiver) -> str:
    """The reason of a waiver with its owner, ticket and end."""
    about = [f"owner {waiver.owner}" if waiver.owner else "", waiver.ticket, until(waiver)]
    return f"{waiver.reason} ({', '.join(part for part in about if part)})"


def accepted_counts(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many findings are waived, and how many are known. One that is both is waived."""
    quiet = [finding for finding in findings if not finding.counts]
    waived = sum(finding.waiver is not None for finding in quiet)
    return waived, len(quiet) - waived


class Acceptance:
    """Which faults of verdicts are accepted: those of which every finding is."""

    def __init__(self, run: Run) -> None:
        self._counting: dict[tuple[Key, Stage], bool] = {}
        for finding in run.findings:
            for stage in _explains(finding.code) if finding.requirement else ():
                place = (finding.config, finding.device, finding.requirement), stage
                self._counting[place] = self._counting.get(place, False) or finding.counts

    def of(self, config: str, device: str, verdict: Verdict) -> bool:
        """Whether somebody has accepted everything that keeps a verdict from being well."""
        key = (config, device, verdict.id)
        return all(self._quiet(key, stage, verdict) for stage in open_stages(verdict))

    def _quiet(self, key: Key, stage: Stage, verdict: Verdict) -> bool:
        """Whether the findings of a stage do not count. What cannot be told for the reasons of access is told there alone."""
        counting = self._counting.get((key, stage))
        if counting is None and verdict.stages[stage].answer is Answer.UNKNOWN:
            counting = self._counting.get((key, Stage.ACCESS))
        return counting is False


def open_stages(verdict: Verdict) -> Iterator[Stage]:
    """The stages at which a requirement is not sure to work."""
    for stage, found in verdict.stages.items():
        if verdict.matters(stage) and found.answer not in (Answer.SATISFIED, Answer.NOT_APPLICABLE):
            yield stage


def _explains(code: str) -> tuple[Stage, ...]:
    """The stages of which a finding may say why a requirement does not work there."""
    stage = STAGES.get(code[:3])
    if stage is Stage.ROUTING or code == "TLS003":
        # Where there is no way to go, or only a path is allowed, nothing gets through at all.
        return (stage, Stage.ACCESS) if stage else ()
    return (stage,) if stage else ()
