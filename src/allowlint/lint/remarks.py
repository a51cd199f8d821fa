"""The waivers that stand in the configurations themselves, and in the files that they include."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

from allowlint.lint.inputs import HEAD, Config
from allowlint.model.waiver import MARK, WaiverUse
from allowlint.syntax.files import shown

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import BinaryIO

MOST = 2_000
"""Waivers that are read in one file: each is looked at for each finding, and nobody reviews more."""
_MARKS = {None: MARK.encode(), b"\xff\xfe": MARK.encode("utf-16-le"), b"\xfe\xff": MARK.encode("utf-16-be")}


def waivers_in(configs: Iterable[Config]) -> tuple[WaiverUse, ...]:
    """The waivers of configurations, in their order. A configuration without one costs one search of its bytes."""
    found: list[WaiverUse] = []
    seen: set[str] = set()
    for config in configs:
        hook = config.platform.remarks
        if hook is None:
            continue
        for path, content in _files(config, seen):
            if _marked(content):
                from allowlint.waivers.inline import standing_in, too_many

                uses = (use for remark in hook(content) for use in standing_in(path, remark))
                found += islice(uses, MOST)
                found += map(too_many, islice(uses, 1))
    return tuple(found)


def _marked(content: bytes) -> bool:
    return _MARKS.get(content[:2], _MARKS[None]) in content


def _files(config: Config, seen: set[str]) -> Iterator[tuple[str, bytes]]:
    """The files of a configuration, each once, by the names that findings have for them."""
    own = os.path.abspath(config.path)
    if own not in seen:
        seen.add(own)
        yield shown(config.path), config.content
    for file in sorted({file for device in config.devices for file in device.files}):
        if os.path.abspath(file) not in seen:
            seen.add(os.path.abspath(file))
            with open(file, "rb") as opened:
                yield shown(file), _content(opened)


def _content(opened: BinaryIO) -> bytes:
    """What a file holds. Asked for all at once, Python would first take the memory of the largest file that may be."""
    content = BytesIO()
    while piece := opened.read(HEAD):
        content.write(piece)
    return content.getvalue()
