"""Waivers in the comments of policies and objects: ``set comments`` and ``set comment`` of an ``edit``."""

from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.waiver import MARK, Remark, spans_of
from allowlint.platforms.fortinet_fortios.reading import decoded
from allowlint.syntax.block_text import Source, read_blocks
from allowlint.syntax.blocks import Block, Uneven, Unfinished

_SAYS = ("comments", "comment")
_WHOLE = ("vdom",)
"""Tables of which an entry holds too much to be waived at once."""


def found_in(content: bytes) -> Iterator[Remark]:
    """Yield the comments that hold a waiver, and what holds one without being the comment of an entry."""
    try:
        text = decoded(content, "")
        try:
            found = list(_remarks(*read_blocks(text)))
        except Uneven:
            found = list(_remarks(*read_blocks(text, searching=False)))
    except (InputError, Unfinished):
        # The configuration itself cannot be read either, which is said where that matters.
        return
    yield from found


def _remarks(root: Block, source: Source) -> Iterator[Remark]:
    told: set[int] = set()
    for block in _blocks(root):
        for key in block.settings:
            raw = block.raw(key)
            if MARK not in raw:
                continue
            at = source.lines.number(block.place(key))
            told.update(range(at, at + raw.count("\n") + 1))
            entry = block.is_entry and key in _SAYS and block.parent is not None and block.parent.name not in _WHOLE
            yield Remark(" ".join(block.words(key)), at, spans_of(_lines(block, source)) if entry else ())
    for number, line in enumerate(source.text.split("\n"), start=1):
        if MARK in line and number not in told:
            yield Remark(line[line.index(MARK) :], number)


def _blocks(root: Block) -> Iterator[Block]:
    todo = [root]
    while todo:
        block = todo.pop()
        yield block
        todo += reversed((*block.blocks.values(), *block.entries.values()))


def _lines(entry: Block, source: Source) -> Iterator[tuple[int, int]]:
    """The lines of an entry: it may be opened again elsewhere, and what stands between is not its own."""
    lines = sorted({source.lines.number(at) for block in _blocks(entry) for at in (block.at, *block.places.values())})
    return ((line, line) for line in lines)
