"""squid.conf as Squid 5.7 reads it: physical lines, continuation, conditionals, includes, and the tokens of a line.

Follows ``parseOneConfigFile`` (``cache_cf.cc``) and ``ConfigParser.cc`` of Squid 5.7 step by step, because a line that Squid
joins, cuts or skips in its own way changes what is allowed.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from allowlint.model.device import LoadFault, Unread
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.syntax.files import Files, Missing
from allowlint.syntax.secrets import without_secrets

BUFFER = 8191
"""Bytes of one physical line that Squid reads at once (``BUFSIZ`` less the end mark); the rest becomes a line of its own."""
MAX_DEPTH = 16
MAX_WORKERS = 66
"""Numbers of processes that are tried where there are workers."""
MAX_FAULTS = 1_000
"""Reasons why Squid would not start that are told; the first one stops it."""
MAX_LINES = 2_000_000
BLANK = " \t\n\r\v\f"
EVERY_VERSION = "every version"


class Line(NamedTuple):
    """One logical line, with the places its parts come from."""

    text: str
    path: str
    pieces: tuple[tuple[int, int, int], ...]
    """(offset in ``text``, line, column) of each physical line that was joined."""
    opaque: str = ""
    """Why anything may stand here instead of the text (a file that was not given); empty for an ordinary line."""
    guard: "Guard | None" = None
    """The conditional that the line stands in, where it cannot be decided."""

    def location(self, offset: int, length: int) -> Location:
        """The place of a part of the line."""
        start, line, column = self.pieces[max(bisect_right(self.pieces, (offset, MAX_LINES + 1, 0)) - 1, 0)]
        return Location(self.path, line, column + offset - start, length)

    @property
    def whole(self) -> Location:
        """The place of the line, as far as its first physical line goes."""
        end = self.pieces[1][0] if len(self.pieces) > 1 else len(self.text)
        return self.location(0, len(self.text[:end].rstrip()))


class Guard(NamedTuple):
    """A conditional that depends on how Squid is started."""

    text: str
    location: Location
    holds: bool
    """Whether the lines count when it holds (else, behind ``else``, when it does not)."""


class Token(NamedTuple):
    """One word of a line."""

    text: str
    location: Location


class Reading:
    """What was met while the text was read."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.faults: list[LoadFault] = []
        self.unread: list[Unread] = []
        self.lines = 0
        self.workers = False
        """Whether the configuration speaks of several worker processes."""
        self.stopped = False
        """Whether reading ended early, with the reason among the faults."""

    def fault(self, location: Location, message: str, versions: str = EVERY_VERSION) -> None:
        """Note why Squid would not start; of very many reasons that there are more."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(LoadFault(location, message, versions))
        elif len(self.faults) == MAX_FAULTS:
            more = f"more than {MAX_FAULTS} faults: mend those above, and look again for those from here on"
            self.faults.append(LoadFault(location, more, EVERY_VERSION))

    def unknown(self, location: Location, text: str, why: str, *, matters: bool = True) -> None:
        """Note something that was not understood."""
        self.unread.append(Unread(location, text, why, matters))


def logical_lines(content: bytes, path: str, reading: Reading, depth: int = 0) -> Iterator[Line]:
    """Yield the lines that Squid would act on, with includes and conditionals resolved."""
    states: list[bool | Guard] = []
    shown = reading.files.shown(path) if path != "-" else path
    line = Line("", shown, ((0, 1, 1),))
    for line in _joined(content, shown, reading):
        word, rest = first_word(line.text)
        if word == "if":
            states.append(_condition(rest, line, reading))
        elif word in ("endif", "else"):
            _turn(word, states, line, reading)
        elif not states or states[-1] is not False:
            guard = states[-1] if states and isinstance(states[-1], Guard) else None
            found = _included(line, rest, reading, depth) if word == "include" and rest else [line]
            yield from (_guarded(inner, guard) for inner in found) if guard else found
    if states:
        reading.fault(line.whole, "if-statement without 'endif'")


_LOWER = {
    ord(upper): lower for upper, lower in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", strict=True)
}


def lowered(text: str) -> str:
    """Lower case as C has it: ASCII letters alone. Unicode would turn look-alikes such as the Kelvin sign into letters."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def first_word(text: str) -> tuple[str, str]:
    """The first word of a line, and the rest without blanks around it; only ASCII blanks separate words."""
    for index, char in enumerate(text):
        if char in BLANK:
            return text[:index], text[index:].strip(BLANK)
    return text, ""


def _guarded(line: Line, guard: Guard) -> Line:
    """The line under a conditional; under two of them, anything may stand there."""
    return (
        line._replace(opaque="conditionals in each other that cannot be decided")
        if line.guard
        else line._replace(guard=guard)
    )


def _turn(word: str, states: list[bool | Guard], line: Line, reading: Reading) -> None:
    """``else`` and ``endif``. Squid looks at the innermost condition alone, so an outer false does not reach inside."""
    if not states:
        reading.fault(line.whole, f"'{word}' without 'if'")
    elif word == "endif":
        states.pop()
    else:
        last = states[-1]
        states[-1] = last._replace(holds=not last.holds) if isinstance(last, Guard) else not last


