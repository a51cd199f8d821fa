"""Text that is safe to send to a terminal, and the columns that it takes there.

Names in a configuration may hold anything: an escape that repaints the screen, a mark that turns the reading order around, a
no-break space that looks like none. What does not print as itself is shown by its number (``<U+00A0>``), never sent as it is.
"""

from collections.abc import Iterable, Iterator

from allowlint.syntax.secrets import without_secrets

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Printable by the book, and yet there is nothing to see."""
TAB = "    "
"""A tab where nothing points at it; where something does, it is shown by its number."""


def shown(char: str) -> str:
    """One character as it is shown: itself, or its number."""
    if char.isprintable() and char not in _UNSEEN and not _selects(char):
        return char
    code = ord(char)
    # A byte that is no UTF-8 was read as one of these (PEP 383).
    return f"<0x{code - 0xDC00:02X}>" if 0xDC80 <= code <= 0xDCFF else f"<U+{code:04X}>"


def visible(text: str) -> str:
    """The text with everything that does not print as itself shown by its number, and without logins."""
    text = without_secrets(text)
    if text.isprintable() and text.isascii():
        return text
    return "".join(map(shown, text))


def columns(text: str) -> int:
    """Columns of a terminal that visible text takes: two for wide letters, none for combining ones."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def padded(text: str, width: int) -> str:
    """Visible text, filled up with blanks to a width."""
    return text + " " * (width - columns(text))


def head(pieces: Iterable[str], room: int) -> str:
    """As many of the pieces as fit, from the start."""
    kept = []
    for piece in pieces:
        room -= columns(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept)


def tail(pieces: list[str], room: int) -> str:
    """As many of the pieces as fit, from the end."""
    kept = []
    for piece in reversed(pieces):
        room -= columns(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(reversed(kept))


def shortened(text: str, room: int) -> str:
    """Visible text, cut to a width."""
    return text if columns(text) <= room else head(text, max(room - 3, 0)) + "..."


def wrapped(text: str, room: int) -> Iterator[str]:
    """Visible lines of a width; a line that begins with a blank is configuration and stays whole."""
    for line in text.split("\n"):
        if line[:1].isspace():
            yield visible(line.expandtabs(4).rstrip())
        else:
            yield from _filled(visible(line).split(" "), room)


def _filled(words: list[str], room: int) -> Iterator[str]:
    line, used = "", 0
    for word in words:
        size = columns(word)
        if line and used + 1 + size > room:
            yield line
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    yield line


def _columns(char: str) -> int:
    if char.isascii():
        return 1
    # Only text beyond ASCII needs the tables.
    from unicodedata import category, east_asian_width

    if category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


def _selects(char: str) -> bool:
    """Whether it is a variation selector."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
