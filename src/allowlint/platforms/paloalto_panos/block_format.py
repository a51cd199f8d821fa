"""The form in which ``show`` prints a configuration unless told otherwise: words before braces, values before a semicolon.

docs.paloaltonetworks.com, "PAN-OS CLI Quick Start", "View Settings and Statistics": ``set cli config-output-format`` chooses between
this one, ``set`` commands and XML. A path of blocks is what the words of a ``set`` command are (:mod:`.set_format`).
"""

import re
from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.platforms.paloalto_panos.sections import LEVEL, RULEBASES, TOP
from allowlint.platforms.paloalto_panos.set_format import NOISE, Branch, Strange, put, tree
from allowlint.syntax.xml_tree import Node

_TOKEN = re.compile(r'"((?:[^"\\]|\\[\s\S])*+)("?)|([{}\[\];])|([^\s{}\[\];"]+)|(\n)', re.ASCII)
MAX_DEPTH = 60
"""Blocks inside of each other; a configuration of Panorama has about 20."""
_HINT = "show the configuration from the top, after `set cli config-output-format set` (or xml)"
_TOPS = TOP | LEVEL | RULEBASES | {"config"}
"""Blocks that stand at the top."""


class _Reader:
    """Goes through the words and marks of a text."""

    __slots__ = ("began", "blocks", "path", "root", "shown", "strange")

    def __init__(self, shown: str) -> None:
        self.root = Branch(1)
        self.shown = shown
        self.path: list[str] = []
        self.blocks: list[tuple[int, bool]] = []
        """Of each open block, how many words it has added to the path, and whether anything stands in it."""
        self.strange: list[Strange] = []
        self.began = 0
        """The line on which the last block began."""

    def mark(self, piece: str, words: list[str], line: int) -> None:
        """A brace or a semicolon, with the words before it."""
        if line == self.began and piece != "}":
            what = "a block goes on in the line in which it begins"
            raise InputError(what, path=self.shown, line=line, hint=_HINT)
        if piece == "{":
            self.open(words, line)
        elif piece == ";":
            self.say(words, line)
        else:
            if words:
                self.left()
            self.close(line)

    def open(self, words: list[str], line: int) -> None:
        """A block begins."""
        if not words or not (self.path or words[-1] in _TOPS):
            what = f"the block `{words[-1]}` says only a part of its path" if words else "a block has no name"
            raise InputError(what, path=self.shown, line=line, hint=_HINT)
        if len(self.blocks) >= MAX_DEPTH:
            raise InputError(
                f"blocks are nested more than {MAX_DEPTH} levels deep", path=self.shown, line=line, hint=_HINT
            )
        self._fill()
        self.began = line
        self.path += words
        self.blocks.append((len(words), False))

    def close(self, line: int) -> None:
        """A block ends."""
        if not self.blocks:
            raise InputError("a block ends that has not begun", path=self.shown, line=line, hint=_HINT)
        count, filled = self.blocks.pop()
        if not filled and (words := _below(self.path)):
            put(self.root, words, line)
        del self.path[len(self.path) - count :]

    def say(self, words: list[str], line: int) -> None:
        """Something is set in a block."""
        if self.path and words:
            self._fill()
            put(self.root, [*_below(self.path), *words], line)

    def left(self) -> None:
        """Words that end neither in a brace nor in a semicolon; outside of all blocks they are a prompt and the like.

        What they say may be secret, so that the block is named instead.
        """
        if self.path:
            self.strange.append(Strange(self.began, f"words without a semicolon in `{self.path[-1]}`", matters=True))

    def _fill(self) -> None:
        if self.blocks:
            self.blocks[-1] = (self.blocks[-1][0], True)


def _below(path: list[str]) -> list[str]:
    return path[1:] if path[:1] == ["config"] else path


def read_blocks(text: str, path: str) -> tuple[Node, list[Strange]]:
    """The root of the tree that the blocks make, and what was not understood.

    Raises InputError for a text that does not begin at the top, or ends before its blocks do.
    """
    reader = _Reader(path)
    words: list[str] = []
    listing, at = False, 1
    for kind, piece, line in _tokens(NOISE.sub("", text)):
        if kind == "open":
            raise InputError("a quote has no end", path=path, line=line, hint=_HINT)
        if kind == "mark" and piece in "[]":
            listing = piece == "["
            words.append(piece)
        elif kind == "mark":
            reader.mark(piece, words, line)
            words, listing = [], False
        else:
            if words and line > at and not listing:
                reader.left()
                words = []
            at = line if not words else at
            words.append(piece)
    if reader.path:
        raise InputError("the text ends in the middle of a block", path=path, line=text.count("\n") + 1, hint=_HINT)
    return tree(reader.root, path), reader.strange


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, text, line) of words and marks, and of a quote without an end as ``open``."""
    line = 1
    for match in _TOKEN.finditer(text):
        quoted, closed, mark, word, _ = match.groups()
        if mark:
            yield "mark", mark, line
        elif quoted is not None:
            yield "word" if closed else "open", re.sub(r"\\(.)", r"\1", quoted), line
            line += quoted.count("\n")
        elif word:
            yield "word", word, line
        else:
            line += 1
