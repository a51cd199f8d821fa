"""Verdicts and findings as rows of texts, for spreadsheets."""

from collections.abc import Iterator, Sequence

from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.report import Run
from allowlint.reports._accepted import justification
from allowlint.reports._tested import Tested, tested
from allowlint.reports._verdicts import Judged, judged, worst

COLUMNS = (
    *("row", "config", "device", "requirement", "host", "path", "port", "protocol", "need", "geography", "service"),
    *("state", "access", "inspection", "authentication", "routing", "assuming"),
    *("severity", "codes", "message", "reasons", "witness", "waiver", "known", "file", "line"),
    *("live", "tested"),
)
_ABOUT_VERDICTS = COLUMNS.index("severity")


def rows(run: Run) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each verdict, then those of each finding that is about none."""
    entries, others = judged(run)
    tests = tested(run)
    for entry in entries:
        yield (*_verdict(entry), *_findings(entry.findings, entry), *_live(tests.get(entry.key)))
    for finding in others:
        about = ["finding", finding.config, finding.device, finding.requirement]
        yield (*about, *[""] * (_ABOUT_VERDICTS - len(about)), *_findings((finding,)), *_live(None))


def _live(test: Tested | None) -> tuple[str, str]:
    """What tests on endpoints say of the verdict, and the day of the one that says so."""
    return (test.conclusion.value, test.date or "undated") if test else ("", "")


def _verdict(entry: Judged) -> tuple[str, ...]:
    verdict = entry.verdict
    requirement = verdict.requirement
    return (
        "verdict",
        entry.result.config,
        entry.result.device.name,
        verdict.id,
        requirement.host,
        requirement.path,
        str(verdict.port),
        requirement.protocol,
        requirement.need.value,
        requirement.geography,
        requirement.note,
        entry.state,
        *(verdict.word(stage) for stage in Stage),
        ", ".join(verdict.leans),
    )


def _findings(findings: Sequence[Finding], entry: Judged | None = None) -> tuple[str, ...]:
    first = worst(findings)
    if first is None:
        untold = unsettled(entry) if entry is not None else []
        return ("", "", "", "; ".join(untold), "", "", "", "", "")
    return (
        first.severity.value,
        " ".join(dict.fromkeys(finding.code for finding in findings)),
        first.message,
        "; ".join(dict.fromkeys(reason for finding in findings for reason in finding.reasons)),
        first.witness,
        justification(first.waiver) if first.waiver is not None else "",
        first.known,
        first.location.path,
        str(max(first.location.line, 1)),
    )


def unsettled(entry: Judged) -> list[str]:
    """What the answers of a verdict depend on that cannot be told."""
    reasons = (str(reason) for found in entry.verdict.stages.values() for reason in found.reasons)
    return list(dict.fromkeys(reasons))
