"""The text of a result, whatever it was written by: PowerShell writes UTF-16, with or without its mark."""

import io
import re
from collections.abc import Iterator

from allowlint.model.live import UnreadPart

MAX_TEXT = 16 << 20
"""Bytes of text that are read. A result of the client analyzer has some hundred kilobytes."""
_LONG = 4_000
"""Characters of a line that are looked at."""
NEGATED = re.compile(
    r"\b(?:not|never|no|un(?:able|successful(?:ly)?|reachable)|could ?n[o']t|cannot|can't|fail(?:ed|s|ure)?|errors?|blocked|refused|denied|timed? ?out|timeout|disconnected|aborted|false)\b",
    re.IGNORECASE,
)
"""Words that make a sentence one about a failure, whatever else is in it: "not connected"."""
_BLANKED = {0: None, 0x200E: None, 0x200F: None, 0xFEFF: None, 0xA0: " ", 0x2018: "'", 0x2019: "'"}


def text_of(content: bytes) -> str:
    """The text. Marks of direction (which Windows writes around dates) and NULs are left out, quotes made straight."""
    return _decoded(content[:MAX_TEXT]).translate(_BLANKED)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, from 1."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        yield number, line[:_LONG].strip()


def too_long(content: bytes, source: str = "") -> tuple[UnreadPart, ...]:
    """What is not read of a content because there is too much of it."""
    if len(content) <= MAX_TEXT:
        return ()
    return (UnreadPart(0, f"only the first {MAX_TEXT >> 20} MB are read", source),)


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    sample = content[:4096]
    # Latin text in UTF-16 has a NUL in every other place, and in no other.
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 3 > len(sample) and min(even, odd) * 10 < max(even, odd):
        return content.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
