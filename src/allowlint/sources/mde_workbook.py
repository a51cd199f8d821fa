"""Microsoft's URL workbooks for Defender for Endpoint (.xlsx).

Where to get it
    Until 2025 Microsoft offered the workbooks for download: ``mde-urls.xlsx`` (2020-2022, commercial and government in
    one file), ``mde-urls-commercial.xlsx`` and ``mde-urls-gov.xlsx`` (2022-2025), and
    ``mde-streamlined-urls-commercial.xlsx`` (2023-2025). The articles that replaced them are read by ``mde_article``.

What is read
    Every sheet with a URL column. Header rows are found by their words, wherever they stand and however many there
    are; merged cells are filled; hidden sheets, rows and columns are read and reported; several addresses in one cell
    become several requirements. Geography comes from its column, the end of the category, or the kind of list; operating
    systems from the flag columns, the single OS column, or the name of the sheet. The date of the list is the newest
    entry of the change log.

What is not
    Sheets without a URL column (processes, address ranges, overview) are named in a diagnostic and passed over. Text
    boxes are drawings, not cells, and contain prerequisites only. Formulas are read by their stored result.
"""

from __future__ import annotations

import hashlib
import os

from allowlint.errors import PolicyError
from allowlint.sources._document import Document, Reading, Row, Section
from allowlint.sources._source import Source

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import IO

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def detect(path: str, head: bytes) -> bool:
    """Whether a file claims to be a workbook: by its name, or by the signature of a zip archive or an old .xls."""
    return path.casefold().endswith((".xlsx", ".xlsm", ".xls")) or head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read(path: str) -> Reading:
    """The policy of a workbook.

    Raises:
        PolicyError: the file cannot be read, is no plain workbook, or contains no list of URLs.
    """
    from allowlint.sources._assemble import assemble
    from allowlint.sources._workbook_guard import check_workbook

    try:
        with open(path, "rb") as file:
            check_workbook(path, file)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            sections = _sections(path, _open(path, file))
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    return assemble(Document(path, os.path.basename(path), sections, digest))


def _open(path: str, file: IO[bytes]) -> Workbook:
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            # openpyxl warns of extensions that it drops (themes, validation); none of them concerns cell values.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(file, data_only=True, keep_links=False)
    except Exception as error:
        # openpyxl raises whatever its parsers do (KeyError, ValueError, TypeError, ...) when a part is not as expected.
        raise PolicyError(
            f"the workbook cannot be read ({type(error).__name__}: {error})",
            path=path,
            hint="open it in Excel, save it again as .xlsx, and retry",
        ) from error


def _sections(path: str, workbook: Workbook) -> tuple[Section, ...]:
    return tuple(_section(path, sheet) for sheet in workbook.worksheets)


def _section(path: str, sheet: Worksheet) -> Section:
    from allowlint.sources._workbook_guard import MAX_CELLS

    # Only cells that exist: the dimension of a sheet can be a million rows by one stray format.
    grid: dict[int, dict[int, str]] = {}
    for (number, column), cell in sheet._cells.items():
        if cell.value is not None:
            grid.setdefault(number, {})[column] = _text(cell.value)
    own = set(grid)
    for merged in sheet.merged_cells.ranges:
        _propagate(grid, merged.min_row, merged.max_row, merged.min_col)
    width = max((column for cells in grid.values() for column in cells), default=0)
    if len(own) * width > MAX_CELLS:
        raise PolicyError(
            f"{sheet.title}: {len(own)} rows of {width} columns; at most {MAX_CELLS} cells are read",
            path=path,
            hint="delete stray cells far outside the table and save the workbook",
        )
    hidden_columns = {
        index
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for index in range(dimension.min or 0, min(dimension.max or 0, width) + 1)
    }
    rows = []
    for number in sorted(own):
        cells = tuple(grid[number].get(column, "") for column in range(1, width + 1))
        hidden = bool(sheet.row_dimensions[number].hidden) or bool(hidden_columns & set(grid[number]))
        rows.append(Row(number, cells, hidden))
    return Section(sheet.title, tuple(rows), hidden=sheet.sheet_state != "visible", fixed_width=True)


def _propagate(grid: dict[int, dict[int, str]], first: int, last: int, column: int) -> None:
    """Give the value of a merged range to the rows below that have cells of their own, in its first column."""
    value = grid.get(first, {}).get(column)
    if value is None:
        return
    for number in range(first + 1, last + 1):
        if number in grid:
            grid[number].setdefault(column, value)


def _text(value: object) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


SOURCE = Source("mde-workbook", "Microsoft's URL workbooks (.xlsx)", detect, read)
