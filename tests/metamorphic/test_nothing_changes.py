"""Edits that mean nothing, after which every answer must be the same, about the same hosts."""

from __future__ import annotations

import pytest

from allowlint.model.finding import Finding
from tests.metamorphic.cases import Asked, Case, Workshop, asked_of, changes, each, flow_of, of_stages, plain
from tests.metamorphic.table import Edit


def unchanged(workshop: Workshop, case: Case, operation: str) -> None:
    requirements, flow = asked_of(case), flow_of(case)
    before = workshop.ask(case, Edit(case.text, "as it is"), requirements, flow, check=False)
    for edit in case.edits(operation):
        after = workshop.ask(case, edit, requirements, flow, check=False)
        assert not list(changes(before, after)), edit.what


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
    requirements, flow = asked_of(case), flow_of(case)
    before = workshop.ask(case, Edit(case.text, "as it is"), requirements, flow, check=False)
    for edit in case.edits("shuffles"):
        after = workshop.ask(case, edit, requirements, flow, check=False)
        if not before.device.load_faults and not after.device.load_faults:
            assert not list(changes(before, after)), edit.what


@each("layouts")
def test_another_layout_changes_nothing_but_line_numbers(case: Case, workshop: Workshop) -> None:
    requirements, flow = asked_of(case), flow_of(case)
    before = workshop.ask(case, Edit(case.text, "as it is"), requirements, flow)
    for edit in case.edits("layouts"):
        after = workshop.ask(case, edit, requirements, flow)
        assert not list(changes(before, after)), edit.what
        assert whole(before) == whole(after), edit.what


def whole(asked: Asked) -> tuple[object, ...]:
    """All that is said, without places."""
    verdicts = [(verdict.id, of_stages(verdict), _hosts(asked)) for verdict in asked.verdicts]
    return verdicts, sorted(map(_without_place, asked.findings)), len(asked.device.load_faults)


def _hosts(asked: Asked) -> list[str | None]:
    return [answer.witness for answer in asked.answers.values()]


def _without_place(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.requirement, finding.witness, str(finding.severity), plain(finding.object)


def test_every_operation_finds_something_to_do() -> None:
    """A table whose operations yield nothing would agree with anything."""
    from tests.metamorphic.cases import TABLES, cases_of

    for table in TABLES:
        for operation in ("unrelated", "renamings", "duplicates", "shuffles", "layouts", "unknown_words", "deletions"):
            edits = [edit for case in cases_of(table)[:40] for edit in case.edits(operation)]
            if not edits:
                pytest.fail(f"{table.platform}: {operation} does nothing on 40 configurations")
