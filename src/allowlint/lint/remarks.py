"""The waivers that stand in the configurations themselves, and in the files that they include."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

from allowlint.lint.inputs import HEAD, Config
from allowlint.lint.pieces import Piece, Remarks
from allowlint.model.waiver import MARK, WaiverUse
from allowlint.syntax.files import shown

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import BinaryIO

MOST = 2_000
"""Waivers that are read in one file: each is looked at for each finding, and nobody reviews more."""
_WIDE = "\0".join(MARK).encode()
"""The mark in UTF-16, between two NULs of which one belongs to it: asked for by name, both codecs would be imported."""
_MARKS = {None: MARK.encode(), b"\xff\xfe": _WIDE + b"\0", b"\xfe\xff": b"\0" + _WIDE}


def waivers_in(pieces: Iterable[Piece]) -> tuple[WaiverUse, ...]:
    """The waivers of configurations, in their order; those of a file that several include once."""
    found: list[WaiverUse] = []
    seen: set[str] = set()
    for piece in pieces:
        for path, uses in piece.remarks:
            if path not in seen:
                seen.add(path)
                found += uses
    return tuple(found)


def remarks_of(config: Config) -> Iterator[Remarks]:
    """Yield the files of a configuration that hold waivers, with them. One without costs one search of its bytes."""
    hook = config.platform.remarks
    if hook is None:
        return
    for path, name, content in _files(config):
        if _marked(content):
            from allowlint.waivers.inline import standing_in, too_many

            uses = (use for remark in hook(content) for use in standing_in(name, remark))
            first = tuple(islice(uses, MOST))
            yield path, (*first, *map(too_many, islice(uses, 1)))


def _marked(content: bytes) -> bool:
    return _MARKS.get(content[:2], _MARKS[None]) in content


def _files(config: Config) -> Iterator[tuple[str, str, bytes]]:
    """The files of a configuration, each once: where they are, their names as findings have them, their contents."""
    own = os.path.abspath(config.path)
    yield own, shown(config.path), config.content
    side = {os.path.abspath(file): file for device in config.devices for file in sorted(device.files, reverse=True)}
    for path, file in sorted(side.items(), key=lambda item: item[1]):
        if path != own:
            with open(file, "rb") as opened:
                yield path, shown(file), _content(opened)


def _content(opened: BinaryIO) -> bytes:
    """What a file holds. Asked for all at once, Python would first take the memory of the largest file that may be."""
    content = BytesIO()
    while piece := opened.read(HEAD):
        content.write(piece)
    return content.getvalue()
