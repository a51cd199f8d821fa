"""Each report on its own cases: `fixtures/reports/<format>/<case>/run.yaml` says what was found, `expected.*` what is printed."""

from pathlib import Path

import pytest

from allowlint import registry
from allowlint.reports import Style
from tests.reports.runs import load
from tests.support import FIXTURES, Golden

SUFFIXES = {"text": "txt", "json": "json", "sarif": "sarif"}
CASES = sorted(path.parent for path in FIXTURES.glob("reports/*/*/run.yaml"))

each_case = pytest.mark.parametrize("case", CASES, ids=lambda path: "-".join(path.parts[-2:]))


@each_case
def test_it_prints_this(case: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    form = case.parent.name

    text = registry.load("reports", form).render(load(case), Style(width=100))

    golden.check(case / f"expected.{SUFFIXES.get(form, 'txt')}", text)


@each_case
def test_it_prints_the_same_each_time_and_ends_its_last_line(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    render = registry.load("reports", case.parent.name).render

    once, again = (render(load(case), Style()) for _ in range(2))

    assert once == again
    assert once.endswith("\n")
    assert not once.endswith("\n\n")
