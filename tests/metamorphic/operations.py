"""What a platform brings to these tests: operations on the text of a configuration.

An operation yields edits, each a whole new text. What may be changed by it and what must not be is the same for every
platform, and stands in the tests; how the change is written is the platform's: `tests/metamorphic/platforms/<id>.py` (or a
package of that name) defines `OPERATIONS`, which is found by its name. Nothing here knows of lines, elements or statements:
a text is text, an edit is a new one, so a format with lines, blocks or XML elements fits alike. A file is read byte for
character (Latin-1), so a parser that counts in bytes gives offsets into the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from allowlint.model.device import Stage

FOREIGN = "unrelated.invalid"
"""A name below which nobody asks for anything."""
UNDECLARED = "undeclared.invalid:3128"
"""A proxy that no path declares."""


class Edit(NamedTuple):
    """A configuration after a change."""

    text: str
    what: str
    """What was done, for the message of a failure."""
    lines: range = range(0)
    """Where the change stands, in lines from 1: of an XML element all its lines. Empty where it is not about one place."""
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
    """An edit after which a stage cannot be in order, whatever stood there before."""

    stage: Stage
    what: str
    edit: Callable[[str], str]
    on_path: bool | None = None
    """Whether that is so only on a path (True) or only for the device on its own (False); None for both."""


class Generated(NamedTuple):
    """A random configuration."""

    id: str
    name: str
    """The file that is the configuration; the others are beside it."""
    files: Mapping[str, bytes]


def no_proxies(_text: str) -> Iterable[str]:
    """A device that sends everything on in the same way."""
    return ()


def nothing(_text: str, _random: Random) -> Iterator[Edit]:
    """An operation that a format has no place for."""
    yield from ()


class Operations(NamedTuple):
    """What one platform brings. An operation that a format has no place for is `nothing`."""

    platform: str
    names: tuple[str, ...]
    """Its configurations below `fixtures/`, as globs for `Path.rglob`."""
    usable: Callable[[str], bool]
    """Whether the operations understand the text; one that is odd by intent (cut lines) need not be."""
    generated: Callable[[int], Iterator[Generated]]
    """(how many) -> random configurations, the same in every run."""
    forces: tuple[Force, ...]
    """A deny-all in first place, and the like for the other stages that something at the top can spoil for everything."""
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
    """The smallest part that an editor removes in one go is gone: a line, an element, a statement."""
    fewer_allows: Operation
    """One rule that lets something through is gone, and nothing else hangs on its presence."""
    fewer_denies: Operation
    """One rule that stops something is gone, and nothing else hangs on its presence."""
    doubts: Callable[[str, Random], Iterator[Doubt]]
    gate: Stage = Stage.ACCESS
    """The stage at which `fewer_allows` and `fewer_denies` are about something: satisfied is open there."""
    detours: Operation = nothing
    """Everything is sent to the proxy `UNDECLARED`."""
    proxies: Callable[[str], Iterable[str]] = no_proxies
    """The proxies (`host:port`) that it may send something to, of which a path declares some."""
    cases: int = 60
    """Configurations on which each property is tried by default; a platform that is slow to read names fewer."""
    edits: int = 3
    """Edits that are tried by default of each operation on each of them."""


DEMANDED = ("unrelated", "layouts", "unknown_words", "deletions")
"""Operations that every format has a place for."""


def place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
