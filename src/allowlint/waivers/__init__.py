"""Waivers: which findings somebody has accepted, and which waivers no longer say anything true.

A waiver marks findings; it takes none away. One that has expired, that is refused or that fits nothing is itself told, by the
checks of the family WVR.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache

from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, Run
from allowlint.model.settings import WARN_DAYS, Settings, WaiverRules
from allowlint.model.verdict import Verdict
from allowlint.model.waiver import OWN_CODES, Waiver, WaiverState, WaiverUse
from allowlint.waivers.matching import fits

__all__ = ["Coverage", "waived"]

_ONE = "TLS001"
"""As long as the code of one check."""


class Coverage(NamedTuple):
    """What a run has looked at, so that it can be said of which waivers and entries it can tell that they fit nothing."""

    codes: frozenset[str]
    """The checks that were run."""
    files: frozenset[str]
    """The configurations that were judged, and the files that they include: absolute names."""
    whole: bool = False
    """Whether everything was judged that the settings are for."""


def waived(run: Run, settings: Settings, day: date, coverage: Coverage, is_mandatory: Callable[[str], bool]) -> Run:
    """The run with its findings marked by the waivers of the settings and of the configurations, and what became of each.

    ``run.waivers`` holds those that stand in the configurations; refused ones say why.
    """
    given = [WaiverUse(waiver, WaiverState.ACTIVE) for waiver in settings.waivers]
    uses = [_standing(use, settings.waiver_rules, day, is_mandatory) for use in (*given, *run.waivers)]
    if coverage.whole:
        uses = [_narrow(use, run) for use in uses]
    active = [index for index, use in enumerate(uses) if use.state in (WaiverState.ACTIVE, WaiverState.EXPIRING)]
    findings: list[Finding] = []
    fitting = [0] * len(uses)
    marked = [0] * len(uses)
    for finding in run.findings:
        found = [index for index in active if fits(uses[index].waiver, finding)]
        for index in found:
            fitting[index] += 1
        if found:
            marked[found[0]] += 1
            finding = finding._replace(waiver=uses[found[0]].waiver)  # noqa: PLW2901 - the same finding, marked
        findings.append(finding)
    told = cache(lambda checks: _all_run(checks, coverage.codes))
    for index in active:
        waiver = uses[index].waiver
        unused = not fitting[index] and told(waiver.checks) and _can_tell(waiver, coverage)
        state = WaiverState.UNUSED if unused else uses[index].state
        uses[index] = uses[index]._replace(state=state, findings=marked[index])
    return run._replace(findings=tuple(findings), waivers=tuple(uses))


def _standing(use: WaiverUse, rules: WaiverRules, day: date, is_mandatory: Callable[[str], bool]) -> WaiverUse:
    """How a waiver stands on a day, before it is known what it fits."""
    if use.state is WaiverState.REFUSED:
        return use
    waiver = use.waiver
    left = (date.fromisoformat(waiver.expiry) - day).days if waiver.expiry else None
    use = use._replace(days=left)
    if why := _refusal(waiver, rules, left, is_mandatory):
        return use._replace(state=WaiverState.REFUSED, why=why)
    if left is None:
        return use
    if left < 0:
        return use._replace(state=WaiverState.EXPIRED)
    warn = WARN_DAYS if rules.warn_days is None else rules.warn_days
    return use._replace(state=WaiverState.EXPIRING if left <= warn else WaiverState.ACTIVE)


def _refusal(waiver: Waiver, rules: WaiverRules, left: int | None, is_mandatory: Callable[[str], bool]) -> str:
    """Why a waiver does nothing; empty where it holds."""
    if mandatory := [code for code in waiver.checks if is_mandatory(code)]:
        return f"{mandatory[0]} is mandatory and cannot be waived: mend what it finds"
    if own := [code for code in waiver.checks if any(code.startswith(o) or o.startswith(code) for o in OWN_CODES)]:
        return f"what {own[0]} says of waivers and baselines cannot be waived: mend the waiver or the baseline"
    if waiver.inline and rules.inline is False:
        return "the settings refuse waivers that stand in configurations: move it into the settings"
    if left is None:
        return "" if rules.expiry_required is False else "it has no end: add the last day on which it holds"
    if rules.longest_days is not None and left > rules.longest_days:
        return f"it ends in {left} days, and {rules.longest_days} is the longest: choose an earlier day"
    return ""


def _narrow(use: WaiverUse, run: Run) -> WaiverUse:
    """The waiver; refused where its patterns leave out nothing of all that there is, and nobody says that this is meant."""
    waiver = use.waiver
    patterns = [pattern for pattern in (waiver.requirement, waiver.device, waiver.config) if pattern]
    several = len(waiver.checks) > 1 or any(len(code) < len(_ONE) for code in waiver.checks)
    vague = several and patterns and not waiver.object and all("*" in pattern for pattern in patterns)
    if use.state is WaiverState.REFUSED or waiver.everywhere or waiver.inline or not vague:
        return use
    tried = [(result, verdict) for result in run.results for verdict in result.verdicts]
    if not tried or not all(_would_fit(waiver, result, verdict) for result, verdict in tried):
        return use
    return use._replace(
        state=WaiverState.REFUSED,
        why="it is for more than one check and leaves nothing out: name what it is for, or say 'everywhere: true'",
    )


def _would_fit(waiver: Waiver, result: DeviceResult, verdict: Verdict) -> bool:
    """Whether it would be about whatever its checks find of a requirement on a device."""
    place = Location(result.config, 1)
    found = Finding(waiver.checks[0], "", Severity.INFO, "", result.config, result.device.name, place, verdict.id)
    return fits(waiver, found)


def _can_tell(waiver: Waiver, coverage: Coverage) -> bool:
    """Whether a run that ran its checks can tell that a waiver fits nothing: what it might fit has been looked at."""
    from allowlint.waivers.matching import file_of

    file = file_of(waiver)
    if file and not waiver.inline:
        return file in coverage.files or (coverage.whole and not os.path.exists(file))
    return coverage.whole or waiver.inline


def _all_run(wanted: Sequence[str], run: Iterable[str]) -> bool:
    """Whether every check was run that the codes stand for."""
    from allowlint import registry

    known = {check.code for check in registry.all("checks").values()}
    return {code for code in known if code.startswith(tuple(wanted))} <= set(run)
