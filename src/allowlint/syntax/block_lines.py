"""Blocks read line by line: whatever the indentation, with the prompts of a transcript between the commands."""

import re
from collections.abc import Iterator

from allowlint.syntax.blocks import Block, Odd, Uneven, Unfinished, arranged, changed, quoting, split_words

MAX_DEPTH = 60
"""Blocks inside of blocks; products nest a handful."""
_PROMPT = re.compile(r"[\w.\-~]+(?: \([^()\n]*\))? [#$](?: |$)")
_VALUED = frozenset(("set", "unset", "append", "select", "unselect", "clear"))
_VERBS = _VALUED | {"config", "edit", "next", "end", "delete", "purge", "rename", "move", "clone"}


class Lexer:
    """Reads a part of a text line by line into a block."""

    def __init__(self, text: str, odd: list[Odd], block: Block, begin: int, end: int) -> None:
        self.text = text
        self.odd = odd
        self.at = begin
        self.end = end
        self.stack = [block]
        """The blocks that are open."""
        self.begins = [text.rfind("\n", 0, begin - 1) + 1 if begin else 0]
        """Where each was opened, which may be for the second time."""
        self.typed = [False]
        """Whether each was opened behind a prompt, by somebody who went there and need not have come back."""
        self.prompted = False
        self.part = block.parent is not None
        """Whether this is a part of a text, whose end was found by searching."""

    def run(self) -> None:
        """Read to the end. Raises :class:`Unfinished`."""
        for at, line in self._lines():
            verb, _, rest = line.partition(" ")
            if verb in _VERBS:
                if not self._do(verb, at, rest.strip()):
                    self._odd(at, line)
            else:
                self._other(at, line)
        while len(self.stack) > 1 and self.typed[-1]:
            self._closed()
        if len(self.stack) == 1:
            return
        if self.part:
            raise Uneven
        block = self.stack[-1]
        raise Unfinished(self._line(self.begins[-1]), f"{'edit' if block.is_entry else 'config'} {block.name}")

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield (offset, command without blanks around it); a quoted value may take several lines."""
        text = self.text
        while self.at < self.end:
            begin, stop = self.at, self._line_end(self.at)
            line = text[begin:stop].strip()
            self.at = stop + 1
            if not line or line[0] == "#":
                continue
            prompt = _PROMPT.match(line)
            self.prompted = bool(prompt) and line.partition(" ")[0] not in _VERBS
            if prompt and self.prompted:
                line = line[prompt.end() :].strip()
            verb = line.partition(" ")[0]
            if verb in _VALUED and quoting(line):
                line = self._quoted(begin, stop, line)
            if line:
                yield begin, line

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at, self.end)
        return self.end if found < 0 else found

    def _quoted(self, begin: int, stop: int, line: str) -> str:
        """A command whose quoted value goes on in the next lines."""
        text, parts = self.text, [line]
        while stop < self.end:
            first, stop = stop + 1, self._line_end(stop + 1)
            parts.append(text[first:stop])
            if quoting(parts[-1]):
                self.at = stop + 1
                return "\n".join(parts)
        if self.part:
            raise Uneven
        raise Unfinished(self._line(begin), f"the quoted value of {' '.join(line.split()[:2])}")

    def _do(self, verb: str, at: int, rest: str) -> bool:
        """Follow a command; False where it has no place here."""
        block = self.stack[-1]
        match verb:
            case "config" | "edit":
                return self._opened(verb, at, rest)
            case "next":
                return block.is_entry and self._closed()
            case "end":
                if block.is_entry:
                    self._closed()
                return self._closed()
        if block.parent is None:
            return False
        return changed(block, verb, at, rest) if verb in _VALUED else arranged(block, verb, rest)

    def _closed(self) -> bool:
        """Leave the innermost block; False where none is open."""
        if len(self.stack) == 1:
            if self.part:
                raise Uneven
            return False
        self.stack.pop()
        self.begins.pop()
        self.typed.pop()
        return True

    def _opened(self, verb: str, at: int, rest: str) -> bool:
        words = split_words(rest)
        if not words or len(self.stack) > MAX_DEPTH:
            return False
        if verb == "config":
            self._open(self.stack[-1].child(" ".join(words), at), at)
            return True
        if self.stack[-1].is_entry:
            # A missing "next": the entry before it ends here.
            self._closed()
            self._odd(at, f"edit {rest}")
        if self.stack[-1].parent is None:
            return False
        self._open(self.stack[-1].entry(words[0], at), at)
        return True

    def _open(self, block: Block, at: int) -> None:
        self.stack.append(block)
        self.begins.append(at)
        self.typed.append(self.prompted)

    def _other(self, at: int, line: str) -> None:
        """Text around the blocks of a transcript is nobody's business; inside of them it is."""
        if self.stack[-1].parent is not None:
            self._odd(at, line)

    def _odd(self, at: int, line: str) -> None:
        # What follows may be a secret, and so may be a line that is no command.
        verb = line.split(None, 1)[0]
        self.odd.append(Odd(at, verb if verb in _VERBS else "", self.stack[-1].path(), self.begins[-1]))
