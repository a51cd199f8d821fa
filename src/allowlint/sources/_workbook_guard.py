"""Looks into an .xlsx before a library unpacks it: bounded time and memory whatever the file contains.

Sizes are measured while unpacking, because the directory of an archive can lie. A workbook of Microsoft's list has some
hundred rows, twenty columns and well under a megabyte of XML.
"""

import re
import zipfile
from typing import IO, NoReturn
from xml.parsers import expat

from allowlint.errors import PolicyError
from allowlint.syntax.archives import DAMAGED, METHODS

MAX_FILE = 32 * 1024 * 1024
"""Bytes of the file on disk."""
MAX_ENTRIES = 2_000
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of all parts together."""
MAX_RATIO = 200
"""Unpacked to packed, for parts over a megabyte. Deflate can reach 1000; real sheets stay below 20."""
MAX_ROW = 100_000
MAX_COLUMN = 1_000
MAX_CELLS = 250_000
"""Cells of all sheets, with those that a merged range or a link spans: openpyxl makes an object of each."""
MAX_TEXT = 32_767
"""Characters of one cell: Excel's own limit."""
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELLS, _RANGES = ("c", "si"), ("mergeCell", "hyperlink")
_HINT = "export the list again from Excel, or download it again from Microsoft"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_workbook(path: str, file: IO[bytes]) -> None:
    """Refuse everything that is no plain, moderate .xlsx. Leaves the file at its start.

    Raises:
        PolicyError: encrypted, truncated, not a workbook, too big in any dimension, or with a document type.
    """
    _check_head(path, file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_directory(path, archive)
            watch = _Watch(path)
            for entry in archive.infolist():
                _check_part(archive, entry, watch)
    except DAMAGED as error:
        _refuse(path, f"the workbook is damaged or truncated ({error})")
    file.seek(0)


def _check_head(path: str, file: IO[bytes]) -> None:
    head = file.read(8)
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        _refuse(path, "the file is empty; expected a workbook (.xlsx)")
    if head == _OLE:
        _refuse(
            path,
            "the workbook is encrypted, or in the format from before 2007 (.xls); expected .xlsx",
            "open it in Excel and save it without a password as .xlsx",
        )
    if not head.startswith(b"PK"):
        _refuse(path, "not a workbook: expected an .xlsx file (a zip archive), found something else, perhaps CSV")
    if size > MAX_FILE:
        _refuse(path, f"the workbook has {size} bytes; at most {MAX_FILE} are read")


def _check_directory(path: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        _refuse(path, f"the workbook has {len(entries)} parts; at most {MAX_ENTRIES} are read")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        _refuse(path, "not a workbook: the archive has no xl/workbook.xml")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED:
        _refuse(path, f"the workbook would unpack to {total} bytes; at most {MAX_UNPACKED} are read")
    for entry in entries:
        if entry.compress_type not in METHODS:
            _refuse(path, f"{entry.filename} is packed in a way that Excel does not write")
        ratio = entry.file_size // max(entry.compress_size, 1)
        if entry.file_size > 1024 * 1024 and ratio > MAX_RATIO:
            _refuse(path, f"{entry.filename} is packed {ratio} to 1: a zip bomb")


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, watch: "_Watch") -> None:
    """Look through one part. Which ones hold sheets is for the workbook to say, whatever they are called: so all are looked at."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = lambda *_: watch.refuse("declares a document type or entities")
    parser.StartElementHandler, parser.EndElementHandler = watch.start, watch.end
    parser.CharacterDataHandler = watch.text
    parser.buffer_text = True
    watch.part = entry.filename
    unpacked = 0
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED:
                    watch.refuse(f"unpacks to more than {MAX_UNPACKED} bytes")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        # Pictures and settings of printers are no XML. What stands before the fault was looked at.
        if entry.filename.lower().endswith((".xml", ".rels")):
            watch.refuse(f"is not well-formed XML: {error}")


class _Watch:
    """Bounds of cells and texts, checked while the parts stream by."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.part = ""
        self.cells = 0
        self.length = 0
        self.inside = False
        """Whether within a cell, or a text that cells share."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in _CELLS:
            self.length, self.inside = 0, True
            self.count(attributes.get("r", ""), 1)
        elif local in _RANGES and (ref := attributes.get("ref", "")):
            self.count(ref, self.spanned(ref))

    def end(self, name: str) -> None:
        self.inside = self.inside and name.rpartition(" ")[2] not in _CELLS

    def count(self, ref: str, cells: int) -> None:
        """Count cells. Raises PolicyError where they are too many, or too far outside."""
        for match in _REFERENCE.finditer(ref):
            if int(match[2]) > MAX_ROW or _column(match[1]) > MAX_COLUMN:
                self.refuse(
                    f"has a cell at {match[0]}; a list has at most {MAX_ROW} rows and {MAX_COLUMN} columns",
                    "delete the stray cell or formatting far outside the table and save the workbook",
                )
        self.cells += cells
        if self.cells > MAX_CELLS:
            self.refuse(
                f"has too many cells; at most {MAX_CELLS} are read", "delete stray formatting and save the workbook"
            )

    def spanned(self, ref: str) -> int:
        """How many cells a range has."""
        corners = [(_column(match[1]), int(match[2])) for match in _REFERENCE.finditer(ref)]
        columns, rows = ([corner[side] for corner in corners] or [0] for side in (0, 1))
        return (max(columns) - min(columns) + 1) * (max(rows) - min(rows) + 1)

    def text(self, data: str) -> None:
        if not self.inside:
            return
        self.length += len(data)
        if self.length > MAX_TEXT:
            self.refuse(f"has a cell with more than {MAX_TEXT} characters, which Excel cannot hold")

    def refuse(self, what: str, hint: str = "") -> NoReturn:
        _refuse(self.path, f"{self.part} {what}", hint or _HINT)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _refuse(path: str, message: str, hint: str = _HINT) -> NoReturn:
    raise PolicyError(message, path=path, hint=hint)
