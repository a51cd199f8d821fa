"""The rule because of which an answer cannot be told: the first that may match the connection or not."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.checks._findings import Fault, attempt_of
from allowlint.engine.evaluate import outcomes
from allowlint.engine.looking import Meeting
from allowlint.engine.runs import entrances_for, narrowed
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Device, Rule, Stage
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered


class Doubted(NamedTuple):
    """Why an answer cannot be told."""

    rule: Rule | None = None
    """The first rule of the stage that is in doubt, else of any stage."""
    keys: frozenset[str] = frozenset()
    """The reasons that rules of the stage itself have; others may matter for what leads to them."""


def doubted(fault: Fault) -> Doubted:
    """Why the answer about the witness cannot be told."""
    known = _known(fault.examined.device)
    reasons = frozenset(reason.key for reason in fault.answer.reasons)
    key = (fault.stage, fault.verdict.port, fault.requirement.path, fault.answer.entrance, reasons)
    if key not in known:
        known[key] = _found(fault)
    return known[key]


@remembered
def _known(_device: Device) -> dict[tuple[Stage, int, str, str, frozenset[str]], Doubted]:
    """What has been found for a device: endpoints of which the same cannot be told are in doubt because of the same rule."""
    return {}


def _found(fault: Fault) -> Doubted:
    met = list(_in_doubt(fault))
    own = [meeting for meeting in met if meeting.rulebase.stage is fault.stage]
    keys = frozenset(reason.key for meeting in own for reason in meeting.after.reasons[len(meeting.before.reasons) :])
    first = next(iter(own or met), None)
    return Doubted(first.rule if first is not None else None, keys)


def _in_doubt(fault: Fault) -> Iterator[Meeting]:
    """Yield what a connection to the witness met and made the answer depend on something."""
    flow = attempt_of(fault).flow
    device = narrowed(fault.examined.device, [flow])
    for entrance in entrances_for(device, flow):
        met: list[Meeting] = []
        if entrance.name == fault.answer.entrance or not fault.answer.entrance:
            try:
                outcomes(entrance, flow, met=met)
            except TooComplex:
                return
        yield from (meeting for meeting in met if len(meeting.after.reasons) > len(meeting.before.reasons))
