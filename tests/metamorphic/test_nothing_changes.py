"""Edits that mean nothing, after which every answer must be the same, about the same hosts."""

from __future__ import annotations

from allowlint.model.finding import Finding
from tests.metamorphic.cases import Case, each
from tests.metamorphic.workshop import Asked, Workshop, changes, of_stages, plain


def unchanged(workshop: Workshop, case: Case, operation: str) -> None:
    before = workshop.before(case)
    for edit in case.edits(operation):
        assert not list(changes(before, workshop.ask(case, edit))), edit.what


@each("unrelated")
def test_a_rule_about_a_foreign_name(case: Case, workshop: Workshop) -> None:
    unchanged(workshop, case, "unrelated")


@each("renamings")
def test_other_names_for_what_the_author_named(case: Case, workshop: Workshop) -> None:
    unchanged(workshop, case, "renamings")


@each("duplicates")
def test_a_rule_that_stands_twice(case: Case, workshop: Workshop) -> None:
    unchanged(workshop, case, "duplicates")


@each("shuffles")
def test_another_order_where_order_means_nothing(case: Case, workshop: Workshop) -> None:
    """What stops the start is left out: of a name and its suffix, Squid 6 and earlier refuse only one order."""
    before = workshop.before(case)
    for edit in case.edits("shuffles"):
        after = workshop.ask(case, edit)
        if before.loads and after.loads:
            assert not list(changes(before, after)), edit.what


@each("layouts")
def test_another_layout_changes_nothing_but_line_numbers(case: Case, workshop: Workshop) -> None:
    before = workshop.before(case)
    for edit in case.edits("layouts"):
        after = workshop.ask(case, edit)
        assert not list(changes(before, after)), edit.what
        assert told(before) == told(after), edit.what
        # Of random configurations, with many expressions each, the checks take most of the time.
        if case.folder is not None:
            assert sorted(map(_without_place, before.findings)) == sorted(map(_without_place, after.findings)), (
                edit.what
            )


def told(asked: Asked) -> tuple[object, ...]:
    """The verdicts with all that is said about them, without places."""
    verdicts = [(verdict.id, of_stages(verdict)) for examined in asked.examined for verdict in examined.verdicts]
    witnesses = [answer.witness for answer in asked.answers.values()]
    faults = [len(examined.device.load_faults) for examined in asked.examined]
    return verdicts, witnesses, faults


def _without_place(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.requirement, finding.witness, str(finding.severity), plain(finding.object)
