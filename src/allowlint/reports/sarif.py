"""SARIF 2.1.0, for code scanning.

What reads it
    Code scanning of GitHub and Azure DevOps, editors with a SARIF viewer, and everything else that takes the OASIS format.
    Fingerprints are those of the JSON report: they survive moved lines.
What is left out
    Verdicts without a fault: SARIF tells of results only. Hosts, needs and reasons are in the property bags, where most viewers
    do not show them, so the message says what matters.
"""

import os
from collections.abc import Iterable, Iterator

from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import Run
from allowlint.model.verdict import Step
from allowlint.reports import Report, Style
from allowlint.reports._encodable import encodable
from allowlint.reports._pages import page_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/allowlint/allowlint"
ROOT = "%SRCROOT%"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

Values = dict[str, object]


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as a SARIF log with one run."""
    import json

    return json.dumps(encodable(log(run)), indent=2) + "\n"


def log(run: Run) -> Values:
    """The log as values that JSON has."""
    names = {finding.code: finding for finding in reversed(run.findings)}
    codes = sorted(names)
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
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": notice}} for notice in run.notices
                        ],
                    }
                ],
                "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that allowlint was run in."}}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.code)) for finding in run.findings],
                "properties": _properties(run),
            }
        ],
    }


def _rule(finding: Finding) -> Values:
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": finding.name.replace("-", " ")},
        "help": {"text": f"`allowlint rule {finding.code}` prints the page of this check."},
        "helpUri": page_of(finding.name),
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
    }


def _result(finding: Finding, index: int) -> Values:
    found: Values = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding.location)],
        "partialFingerprints": {"allowlint/v1": finding.fingerprint},
        "properties": {
            "config": finding.config,
            "device": finding.device,
            "requirement": finding.requirement,
            "witness": finding.witness,
            "need": finding.need,
            "reasons": list(finding.reasons),
        },
    }
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, **_location(related.location), "message": {"text": related.message}}
            for number, related in enumerate(finding.related, start=1)
        ]
    if len(finding.trace) > 1:
        found["codeFlows"] = [{"threadFlows": [{"locations": list(_flow(finding.trace))}]}]
    return found


def _message(finding: Finding) -> str:
    """All that a viewer is sure to show: the fault, where a part fails the part, and what to do."""
    parts = [finding.message]
    if finding.witness and "*" in finding.requirement and finding.witness not in finding.message:
        parts.append(f"Fails, for instance: {finding.witness}")
    parts += (f"It depends on: {reason}" for reason in finding.reasons)
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

    if path in ("-", ""):
        return {"uri": "stdin", "description": {"text": "standard input"}}
    relative = os.path.normpath(path)
    if os.path.isabs(relative):
        inside = os.path.relpath(relative)
        relative = relative if inside.startswith(os.pardir) else inside
    elif relative.startswith(os.pardir):
        relative = os.path.abspath(relative)
    spelled = quote(os.fsencode(relative.replace(os.sep, "/")))
    if os.path.isabs(relative):
        return {"uri": f"file://{'' if spelled.startswith('/') else '/'}{spelled}"}
    return {"uri": spelled, "uriBaseId": ROOT}


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
    }


REPORT = Report("sarif", "SARIF 2.1.0, for code scanning", render)
