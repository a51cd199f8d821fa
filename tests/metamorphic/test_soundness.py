"""Edits after which an answer may be worse or less sure, and never better without a word."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.engine.explain import explain
from allowlint.model.device import Stage
from allowlint.model.hosts import empty
from allowlint.model.verdict import Answer
from tests.metamorphic.cases import Case, each
from tests.metamorphic.operations import Edit
from tests.metamorphic.workshop import Asked, Change, Workshop, changes, named, of_stages


@each("forces")
def test_what_spoils_everything_at_the_top_leaves_nothing_in_order(case: Case, workshop: Workshop) -> None:
    """Whatever passes here first: what a later stop of a path spoils may have gone another way."""
    fitting = [force for force in case.table.forces if force.on_path in (None, case.along is not None)]
    for force in case.sampled("forces", fitting, times=3) if case.leads else ():
        for examined in workshop.ask(case, Edit(force.edit(case.text), force.what)).examined:
            for verdict in examined.verdicts:
                plain_http = verdict.requirement.protocol == "http" and force.stage is Stage.INSPECTION
                answer = verdict.stages[force.stage].answer
                assert plain_http or answer is not Answer.SATISFIED, f"{force.what}: {verdict.id}"


@each("unknown words", times=4)
def test_a_word_that_the_language_does_not_have(case: Case, workshop: Workshop) -> None:
    """It is reported where it stands (CFG001) or as what stops the start (CFG002), or nothing is more sure than before."""
    before = workshop.before(case)
    for edit in case.edits("unknown_words", times=3):
        after = workshop.ask(case, edit)
        wrong = [one for one in changes(before, after) if not _less_sure(one, after) and not _came_up(one, after)]
        told = after.reports - before.reports if wrong else set()
        assert not wrong or any(code == "CFG002" or line in edit.lines for code, line, _ in told), (
            f"{edit.what}: {wrong}"
        )


def _less_sure(change: Change, after: Asked) -> bool:
    """Whether an answer is unknown; or only for some hosts, while the others fail as they did."""
    if change.now.answer is not Answer.PARTIAL or change.was.answer not in (Answer.VIOLATED, Answer.PARTIAL):
        return change.now.answer is Answer.UNKNOWN
    had, has = change.was.failing or empty(), change.now.failing or empty()
    spared = (had - has).witness()
    return not has - had and (spared is None or after.alone(change.key, spared) is Answer.UNKNOWN)


def _came_up(change: Change, after: Asked) -> bool:
    """Whether a stage that was not asked about is now, behind an access that cannot be told."""
    access = after.answer(change.key._replace(stage=Stage.ACCESS))
    return change.was.answer is Answer.NOT_APPLICABLE and access.answer is Answer.UNKNOWN


@each("deletions")
def test_a_finding_that_goes_leaves_another_explanation(case: Case, workshop: Workshop) -> None:
    """Where a line is gone and with it a finding, the explanation of the endpoint is another one, or something else is told."""
    before = workshop.before(case)
    for edit in case.edits("deletions"):
        after = workshop.ask(case, edit)
        had, has = named(before.findings), named(after.findings)
        if after.refused or after.reports - before.reports:
            continue
        for name in {name for name, _ in had - has} - {name for name, _ in has - had}:
            assert explained(before, name) != explained(after, name), f"{edit.what}: {name}"


def explained(asked: Asked, name: str) -> list[object]:
    """The rules that an endpoint meets with why they match or not, and those that its verdict names."""
    found: list[object] = []
    for examined in asked.examined:
        for verdict in examined.verdicts:
            if verdict.id == name:
                found.append(of_stages(verdict))
                for one in explain(examined.device, verdict.requirement, verdict.port, examined.flow):
                    found += ((met.rule.text, met.rulebase, met.answer, met.why) for met in one.steps)
    return found


@each("fewer allows")
def test_less_that_lets_through_opens_nothing(case: Case, workshop: Workshop) -> None:
    before = workshop.before(case)
    for edit in case.edits("fewer_allows"):
        assert not list(better(before, workshop.ask(case, edit), case.table.gate)), edit.what


@each("fewer denies")
def test_less_that_stops_closes_nothing(case: Case, workshop: Workshop) -> None:
    before = workshop.before(case)
    for edit in case.edits("fewer_denies"):
        assert not list(better(workshop.ask(case, edit), before, case.table.gate)), edit.what


def better(before: Asked, after: Asked, gate: Stage) -> Iterator[Change]:
    """Yield the gates that are more open: satisfied where they were not, or no longer surely violated."""
    if not before.loads or not after.loads:
        return
    for key, was in before.answers.items():
        now = after.answer(key)
        opened = now.answer is Answer.SATISFIED and was.answer is not Answer.SATISFIED
        if key.stage is gate and (opened or (was.answer is Answer.VIOLATED and now.answer is not Answer.VIOLATED)):
            yield Change(key, was, now)


@each("doubts")
def test_a_condition_that_cannot_be_told_is_sure_of_what_both_answers_give(case: Case, workshop: Workshop) -> None:
    """In front of a rule's conditions, it leaves sure only what is so with the rule and without it."""
    for doubt in case.sampled("doubts", case.table.doubts(case.text, case.random("doubts"))):
        asked = [workshop.ask(case, edit) for edit in doubt]
        if not all(one.loads for one in asked):
            continue
        holds, fails, unknown = asked
        for key, answer in unknown.answers.items():
            possible = {holds.answer(key).answer, fails.answer(key).answer}
            assert consistent(answer.answer, possible), f"{doubt.unknown.what}: {key} {answer.answer} of {possible}"


def consistent(answer: Answer, possible: set[Answer]) -> bool:
    """Whether an answer may stand for all of those; a stage that is not reached adds nothing to one that is."""
    if answer in (Answer.SATISFIED, Answer.VIOLATED):
        return possible <= {answer, Answer.NOT_APPLICABLE}
    return possible == {answer} if answer is Answer.NOT_APPLICABLE else True
