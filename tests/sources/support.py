"""Workbooks for tests: described as YAML, which people can review, and built when a test runs."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from allowlint.sources import Reading
from allowlint.sources._yaml_write import policy_to_yaml
from tests.support import FIXTURES, ROOT

SOURCES = FIXTURES / "sources"
SHARED = ROOT.parent / "shared" / "data"
"""Microsoft's own workbooks, where the machine has them."""


def build_workbook(description: Path, target: Path) -> Path:
    """Write the workbook that *description* describes to *target*."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in yaml.safe_load(description.read_text(encoding="utf-8")):
        fill_sheet(book, sheet)
    book.save(target)
    return target


def fill_sheet(book: openpyxl.Workbook, described: dict[str, Any]) -> None:
    sheet = book.create_sheet(described["title"])
    for number, row in enumerate(described["rows"], 1):
        for column, value in enumerate(row, 1):
            if value != "":
                sheet.cell(number, column, value)
    for area in described.get("merged", ()):
        sheet.merge_cells(area)
    for number in described.get("hidden_rows", ()):
        sheet.row_dimensions[number].hidden = True
    for column in described.get("hidden_columns", ()):
        sheet.column_dimensions[column].hidden = True
    if described.get("hidden"):
        sheet.sheet_state = "hidden"


def workbook_bytes(rows: list[list[object]]) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part of the archive replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return buffer.getvalue()


def as_policy(reading: Reading) -> str:
    """The policy of a reading as ``allowlint import`` would write it, without the hash of the file."""
    return policy_to_yaml(reading.policy._replace(sha256=""))


def as_account(reading: Reading) -> str:
    """The diagnostics of a reading and what became of each row, one a line."""
    lines = [str(item._replace(path=Path(item.path).name)) for item in reading.diagnostics]
    lines.append("")
    lines.extend(f"{account.section.strip()}, row {account.row}: {account.outcome}" for account in reading.accounts)
    return "\n".join(lines) + "\n"
