"""Laws of declared paths: what the path does not say is not in order, and is told."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.engine.judge import judge
from allowlint.model.device import Stage
from allowlint.model.path import Path
from allowlint.model.verdict import Answer
from tests.metamorphic.cases import Case, asked_of, each, flow_of
from tests.metamorphic.operations import UNDECLARED, Edit
from tests.metamorphic.workshop import Workshop


@each("detours", on_path=True)
def test_an_undeclared_proxy_is_told_and_nothing_behind_it_is_in_order(case: Case, workshop: Workshop) -> None:
    """Of a later stop: what comes by there. An endpoint of which something else is surely wrong need not be told twice."""
    for edit in case.edits("detours") if case.leads else ():
        asked = workshop.ask(case, edit)
        told = {finding.requirement for finding in asked.findings if finding.code == "RTE002"}
        for key, answer in asked.answers.items():
            if key.stage is Stage.ACCESS:
                assert answer.answer in (Answer.UNKNOWN, Answer.VIOLATED, Answer.PARTIAL), f"{edit.what}: {key}"
                assert key.requirement in told or answer.answer is not Answer.UNKNOWN, f"{edit.what}: {key}"


@each("undeclared", on_path=True)
def test_a_path_that_says_less_is_sure_of_no_more(case: Case, workshop: Workshop) -> None:
    """One proxy after the other is not declared: what was sure stays so or is unknown."""
    assert case.along is not None
    devices = workshop.devices(case, Edit(case.text, "as it is"))
    before = workshop.before(case)
    for what, declared in less(case.along.path):
        path = workshop.path(case, case.along, devices, declared)
        for verdict in judge(path, asked_of(case), flow_of(case)):
            was = next(answers for key, answers in before.answers.items() if key[1:] == (verdict.id, Stage.ACCESS))
            now = verdict.stages[Stage.ACCESS].answer
            assert now is was.answer or now not in (Answer.SATISFIED, Answer.VIOLATED), f"{what}: {verdict.id} {now}"


def less(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the paths that declare one proxy less."""
    for number, link in enumerate(path.links):
        for proxy in link.proxies:
            others = {name: stop for name, stop in link.proxies.items() if name != proxy}
            links = (*path.links[:number], link._replace(proxies=others), *path.links[number + 1 :])
            yield f"without {proxy}", path._replace(links=links)


def test_there_are_paths_with_and_without_undeclared_proxies() -> None:
    from tests.metamorphic.cases import cases_of
    from tests.metamorphic.platforms import TABLES

    placed = [case for table in TABLES for case in cases_of(table) if case.along is not None]
    named = {case.id: set(case.table.proxies(case.text)) for case in placed}
    declared = {
        case.id: {proxy for link in case.along.path.links for proxy in link.proxies} for case in placed if case.along
    }
    assert any(named[name] and named[name] <= declared[name] for name in named)
    assert any(named[name] - declared[name] for name in named)
    assert UNDECLARED not in set().union(*declared.values())
