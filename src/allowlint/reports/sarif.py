"""SARIF 2.1.0, for code scanning.

What reads it
    Code scanning of GitHub and Azure DevOps, editors with a SARIF viewer, and everything else that takes the OASIS format.
    Fingerprints are those of the JSON report: they survive moved lines.
What is left out
    Verdicts without a fault: SARIF tells of results only. Hosts, needs and reasons are in the property bags, where most viewers
    do not show them, so the message says what matters. Of more than 25,000 findings the least bad ones, because GitHub refuses
    a file with more; a notification says how many.
Waived and known findings
    A waived finding is a result with a suppression (``inSource`` for a waiver in the configuration, else ``external``). Where
    the run knows earlier findings, from a baseline or another revision, each result is ``new`` or ``unchanged``.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import Run
from allowlint.model.verdict import Step
from allowlint.model.waiver import Waiver
from allowlint.reports import Report, Style
from allowlint.reports._accepted import justification
from allowlint.reports._encodable import dumps
from allowlint.reports._live import live_values
from allowlint.reports._pages import page_of
from allowlint.reports._places import STDIN, in_repository
from allowlint.reports._tested import Key, Tested, settled_by, tested

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/allowlint/allowlint"
ROOT = "%SRCROOT%"
MOST = 25_000
"""Results of a run beyond which GitHub refuses the file."""
SHOWN = 5_000
"""Results of a run that GitHub shows, the worst.

https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

Values = dict[str, object]


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as a SARIF log with one run."""
    return dumps(log(run))


def log(run: Run) -> Values:
    """The log as values that JSON has."""
    findings = _worst(run.findings)
    names = {finding.code: finding for finding in reversed(findings)}
    codes = sorted(names)
    tests = tested(run)
    compared = run.baseline is not None or (run.comparison is not None and not run.comparison.failed)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "allowlint",
                        "version": run.version,
                        "informationUri": HOME,
                        "rules": [_rule(names[code]) for code in codes],
                    }
                },
                "invocations": [_invocation(run, len(findings))],
                "originalUriBaseIds": {
                    ROOT: {
                        "description": {"text": "The root of the repository, or the folder that allowlint was run in."}
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.code), compared, tests) for finding in findings],
                "properties": _properties(run),
            }
        ],
    }


def _worst(findings: Sequence[Finding]) -> Sequence[Finding]:
    """As many as may be uploaded, the worst, in the order of the run."""
    if len(findings) <= MOST:
        return findings
    ranked = sorted(range(len(findings)), key=lambda at: (not findings[at].counts, findings[at].severity.rank, at))
    return [findings[at] for at in sorted(ranked[:MOST])]


def _invocation(run: Run, results: int) -> Values:
    notices: list[tuple[str, str]] = [("note", notice) for notice in run.notices]
    if results < len(run.findings):
        text = f"{len(run.findings) - results} of {len(run.findings)} findings are left out, the least bad: more are refused"
        notices.append(("warning", f"{text} by code scanning. The JSON report has all."))
    if results > SHOWN:
        notices.append(("note", f"Code scanning of GitHub shows the worst {SHOWN} of {results} results."))
    invocation: Values = {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in notices],
    }
    made = run.provenance
    return (
        invocation
        | ({"arguments": list(made.command)} if made.command else {})
        | ({"endTimeUtc": made.made} if made.made else {})
    )


def _rule(finding: Finding) -> Values:
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": finding.name.replace("-", " ")},
        "help": {"text": f"`allowlint rule {finding.code}` prints the page of this check."},
        "helpUri": page_of(finding.name),
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
    }


def _result(finding: Finding, index: int, compared: bool, tests: Mapping[Key, Tested]) -> Values:
    test = tests.get((finding.config, finding.device, finding.requirement))
    found: Values = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, settled_by(tests, finding))},
        "locations": [_location(finding.location)],
        "partialFingerprints": {"allowlint/v1": finding.fingerprint},
        "properties": {
            "config": finding.config,
            "device": finding.device,
            "requirement": finding.requirement,
            "witness": finding.witness,
            "need": finding.need,
            "reasons": list(finding.reasons),
            **({"live": {"conclusion": test.conclusion.value, "date": test.date}} if test else {}),
        },
    }
    if compared:
        found["baselineState"] = "unchanged" if finding.known else "new"
    if finding.waiver is not None:
        found["suppressions"] = [_suppression(finding.waiver)]
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, **_location(related.location), "message": {"text": related.message}}
            for number, related in enumerate(finding.related, start=1)
        ]
    if len(finding.trace) > 1:
        found["codeFlows"] = [{"threadFlows": [{"locations": list(_flow(finding.trace))}]}]
    return found


def _suppression(waiver: Waiver) -> Values:
    return {
        "kind": "inSource" if waiver.inline else "external",
        "status": "accepted",
        "justification": justification(waiver),
        "location": _location(waiver.location),
        "properties": {"owner": waiver.owner, "ticket": waiver.ticket, "expiry": waiver.expiry},
    }


def _message(finding: Finding, settled: str) -> str:
    """All that a viewer is sure to show: the fault, where a part fails the part, and what to do."""
    parts = [finding.message]
    if finding.witness and "*" in finding.requirement and finding.witness not in finding.message:
        parts.append(f"Fails, for instance: {finding.witness}")
    parts += (f"It depends on: {reason}" for reason in finding.reasons)
    if settled:
        parts.append(f"{settled[0].upper()}{settled[1:]}")
    if finding.help:
        parts.append(f"Help: {finding.help}")
    return "\n".join(parts)


def _flow(steps: Iterable[Step]) -> Iterator[Values]:
    for step in steps:
        text = f"{step.rule.text}: {step.effect.value}{'' if step.certain else ' (if it matches)'}"
        yield {"location": {**_location(step.rule.location), "message": {"text": text}}}


def _location(location: Location) -> Values:
    region: Values = {"startLine": max(location.line, 1)}
    if location.column > 0:
        region["startColumn"] = location.column
        if location.length:
            # The column behind the last character.
            region["endColumn"] = location.column + location.length
    return {"physicalLocation": {"artifactLocation": artifact(location.path), "region": region}}


def artifact(path: str) -> Values:
    """Where a file is: below the root by a relative address, anywhere else by an absolute one."""
    from urllib.parse import quote

    place = in_repository(path)
    if place == STDIN and path in ("-", ""):
        return {"uri": STDIN, "description": {"text": "standard input"}}
    spelled = quote(_bytes(place))
    if os.path.isabs(place):
        return {"uri": f"file://{'' if spelled.startswith('/') else '/'}{spelled}"}
    return {"uri": spelled, "uriBaseId": ROOT}


def _bytes(place: str) -> bytes:
    try:
        # A byte that is no UTF-8 was read as half a character (PEP 383), and is itself again.
        return place.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return place.encode("utf-8", "replace")


def _properties(run: Run) -> Values:
    return {
        "policies": [f"{use.policy.name} {use.policy.published}".strip() for use in run.policies],
        "profile": dict(run.profile),
        "configurations": [config.path for config in run.configs],
        "devices": len(run.results),
        "unknown": run.unknown(),
        "assuming": {
            f"{result.device.name}: {verdict.id}": list(verdict.leans)
            for result in run.results
            for verdict in result.verdicts
            if verdict.leans
        },
        **({"live": live_values(run.live)} if run.live else {}),
    }


REPORT = Report("sarif", "SARIF 2.1.0, for code scanning", render)
