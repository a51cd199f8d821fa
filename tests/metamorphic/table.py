"""What a platform brings to these tests: a table of operations on the text of a configuration.

An operation yields edits, each a whole new text. What is said to be changed by it and what must not be is the same for
every platform, and stands in the tests; how the change is written is the platform's, and stands in its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from allowlint.model.device import Stage

FOREIGN = "unrelated.invalid"
"""A name below which nobody asks for anything."""


class Edit(NamedTuple):
    """A configuration after a change."""

    text: str
    what: str
    """What was done, for the message of a failure."""
    line: int = 0
    """The first line (from 1) that was changed, where the change is about one place."""
    files: Mapping[str, str] = {}
    """Further files that it needs beside it."""


Operation = Callable[[str, Random], Iterator[Edit]]
"""(text, a random source with a fixed seed) -> edits, all that there are, in any order."""


class Doubt(NamedTuple):
    """One rule three times: in front of its conditions stands one that holds, one that does not, one that nobody can tell."""

    holds: Edit
    fails: Edit
    unknown: Edit


class Force(NamedTuple):
    """An edit after which a stage cannot be in order."""

    stage: Stage
    edit: Callable[[str], str]


class Operations(NamedTuple):
    """The table of one platform. An operation that a format has no place for yields nothing (`nothing`)."""

    platform: str
    name: str
    """The name of its configurations below `fixtures/`."""
    usable: Callable[[str], bool]
    """Whether the other operations understand the text; one that is odd by intent (cut lines) need not be."""
    generated: Callable[[int], Iterator[tuple[str, Mapping[str, bytes]]]]
    """(how many) -> (id, files by path) of random configurations, the same in every run."""
    forces: tuple[Force, ...]
    """The stages that something at the top of the configuration can spoil for everything."""
    unrelated: Operation
    """A rule about a name below `FOREIGN`, at a place where its mere presence means nothing."""
    layouts: Operation
    """The same words with other comments, blanks, line ends, files."""
    shuffles: Operation
    """The same lines or words in another order, where order means nothing."""
    renamings: Operation
    """Every name that the author chose is another one, everywhere."""
    duplicates: Operation
    """One rule stands twice in a row."""
    unknown_words: Operation
    """A word of the language (not a value) became one that the language does not have."""
    deletions: Operation
    """One line is gone."""
    fewer_allows: Operation
    """One rule that lets something through is gone, and nothing else hangs on its presence."""
    fewer_denies: Operation
    """One rule that stops something is gone, and nothing else hangs on its presence."""
    doubts: Callable[[str, Random], Iterator[Doubt]]


def nothing(_text: str, _random: Random) -> Iterator[Edit]:
    """An operation that a format has no place for."""
    yield from ()


def place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
