"""Nested blocks of ``config``, ``edit``, ``set``, ``next`` and ``end``: the tree of a configuration of FortiOS or its kin.

Edited as the command line edits: an ``edit`` of a name that exists opens it again, a ``set`` replaces, ``append`` adds, ``unset``
takes away (docs.fortinet.com, "Sub-commands": "create or edit a table"; community.fortinet.com, "Useful multi-option values CLI
commands"). What the words mean is not known here. The text is read by :mod:`~allowlint.syntax.block_text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from allowlint.model.record import NamedTuple

_WORD = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^'\n]*'|\\.|[^\s"'\\]|')+""", re.DOTALL)
_PIECE = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^'\n]*)'|\\(.)|([^"'\\]+|'|")""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Odd(NamedTuple):
    """A line that is no command, or one that has no place where it stands."""

    at: int
    verb: str
    """The command; empty where it is none."""
    path: tuple[str, ...]
    """The blocks that it stands in, from the outside."""
    within: int
    """Where the innermost of them begins."""


class Unfinished(Exception):
    """The text ends inside of a block or a quoted value. ``line`` is where that begins; ``what`` names it."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


class Uneven(Exception):
    """A part that was found by searching does not end where it was taken to end: the text must be read line by line."""


Reader = Callable[["Block", int, int], None]
"""Reads a part of the text into a block."""


class Outline:
    """The entries of a table that was only parted into them, in the order of the file."""

    __slots__ = ("_end", "_text", "begins", "content")

    def __init__(
        self, text: str, begins: Mapping[str, int], end: int, content: Callable[[int], tuple[int, int]]
    ) -> None:
        self.begins = begins
        """Where each entry begins, by its name."""
        self.content = content
        """Tells from where an entry begins where its lines stand."""
        self._text = text
        self._end = end

    def match(self, pattern: re.Pattern[str], name: str) -> re.Match[str] | None:
        """What an expression finds where an entry begins."""
        return pattern.match(self._text, self.begins[name], self._end)

    def search(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield what an expression finds anywhere in the table."""
        return pattern.finditer(self._text, next(iter(self.begins.values())), self._end)


class Block:
    """What stands between ``config`` or ``edit`` and its end. It is read when it is first looked into."""

    __slots__ = (
        "_blocks",
        "_entries",
        "_outline",
        "_places",
        "_reader",
        "_settings",
        "_spans",
        "at",
        "is_entry",
        "name",
        "parent",
    )

    def __init__(
        self, name: str, at: int, read: Reader, parent: Block | None = None, *, is_entry: bool = False
    ) -> None:
        self.name = name
        self.is_entry = is_entry
        """Whether an ``edit`` opened it."""
        self.parent = parent
        self.at = at
        """Where its ``config`` or ``edit`` stands."""
        self._reader = read
        # There may be hundreds of thousands of blocks, most of which nobody looks into: they are filled when they are read.
        self._spans: tuple[tuple[int, int], ...] = ()
        self._settings: dict[str, str] | None = None
        self._places: dict[str, int] | Callable[[], dict[str, int]] | None = None
        self._blocks: dict[str, Block] | None = None
        self._entries: dict[str, Block] | None = None
        self._outline: Outline | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What is set, by key: the values as they are written."""
        if self._spans:
            self._read()
        if self._settings is None:
            self._settings = {}
        return self._settings

    @property
    def places(self) -> dict[str, int]:
        """Where settings stand, by key."""
        if self._spans:
            self._read()
        if not isinstance(self._places, dict):
            self._places = self._places() if self._places else {}
        return self._places

    @property
    def blocks(self) -> dict[str, Block]:
        """The blocks inside, by the words after ``config``."""
        if self._spans:
            self._read()
        if self._blocks is None:
            self._blocks = {}
        return self._blocks

    @property
    def entries(self) -> dict[str, Block]:
        """The entries of a table in the order of the file, by name."""
        if self._spans:
            self._read()
        if self._outline is not None:
            outline, made = self._outline, self._entries or {}
            self._entries = {name: made.get(name) or self._made(outline, name) for name in outline.begins}
            self._outline = None
        if self._entries is None:
            self._entries = {}
        return self._entries

    @property
    def outline(self) -> Outline | None:
        """The entries of a long table as they are written; None where it was read in another way, or made into blocks since."""
        if self._spans:
            self._read()
        return self._outline

    def find(self, name: str) -> Block | None:
        """One entry of a table, without making a block of every other; None where there is none."""
        outline = self.outline
        if outline is None:
            return self.entries.get(name)
        if self._entries is None:
            self._entries = {}
        found = self._entries.get(name)
        if found is None and name in outline.begins:
            found = self._entries[name] = self._made(outline, name)
        return found

    def _made(self, outline: Outline, name: str) -> Block:
        begin = outline.begins[name]
        return self.within(name, begin, *outline.content(begin))

    def within(self, name: str, at: int, begin: int, end: int) -> Block:
        """An entry that was found in a table: where its ``edit`` stands, and its lines. It is no part of the tree."""
        made = Block(name, at, self._reader, self, is_entry=True)
        made.defer(begin, end)
        return made

    @property
    def span(self) -> tuple[int, int] | None:
        """Where all its lines stand, as long as nobody has looked into it; None where they stand in several places, too."""
        parts = (self._settings, self._blocks, self._entries, self._outline)
        return self._spans[0] if len(self._spans) == 1 and not any(parts) else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.outline is None and not (self.settings or self.entries or self.blocks)

    @property
    def has_entries(self) -> bool:
        """Whether a table has entries."""
        return self.outline is not None or bool(self.entries)

    def raw(self, key: str) -> str:
        """The values of a setting as they are written; empty where it is not set."""
        return self.settings.get(key, "")

    def words(self, key: str) -> tuple[str, ...]:
        """The values of a setting; none where it is not set."""
        raw = self.settings.get(key)
        return split_words(raw) if raw else ()

    def word(self, key: str, default: str = "") -> str:
        """The first value of a setting."""
        raw = self.settings.get(key)
        if raw is None:
            return default
        found = split_words(raw)
        return found[0] if found else default

    def place(self, key: str) -> int:
        """Where a setting stands; the block itself where it is not set."""
        return self.places.get(key, self.at)

    def block(self, name: str) -> Block:
        """A block inside; an empty one where there is none."""
        return self.blocks.get(name) or Block(name, self.at, self._reader, self)

    def part(self, outline: Outline) -> bool:
        """Take the entries of a table, to be made into blocks when somebody asks; False where it has some already."""
        if self._outline is not None or self._entries:
            return False
        self._outline = outline
        return True

    def defer(self, begin: int, end: int) -> None:
        """Remember a part of the text to be read when somebody asks for it."""
        if begin < end:
            self._spans += ((begin, end),)

    def _read(self) -> None:
        spans, self._spans = self._spans, ()
        for begin, end in spans:
            self._reader(self, begin, end)

    def put(self, settings: dict[str, str], places: Callable[[], dict[str, int]]) -> None:
        """Set all of these. Where they stand is worked out when somebody asks."""
        if self._settings is None:
            self._settings, self._places = settings, places
        else:
            self.places.update(places())
            self._settings.update(settings)

    def path(self) -> tuple[str, ...]:
        """The names of the blocks that it stands in and its own, from the outside."""
        names, block = [], self
        while block.parent is not None:
            names.append(block.name)
            block = block.parent
        return tuple(reversed(names))

    def copy(self, name: str) -> Block:
        """A block of another name with the same content."""
        made = Block(name, self.at, self._reader, self.parent, is_entry=self.is_entry)
        made.put(dict(self.settings), lambda: dict(self.places))
        for part, copies in ((self.blocks, made.blocks), (self.entries, made.entries)):
            for key, inner in part.items():
                copies[key] = inner.copy(inner.name)
                copies[key].parent = made
        return made

    def child(self, name: str, at: int) -> Block:
        """The block of that name, made where there is none."""
        blocks = self.blocks
        found = blocks.get(name)
        if found is None:
            found = blocks[name] = Block(name, at, self._reader, self)
        return found

    def entry(self, name: str, at: int) -> Block:
        """The entry of that name, made where there is none; ``edit 0`` makes a new one every time."""
        entries = self.entries
        key = f"0 ({len(entries) + 1})" if name == "0" and name in entries else name
        found = entries.get(key)
        if found is None:
            found = entries[key] = Block(name, at, self._reader, self, is_entry=True)
        return found


def split_words(raw: str) -> tuple[str, ...]:
    """The values of a line, without quotes and escapes."""
    if "\\" not in raw and "'" not in raw:
        if '"' not in raw:
            return tuple(raw.split())
        if raw[0] == raw[-1] == '"':
            words = raw[1:-1].split('" "')
            if raw.count('"') == 2 * len(words):
                return tuple(words)
    return tuple(
        "".join(_ESCAPED.sub(r"\1", quoted) or single or escaped or plain for quoted, single, escaped, plain in pieces)
        for pieces in (_PIECE.findall(word) for word in _WORD.findall(raw))
    )


def quoting(text: str) -> bool:
    """Whether a quoted value that begins in the text goes on behind it."""
    if "\\" in text:
        text = _ESCAPED.sub("", text)
    return text.count('"') % 2 == 1


def changed(block: Block, verb: str, at: int, rest: str) -> bool:
    """Change a setting; False where the command lacks its key."""
    key, _, raw = rest.partition(" ")
    if not key:
        return False
    settings, places, raw = block.settings, block.places, raw.strip()
    before = settings.get(key)
    match verb:
        case "set" | "select":
            settings[key], places[key] = raw, at
        case "append":
            settings[key] = raw if before is None else f"{before} {raw}"
            places.setdefault(key, at)
        case "unset" | "clear":
            settings.pop(key, None)
            places.pop(key, None)
        case "unselect" if before is not None:
            gone = split_words(raw)
            kept = [word for word in split_words(before) if word not in gone]
            settings[key] = " ".join(f'"{_ESCAPED_IN.sub(_BACKSLASH, word)}"' for word in kept)
    return True


_ESCAPED_IN = re.compile(r'(["\\])')
_BACKSLASH = r"\\\1"


def arranged(block: Block, verb: str, rest: str) -> bool:
    """Remove, copy, rename or move entries of a table."""
    entries, words = block.entries, split_words(rest)
    if verb == "purge":
        entries.clear()
        return True
    if verb == "delete" and words:
        for word in words:
            entries.pop(word, None)
        return True
    if len(words) != 3 or words[0] not in entries or words[1] not in _BETWEEN.get(verb, ()):
        return False
    first, how, second = words
    order = list(entries.items())
    if verb == "clone":
        order.append((second, entries[first].copy(second)))
    elif verb == "rename":
        entries[first].name = second
        order = [(second if name == first else name, entry) for name, entry in order]
    elif second in entries and first != second:
        order = [item for item in order if item[0] != first]
        spot = next(index for index, (name, _) in enumerate(order) if name == second)
        order.insert(spot + (how == "after"), (first, entries[first]))
    entries.clear()
    entries.update(order)
    return True


_BETWEEN = {"clone": ("to",), "rename": ("to",), "move": ("before", "after")}
