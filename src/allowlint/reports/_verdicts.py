"""Each verdict with the findings that are about it, for reports that have one entry for each requirement and device."""

from collections.abc import Sequence

from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, Run
from allowlint.model.verdict import Verdict
from allowlint.reports._tally import state


class Judged(NamedTuple):
    """A requirement on one port of one device or path."""

    result: DeviceResult
    position: int
    """Where the verdict stands among those of its device, and of each hop of a path."""
    verdict: Verdict
    state: str
    """``works``, ``unknown``, or the word of the first fault (``blocked``)."""
    findings: tuple[Finding, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Configuration, device, requirement."""
        return self.result.config, self.result.device.name, self.verdict.id


def judged(run: Run) -> tuple[list[Judged], list[Finding]]:
    """Every verdict with its findings, in the order of the run, and the findings that are about no verdict."""
    about: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in run.findings:
        about.setdefault((finding.config, finding.device, finding.requirement), []).append(finding)
    found = []
    for result in run.results:
        for index, verdict in enumerate(result.verdicts):
            key = (result.config, result.device.name, verdict.id)
            found.append(Judged(result, index, verdict, state(verdict), tuple(about.get(key, ()))))
    keys = {entry.key for entry in found}
    others = [f for f in run.findings if (f.config, f.device, f.requirement) not in keys]
    return found, others


def worst(findings: Sequence[Finding]) -> Finding | None:
    """The worst of some findings, those that count before the others."""
    return min(findings, key=lambda finding: (not finding.counts, finding.severity.rank), default=None)