def _condition(text: str, line: Line, reading: Reading) -> bool | Guard:
    if text in ("true", "false"):
        return text == "true"
    # One process, as without "workers", is number 0 when started with -N and 1 otherwise.
    numbers = range(MAX_WORKERS if reading.workers else 2)
    answers = {_equation(text.replace("${process_number}", str(number)), line, reading) for number in numbers}
    answer = answers.pop() if len(answers) == 1 else None
    return Guard(text, line.whole, True) if answer is None else answer


def _integer(text: str) -> int:
    """A number as C reads it: 0x for hexadecimal, a leading 0 for octal, else decimal. Raises ValueError."""
    digits = text.lstrip("+-")
    if not digits.isascii() or not digits.isalnum():
        raise ValueError(text)
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
    return int(text, base)


def _equation(text: str, line: Line, reading: Reading) -> bool | None:
    left, equals, right = text.partition("=")
    if "${" in text:
        return None
    if not equals:
        reading.fault(line.whole, f"Unable to evaluate expression '{text}'")
        return None
    try:
        return _integer(left.strip(BLANK)) == _integer(right.strip(BLANK))
    except ValueError:
        reading.fault(line.whole, f"String is not an integer number: '{text}'")
        return None


def _joined(content: bytes, path: str, reading: Reading) -> Iterator[Line]:
    """Yield logical lines: comments and empty lines dropped first, then lines ending in a backslash joined."""
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = 0
    for number, column, part in _physical(content, path, reading):
        if part.startswith("#") or not part:
            # Dropped before joining, so that a comment or empty line inside a continuation does not end it.
            continue
        pieces.append((length, number, column))
        continued = part.endswith("\\")
        parts.append(part[:-1] if continued else part)
        length += len(parts[-1])
        if continued:
            continue
        text = "".join(parts)
        if text.strip(BLANK):
            yield Line(text.rstrip(BLANK), path, tuple(pieces))
        parts, pieces, length = [], [], 0


def _physical(content: bytes, path: str, reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Yield (line number, column of the first character, text without leading blanks)."""
    for number, raw in enumerate(content.split(b"\n"), start=1):
        reading.lines += 1
        if reading.lines > MAX_LINES:
            reading.fault(Location(path, number), f"more than {MAX_LINES} lines: not read on")
            reading.stopped = True
        if reading.stopped:
            return
        chunks = [raw] if len(raw) <= BUFFER else [raw[at : at + BUFFER] for at in range(0, len(raw), BUFFER)]
        if len(chunks) > 1:
            reading.unknown(
                Location(path, number),
                f"a line of {len(raw)} bytes",
                f"Squid reads {BUFFER} bytes of a line and takes the rest for a new one",
            )
        for index, chunk in enumerate(chunks):
            if b"\0" in chunk:
                reading.unknown(Location(path, number), "a NUL byte", "Squid ignores what follows it on the line")
            kept = chunk.split(b"\0", 1)[0].split(b"\r", 1)[0].decode("utf-8", "surrogateescape")
            stripped = kept.lstrip(BLANK)
            yield number, 1 + len(kept) - len(stripped) + index * BUFFER, stripped


def _included(line: Line, rest: str, reading: Reading, depth: int) -> Iterator[Line]:
    if depth >= MAX_DEPTH:
        reading.fault(line.whole, f"includes are nested too deeply (>{MAX_DEPTH})")
        # Squid ends here, and a loop would multiply without end.
        reading.stopped = True
        return
    for word in filter(None, rest.replace("\t", " ").split(" ")):
        name = word.strip('"')
        paths = reading.files.glob(name) if not name.startswith(("!", "|")) else ()
        if not paths:
            yield line._replace(opaque="an include of what a command prints")
        elif isinstance(paths, Missing) and (name.startswith("/") or not paths.absent):
            yield line._replace(opaque=f"the included file {name}: {paths.why}; {paths.hint}")
        elif isinstance(paths, Missing):
            # An absolute name may exist on the device; a relative one is expected right here.
            reading.fault(line.whole, f"Unable to find configuration file: {name}: {paths.why}")
        else:
            for path in paths:
                yield from _one_included(line, path, reading, depth)


def _one_included(line: Line, path: str, reading: Reading, depth: int) -> Iterator[Line]:
    content = reading.files.read(path)
    if isinstance(content, Missing):
        yield line._replace(opaque=f"the included file {reading.files.shown(path)}: {content.why}; {content.hint}")
    else:
        yield from logical_lines(content, path, reading, depth + 1)


def tokens(line: Line, start: int = 0, *, pairs: bool = False) -> Iterator[Token]:
    """Yield the words of a line from ``start``: separated by blanks, up to a word that begins with ``#``.

    With ``pairs`` a backslash takes the next character with it, as in the patterns of regular-expression ACLs.
    """
    text, at = line.text, start
    while at < len(text):
        if text[at] in " \t\n\r":
            at += 1
            continue
        if text[at] == "#":
            return
        end = at
        while end < len(text) and text[end] not in " \t\n\r":
            end += 2 if pairs and text[end] == "\\" else 1
        end = min(end, len(text))
        yield Token(text[at:end], line.location(at, end - at))
        at = end


def said(words: Iterable[Token]) -> str:
    """A line in its own words, without what changes when it is laid out anew (blanks, a comment at the end), and without secrets."""
    return without_secrets(" ".join(word.text for word in words))


def brief(text: str, most: int = 60) -> str:
    """A word as messages quote it, without secrets: what is cut off may be what tells them."""
    text = without_secrets(text)
    return text if len(text) <= most else text[: most - 3] + "..."
