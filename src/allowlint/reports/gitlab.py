"""Code Quality of GitLab, for the widget of merge requests.

What reads it
    GitLab, as the artifact ``codequality`` of a job; call the file ``gl-code-quality-report.json``. It compares the fingerprints of
    a branch with those of its target, so they have no line numbers, and no two entries share one. Files are named from the
    root of the repository. An error about what is required is ``critical``, another one ``major``; a warning is ``minor``, or
    ``major`` where a required endpoint cannot be told and no live result settles it; ``blocker`` is not used: the exit code blocks.
    A waived or known finding stays, as ``info`` and marked as such: GitLab has no suppressions, and an entry that vanished would be
    praised as mended.
    https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
What is left out
    Verdicts without a fault, and everything that does not fit into one line: the trace, the reasons, most of the help.
"""

from collections import Counter

from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.reports import Report, Style
from allowlint.reports._accepted import mark
from allowlint.reports._encodable import dumps
from allowlint.reports._places import in_repository
from allowlint.reports._tested import settled_by, tested
from allowlint.reports._visible import visible


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as a JSON list."""
    seen: Counter[str] = Counter()
    entries = []
    tests = tested(run)
    for finding in run.findings:
        seen[finding.fingerprint] += 1
        entries.append(_entry(finding, seen[finding.fingerprint], settled_by(tests, finding)))
    return dumps(entries)


def _entry(finding: Finding, number: int, settled: str) -> dict[str, object]:
    marks = [mark(finding)] if not finding.counts else []
    accepted = "".join(f"[{text}] " for text in (*marks, settled) if text)
    where = "" if finding.device in ("", finding.config) else f" ({finding.device})"
    return {
        "description": visible(f"{accepted}{finding.name}: {finding.message}{where}".replace("\n", " ")),
        "check_name": finding.code,
        "fingerprint": _fingerprint(finding, number),
        "severity": _severity(finding, settled),
        "location": {"path": in_repository(finding.location.path), "lines": {"begin": max(finding.location.line, 1)}},
    }


def _fingerprint(finding: Finding, number: int) -> str:
    """That of the finding; of several with one, the later ones have their own, by their order."""
    if number == 1:
        return finding.fingerprint
    from hashlib import sha256

    return sha256(f"{finding.fingerprint}\x1f{number}".encode()).hexdigest()[:32]


def _severity(finding: Finding, settled: str) -> str:
    if not finding.counts or finding.severity is Severity.INFO:
        return "info"
    required = finding.need in ("", Need.REQUIRED.value)
    if finding.severity is Severity.ERROR:
        return "critical" if required else "major"
    return "major" if finding.about_unknown and required and not settled else "minor"


REPORT = Report("gitlab", "GitLab Code Quality, for merge requests", render)
