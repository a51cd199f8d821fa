"""Live results in every format: what a test settles is seen as settled, with its day, and turns nothing else green."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from allowlint import registry
from allowlint.model.finding import Severity
from allowlint.model.live import Conclusion
from allowlint.model.report import Run
from allowlint.reports import Style, _tested
from tests.reports.runs import load
from tests.reports.test_html import page
from tests.support import FIXTURES

LIVE = FIXTURES / "reports" / "text" / "live"
SETTLED = "settled.good.test:443"


@pytest.fixture
def run() -> Run:
    return load(LIVE)


def text_of(run: Run, form: str) -> str:
    content = registry.load("reports", form.replace("-", "_")).render(run, Style(width=200))
    if isinstance(content, str):
        return content
    book = load_workbook(BytesIO(content))
    return "\n".join(str([cell.value for cell in row]) for sheet in book for row in sheet.iter_rows())


@pytest.mark.parametrize("form", registry.names("reports"))
def test_what_is_settled_is_told_with_its_day(form: str, run: Run) -> None:
    """Also where no check of live results is run that would say so: the exit code leans on it."""
    text = text_of(run, form)
    pieces = re.split(r"\}", text.replace("\n", "")) if form in ("json", "sarif") else re.split(r"\n|%0A|<li|<tr", text)

    assert [piece for piece in pieces if "settled" in piece.lower() and "2026-11-20" in piece]


@pytest.mark.parametrize("form", registry.names("reports"))
def test_without_live_results_nothing_is_settled(form: str, run: Run) -> None:
    assert "settled by a test" not in text_of(run._replace(live=None), form)
    assert "settled 2026-11-20" not in text_of(run._replace(live=None), form)


def test_a_settled_answer_fails_no_test_and_another_unknown_one_does(run: Run) -> None:
    quiet = run._replace(findings=tuple(each for each in run.findings if each.severity is not Severity.ERROR))
    cases = re.findall(r'<testcase name="(\S+)" classname="(\S+)">\n\s*<(\w+)', text_of(quiet, "junit"))

    assert (SETTLED, "hq_conf", "skipped") in cases
    assert (SETTLED, "branch_conf", "failure") in cases
    assert ("failed.good.test:443", "hq_conf", "failure") in cases
    assert quiet._replace(thresholds={"": "unknown"}).failing


def test_a_test_of_which_the_place_is_not_known_stands_beside_all(run: Run) -> None:
    found = _tested.tested(run)

    assert found["hq.conf", "hq.conf", "*.wide.test:443"].conclusion is Conclusion.INTERCEPTED
    assert found["branch.conf", "branch.conf", "*.wide.test:443"].conclusion is Conclusion.INTERCEPTED
    assert ("branch.conf", "branch.conf", SETTLED) not in found


def test_what_speaks_against_a_verdict_is_told_before_what_speaks_for_it(run: Run) -> None:
    assert run.live is not None
    (good,) = (each for each in run.live.answers if each.conclusion is Conclusion.CONFIRMED)
    bad = good._replace(conclusion=Conclusion.CONTRADICTED, date="2026-11-01")
    later = bad._replace(date="2026-11-10")

    (found,) = _tested.tested(run._replace(live=run.live._replace(answers=(good, bad, later)))).values()

    assert str(found) == "contradicted 2026-11-10"
    assert [each.date for each in found.answers] == ["2026-11-10", "2026-11-01", "2026-11-20"]


def test_the_page_marks_the_cells_and_changes_no_sign(run: Run) -> None:
    document = page(run)
    plain = page(run._replace(live=None))
    marks = {
        row.by_class("same" if sign == "+" else "other" if sign == "!" else "settled")[0].get("title")
        for sign in "+!="
        for row in document.all("tr")
        if row.get("data-row") and row.by_class("same" if sign == "+" else "other" if sign == "!" else "settled")
    }

    assert marks == {
        *("confirmed 2026-11-20", "fault confirmed 2026-11-20", "contradicted 2026-11-20", "settled 2026-11-20"),
        *("unknown and failed 2026-11-20", "intercepted undated"),
    }
    signs = [[sign.text for sign in table.all("b")] for table in document.by_class("matrix")]
    assert signs == [[sign.text for sign in table.all("b")] for table in plain.by_class("matrix")]


def test_the_page_has_a_section_with_each_result(run: Run) -> None:
    (section,) = (each for each in page(run).all("section") if each.get("id") == "live")
    text = " ".join(section.text.split())

    for words in (
        *(
            "Defender for Endpoint client analyzer (Windows)",
            "Tested on2026-11-20",
            "Made athq.conf",
            "default failed 403",
        ),
        *("nobody says on which day the test was made", "line 30: an attempt in unknown words", "nobody.good.test:443"),
        *(
            "certificate issued by <b>Corp</b> | `CA`",
            "at 2 places, and it is not known at which",
            "elsewhere.test:443",
        ),
        *("command and control", "the sensor did not reach the service"),
    ):
        assert words in text
    assert not any(each.get("id") == "live" for each in page(run._replace(live=None)).all("section"))
