"""CSV and workbooks: what they hold, and that no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports._table import COLUMNS
from allowlint.reports.csv import render as render_csv
from allowlint.reports.xlsx import LONGEST
from allowlint.reports.xlsx import render as render_xlsx
from tests.reports.runs import build, load
from tests.support import FIXTURES

ACCEPTED = FIXTURES / "reports" / "csv" / "accepted"
FAULT = {
    "code": "ACC001",
    "name": "missing-allow",
    "at": "f:2:1",
    "message": "m",
    "requirement": "a:443",
    "need": "required",
}
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x.test")',
    "＝1",
    "#N/A",
    "=cmd|' /C calc'!A1",
]


def table(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(run, Style()), newline=""), strict=True))


def workbook(run: Run) -> Workbook:
    return load_workbook(io.BytesIO(render_xlsx(run, Style())))


def evil(text: str) -> Run:
    return build(
        {
            "devices": [{"config": text, "name": text, "verdicts": [{"host": "a", "note": text, "access": "unknown", "reasons": [{"text": text, "settle": text}]}]}],
            "findings": [FAULT | {"config": text, "device": text, "message": text, "witness": text, "help": text, "reasons": [text], "known": text}],
            "notices": [text],
            "waivers": [{"checks": [text], "reason": text, "owner": text, "state": "active"}],
            "profile": {"client": text},
            "provenance": {"command": [text], "settings": [text]},
        }
    )  # fmt: skip


class TestCsv:
    def test_a_row_for_every_verdict_and_every_other_finding(self) -> None:
        rows = table(load(ACCEPTED))

        assert [row["row"] for row in rows] == ["verdict"] * 7 + ["finding"] * 2
        assert rows[0] == dict.fromkeys(COLUMNS, "") | {
            "row": "verdict",
            "config": "squid.conf",
            "device": "squid.conf",
            "requirement": "a.example.com:443",
            "host": "a.example.com",
            "port": "443",
            "protocol": "https",
            "need": "required",
            "geography": "WW",
            "service": "definition updates",
            "state": "blocked",
            "access": "blocked",
            "inspection": "bypassed",
            "authentication": "anonymous",
            "routing": "not-applicable",
            "severity": "error",
            "codes": "ACC001",
            "message": "a.example.com:443 is blocked by `http_access deny all`",
            "file": "squid.conf",
            "line": "4",
        }

    def test_what_is_accepted_says_so(self) -> None:
        rows = {row["requirement"]: row for row in table(load(ACCEPTED)) if row["config"] == "squid.conf"}

        assert (
            rows["c.example.com:443"]["waiver"]
            == "the service is retired in spring (owner network team, CHG-1042, until 2027-03-31)"
        )
        assert rows["c.example.com:443"]["state"] == "blocked"

    def test_it_is_rfc_4180(self) -> None:
        text = render_csv(load(ACCEPTED), Style())

        assert text.count("\r\n") == text.count("\n") == len(table(load(ACCEPTED))) + 1
        assert all(re.fullmatch(r'("(?:[^"]|"")*",?)+', line) for line in text.splitlines())
        assert not text.startswith("\ufeff")

    @pytest.mark.parametrize("text", FORMULAS)
    def test_no_cell_begins_a_formula(self, text: str) -> None:
        rows = table(evil(text))

        cells = [cell for row in rows for cell in row.values()]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in cells)
        assert "'=1+1" in cells or text != "=1+1"

    def test_separators_and_quotation_marks_come_through(self) -> None:
        assert table(evil('a,b;c"d'))[0]["config"] == 'a,b;c"d'

    def test_real_runs(self, example: tuple[int, Mapping[str, bytes]]) -> None:
        rows = list(csv.DictReader(io.StringIO(example[1]["csv"].decode(), newline=""), strict=True))

        assert len(rows) > 20
        assert all(None not in row and None not in row.values() for row in rows)


class TestWorkbook:
    def test_it_has_the_sheets_that_a_manager_looks_for(self) -> None:
        book = workbook(load(ACCEPTED))

        assert book.sheetnames == ["Summary", "Verdicts", "Findings", "Unknown", "Waivers"]
        summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
        assert (
            summary["Answer"]
            == "FAILED: 1 of 6 required endpoints does not work (3 more accepted), and 1 cannot be told"
        )
        assert (summary["Waived findings"], summary["Known findings"]) == (2, 2)
        assert summary["Command"] == "allowlint check . --since origin/main"

    def test_verdicts_can_be_filtered_and_their_head_stays(self) -> None:
        sheet = workbook(load(ACCEPTED))["Verdicts"]

        assert sheet.auto_filter.ref == f"A1:W{sheet.max_row}"
        assert sheet.freeze_panes == "D2"
        assert sheet.max_row == 8
        assert {rule.formula[0] for found in sheet.conditional_formatting for rule in found.rules} >= {
            '"blocked"',
            '"unknown"',
            '"works"',
        }

    def test_what_would_settle_an_unknown_is_there(self) -> None:
        (_, row) = workbook(load(ACCEPTED))["Unknown"].iter_rows(values_only=True)

        assert row == (
            "squid.conf",
            "squid.conf",
            "d.example.com:443",
            "required",
            "access",
            "acl open: the helper program ticket",
            "say what the helper answers",
            None,
        )

    @pytest.mark.parametrize("text", FORMULAS)
    def test_no_cell_is_a_formula(self, text: str) -> None:
        content = render_xlsx(evil(text), Style())

        cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert all(cell.hyperlink is None for cell in cells)
        with ZipFile(io.BytesIO(content)) as file:
            pages = [file.read(name).decode() for name in file.namelist() if "sheet" in name]
        assert not any("<f>" in page or "<f " in page for page in pages)
        exact = [cell for cell in cells if cell.value == text]
        assert all(cell.quotePrefix == text.startswith(("=", "+", "-", "@")) for cell in exact)

    def test_a_text_that_is_too_long_is_cut_and_says_so(self) -> None:
        sheet = workbook(build({"findings": [FAULT | {"message": "x" * 40_000}]}))["Findings"]

        text = str(sheet["I2"].value)
        assert len(text) == LONGEST
        assert text.endswith(" (cut)")

    def test_no_clock_is_in_it(self) -> None:
        with ZipFile(io.BytesIO(render_xlsx(load(ACCEPTED), Style()))) as file:
            core = file.read("docProps/core.xml").decode()
            times = {info.date_time for info in file.infolist()}

        assert re.findall(r"20\d\d-[^<]*", core) == ["2026-11-23T10:00:00Z"] * 2
        assert times == {(1980, 1, 1, 0, 0, 0)}

    def test_real_runs(self, example: tuple[int, Mapping[str, bytes]]) -> None:
        book = load_workbook(io.BytesIO(example[1]["xlsx"]))

        assert book["Verdicts"].max_row > 20


def test_counts_are_numbers_and_texts_are_texts() -> None:
    values: dict[Any, Any] = {row[0].value: row[1] for row in workbook(load(ACCEPTED))["Summary"].iter_rows()}

    assert values["Errors"].data_type == "n"
    assert values["Answer"].data_type == "s"
