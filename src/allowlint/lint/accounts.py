"""What findings count for, once everything is known that the settings say of them."""

from collections.abc import Iterable

from allowlint.lint import order
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import STRICTNESS, Run
from allowlint.model.settings import Settings


def accounted(run: Run, settings: Settings) -> Run:
    """The run with the severities that the settings give."""
    severities = settings.checks.severity
    if not severities:
        return run
    findings = (finding._replace(severity=_severity(finding, settings)) for finding in run.findings)
    return run._replace(findings=tuple(sorted(findings, key=order)))


def _severity(finding: Finding, settings: Settings) -> Severity:
    """The severity that the longest fitting code is given."""
    fitting = [code for code in settings.checks.severity if finding.code.startswith(code)]
    return settings.checks.severity[max(fitting, key=len)] if fitting else finding.severity


def is_mandatory(code: str, settings: Settings) -> bool:
    """Whether a check may be neither left out, nor weakened, nor waived."""
    return bool(settings.checks.mandatory) and code.startswith(tuple(settings.checks.mandatory))


def failing(run: Run, fail_on: str, settings: Settings) -> bool:
    """Whether something is at or above the threshold; for mandatory checks, at or above the one that they are given."""
    if _reached(run, run.findings, fail_on):
        return True
    least = settings.least_fail_on
    if not least or STRICTNESS.index(least) <= STRICTNESS.index(fail_on):
        return False
    return _reached(run, (finding for finding in run.findings if is_mandatory(finding.code, settings)), least)


def thresholds(fail_on: str, settings: Settings) -> dict[str, str]:
    """From what on findings make the run fail, by the beginning of their codes, as ``failing`` has it."""
    least = settings.least_fail_on
    stricter = least and STRICTNESS.index(least) > STRICTNESS.index(fail_on)
    return {"": fail_on} | (dict.fromkeys(settings.checks.mandatory, least) if stricter else {})


def _reached(run: Run, findings: Iterable[Finding], threshold: str) -> bool:
    counting = [finding for finding in findings if finding.counts]
    errors = any(finding.severity is Severity.ERROR for finding in counting)
    if threshold == "unknown":
        return errors or run.unknown() > 0
    return {"never": False, "error": errors}.get(
        threshold, errors or any(finding.severity is Severity.WARNING for finding in counting)
    )
