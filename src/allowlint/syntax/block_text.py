"""The text of a configuration as blocks, with positions.

A configuration as a device writes it has each level indented by four blanks; then the sections and the entries of long tables are
found by searching, and read when somebody asks for them. Anything else (transcripts, files made by hand) is read line by line. Both
ways give the same tree; ``tests/syntax/test_blocks.py`` compares them.
"""

import re
from itertools import accumulate, repeat

from allowlint.syntax.block_lines import Lexer
from allowlint.syntax.blocks import Block, Odd, Outline, quoting, split_words

_PAGER = re.compile(r"--More--[ \t]*(?:\r[ \t]*)*")
_SCREENS = 1 << 20
"""Characters within which a pager shows itself, if there is one: what it leaves behind further on is no command, and is told."""
_CONTAINERS = frozenset(("vdom", "global"))
"""Blocks that hold whole configurations and are not indented."""
_EDIT = "    edit "
_NEXT = "\n    next\n"
_FURTHER = "\n    e"
"""What ``edit`` and ``end`` begin with where entries are indented."""
_UNINDENTED = re.compile(r"\n[^ \n#]")
_HEAD = re.compile(r"""    edit (?:"([^"\\\n]*)"|([^\s"'\\]+))""")
_PAGE = 1 << 18
"""Characters of a table that are parted at a time."""
_STEP = 4096
_REMEMBERED = 20_000
"""Lines that are remembered with their meaning."""


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


