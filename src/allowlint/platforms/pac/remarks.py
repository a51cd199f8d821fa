"""Waivers in the comments of a PAC script: behind a line, or on lines of their own directly above it."""

from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.waiver import MARK, Remark, Span
from allowlint.platforms.pac.script import descendants, read_script
from allowlint.syntax.comment_lines import Comment, owners


def found_in(content: bytes) -> Iterator[Remark]:
    """Yield the comments that hold a waiver. It belongs to one line of the script, and not to all of the statement there."""
    try:
        script = read_script("", content)
    except InputError:
        # The script cannot be read either, which is said where that matters.
        return
    nodes = [node for node in descendants(script.root) if node.type == "comment"]
    code = bytearray(script.data)
    for node in nodes:
        blank = bytes(10 if byte == 10 else 32 for byte in code[node.start_byte : node.end_byte])
        code[node.start_byte : node.end_byte] = blank
    lines = code.decode("utf-8", "replace").split("\n")
    things = {number: (number, number) for number, line in enumerate(lines, start=1) if line.strip()}
    comments = []
    for node in nodes:
        text = script.source(node)
        first, last = node.start_point[0] + 1, node.end_point[0] + 1
        comments.append(Comment(text[2:-2] if text.startswith("/*") else text[2:], first, last, first in things))
    for comment, thing in owners(comments, things):
        if MARK in comment.text:
            yield Remark(comment.text, comment.line, (Span("", *thing),) if thing else ())
    for number, line in enumerate(lines, start=1):
        if MARK in line:
            yield Remark(line[line.index(MARK) :], number)
