"""The written pages of the site as tests see them: commands that are run, files that are written, examples that are checked.

Comments of MyST (lines that begin with ``%``, which no reader sees) say what a page's commands need:

``% project: NAME``   from here on commands run in a fresh copy of ``fixtures/docs/NAME`` or ``fixtures/projects/NAME``
``% run: COMMAND``    runs before the next block and is not shown
``% env: NAME=VALUE``  holds for all commands from here on
``% write``           the next block is the content of the file that its first line names
``% exits: CODE``     the last command of the next block ends with that code (others with 0)

In an expected output a line ``...`` stands for any number of lines.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from tests.support import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if not {"generated", "_build"}.intersection(path.parts))
CUT = "..."
_FENCE = re.compile(r"^(`{3,})(\S*)")
_DIRECTIVE = re.compile(r"^% (project|run|env|exits): (.+)$|^% (write)$")


class Block(NamedTuple):
    """A fenced block with the comments that stand before it."""

    language: str
    first: int
    """The index of its first line of content."""
    lines: tuple[str, ...]
    directives: tuple[tuple[str, str], ...]

    def said(self, name: str) -> list[str]:
        """What the comments of one kind say, in order."""
        return [value for key, value in self.directives if key == name]

    @property
    def file(self) -> str:
        """The file that the first line names, in a comment; empty where it names none."""
        found = re.match(r"^(?:#|//) (\S*\.\w[\w-]*\S*)$", self.lines[0]) if self.lines else None
        return found[1] if found else ""


class Command(NamedTuple):
    """One command of a console block with the output that the page shows."""

    text: str
    output: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    directives: list[tuple[str, str]] = []
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        if found := _DIRECTIVE.match(lines[index]):
            directives.append((found[1] or found[3], found[2] or ""))
        elif lines[index].startswith("% "):
            raise ValueError(f"line {index + 1}: {lines[index]!r} is no directive")
        elif fence := _FENCE.match(lines[index]):
            end = lines.index(fence[1], index + 1)
            yield Block(fence[2], index + 1, tuple(lines[index + 1 : end]), tuple(directives))
            directives, index = [], end
        index += 1


def commands(block: Block) -> list[Command]:
    """The commands of a console block; what stands between two is what the first one prints."""
    found: list[tuple[str, list[str]]] = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and not found[-1][1] and line.startswith("> "):
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
        else:
            found[-1][1].append(line)
    return [Command(text, tuple(output)) for text, output in found]


def fits(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether an output is what the page shows, with its cuts."""
    pattern = r"(?:.*\n)*?".join("".join(f"{re.escape(line)}\n" for line in part) for part in _parts(shown))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def _parts(shown: tuple[str, ...]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == CUT:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def updated(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """What a page should show of an output, cut about where it was cut before."""
    if CUT not in shown:
        return printed
    found: list[str] = []
    matcher = SequenceMatcher(None, shown, printed, autojunk=False)
    for kind, first, last, start, stop in matcher.get_opcodes():
        before, new = list(shown[first:last]), printed[start:stop]
        if kind == "equal" or CUT not in before:
            found += new
        else:
            head, tail = before.index(CUT), before[::-1].index(CUT)
            found += [*new[:head], CUT, *(new[len(new) - tail :] if tail else [])]
    return found


def read(path: Path) -> str:
    """The text of a page."""
    return path.read_text(encoding="utf-8")
