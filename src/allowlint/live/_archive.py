"""Zip archives of results, read in memory: nothing is unpacked onto the disk, so no name in one leads anywhere.

Sizes are measured while unpacking, because the directory of an archive can lie.
"""

import struct
import zipfile
from collections.abc import Collection, Iterator
from datetime import date
from io import BytesIO

from allowlint.live._text import MAX_TEXT
from allowlint.model.live import UnreadPart
from allowlint.model.record import NamedTuple
from allowlint.syntax.archives import DAMAGED, METHODS

MAX_ARCHIVE = 1 << 30
"""Bytes of an archive: one with traces is large, and only a few parts of it are read."""
MAX_ENTRIES = 50_000
_MAX_DIRECTORY = 16 << 20
"""Bytes of the list of parts, which has to be read as a whole."""
MAX_PARTS = 20
"""Parts of an archive that are read."""
MAX_UNPACKED = 64 << 20
"""Bytes of all parts together that are read."""
MAGIC = b"PK\x03\x04"


class Part(NamedTuple):
    """One file of an archive."""

    name: str
    """Its name without the folders, which may hold the name of a machine."""
    content: bytes
    day: str
    """The day on which it was written, as the archive says; empty where that is no day."""
    unread: tuple[UnreadPart, ...] = ()


def holds(path: str, head: bytes, names: Collection[str]) -> bool:
    """Whether a file is an archive with a part of one of these names (in lower case)."""
    if not head.startswith(MAGIC):
        return False
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - 70_000, 0))
            tail = file.read()
        if size > MAX_ARCHIVE or not _moderate(tail):
            return any(name.encode() in head.lower() for name in names)
        with zipfile.ZipFile(path) as archive:
            return any(_bare(entry.filename) in names for entry in archive.infolist())
    except DAMAGED:
        # Its names stand before each part too.
        return any(name.encode() in head.lower() for name in names)


def parts(content: bytes, names: Collection[str], unread: list[UnreadPart]) -> Iterator[Part]:
    """Yield the parts that have one of these names, in their order; what cannot be read is added to ``unread``."""
    if len(content) > MAX_ARCHIVE:
        unread.append(UnreadPart(0, f"the archive is larger than {MAX_ARCHIVE >> 20} MB"))
        return
    if not _moderate(content[-70_000:]):
        unread.append(UnreadPart(0, f"the archive is damaged, or has more than {MAX_ENTRIES} parts"))
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            wanted = [entry for entry in entries if _bare(entry.filename) in names and not entry.is_dir()]
            if len(wanted) > MAX_PARTS:
                unread.append(UnreadPart(0, f"{len(wanted)} parts are results; {MAX_PARTS} are read"))
            left = MAX_UNPACKED
            for entry in wanted[:MAX_PARTS]:
                part = _part(archive, entry, min(left, MAX_TEXT))
                left -= len(part.content)
                yield part
    except DAMAGED:
        unread.append(UnreadPart(0, "the archive is damaged"))


def _moderate(tail: bytes) -> bool:
    """Whether the list of parts is of a moderate size, as the end of an archive gives it."""
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return False
    count, directory = struct.unpack_from("<HI", tail, place + 10)
    if tail[max(place - 20, 0) :].startswith(b"PK\x06\x07"):
        # Zip64: what stands before it counts, whatever the end says. Shorter than that, it is none.
        if place < 76:
            return False
        count, directory = struct.unpack_from("<QQ", tail, place - 76 + 32)
    return bool(count <= MAX_ENTRIES and directory <= _MAX_DIRECTORY)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Part:
    name = _bare(entry.filename)
    written = _written(entry)
    if entry.compress_type not in METHODS:
        return Part(name, b"", written, (UnreadPart(0, "it is packed in another way than Windows does", name),))
    try:
        with archive.open(entry) as file:
            content = file.read(most + 1)
    except DAMAGED as error:
        locked = isinstance(error, RuntimeError) and "password" in str(error)
        return Part(
            name, b"", written, (UnreadPart(0, "it is locked by a password" if locked else "it is damaged", name),)
        )
    if len(content) <= most:
        return Part(name, content, written)
    return Part(name, content[:most], written, (UnreadPart(0, f"only its first {most >> 20} MB are read", name),))


def _written(entry: zipfile.ZipInfo) -> str:
    """The day on which a part was written; empty where it is the first that an archive can name, or none."""
    try:
        return date(*entry.date_time[:3]).isoformat() if entry.date_time[0] > 1980 else ""
    except ValueError:
        return ""


def _bare(name: str) -> str:
    """A name without folders, in lower case. The analyzer's archives have backslashes."""
    return name.replace("\\", "/").rpartition("/")[2].lower()
