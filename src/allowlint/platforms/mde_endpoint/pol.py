r"""``Registry.pol``: the settings of a group policy as the domain holds them.

The form is that of [MS-GPREG] 2.2.1: ``PReg``, version 1, then ``[key;value;type;size;data]`` in UTF-16. A value whose name begins
with ``**del.`` is taken away.
"""

import struct
from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.platforms.mde_endpoint.reg import text_of
from allowlint.platforms.mde_endpoint.registry import TELLING, settings_of
from allowlint.platforms.mde_endpoint.settings import BINARY, EXPANDED, LIST, NUMBER, STRING, RegistryValue, Setting
from allowlint.platforms.mde_endpoint.source import Source

SIGNATURE = b"PReg"
_HEADER = 8
_TYPES = {
    0: "REG_NONE",
    1: STRING,
    2: EXPANDED,
    3: BINARY,
    4: NUMBER,
    5: "REG_DWORD_BIG_ENDIAN",
    7: LIST,
    11: "REG_QWORD",
}
_OPEN, _CLOSE, _PART = (mark.encode("utf-16-le") for mark in "[];")


def detect(source: Source) -> bool:
    """Whether it is such a file, and speaks of one of the values."""
    content = source.content
    if not content.startswith(SIGNATURE):
        return False
    return bool(TELLING.search(content[_HEADER:].decode("utf-16-le", "replace")))


def read(source: Source) -> list[Setting]:
    """What it says about proxies. Raises InputError where its form breaks off."""
    hive = "HKCU" if "/user/" in source.folders else "HKLM"
    return list(settings_of(_values(source, hive)))


def _values(source: Source, hive: str) -> Iterator[RegistryValue]:
    data, place, number = source.content, _HEADER, 0
    if data[4:8] != b"\x01\0\0\0":
        raise _broken(source, "its version is not 1")
    while place < len(data):
        number += 1
        if data[place : place + 2] != _OPEN:
            raise _broken(source, f"entry {number} does not begin with a bracket")
        key, place = _text(source, place + 2, number)
        name, place = _text(source, place, number)
        if place + 14 > len(data):
            raise _broken(source, f"entry {number} breaks off")
        kind, size = struct.unpack_from("<I", data, place)[0], struct.unpack_from("<I", data, place + 6)[0]
        begin = place + 12
        place = begin + size + 2
        if place > len(data) or data[begin + size : place] != _CLOSE:
            raise _broken(source, f"entry {number} does not end with a bracket")
        raw = data[begin : begin + size]
        yield from _entry(source, f"{hive}\\{key}", name, kind, raw)


def _entry(source: Source, key: str, name: str, kind: int, raw: bytes) -> Iterator[RegistryValue]:
    # A binary file has no lines: the message names the value.
    place = source.at(1)
    lowered = name.lower()
    if lowered.startswith("**del."):
        yield RegistryValue(key, name[6:], "", "", place, removed=True)
    elif lowered.startswith(("**delvals", "**deletekeys", "**deletevalues")):
        listed = text_of(raw, 1, wide=True).split(";")
        if lowered.startswith("**delvals"):
            yield RegistryValue(key, "", "", "", place, removed=True)
        for each in listed if not lowered.startswith("**delvals") else ():
            inner = f"{key}\\{each}" if lowered.startswith("**deletekeys") else key
            yield RegistryValue(inner, "" if lowered.startswith("**deletekeys") else each, "", "", place, removed=True)
    elif name and not name.startswith("**"):
        yield RegistryValue(key, name, _TYPES.get(kind, f"type {kind}"), text_of(raw, kind, wide=True), place, raw)


def _text(source: Source, place: int, number: int) -> tuple[str, int]:
    """A text up to its zero, and the place behind the semicolon that follows."""
    data, end = source.content, place
    while end + 2 <= len(data) and data[end : end + 2] != b"\0\0":
        end += 2
    if data[end + 2 : end + 4] != _PART:
        raise _broken(source, f"entry {number} has no end of a text")
    return data[place:end].decode("utf-16-le", "replace"), end + 4


def _broken(source: Source, why: str) -> InputError:
    return InputError(
        f"no whole Registry.pol: {why}",
        path=source.path,
        hint="copy the file again, in binary, from the policy's folder",
    )
