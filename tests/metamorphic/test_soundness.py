"""Edits after which an answer may be worse or less sure, and never better without a word."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.engine.explain import explain
from allowlint.model.device import Stage
from allowlint.model.flow import Flow
from allowlint.model.verdict import Answer, Verdict
from tests.metamorphic.cases import Asked, Case, Workshop, asked_of, changes, each, flow_of, of_stages
from tests.metamorphic.table import Edit


def first(workshop: Workshop, case: Case, *, check: bool = False) -> Asked:
    return workshop.ask(case, Edit(case.text, "as it is"), asked_of(case), flow_of(case), check=check)


@each("forces")
def test_what_spoils_everything_at_the_top_leaves_nothing_in_order(case: Case, workshop: Workshop) -> None:
    for force in case.table.forces:
        edit = Edit(force.edit(case.text), f"{force.stage} spoilt")
        after = workshop.ask(case, edit, asked_of(case), flow_of(case), check=False)
        for verdict in after.verdicts:
            plain_http = verdict.requirement.protocol == "http" and force.stage is Stage.INSPECTION
            answer = verdict.stages[force.stage].answer
            assert plain_http or answer is not Answer.SATISFIED, f"{edit.what}: {verdict.id}"


@each("unknown words", times=4)
def test_a_word_that_the_language_does_not_have(case: Case, workshop: Workshop) -> None:
    """It is reported where it stands (CFG001) or as what stops the start (CFG002), or the answer is the same or unknown."""
    before = first(workshop, case, check=True)
    for edit in case.edits("unknown_words", most=8):
        after = workshop.ask(case, edit, asked_of(case), flow_of(case))
        told = after.reports - before.reports
        if any(code == "CFG002" or line == edit.line for code, line, _ in told):
            continue
        wrong = [
            (name, stage, was, now) for name, stage, was, now in changes(before, after) if now is not Answer.UNKNOWN
        ]
        assert not [one for one in wrong if not _came_up(one[0], one[2], after)], f"{edit.what}: {wrong}"


def _came_up(name: str, was: Answer, after: Asked) -> bool:
    """Whether a stage that was not asked about is now, behind an access that cannot be told."""
    return was is Answer.NOT_APPLICABLE and after.answers[name, Stage.ACCESS].answer is Answer.UNKNOWN


@each("deletions")
def test_a_finding_that_goes_leaves_another_explanation(case: Case, workshop: Workshop) -> None:
    """Where a line is gone and with it a finding, the explanation of the endpoint is another one, or something else is told."""
    before = first(workshop, case, check=True)
    for edit in case.edits("deletions"):
        after = workshop.ask(case, edit, asked_of(case), flow_of(case))
        had, has = ({(f.requirement, f.code) for f in asked.findings if f.requirement} for asked in (before, after))
        if after.reports - before.reports:
            continue
        for name in {name for name, _ in had - has} - {name for name, _ in has - had}:
            assert explained(before, name, flow_of(case)) != explained(after, name, flow_of(case)), (
                f"{edit.what}: {name}"
            )


def explained(asked: Asked, name: str, flow: Flow) -> tuple[object, ...]:
    """The rules that an endpoint meets with why they match or not, and those that its verdict names."""
    verdict = next(verdict for verdict in asked.verdicts if verdict.id == name)
    return (*of_stages(verdict), *_met(asked, verdict, flow))


def _met(asked: Asked, verdict: Verdict, flow: Flow) -> Iterator[object]:
    for one in explain(asked.device, verdict.requirement, verdict.port, flow):
        yield from ((met.rule.text, met.rulebase, met.answer, met.why) for met in one.steps)


@each("fewer allows")
def test_less_that_lets_through_opens_nothing(case: Case, workshop: Workshop) -> None:
    before = first(workshop, case)
    for edit in case.edits("fewer_allows"):
        after = workshop.ask(case, edit, asked_of(case), flow_of(case), check=False)
        assert not list(better(before, after)), edit.what


@each("fewer denies")
def test_less_that_stops_closes_nothing(case: Case, workshop: Workshop) -> None:
    before = first(workshop, case)
    for edit in case.edits("fewer_denies"):
        after = workshop.ask(case, edit, asked_of(case), flow_of(case), check=False)
        assert not list(better(after, before)), edit.what


def better(before: Asked, after: Asked) -> Iterator[tuple[str, Answer, Answer]]:
    """Yield the accesses that are more open: allowed where they were not, or no longer surely blocked."""
    if before.device.load_faults or after.device.load_faults:
        return
    for (name, stage), was in before.answers.items():
        now = after.answers[name, stage].answer
        opened = now is Answer.SATISFIED and was.answer is not Answer.SATISFIED
        if stage is Stage.ACCESS and (opened or (was.answer is Answer.VIOLATED and now is not Answer.VIOLATED)):
            yield name, was.answer, now


@each("doubts")
def test_a_condition_that_cannot_be_told_is_sure_of_what_both_answers_give(case: Case, workshop: Workshop) -> None:
    """In front of a rule's conditions, it leaves sure only what is so with the rule and without it."""
    for doubt in case.sampled("doubts", case.table.doubts(case.text, case.random("doubts"))):
        asked = [workshop.ask(case, edit, asked_of(case), flow_of(case), check=False) for edit in doubt]
        if any(one.device.load_faults for one in asked):
            continue
        holds, fails, unknown = asked
        for key, answer in unknown.answers.items():
            possible = {holds.answers[key].answer, fails.answers[key].answer}
            assert consistent(answer.answer, possible), f"{doubt.unknown.what}: {key} {answer.answer} of {possible}"


def consistent(answer: Answer, possible: set[Answer]) -> bool:
    """Whether an answer may stand for all of those; a stage that is not reached adds nothing to one that is."""
    if answer in (Answer.SATISFIED, Answer.VIOLATED):
        return possible <= {answer, Answer.NOT_APPLICABLE}
    return possible == {answer} if answer is Answer.NOT_APPLICABLE else True
