"""For programs: every verdict and every finding, in a form that only ever grows.

What reads it
    Scripts, dashboards and other tools. The schema is ``schemas/report.schema.json``; fields may be added in later versions,
    none is renamed or taken away. All of it is ASCII, so that nothing in a name can reach a terminal.
What is left out
    The rules that do not decide (``allowlint explain`` has them), and the text of the configuration.
"""

from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import BaselineUse, Change, Comparison, ConfigResult, DeviceResult, PolicyUse, Run
from allowlint.model.verdict import Step, Verdict
from allowlint.model.waiver import Waiver, WaiverUse
from allowlint.reports import Report, Style
from allowlint.reports._accepted import accepted_counts
from allowlint.reports._encodable import dumps
from allowlint.reports._live import live_values
from allowlint.reports._summary import requirements

SCHEMA_VERSION = 1


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as one JSON object."""
    return dumps(report(run))


def report(run: Run) -> dict[str, object]:
    """The report as values that JSON has."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "allowlint", "version": run.version},
        "policies": [_policy(use) for use in run.policies],
        "profile": dict(run.profile),
        "configs": [_config(config) for config in run.configs],
        "verdicts": [_verdict(r, index) for r in run.results for index in range(len(r.verdicts))],
        "findings": [_finding(finding) for finding in run.findings],
        "waivers": [_waiver_use(use) for use in run.waivers],
        "baseline": _baseline(run.baseline) if run.baseline else None,
        "comparison": _comparison(run.comparison) if run.comparison else None,
        "live": live_values(run.live) if run.live else None,
        "notices": list(run.notices),
        "provenance": run.provenance._asdict(),
        "summary": _summary(run),
    } | ({"shard": run.shard._asdict() | {"thresholds": dict(run.thresholds)}} if run.shard else {})


def _policy(use: PolicyUse) -> dict[str, object]:
    policy = use.policy
    return {
        "name": policy.name,
        "source": policy.source,
        "sha256": policy.sha256,
        "published": policy.published,
        "requirements": len(policy.requirements),
        "selected": use.selected,
    }


def _waiver(waiver: Waiver) -> dict[str, object]:
    location = waiver.location
    return {
        "checks": list(waiver.checks),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "ticket": waiver.ticket,
        "expiry": waiver.expiry,
        "requirement": waiver.requirement,
        "object": waiver.object,
        "device": waiver.device,
        "config": waiver.config,
        "path": location.path,
        "line": max(location.line, 1),
        "inline": waiver.inline,
    }


def _waiver_use(use: WaiverUse) -> dict[str, object]:
    return _waiver(use.waiver) | {
        "state": use.state.value,
        "findings": use.findings,
        "days": use.days,
        "why": use.why,
    }


def _baseline(use: BaselineUse) -> dict[str, object]:
    return {"path": use.path, "matched": use.matched, "dead": [entry._asdict() for entry in use.dead]}


def _comparison(comparison: Comparison) -> dict[str, object]:
    return comparison._asdict() | {"changes": [_change(change) for change in comparison.changes]}


def _change(change: Change) -> dict[str, object]:
    place = change.location
    where = {"path": place.path, "line": max(place.line, 1)} if place else {}
    return {key: value for key, value in change._asdict().items() if key != "location"} | where


def _config(config: ConfigResult) -> dict[str, object]:
    found: dict[str, object] = {
        "path": config.path,
        "platform": config.platform,
        "devices": [result.device.name for result in config.devices],
        "rules": config.rules,
        "files": sorted({path for result in config.devices for path in result.device.files}),
        "not_understood": sum(len(result.device.unread) for result in config.devices),
    }
    if profiles := {result.device.name: dict(result.profile) for result in config.devices if result.profile}:
        found["profiles"] = profiles
    return found


def _verdict(result: DeviceResult, index: int) -> dict[str, object]:
    verdict = result.verdicts[index]
    requirement = verdict.requirement
    found: dict[str, object] = {
        "config": result.config,
        "device": result.device.name,
        "requirement": verdict.id,
        "host": requirement.host,
        "port": verdict.port,
        "protocol": requirement.protocol,
        "need": requirement.need.value,
        "geography": requirement.geography,
    }
    if requirement.path:
        found["path"] = requirement.path
    if requirement.replaces:
        origin = requirement.origin._asdict() if requirement.origin else None
        found["replaces"] = requirement.replaces._asdict() | {"origin": origin}
    found |= _words(verdict)
    if leans := assumed_by(verdict):
        found["assuming"] = leans
    if result.hops:
        found["hops"] = [{"name": hop.name} | _words(hop.verdicts[index]) for hop in result.hops]
    return found


def assumed_by(verdict: Verdict) -> dict[str, list[str]]:
    """The user's assumptions that answers lean on, by stage."""
    return {stage.value: list(answer.leans) for stage, answer in verdict.stages.items() if answer.leans}


def _words(verdict: Verdict) -> dict[str, object]:
    return {stage.value: verdict.word(stage) for stage in Stage}


def _finding(finding: Finding) -> dict[str, object]:
    location = finding.location
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "config": finding.config,
        "device": finding.device,
        "path": location.path,
        "line": max(location.line, 1),
        "column": max(location.column, 1),
        "length": location.length,
        "requirement": finding.requirement,
        "witness": finding.witness,
        "need": finding.need,
        "reasons": list(finding.reasons),
        "trace": [step_values(step) for step in finding.trace],
        "related": [
            {
                "path": related.location.path,
                "line": max(related.location.line, 1),
                "column": max(related.location.column, 1),
                "length": related.location.length,
                "message": related.message,
            }
            for related in finding.related
        ],
        "help": finding.help,
        "waiver": _waiver(finding.waiver) if finding.waiver else None,
        "baseline": bool(finding.known),
        "known": finding.known,
        "fingerprint": finding.fingerprint,
    }


def step_values(step: Step) -> dict[str, object]:
    """A rule on the way of a flow, with what it did."""
    location = step.rule.location
    return {
        "config": location.path,
        "line": max(location.line, 1),
        "rule": step.rule.text,
        "effect": step.effect.value,
        "certain": step.certain,
        "stage": step.stage.value,
        "rulebase": step.rulebase,
        "default": step.default,
    } | ({"device": step.device} if step.device else {})


def _summary(run: Run) -> dict[str, object]:
    waived, known = accepted_counts(run.findings)
    return {
        "devices": sum(not result.hops for result in run.results),
        "paths": sum(bool(result.hops) for result in run.results),
        "requirements": requirements(run),
        "rules": sum(config.rules for config in run.configs),
        "not_understood": sum(len(result.device.unread) for result in run.results),
        "errors": run.count(Severity.ERROR),
        "warnings": run.count(Severity.WARNING),
        "infos": run.count(Severity.INFO),
        "unknown": run.unknown(),
        "waived": waived,
        "known": known,
    }


REPORT = Report("json", "for programs; schemas/report.schema.json describes it", render)
