"""Waivers in the comments of squid.conf and of its value files: behind a line, or on lines of their own directly above it."""

import re
from collections.abc import Iterator

from allowlint.model.waiver import MARK, Remark, Span
from allowlint.syntax.comment_lines import Comment, owners

_BEHIND = re.compile(r"\s#(.*)")


def found_in(content: bytes) -> Iterator[Remark]:
    """Yield the comments that hold a waiver. A line that goes on behind a backslash is one with what follows."""
    things: dict[int, tuple[int, int]] = {}
    comments: list[Comment] = []
    first = last = 0
    for number, raw in enumerate(content.split(b"\n"), start=1):
        line = raw.decode("utf-8", "replace").rstrip("\r")
        if line.lstrip().startswith("#"):
            comments.append(Comment(line.lstrip().lstrip("#"), number, number, behind=False))
        elif line.strip():
            first, last = first or number, number
            behind = _BEHIND.search(line)
            if behind:
                comments.append(Comment(behind[1], number, number, behind=True))
            if not line.endswith("\\"):
                things |= dict.fromkeys(range(first, number + 1), (first, number))
                first = 0
    if first:
        things |= dict.fromkeys(range(first, last + 1), (first, last))
    for comment, thing in owners(comments, things):
        if MARK in comment.text:
            yield Remark(comment.text, comment.line, (Span("", *thing),) if thing else ())
