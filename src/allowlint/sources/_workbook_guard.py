"""Looks into an .xlsx before a library unpacks it: bounded time and memory whatever the file contains.

Sizes are measured while unpacking, because the directory of an archive can lie. A workbook of Microsoft's list has some
hundred rows, twenty columns and well under a megabyte of XML.
"""

import re
import zipfile
from typing import IO, NoReturn
from xml.parsers import expat

from allowlint.errors import PolicyError

MAX_FILE = 32 * 1024 * 1024
"""Bytes of the file on disk."""
MAX_ENTRIES = 2_000
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of all parts together."""
MAX_RATIO = 200
"""Unpacked to packed, for parts over a megabyte. Deflate can reach 1000; real sheets stay below 20."""
MAX_ROW = 100_000
MAX_COLUMN = 1_000
MAX_TEXT = 32_767
"""Characters of one cell: Excel's own limit."""
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
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
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    _check_part(path, archive, entry)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
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
        ratio = entry.file_size // max(entry.compress_size, 1)
        if entry.file_size > 1024 * 1024 and ratio > MAX_RATIO:
            _refuse(path, f"{entry.filename} is packed {ratio} to 1: a zip bomb")


def _check_part(path: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(path, f"{entry.filename} declares a document type or entities")
    watch = _Watch(path, entry.filename)
    if entry.filename.startswith("xl/"):
        parser.StartElementHandler = watch.start
        parser.CharacterDataHandler = watch.text
        parser.buffer_text = True
    unpacked = 0
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED:
                    _refuse(path, f"{entry.filename} unpacks to more than {MAX_UNPACKED} bytes")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        _refuse(path, f"{entry.filename} is not well-formed XML: {error}")


class _Watch:
    """Bounds of cells and texts, checked while a part streams by."""

    def __init__(self, path: str, part: str) -> None:
        self.path = path
        self.part = part
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("si", "c", "x:c", "x:si"):
            self.length = 0
        if name in ("c", "x:c") and (match := _REFERENCE.fullmatch(attributes.get("r", ""))):
            column = 0
            for letter in match[1]:
                column = column * 26 + ord(letter) - 64
            if int(match[2]) > MAX_ROW or column > MAX_COLUMN:
                _refuse(
                    self.path,
                    f"{self.part} has a cell at {match[0]}; a list has at most {MAX_ROW} rows and {MAX_COLUMN} columns",
                    "delete the stray cell or formatting far outside the table and save the workbook",
                )

    def text(self, data: str) -> None:
        self.length += len(data)
        if self.length > MAX_TEXT and "drawing" not in self.part and "theme" not in self.part:
            _refuse(self.path, f"{self.part} has a cell with more than {MAX_TEXT} characters, which Excel cannot hold")


def _refuse(path: str, message: str, hint: str = _HINT) -> NoReturn:
    raise PolicyError(message, path=path, hint=hint)
