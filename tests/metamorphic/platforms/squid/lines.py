"""squid.conf as these tests read it: logical lines with their words, without the reader under test.

Deliberately simple. What is odd (bytes that Squid cuts, a file that ends in the middle of a line) is refused by `usable`,
and the fixtures about such things are left to their own tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LONGEST = 4000
"""Of lines near the size at which Squid cuts them, a blank more or less is a change."""
_WORD = re.compile(r"[^ \t]+")


class Unit(NamedTuple):
    """One logical line."""

    lines: tuple[str, ...]
    """The physical lines, as they are."""
    text: str
    """What Squid makes of them, without a comment at the end."""
    words: tuple[str, ...]
    number: int
    """Of its first physical line, from 1."""
    depth: int
    """How many `if` it stands in."""

    @property
    def name(self) -> str:
        """The directive; empty for a comment or a blank line."""
        return self.words[0] if self.words else ""

    def with_word(self, index: int, word: str) -> Unit:
        """The same with another word."""
        words = (*self.words[:index], word, *self.words[index + 1 :])
        return self.of(" ".join(words))

    def of(self, text: str) -> Unit:
        """Another line in its place."""
        return self._replace(lines=(text,), text=text, words=tuple(_WORD.findall(text)))


def usable(text: str) -> bool:
    """Whether the operations understand the text."""
    lines = text.split("\n")
    if "\0" in text or "\ufeff" in text or text.startswith("\xef\xbb\xbf"):
        return False
    if any("\r" in line[:-1] or len(line) > LONGEST or "\v" in line or "\f" in line for line in lines):
        return False
    # A backslash before a blank joins nothing, though it looks so; one in the last line joins what is added.
    if any(line.rstrip() != line.rstrip("\r") and line.rstrip().endswith("\\") for line in lines):
        return False
    if any(line.rstrip("\r").endswith("\\") for line in lines[-2:]):
        return False
    return all(len(unit.text) <= LONGEST for unit in units(text))


def units(text: str) -> list[Unit]:
    """The logical lines of a text, comments and blank lines among them."""
    found: list[Unit] = []
    physical: list[str] = []
    joined, depth = "", 0
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        physical.append(line)
        kept = line.rstrip("\r").lstrip(" \t")
        skipped = not kept or kept.startswith("#")
        if skipped and len(physical) > 1:
            continue
        if not skipped and kept.endswith("\\"):
            joined += kept[:-1]
            continue
        words = _words(joined + ("" if skipped else kept))
        depth -= bool(words) and words[0] == "endif"
        unit = Unit(tuple(physical), " ".join(words), words, number - len(physical) + 1, depth)
        found.append(unit)
        depth += bool(words) and words[0] == "if"
        physical, joined = [], ""
    return found


def _words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _WORD.findall(text):
        if word.startswith("#"):
            break
        words.append(word)
    return tuple(words)


def text_of(parts: Iterable[Unit]) -> str:
    """The text that units make up."""
    return "\n".join(line for unit in parts for line in unit.lines)


def replaced(all_units: Sequence[Unit], index: int, *others: str) -> str:
    """The text with other lines in the place of one unit."""
    before, after = all_units[:index], all_units[index + 1 :]
    return text_of([*before, *(Unit((line,), line, (), 0, 0) for line in others), *after])


def inserted(all_units: Sequence[Unit], index: int, *lines: str) -> str:
    """The text with lines in front of one unit."""
    return text_of([*all_units[:index], *(Unit((line,), line, (), 0, 0) for line in lines), *all_units[index:]])
