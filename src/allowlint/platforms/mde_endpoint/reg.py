"""Registry exports: ``.reg`` of version 5 (UTF-16 with a mark, or UTF-8) and ``REGEDIT4`` (the code page of the machine).

The grammar is that of support.microsoft.com, "How to add, modify, or delete registry subkeys and values by using a .reg file".
"""

import re
from collections.abc import Iterator

from allowlint.platforms.mde_endpoint.registry import TELLING, settings_of, speaks_of_proxies
from allowlint.platforms.mde_endpoint.settings import (
    BINARY,
    EXPANDED,
    LIST,
    NUMBER,
    STRING,
    RegistryValue,
    Setting,
)
from allowlint.platforms.mde_endpoint.source import Source

_FIRST = re.compile(r"\s*(Windows Registry Editor Version 5\.00|REGEDIT4)[ \t]*(?:\n|$)", re.IGNORECASE)
_KEY = re.compile(r"\s*\[(-?)([^\]]*(?:\][^\]]+)*)\]\s*(?:;.*)?$")
_VALUE = re.compile(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|(@))\s*=\s*(.*)$", re.DOTALL)
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"\s*(?:;.*)?$", re.DOTALL)
_NUMBER = re.compile(r"dword:\s*([0-9a-fA-F]{1,8})\s*(?:;.*)?$", re.IGNORECASE)
_BYTES = re.compile(r"hex(?:\(([0-9a-fA-F]{1,8})\))?:(.*)$", re.IGNORECASE | re.DOTALL)
_TYPES = {0: "REG_NONE", 1: STRING, 2: EXPANDED, 3: BINARY, 4: NUMBER, 7: LIST, 11: "REG_QWORD"}
_ODD_LINE = "what this line says, which is not written as a .reg file has it"
_LONGEST = 100_000
"""Characters of a line of a value; a text that is cut there is one that is not understood."""
_MOST_LINES = 2_000
"""Lines of one value; one that is longer is no proxy's."""
_MOST_LOST = 20
"""Lines that are not understood and reported."""
_WHOLE = 65_536
"""Characters of the beginning of a file; one that is longer may say it further down."""


def detect(source: Source) -> bool:
    """Whether it begins as registry exports do, and speaks of one of the values."""
    text = source.text
    return bool(_FIRST.match(text)) and (len(source.content) >= _WHOLE or bool(TELLING.search(text)))


def read(source: Source) -> list[Setting]:
    """What it says about proxies."""
    wide = not source.text.lstrip()[:8].upper().startswith("REGEDIT4")
    return list(settings_of(_values(source, wide=wide)))


def _values(source: Source, *, wide: bool) -> Iterator[RegistryValue]:
    key, lost = "", 0
    lines = enumerate(source.lines, 1)
    for number, line in lines:
        found = _KEY.match(line)
        if found is not None:
            key = found[2]
            if found[1]:
                yield RegistryValue(key, "", "", "", source.at(number), removed=True)
                key = ""
            continue
        value = _VALUE.match(line) if key else None
        if value is None:
            if (
                lost < _MOST_LOST
                and speaks_of_proxies(key)
                and line.strip()
                and line.lstrip()[0] != ";"
                and not _FIRST.match(line)
            ):
                lost += 1
                yield RegistryValue(key, "", "", "", source.at(number), open=_ODD_LINE)
            continue
        text = value[3][:_LONGEST]
        if text[:3].lower() == "hex":
            text = _continued(text, lines)
        name = _unescaped(value[1] or "")
        column = len(line) - len(line.lstrip()) + 1
        place = source.at(number, column, len(line.strip()))
        yield _typed(RegistryValue(key, name, "", "", place), text.strip(), wide=wide)


def _continued(text: str, lines: Iterator[tuple[int, str]]) -> str:
    """Bytes with the lines into which they go on, as far as a value can be that is read here."""
    parts, more = [text.rstrip()], text
    while more.rstrip().endswith("\\"):
        more = next(lines, (0, ""))[1].strip()
        if len(parts) < _MOST_LINES:
            parts.append(more)
    return "".join(part.removesuffix("\\") for part in parts)


def _typed(value: RegistryValue, text: str, *, wide: bool) -> RegistryValue:
    if text.startswith("-"):
        return value._replace(removed=True)
    if found := _TEXT.match(text):
        return value._replace(type=STRING, value=_unescaped(found[1]))
    if found := _NUMBER.match(text):
        return value._replace(type=NUMBER, value=str(int(found[1], 16)))
    if found := _BYTES.match(text):
        return _of_bytes(value, int(found[1] or "3", 16), found[2], wide=wide)
    return value._replace(type="", value=text, open="its value, which is not written as a .reg file has it")


def _of_bytes(value: RegistryValue, kind: int, text: str, *, wide: bool) -> RegistryValue:
    digits = [part.strip() for part in text.partition(";")[0].split(",") if part.strip()]
    try:
        raw = bytes(int(digit, 16) for digit in digits)
    except ValueError:
        return value._replace(open="its value, which is not written as a .reg file has it")
    shown = text_of(raw, kind, wide=wide)
    return value._replace(type=_TYPES.get(kind, f"type {kind}"), value=shown, raw=raw)


def text_of(raw: bytes, kind: int, *, wide: bool) -> str:
    """A value of the registry as text, from its bytes."""
    if kind in (1, 2, 7):
        decoded = raw.decode("utf-16-le" if wide else "cp1252", "replace")
        parts = decoded.rstrip("\0").split("\0")
        return "\n".join(parts) if kind == 7 else parts[0]
    if kind in (4, 11) and len(raw) in (4, 8):
        return str(int.from_bytes(raw, "little"))
    return raw.hex()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
