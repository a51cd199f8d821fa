"""Each report on its own cases: `fixtures/reports/<format>/<case>/run.yaml` says what was found, `expected.*` what is printed."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from allowlint import registry
from allowlint.reports import Style
from tests.reports.runs import load
from tests.support import FIXTURES, Golden

SUFFIXES = {
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "gitlab": "json",
    "markdown": "md",
    "csv": "csv",
    "html": "html",
}
CASES = sorted(path.parent for path in FIXTURES.glob("reports/*/*/run.yaml"))


def cells(workbook: bytes) -> Iterator[str]:
    """Yield what a workbook holds, line by line, with what is stored as a text in quotation marks."""
    for sheet in load_workbook(BytesIO(workbook)):
        yield f"# {sheet.title}\n"
        for row in sheet.iter_rows():
            yield " | ".join("" if cell.value is None else repr(cell.value) for cell in row).rstrip(" |") + "\n"


each_case = pytest.mark.parametrize("case", CASES, ids=lambda path: "-".join(path.parts[-2:]))


@each_case
def test_it_prints_this(case: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    form = case.parent.name

    content = registry.load("reports", form).render(load(case), Style(width=100))
    text = content if isinstance(content, str) else "".join(cells(content))

    # Files of tests have the line ends of the repository, whatever those of a report are.
    text = text.replace("\r\n", "\n")
    golden.check(case / f"expected.{SUFFIXES.get(form, 'txt')}", text)


@each_case
def test_it_prints_the_same_each_time_and_ends_its_last_line(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    render = registry.load("reports", case.parent.name).render

    once, again = (render(load(case), Style()) for _ in range(2))

    assert once == again
    if isinstance(once, str):
        assert once.endswith("\n")
        assert not once.endswith("\n\n")
