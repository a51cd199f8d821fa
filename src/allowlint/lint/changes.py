"""Which answers are not what they were: the verdicts of two runs, requirement by requirement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allowlint.lint.accounts import unit_of
from allowlint.model.device import Stage
from allowlint.model.extent import hosts_in_words, inside
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import Change, DeviceResult, Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer, StageVerdict, Verdict

KINDS = ("broken", "changed", "mended")
"""The kinds of changes, worst first."""
_FAULTS = (Answer.VIOLATED, Answer.PARTIAL)
_WORSE = {(Answer.UNKNOWN, Answer.PARTIAL), (Answer.UNKNOWN, Answer.VIOLATED), (Answer.PARTIAL, Answer.VIOLATED)}
"""What was not well and is worse now."""
_NEEDS = [need.value for need in Need]

Place = tuple[str, str]
"""A device: its configuration and its name, however they were named."""


class _Answers(NamedTuple):
    """What a run answers for a device."""

    result: DeviceResult
    verdicts: Mapping[str, Verdict]


def changes(then: Run, now: Run, root: str) -> tuple[list[Change], list[str]]:
    """The answers that are not what they were, worst first, and in sentences the devices that came and went."""
    before, after = _by_device(then, root), _by_device(now, root)
    found = [
        change
        for place, answers in after.items()
        for change in _of_device(before[place].verdicts if place in before else None, answers)
    ]
    notes = [f"{_named(answers.result)} is new" for place, answers in after.items() if place not in before]
    notes += [f"{_named(answers.result)} is gone" for place, answers in before.items() if place not in after]
    return sorted(found, key=_order), notes


def _order(change: Change) -> tuple[object, ...]:
    return (
        KINDS.index(change.kind),
        _NEEDS.index(change.need),
        change.config,
        change.device,
        change.requirement,
        list(Stage).index(Stage(change.stage)),
    )


def _named(result: DeviceResult) -> str:
    return result.config if result.device.name in ("", result.config) else f"{result.config}, {result.device.name}"


def _by_device(run: Run, root: str) -> dict[Place, _Answers]:
    return {
        unit_of(result.config, result.device.name, root): _Answers(
            result, {verdict.id: verdict for verdict in result.verdicts}
        )
        for result in run.results
        if not result.on_path
    }


def _of_device(before: Mapping[str, Verdict] | None, after: _Answers) -> Iterator[Change]:
    for name, verdict in after.verdicts.items():
        earlier = before.get(name) if before is not None else None
        for stage, answer in verdict.stages.items():
            if not verdict.matters(stage):
                continue
            was = earlier.stages.get(stage) if earlier is not None else None
            kind = _kind(was, answer)
            if kind:
                yield Change(
                    after.result.config,
                    after.result.device.name,
                    name,
                    stage.value,
                    earlier.word(stage) if earlier is not None else "",
                    verdict.word(stage),
                    kind,
                    verdict.requirement.need.value,
                    answer.witness or "",
                    _decides(answer),
                )


def _decides(answer: StageVerdict) -> Location | None:
    """Where the rule stands that ends what the witness tries."""
    places = [step.rule.location for step in answer.steps if step.rule.location.line]
    return places[-1] if places else None


def _kind(was: StageVerdict | None, answer: StageVerdict) -> str:
    """The kind of a change; empty where there is none, or where another stage tells it."""
    now = answer.answer
    if now is Answer.NOT_APPLICABLE:
        return ""
    if was is None or was.answer is Answer.NOT_APPLICABLE:
        if now is Answer.SATISFIED:
            return ""
        return "broken" if was is None and now in _FAULTS else "changed"
    if was.answer is now:
        return _grown(was, answer)
    if now is Answer.SATISFIED:
        return "mended"
    return "broken" if was.answer is Answer.SATISFIED or (was.answer, now) in _WORSE else "changed"


def _grown(was: StageVerdict, answer: StageVerdict) -> str:
    """Whether more hosts fail, or may fail, where the word is the same."""
    if answer.answer is Answer.SATISFIED:
        return ""
    if not inside(hosts_in_words(answer.failing), hosts_in_words(was.failing)):
        return "broken"
    return "" if inside(hosts_in_words(answer.doubtful), hosts_in_words(was.doubtful)) else "changed"
