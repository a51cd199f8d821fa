"""Ways to damage a file: by bytes, by lines, by tokens, and as a whole. A damaged file is a seed and the edits that were made to it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

LONGEST = 100_000
"""Bytes of a damaged file."""
SPAN = 1 << 16
"""Places are given as a part of so many, so that they mean something in a file of any size."""
PIECES = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc3", b"\x1b[2J", b"\r", b"\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"-1", b"0", b"9" * 5_000, b"1e999", b"NaN", b"0x" + b"f" * 40, b"99999999999", b"65536", b"4294967296", b"\xd9\xa3\xc2\xb2",
    b"'", b'"', b"\\", b"\\\n", b"`", b"(" * 300, b"[" * 300, b"{" * 300, b"<a>" * 300, b")", b"]", b"}", b"</a>", b"*", b"?", b"|",
    b"!", b"&", b"&a", b"*a", b"!!python/object/apply:os.system [id]", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#55296;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"/*", b"//", b"#", b"%00", b"%s%n", b"=1+1", b"@", b"../" * 20, b"/etc/passwd", b"/dev/zero",
    b"::1/129", b"10.0.0.0/99", b"::ffff:1.2.3.4", b"1.2.3.4-0.0.0.0", b"[::1", b"xn--a", b"a" * 300, b".", b"..", b"*.", b".*", b"^$",
    b"(?i)", b"(a+)+$", b"[[:alpha:]", b"\\1", b"{1,99999}", b"allowlint: ignore[TLS001] reason: because it is so", b"allowlint:",
    b"none", b"any", b"all", b"true", b"null", b"~", b": ", b"- ", b"\n", b"\n\n", b"\t", b" " * 200, b"",
)  # fmt: skip
"""What readers stumble over."""
_TOKEN = re.compile(rb"[\w.*/-]+|\s+|[^\w\s]", re.DOTALL)


class Edit(NamedTuple):
    """One thing that is done to a file."""

    kind: str
    at: int
    to: int
    piece: bytes
    other: int
    """Which other file it may take something from."""


def damaged(seed: bytes, edits: Sequence[Edit], others: Sequence[bytes]) -> bytes:
    """The file with all edits made, one after the other; never longer than ``LONGEST``."""
    for edit in edits:
        seed = KINDS[edit.kind](seed, edit, others[edit.other % len(others)])[:LONGEST]
    return seed


def drawn(rng: random.Random) -> Edit:
    """Any edit, for runs that are steered by something else than hypothesis."""
    places = rng.randrange(SPAN), rng.randrange(SPAN)
    return Edit(rng.choice(NAMES), *places, rng.choice(PIECES), rng.randrange(1_000))


def _range(count: int, edit: Edit, longest: int = 1 << 30) -> tuple[int, int]:
    first, last = sorted((edit.at * count // SPAN, edit.to * count // SPAN))
    return first, min(last, first + longest)


def _bytes(change: Callable[[bytes, int, int, Edit], bytes]) -> Callable[[bytes, Edit, bytes], bytes]:
    return lambda seed, edit, _other: change(seed, *_range(len(seed), edit, 64), edit)


def _parts(
    split: Callable[[bytes], list[bytes]],
    glue: bytes,
    change: Callable[[list[bytes], int, int, Edit, list[bytes]], list[bytes]],
) -> Callable[[bytes, Edit, bytes], bytes]:
    def changed(seed: bytes, edit: Edit, other: bytes) -> bytes:
        parts = split(seed)
        first, last = _range(len(parts), edit, 12)
        return glue.join(change(parts, first, last, edit, split(other)))

    return changed


def _swapped(parts: list[bytes], first: int, last: int, _edit: Edit, _other: list[bytes]) -> list[bytes]:
    return [
        *parts[:first],
        *parts[last : last + 1],
        *parts[first + 1 : last],
        *parts[first : first + 1],
        *parts[last + 1 :],
    ]


def _spliced(parts: list[bytes], first: int, last: int, edit: Edit, other: list[bytes]) -> list[bytes]:
    begin = edit.to * len(other) // SPAN
    return [*parts[:first], *other[begin : begin + 12], *parts[last:]]


_CHANGES: dict[str, Callable[[list[bytes], int, int, Edit, list[bytes]], list[bytes]]] = {
    "delete": lambda parts, first, last, _edit, _other: parts[:first] + parts[max(last, first + 1) :],
    "duplicate": lambda parts, first, last, _edit, _other: parts[:last] + parts[first:],
    "repeat": lambda parts, first, last, _edit, _other: parts[:first] + parts[first : first + 1] * 300 + parts[first:],
    "swap": _swapped,
    "replace": lambda parts, first, _last, edit, _other: [*parts[:first], edit.piece, *parts[first + 1 :]],
    "insert": lambda parts, first, _last, edit, _other: [*parts[:first], edit.piece, *parts[first:]],
    "copy": lambda parts, first, last, _edit, _other: [*parts[:first], *parts[last : last + 1], *parts[first + 1 :]],
    "splice": _spliced,
}


def _encoded(encoding: str) -> Callable[[bytes, Edit, bytes], bytes]:
    return lambda seed, _edit, _other: seed.decode("utf-8", "replace").encode(encoding, "replace")


KINDS: dict[str, Callable[[bytes, Edit, bytes], bytes]] = {
    "byte flip": _bytes(lambda seed, first, _, edit: seed[:first] + bytes([edit.to & 255]) + seed[first + 1 :]),
    "byte insert": _bytes(lambda seed, first, _, edit: seed[:first] + edit.piece + seed[first:]),
    "byte delete": _bytes(lambda seed, first, last, _: seed[:first] + seed[last:]),
    "byte duplicate": _bytes(lambda seed, first, last, _: seed[:last] + seed[first:]),
    **{f"line {name}": _parts(lambda text: text.split(b"\n"), b"\n", change) for name, change in _CHANGES.items()},
    **{f"token {name}": _parts(_TOKEN.findall, b"", change) for name, change in _CHANGES.items()},
    "truncate": lambda seed, edit, _other: seed[: edit.at * len(seed) // SPAN],
    "behead": lambda seed, edit, _other: seed[edit.at * len(seed) // SPAN :],
    "halves": lambda seed, edit, other: seed[: edit.at * len(seed) // SPAN] + other[edit.to * len(other) // SPAN :],
    "one line": lambda seed, _edit, _other: seed.replace(b"\n", b" "),
    "crlf": lambda seed, _edit, _other: seed.replace(b"\n", b"\r\n"),
    "utf-16": _encoded("utf-16"),
    "utf-16-be": _encoded("utf-16-be"),
    "latin-1": _encoded("latin-1"),
    "half utf-16": lambda seed, _edit, _other: (
        seed[: len(seed) // 2] + seed[len(seed) // 2 :].decode("latin-1").encode("utf-16")
    ),
    "nested": lambda seed, edit, _other: edit.piece * 200 + seed + edit.piece * 200,
}
"""What an edit does: takes the file, the edit and another file."""
NAMES = tuple(KINDS)
