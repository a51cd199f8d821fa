"""A backup of one VDOM as lines: its sections, the entries of a table, what stands in an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

POLICIES = "firewall policy"
_ODD = re.compile(r'\r|config vdom|vpn certificate|comments "two|^(?!#config-version)', re.DOTALL)


class Part(NamedTuple):
    """Some lines that belong together."""

    name: str
    first: int
    """Index of the first line."""
    last: int
    """Index behind the last line."""

    @property
    def numbers(self) -> range:
        """Its lines, from 1."""
        return range(self.first + 1, self.last + 1)


def usable(text: str) -> bool:
    """Whether it is a backup of one VDOM without values of many lines."""
    return _ODD.match(text) is None and not re.search(r"\r|config vdom|vpn certificate|comments \"two", text)


def sections(lines: list[str]) -> Iterator[Part]:
    """Yield the sections, each from ``config`` to ``end``."""
    first = 0
    for index, line in enumerate(lines):
        if line.startswith("config "):
            first = index
        elif line == "end":
            yield Part(lines[first][7:], first, index + 1)


def entries(lines: list[str], section: Part) -> Iterator[Part]:
    """Yield the entries of a table, each from ``edit`` to ``next``."""
    first = 0
    for index in range(section.first, section.last):
        if lines[index].startswith("    edit "):
            first = index
        elif lines[index] == "    next":
            yield Part(lines[first].split(None, 1)[1].strip('"'), first, index + 1)


def policies(lines: list[str]) -> list[Part]:
    """The firewall policies."""
    return [entry for section in sections(lines) if section.name == POLICIES for entry in entries(lines, section)]


def setting(lines: list[str], part: Part, key: str) -> str:
    """The values of a setting of an entry; empty where it is not set."""
    begin = f"        set {key} "
    return next((line[len(begin) :] for line in lines[part.first : part.last] if line.startswith(begin)), "")


def joined(lines: Iterable[str]) -> str:
    """Lines as a text."""
    return "\n".join(lines)


def replaced(lines: list[str], part: Part, by: Iterable[str]) -> str:
    """The text with other lines in the place of a part."""
    return joined([*lines[: part.first], *by, *lines[part.last :]])
