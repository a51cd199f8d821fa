"""Nested blocks of ``config``, ``edit``, ``set``, ``next`` and ``end``, with positions: the command language of FortiOS and its kin.

Read as the command line reads it: an ``edit`` of a name that exists opens it again, a ``set`` replaces, ``append`` adds, ``unset``
takes away (docs.fortinet.com, "Sub-commands": "create or edit a table"; community.fortinet.com, "Useful multi-option values CLI
commands"). What the words mean is not known here.

A configuration as a device writes it has each level indented by four blanks; then the sections and the entries of long tables are
found by searching, and read when somebody asks for them. Anything else (transcripts, files made by hand) is read line by line. Both
ways give the same tree; ``tests/syntax/test_blocks.py`` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from allowlint.model.record import NamedTuple

MAX_DEPTH = 60
"""Blocks inside of blocks; products nest a handful."""
_PAGER = re.compile(r"--More--[ \t]*(?:\r[ \t]*)*")
_PROMPT = re.compile(r"[\w.\-~]+(?: \([^()\n]*\))? [#$](?: |$)")
_WORD = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^'\n]*'|\\.|[^\s"'\\]|')+""", re.DOTALL)
_PIECE = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^'\n]*)'|\\(.)|([^"'\\]+|'|")""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTAINERS = frozenset(("vdom", "global"))
"""Blocks that hold whole configurations and are not indented."""
_EDIT = "    edit "
_NEXT = "\n    next\n"
_UNEXPECTED = ("set ", "config ", "end", "unset ", "append ", "delete ", "rename ", "move ", "purge")
_STEP = 4096


class Lines:
    """Translates offsets into line numbers, late: only for what is reported."""

    __slots__ = ("_counts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._counts: list[int] = []

    def number(self, at: int) -> int:
        """The line (from 1) in which a character stands."""
        if not self._counts:
            count, self._counts = 1, [1]
            for begin in range(0, len(self.text), _STEP):
                count += self.text.count("\n", begin, begin + _STEP)
                self._counts.append(count)
        page = at // _STEP
        return self._counts[page] + self.text.count("\n", page * _STEP, at)


class Odd(NamedTuple):
    """A line that is no command, or one that has no place where it stands."""

    at: int
    verb: str
    """The command; empty where it is none."""
    path: tuple[str, ...]
    """The blocks that it stands in, from the outside."""


class Unfinished(Exception):
    """The text ends inside of a block or a quoted value. ``at`` is where that begins; ``what`` names it."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


class Setting(NamedTuple):
    """What a ``set`` gives."""

    raw: str
    """The values as they are written."""
    at: int


class Block:
    """What stands between ``config`` or ``edit`` and its end. It is read when it is first looked into."""

    __slots__ = ("_blocks", "_entries", "_settings", "_source", "_spans", "at", "name")

    def __init__(self, name: str, at: int, source: Source) -> None:
        self.name = name
        self.at = at
        """Where its ``config`` or ``edit`` stands."""
        self._source = source
        self._spans: list[tuple[int, int]] = []
        self._settings: dict[str, Setting] = {}
        self._blocks: dict[str, Block] = {}
        self._entries: dict[str, Block] = {}

    @property
    def settings(self) -> dict[str, Setting]:
        """What is set, by key."""
        if self._spans:
            self._read()
        return self._settings

    @property
    def blocks(self) -> dict[str, Block]:
        """The blocks inside, by the words after ``config``."""
        if self._spans:
            self._read()
        return self._blocks

    @property
    def entries(self) -> dict[str, Block]:
        """The entries of a table in the order of the file, by name."""
        if self._spans:
            self._read()
        return self._entries

    def words(self, key: str) -> tuple[str, ...]:
        """The values of a setting; none where it is not set."""
        setting = self.settings.get(key)
        return split_words(setting.raw) if setting else ()

    def word(self, key: str, default: str = "") -> str:
        """The first value of a setting."""
        setting = self.settings.get(key)
        if setting is None:
            return default
        found = split_words(setting.raw)
        return found[0] if found else default

    def place(self, key: str) -> int:
        """Where a setting stands; the block itself where it is not set."""
        setting = self.settings.get(key)
        return self.at if setting is None else setting.at

    def block(self, name: str) -> Block:
        """A block inside; an empty one where there is none."""
        return self.blocks.get(name) or Block(name, self.at, self._source)

    def defer(self, begin: int, end: int) -> None:
        """Remember a part of the text to be read when somebody asks for it."""
        self._spans.append((begin, end))

    def _read(self) -> None:
        spans, self._spans = self._spans, []
        for begin, end in spans:
            if not (self._source.split(self, begin, end) or self._source.flat(self, begin, end)):
                self._source.lex(self, begin, end)

    def child(self, name: str, at: int) -> Block:
        """The block of that name, made where there is none."""
        found = self.blocks.get(name)
        if found is None:
            found = self._blocks[name] = Block(name, at, self._source)
        return found

    def entry(self, name: str, at: int) -> Block:
        """The entry of that name, made where there is none; ``edit 0`` makes a new one every time."""
        entries = self.entries
        key = f"0 ({len(entries) + 1})" if name == "0" and name in entries else name
        found = entries.get(key)
        if found is None:
            found = entries[key] = Block(name, at, self._source)
        return found


def split_words(raw: str) -> tuple[str, ...]:
    """The values of a line, without quotes and escapes."""
    if "\\" not in raw and "'" not in raw:
        if '"' not in raw:
            return tuple(raw.split())
        if raw.count('"') == 2 and raw[0] == raw[-1] == '"':
            return (raw[1:-1],)
    return tuple(
        "".join(_ESCAPED.sub(r"\1", quoted) or single or escaped or plain for quoted, single, escaped, plain in pieces)
        for pieces in (_PIECE.findall(word) for word in _WORD.findall(raw))
    )


def _quoting(text: str) -> bool:
    """Whether a quoted value that begins in the text goes on behind it."""
    if "\\" in text:
        text = _ESCAPED.sub("", text)
    return text.count('"') % 2 == 1


class Source:
    """A text, and what was odd about it."""

    __slots__ = ("_memo", "lines", "odd", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.odd: list[Odd] = []
        self._memo: dict[str, tuple[str, str] | None] = {}

    def root(self) -> Block:
        """The whole text as one block. Raises :class:`Unfinished`."""
        root = Block("", 0, self)
        if not self._outlined(root):
            root = Block("", 0, self)
            self.lex(root, 0, len(self.text))
        return root

    def _outlined(self, root: Block) -> bool:
        """Find the sections of a text as a device writes it; False where it is not one."""
        text, at = self.text, 0
        stack = [root]
        while at < len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            line = text[at:end].rstrip(" ")
            if not line or line[0] == "#":
                at = end + 1
                continue
            if line.startswith("config "):
                name = " ".join(split_words(line[7:]))
                block = stack[-1].child(name, at)
                if name in _CONTAINERS:
                    stack.append(block)
                    at = end + 1
                    continue
                close = self._close(end)
                if close < 0:
                    return False
                block.defer(end + 1, close + 1)
                at = close + 5
            elif _moved(line, at, stack):
                at = end + 1
            else:
                return False
        return len(stack) == 1

    def _close(self, begin: int) -> int:
        """The newline before the ``end`` of the section whose first line ends at ``begin``; -1 where there is none."""
        text, close = self.text, begin
        while True:
            close = text.find("\nend", close)
            if close < 0 or text[close + 4 : close + 5] not in ("\n", ""):
                return -1
            body = (begin, close)
            odd_quotes = _quoting(text[begin:close]) if text.find("\\", *body) >= 0 else text.count('"', *body) % 2 == 1
            if not odd_quotes:
                return -1 if text.find("\nconfig ", *body) >= 0 and not self._quoted_config(*body) else close
            close += 4

    def _quoted_config(self, begin: int, end: int) -> bool:
        """Whether every line that looks like the begin of a section stands in a quoted value."""
        at = self.text.find("\nconfig ", begin, end)
        while at >= 0:
            if not _quoting(self.text[begin:at]):
                return False
            at = self.text.find("\nconfig ", at + 1, end)
        return True

    def split(self, block: Block, begin: int, end: int) -> bool:
        """Part a table into its entries without reading them; False where it is not indented as devices do."""
        chunks = self._chunks(begin, end)
        places = []
        at = begin
        for chunk in chunks:
            head = chunk.find("\n")
            first = chunk[9:] if head < 0 else chunk[9:head]
            names = split_words(first)
            if len(names) != 1 or _quoting(first) or (_quoting(chunk) if "\\" in chunk else chunk.count('"') % 2):
                return False
            places.append((names[0], at, len(chunk) if head < 0 else head + 1, len(chunk)))
            at += len(chunk) + len(_NEXT)
        for name, at, head, size in places:
            entry = block.entry(name, at + 4)
            if head < size:
                entry.defer(at + head, at + size)
        return bool(chunks)

    def _chunks(self, begin: int, end: int) -> list[str]:
        """The entries of a table; none where it holds anything else, or is indented in another way."""
        text = self.text
        if not text.startswith(_EDIT, begin) or not text.endswith(_NEXT, begin, end):
            return []
        if any(text.find(f"\n    {word}", begin, end) >= 0 for word in _UNEXPECTED):
            return []
        chunks = text[begin:end].split(_NEXT)
        chunks.pop()
        whole = all(chunk.startswith(_EDIT) for chunk in chunks)
        return chunks if whole and text.count(f"\n{_EDIT}", begin, end) == len(chunks) - 1 else []

    def flat(self, block: Block, begin: int, end: int) -> bool:
        """Read a block that holds nothing but ``set`` lines; False where it holds more."""
        memo, settings = self._memo, {}
        at = begin
        for line in self.text[begin:end].split("\n"):
            known = memo.get(line)
            if known is None:
                known = _setting(line)
                if known is None:
                    if line and not line.isspace():
                        return False
                    at += len(line) + 1
                    continue
                if len(memo) < 100_000:
                    memo[line] = known
            settings[known[0]] = Setting(known[1], at + 4)
            at += len(line) + 1
        block._settings.update(settings)
        return True

    def lex(self, block: Block, begin: int, end: int) -> None:
        """Read line by line. Raises :class:`Unfinished` where the text ends inside of something."""
        _Lexer(self, block, begin, end).run()


def _moved(line: str, at: int, stack: list[Block]) -> bool:
    """Whether an unindented ``edit``, ``next`` or ``end`` moved between the configurations that a text holds."""
    entry = len(stack) % 2 == 1 and len(stack) > 1
    match line.split(" ", 1)[0]:
        case "edit" if not entry and len(stack) == 2:
            words = split_words(line[5:])
            if len(words) != 1:
                return False
            stack.append(stack[-1].entry(words[0], at))
        case "next" if entry and line == "next":
            stack.pop()
        case "end" if len(stack) > 1 and line == "end":
            del stack[1:]
        case _:
            return False
    return True


def _setting(line: str) -> tuple[str, str] | None:
    """The key and the values of a ``set`` line that ends where the line ends."""
    verb, _, rest = line.strip().partition(" ")
    key, _, raw = rest.partition(" ")
    if verb != "set" or not key or _quoting(raw):
        return None
    return key, raw.strip()


class _Lexer:
    """Reads a part of a text line by line into a block."""

    def __init__(self, source: Source, block: Block, begin: int, end: int) -> None:
        self.source = source
        self.at = begin
        self.end = end
        self.stack: list[tuple[Block, bool]] = [(block, False)]
        """The blocks that are open, each with whether it is an entry."""

    def run(self) -> None:
        """Read to the end. Raises :class:`Unfinished`."""
        for at, line in self._lines():
            verb, _, rest = line.partition(" ")
            if verb in _VERBS:
                if not self._do(verb, at, rest.strip()):
                    self._odd(at, line)
            else:
                self._other(at, line)
        # The "end" of a section, which closes an entry that is still open too, is not a part of what was put off.
        closed = 2 if self.stack[0][0].name and self.stack[-1][1] else 1
        if len(self.stack) > closed:
            block, entry = self.stack[-1]
            raise Unfinished(block.at, f"{'edit' if entry else 'config'} {block.name}")

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield (offset, command without blanks around it); a quoted value may take several lines."""
        text = self.source.text
        while self.at < self.end:
            begin, stop = self.at, self._line_end(self.at)
            line = text[begin:stop].strip()
            self.at = stop + 1
            if not line or line[0] == "#":
                continue
            prompt = _PROMPT.match(line)
            if prompt and line.partition(" ")[0] not in _VERBS:
                line = line[prompt.end() :].strip()
            verb = line.partition(" ")[0]
            if verb in _VALUED and _quoting(line):
                line = self._quoted(begin, stop, line)
            if line:
                yield begin, line

    def _line_end(self, at: int) -> int:
        found = self.source.text.find("\n", at, self.end)
        return self.end if found < 0 else found

    def _quoted(self, begin: int, stop: int, line: str) -> str:
        """A command whose quoted value goes on in the next lines."""
        text, parts = self.source.text, [line]
        while stop < self.end:
            first, stop = stop + 1, self._line_end(stop + 1)
            parts.append(text[first:stop])
            if _quoting(parts[-1]):
                self.at = stop + 1
                return "\n".join(parts)
        raise Unfinished(begin, f"the quoted value of {' '.join(line.split()[:2])}")

    def _do(self, verb: str, at: int, rest: str) -> bool:
        """Follow a command; False where it has no place here."""
        block, entry = self.stack[-1]
        match verb:
            case "config" | "edit":
                return self._opened(verb, at, rest)
            case "next":
                return entry and bool(self.stack.pop())
            case "end":
                if entry:
                    self.stack.pop()
                if len(self.stack) > 1:
                    self.stack.pop()
                    return True
                return False
        if len(self.stack) == 1 and not block.name:
            return False
        return _changed(block, verb, at, rest) if verb in _VALUED else _arranged(block, verb, rest)

    def _opened(self, verb: str, at: int, rest: str) -> bool:
        block, entry = self.stack[-1]
        words = split_words(rest)
        if not words or len(self.stack) > MAX_DEPTH:
            return False
        if verb == "config":
            self.stack.append((block.child(" ".join(words), at), False))
            return True
        if len(self.stack) == 1 and not block.name:
            return False
        if entry:
            # A missing "next": the entry before it ends here.
            self.stack.pop()
            self._odd(at, f"edit {rest}")
            block = self.stack[-1][0]
        self.stack.append((block.entry(words[0], at), True))
        return True

    def _other(self, at: int, line: str) -> None:
        """Text around the blocks of a transcript is nobody's business; inside of them it is."""
        if len(self.stack) > 1 or self.stack[0][0].name:
            self._odd(at, line)

    def _odd(self, at: int, line: str) -> None:
        path = tuple(block.name for block, _ in self.stack if block.name)
        # What follows may be a secret, and so may be a line that is no command.
        verb = line.split(None, 1)[0]
        self.source.odd.append(Odd(at, verb if verb in _VERBS else "", path))


_VALUED = frozenset(("set", "unset", "append", "select", "unselect", "clear"))
_VERBS = _VALUED | {"config", "edit", "next", "end", "delete", "purge", "rename", "move", "clone"}


def _changed(block: Block, verb: str, at: int, rest: str) -> bool:
    """Change a setting."""
    key, _, raw = rest.partition(" ")
    if not key:
        return False
    settings = block.settings
    before = settings.get(key)
    match verb:
        case "set" | "select":
            settings[key] = Setting(raw.strip(), at)
        case "append":
            settings[key] = Setting(
                f"{before.raw} {raw.strip()}" if before else raw.strip(), before.at if before else at
            )
        case "unset" | "clear":
            settings.pop(key, None)
        case "unselect" if before:
            gone = split_words(raw)
            kept = [word for word in split_words(before.raw) if word not in gone]
            settings[key] = Setting(" ".join(f'"{_ESCAPED_IN.sub(_BACKSLASH, word)}"' for word in kept), before.at)
    return True


_ESCAPED_IN = re.compile(r'(["\\])')
_BACKSLASH = r"\\\1"


def _arranged(block: Block, verb: str, rest: str) -> bool:
    """Remove, rename or move entries of a table; a copy is not followed."""
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
    if verb == "rename":
        entries[first].name = second
        order = [(second if name == first else name, entry) for name, entry in order]
    elif second in entries and first != second:
        order = [item for item in order if item[0] != first]
        spot = next(index for index, (name, _) in enumerate(order) if name == second)
        order.insert(spot + (how == "after"), (first, entries[first]))
    entries.clear()
    entries.update(order)
    return True


_BETWEEN = {"rename": ("to",), "move": ("before", "after")}


def read_blocks(text: str) -> tuple[Block, Source]:
    """The tree of a text, and the text with what was odd about it (complete once every block has been looked into).

    Raises :class:`Unfinished` where the text ends inside of a block or a quoted value.
    """
    if "\r" in text:
        text = _PAGER.sub("", text).replace("\r\n", "\n").replace("\r", "" if "\n" in text else "\n")
    elif "--More--" in text:
        text = _PAGER.sub("", text)
    source = Source(text)
    return source.root(), source
