"""A workbook, for whoever manages by spreadsheet.

What reads it
    Excel, LibreOffice and the like. ``Summary`` has the answer, the counts, for whom it was judged and what it was made from;
    ``Verdicts`` a row for every requirement and device, with a filter, and colours beside the words; ``Findings`` what is wrong and
    what to do; ``Unknown`` what cannot be told and what would settle it; ``Live`` what tests on endpoints say of it; ``Waivers`` what was accepted, by whom and until when.
    Every text is stored as a text, so that none can be a formula; one that begins like a formula stays a text when it is edited.
    There are no links. The same run gives the same bytes.
What is left out
    The trace and the snippets. Texts end at Excel's limit of 32,767 characters, and say so. What does not print as itself is
    shown by its number.
"""

from __future__ import annotations

import re

from allowlint.model.report import Run
from allowlint.reports import Report, Style
from allowlint.reports._sheets import BAD, DOUBT, GOOD, Sheet, sheets
from allowlint.reports._visible import visible

TYPE_CHECKING = False  # read by type checkers as True; openpyxl is slow to import, and only a workbook needs it
if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767
"""Characters that a cell holds."""
LINE = 15
"""Points that a line is high."""
FORMULAS = ("=", "+", "-", "@")
HEAD, NAME, TEXT = "head of a table", "name", "text"
"""Styles of cells."""
EPOCH = "1980-01-01T00:00:00Z"
"""The time of a workbook whose run has none: the earliest that a zip file knows."""
_FILLS = {GOOD: "E2F0D9", BAD: "F8CBAD", DOUBT: "FFF2CC"}
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def render(run: Run, style: Style) -> bytes:  # noqa: ARG001 - what is no text has no style
    """The workbook as a file."""
    from io import BytesIO

    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _add_styles(workbook)
    for sheet in sheets(run):
        _write(workbook, sheet)
    workbook.properties.creator = f"allowlint {visible(run.version)}"
    file = BytesIO()
    workbook.save(file)
    return _repeatable(file.getvalue(), run.provenance.made or EPOCH)


def _add_styles(workbook: Workbook) -> None:
    """Styles by name: a style of its own for each cell would take most of the time."""
    from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill

    place = Alignment(horizontal="left", vertical="top", wrap_text=True)
    white, black = (Font("Calibri", 11, bold=True, color=color) for color in ("FFFFFF", "000000"))
    workbook.add_named_style(NamedStyle(HEAD, font=white, fill=PatternFill("solid", fgColor="404040"), alignment=place))
    workbook.add_named_style(NamedStyle(NAME, font=black, alignment=place))
    workbook.add_named_style(NamedStyle(TEXT, font=Font("Calibri", 11), alignment=place))


def _write(workbook: Workbook, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    page: Worksheet = workbook.create_sheet(sheet.title)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    rows = [sheet.head, *sheet.rows] if sheet.head else sheet.rows
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            special = (HEAD if number == 1 else "") if sheet.head else (NAME if column == 1 else "")
            _fill(page, number, column, value, special or TEXT)
        # Not every program measures by itself what is wrapped.
        page.row_dimensions[number].height = LINE * min(max(map(_lines, row, sheet.widths), default=1), 20)
    if sheet.head:
        page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
        page.print_title_rows = "1:1"
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.head))}{len(rows)}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _color(page, sheet)


def _fill(page: Worksheet, row: int, column: int, value: str | int, style: str) -> None:
    """Write a number that was counted here, or a text as a text."""
    if value == "":
        return
    cell = page.cell(row, column)
    cell.style = style
    if isinstance(value, int):
        cell.value = value
        return
    text = _shown(value)
    cell.value = text
    # openpyxl takes a text that begins with an equals sign for a formula, and "#N/A" for an error.
    cell.data_type = "s"
    if text.startswith(FORMULAS):
        cell.quotePrefix = True


def _lines(value: str | int, width: int) -> int:
    """How many lines a cell takes in a column so wide."""
    return sum(len(line) // width + 1 for line in str(value).split("\n"))


def _shown(text: str) -> str:
    lines = "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))
    return lines if len(lines) <= LONGEST else f"{lines[: LONGEST - 6]} (cut)"


def _color(page: Worksheet, sheet: Sheet) -> None:
    """Give words a background that says what they mean; the words say it too."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import PatternFill
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.utils import get_column_letter

    for column, words in sheet.colors.items() if sheet.rows else ():
        letter = get_column_letter(column + 1)
        for word, meaning in words.items():
            style = DifferentialStyle(fill=PatternFill("solid", bgColor=_FILLS[meaning], fgColor=_FILLS[meaning]))
            rule = Rule(type="cellIs", operator="equal", formula=[f'"{word}"'], dxf=style)
            page.conditional_formatting.add(f"{letter}2:{letter}{len(sheet.rows) + 1}", rule)


def _repeatable(content: bytes, made: str) -> bytes:
    """The file with the time of the run in place of the time of the clock."""
    from io import BytesIO
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MADE.sub(rb"\g<1>" + made.encode("ascii", "replace"), data)
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, data)
    return file.getvalue()


REPORT = Report("xlsx", "a workbook with filters: summary, verdicts, findings, unknown, waivers", render)
