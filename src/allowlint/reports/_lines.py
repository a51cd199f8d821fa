"""The lines that snippets show, and no others: a configuration may have millions, and one line may have megabytes."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from allowlint.model.location import Location
from allowlint.syntax.secrets import masked

_BEYOND = 4096
"""Characters that are kept to the right of the place that is pointed at."""
_PIECE = 1 << 16
_WIDEST = 4
"""Bytes of a character in UTF-8, at most."""

Places = Mapping[tuple[str, int], str]


def lines_of(locations: Iterable[Location], sources: Mapping[str, bytes]) -> Places:
    """The text of each line that a location points at, by (path, line), as far as snippets need it.

    From ``sources`` where the path is there (empty: nothing of it is quoted), else from the file. A line that cannot be had is left out.
    """
    wanted: dict[str, dict[int, int]] = defaultdict(dict)
    for location in locations:
        if location.line > 0:
            lines = wanted[location.path]
            lines[location.line] = max(lines.get(location.line, 0), location.column + location.length + _BEYOND)
    found = {}
    for path, lines in wanted.items():
        content = sources.get(path)
        if content == b"":
            continue
        chosen = _from_file(path, lines) if content is None else _from_content(_plain(content), lines)
        for number, raw in chosen:
            line = raw.decode("utf-8", "surrogateescape")[: lines[number]]
            # A byte-order mark is not part of the first line: columns are counted behind it.
            found[path, number] = masked(line.rstrip("\r\n").removeprefix("\ufeff" if number == 1 else ""))
    return found


def _plain(content: bytes) -> bytes:
    """The content in UTF-8, where a byte-order mark says that it is UTF-16; nothing of what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").encode("utf-8", "surrogatepass")
    return b"" if b"\0" in content[:1024] else content


def _from_content(content: bytes, lines: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    number, start = 1, 0
    for line in sorted(lines):
        # Lines far below are not looked for one by one.
        while number + (passed := content.count(b"\n", start, start + _PIECE)) < line and start < len(content):
            number, start = number + passed, start + _PIECE
        while number < line:
            start = content.find(b"\n", start) + 1
            if not start:
                return
            number += 1
        end = content.find(b"\n", start)
        stop = len(content) if end < 0 else end
        yield line, content[start : min(stop, start + _WIDEST * lines[line])]


def _from_file(path: str, lines: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    # A finding on standard input or on a device file has no second reading.
    if not os.path.isfile(path):
        return
    try:
        with open(path, "rb") as file:
            number, last = 0, max(lines)
            while number < last and (piece := file.readline(_PIECE)):
                number += 1
                kept = piece if number in lines else b""
                while piece[-1:] != b"\n" and (piece := file.readline(_PIECE)):
                    kept = kept + piece if number in lines and len(kept) < _WIDEST * lines[number] else kept
                if number in lines:
                    yield number, kept
    except OSError:
        return