class Source:
    """A text, and what was odd about it."""

    __slots__ = ("_memo", "lines", "odd", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.odd: list[Odd] = []
        self._memo = _Memo()

    def root(self, *, searching: bool = True) -> Block:
        """The whole text as one block. Raises :class:`~allowlint.syntax.blocks.Unfinished`."""
        root = Block("", 0, self.read)
        if not searching or not self._outlined(root):
            root = Block("", 0, self.read)
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
                    if len(stack) > 1:
                        return False
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
        """The newline before the ``end`` of the section whose first line ends at ``begin``; -1 where there is none.

        Everything else in it is indented, but for what goes on in a quoted value. Every character is looked at once, however many
        such lines a value holds.
        """
        text, at, quoted = self.text, begin, False
        for line in _UNINDENTED.finditer(text, begin):
            quoted ^= self._odd_quotes(at, line.start())
            at = line.start()
            if not quoted:
                return at if text.startswith("\nend", at) and text[at + 4 : at + 5] in ("\n", "") else -1
        return -1

    def _odd_quotes(self, begin: int, end: int) -> bool:
        """Whether a part holds an odd number of quotation marks."""
        text = self.text
        if text.find("\\", begin, end) >= 0:
            return quoting(text[begin:end])
        return text.count('"', begin, end) % 2 == 1

    def split(self, block: Block, begin: int, end: int) -> bool:
        """Part a table into its entries without reading them; False where it is not indented as devices do."""
        names, begins = self.parted(begin, end)
        if not names:
            return False
        by_name = dict(zip(names, begins, strict=True))
        outline = Outline(self.text, by_name, end, self.content)
        if len(by_name) < len(names) or not block.part(outline):
            for name, at in zip(names, begins, strict=True):
                found = block.entry(name, at)
                found.defer(*self.content(at))
        return True

    def parted(self, begin: int, end: int) -> tuple[list[str], list[int]]:
        """The names of the entries of a table, and where each begins; none where it is not indented as devices do.

        A table may be a large part of the file: it is gone through page by page, so that no second copy of it is made.
        """
        text = self.text
        names: list[str] = []
        sizes: list[int] = []
        if not text.startswith(_EDIT, begin) or not text.endswith(_NEXT, begin, end):
            return names, sizes
        escapes, at = text.find("\\", begin, end) >= 0, begin
        while at < end:
            last = text.rfind(_NEXT, at, min(at + _PAGE, end))
            stop = (last if last >= 0 else text.find(_NEXT, at)) + len(_NEXT)
            page = text[at:stop]
            *entries, rest = page.split(_NEXT)
            found = _names(entries)
            # Neither another entry nor the end of the table stands in one, and no quoted value goes on behind it.
            if rest or not found or page.count(_FURTHER) != len(entries) - 1 or _quoting(entries, escapes=escapes):
                return [], []
            names += found
            sizes += map(len, entries)
            at = stop
        return names, list(accumulate(map(len(_NEXT).__add__, sizes), initial=begin))[:-1]

    def content(self, at: int) -> tuple[int, int]:
        """Where the lines of an entry stand that was found by parting its table: ``at`` is where it begins."""
        close = self.text.find(_NEXT, at)
        return min(self.text.find("\n", at) + 1, close), close

    def owner(self, at: int) -> str:
        """The name of the entry, of a table that was parted, in which a character stands."""
        begin = self.text.rfind(f"\n{_EDIT}", 0, at) + 1 + len(_EDIT)
        return self.text[begin : self.text.find("\n", begin)].strip('"')

    def flat(self, block: Block, begin: int, end: int) -> bool:
        """Read a block that holds nothing but ``set`` lines; False where it holds more."""
        lines = self.text[begin:end].split("\n")
        try:
            settings = dict(map(self._memo.__getitem__, lines))
        except _NotFlat:
            return False
        settings.pop("", None)
        block.put(settings, lambda: self._places(begin, lines))
        return True

    def _places(self, at: int, lines: list[str]) -> dict[str, int]:
        places = {}
        for line in lines:
            places[self._memo[line][0]] = at
            at += len(line) + 1
        places.pop("", None)
        return places

    def lex(self, block: Block, begin: int, end: int) -> None:
        """Read line by line. Raises :class:`~allowlint.syntax.blocks.Unfinished` where the text ends inside of something."""
        Lexer(self.text, self.odd, block, begin, end).run()

    def read(self, block: Block, begin: int, end: int) -> None:
        """Read a part in the quickest way that fits it."""
        if not (self.split(block, begin, end) or self.flat(block, begin, end)):
            self.lex(block, begin, end)


def _names(entries: list[str]) -> list[str]:
    """The names of entries; none where one does not begin as devices write it."""
    heads = [entry.partition("\n")[0] for entry in entries]
    text = "\n".join(heads)
    if "\\" not in text and text.count('"') == 2 * len(heads):
        # Each has two quotation marks. Where these are its first and its last ones, nothing but its name is left.
        names = text.removeprefix(f'{_EDIT}"').removesuffix('"').split(f'"\n{_EDIT}"')
        if len(names) == len(heads) and len(text) == sum(map(len, names)) + len(names) * (len(_EDIT) + 3) - 1:
            return names
    found = [name for name in map(_HEAD.fullmatch, heads) if name is not None]
    return [name[name.lastindex or 0] for name in found] if len(found) == len(heads) else []


def _quoting(entries: list[str], *, escapes: bool) -> bool:
    """Whether a quoted value goes on behind one of the entries."""
    if escapes:
        return any(map(quoting, entries))
    return any(count % 2 for count in set(map(str.count, entries, repeat('"'))))


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


class _NotFlat(Exception):
    """A line that is no ``set`` command of its own."""


class _Memo(dict[str, tuple[str, str]]):
    """The key and the values of ``set`` lines, which a configuration repeats many times over; of a blank line nothing."""

    def __missing__(self, line: str) -> tuple[str, str]:
        verb, _, rest = line.strip().partition(" ")
        key, _, raw = rest.partition(" ")
        if verb and (verb != "set" or not key or quoting(raw)):
            raise _NotFlat
        found = (key, raw.strip())
        if len(self) >= _REMEMBERED:
            # What is met once (identifiers, names) fills it; what recurs is soon met again.
            self.clear()
        self[line] = found
        return found


def read_blocks(text: str, *, searching: bool = True) -> tuple[Block, Source]:
    """The tree of a text, and the text with what was odd about it (complete once every block has been looked into).

    Raises :class:`~allowlint.syntax.blocks.Unfinished` where the text ends inside of a block or a quoted value. Looking into a block
    raises :class:`~allowlint.syntax.blocks.Uneven` where the text must be read without ``searching``.
    """
    if "\r" in text:
        text = _PAGER.sub("", text).replace("\r\n", "\n").replace("\r", "" if "\n" in text else "\n")
    elif text.find("--More--", 0, _SCREENS) >= 0:
        text = _PAGER.sub("", text)
    source = Source(text)
    return source.root(searching=searching), source
