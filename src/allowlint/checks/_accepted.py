"""Findings about waivers and baselines: they point at the waiver, and speak of the run instead of a device."""

from collections.abc import Iterator

from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.waiver import WaiverState, WaiverUse


def in_state(run: Run, state: WaiverState) -> Iterator[WaiverUse]:
    """Yield the waivers of a run that stand so."""
    return (use for use in run.waivers if use.state is state)


def of_waiver(check: Identity, severity: Severity, use: WaiverUse, message: str, advice: str) -> Finding:
    """A finding about a waiver."""
    waiver = use.waiver
    return Finding(
        code=check.code,
        name=check.name,
        severity=severity,
        message=message,
        config=waiver.location.path,
        device="",
        location=waiver.location,
        object=waiver.text,
        reasons=(waiver.reason,) if waiver.reason else (),
        help=advice,
    )


def days(count: int) -> str:
    """``1 day``, ``2 days``."""
    return f"{count} day{'' if count == 1 else 's'}"


def about(use: WaiverUse) -> str:
    """Who answers for a waiver, and where it is discussed; empty where it does not say."""
    told = (("owner", use.waiver.owner), ("ticket", use.waiver.ticket))
    return ", ".join(f"{word} {text}" for word, text in told if text)
