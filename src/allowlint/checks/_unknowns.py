"""Builds the findings of what cannot be told."""

from collections.abc import Iterator

from allowlint.checks import Examined
from allowlint.checks._doubted import doubted
from allowlint.checks._findings import Identity, already_told, faults, finding, reasons_of, settled_by
from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.location import without_lines
from allowlint.model.verdict import Answer


def unknowns(check: Identity, examined: Examined, stage: Stage, done: str) -> Iterator[Finding]:
    """Yield a finding for each requirement of which a stage cannot be told, unless an earlier stage has said why."""
    for fault in faults(examined, stage, Answer.UNKNOWN):
        if already_told(fault):
            continue
        rule, own = doubted(fault)
        reasons = sorted(fault.answer.reasons, key=lambda reason: reason.key not in own)
        settled = dict.fromkeys(reason.settle for reason in reasons if reason.settle)
        advice = settled_by(" and ".join(settled)) if settled else ""
        found = finding(check, fault, f"whether {fault.id} is {done} cannot be told", help=advice)
        found = found._replace(reasons=reasons_of(reasons, fault.answer.leans))
        if rule is not None and rule.location.line:
            found = found._replace(location=rule.location, object=without_lines(rule.text, rule.location.line))
        yield found
