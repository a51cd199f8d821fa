"""Waivers in the comments of squid.conf and of its value files: behind a line, or on lines of their own directly above it."""

import re
from collections.abc import Iterator

from allowlint.model.waiver import MARK, Remark, Span
from allowlint.syntax.comment_lines import Comment, owners

_BEHIND = re.compile(r"\s#(.*)")


def found_in(content: bytes) -> Iterator[Remark]:
    """Yield the comments that hold a waiver. A line that goes on behind a backslash is one with what follows."""
    comments, lines = _told_apart(content)
    things: dict[int, tuple[int, int]] = {}
    first = last = 0
    for number, goes_on in lines:
        first, last = first or number, number
        if not goes_on:
            things |= dict.fromkeys(range(first, number + 1), (first, number))
            first = 0
    if first:
        things |= dict.fromkeys(range(first, last + 1), (first, last))
    for comment, thing in owners(comments, things):
        if MARK in comment.text:
            yield Remark(comment.text, comment.line, (Span("", *thing),) if thing else ())


def _told_apart(content: bytes) -> tuple[list[Comment], list[tuple[int, bool]]]:
    """The comments, and the numbers of the lines that hold more, each with whether it goes on in the next one."""
    comments: list[Comment] = []
    lines: list[tuple[int, bool]] = []
    for number, raw in enumerate(content.split(b"\n"), start=1):
        line = raw.decode("utf-8", "replace").rstrip("\r")
        if line.lstrip().startswith("#"):
            comments.append(Comment(line.lstrip().lstrip("#"), number, number, behind=False))
        elif line.strip():
            lines.append((number, line.endswith("\\")))
            if behind := _BEHIND.search(line):
                comments.append(Comment(behind[1], number, number, behind=True))
    return comments, lines
