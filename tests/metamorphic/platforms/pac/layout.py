"""Edits of a script that leave its meaning: how it is laid out, and what its author called things."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tree_sitter import Node

from tests.metamorphic.operations import Edit
from tests.metamorphic.platforms.pac.source import ENTRY, Source, read, statements, walk


def layouts(text: str, _random: Random) -> Iterator[Edit]:
    """The same words with other line ends, blanks, comments."""
    source = read(text)
    lines = text.replace("\r\n", "\n").split("\n")
    yield Edit("\r\n".join(lines), "CRLF")
    yield Edit("\r".join(lines) if "//" not in text else "\r\n".join(lines), "CR")
    yield Edit("\xef\xbb\xbf" + text, "a byte order mark")
    yield Edit(f"\n\n{text}\n\n", "blank lines around")
    if source.root.has_error:
        # Where the parser stopped decides what is shown.
        return
    yield Edit("\n".join(f" \t{line.strip()}  " for line in lines), "indented")
    yield Edit("".join(f"\n{line}\n" for line in lines), "blank lines")
    yield Edit(
        "".join(f'{line} // return "DIRECT";\n' if _ends(source, line) else f"{line}\n" for line in lines), "notes"
    )
    yield Edit(_noted(source, '/* return "DIRECT"; */ '), "comments in front of statements")
    yield Edit(_noted(source, '// return "DIRECT";\n'), "comments above statements")


def _ends(source: Source, line: str) -> bool:
    """Whether a comment may stand behind a line: not within a longer comment."""
    return not any(node.type == "comment" and "\n" in source.of(node) for node in walk(source.root)) and bool(line)


def _noted(source: Source, comment: str) -> str:
    text = source.text
    blocks = [node for node in walk(source.root) if node.type in ("program", "statement_block")]
    starts = {statement.start_byte for block in blocks for statement in statements(block)}
    for start in sorted(starts, reverse=True):
        text = text[:start] + comment + text[start:]
    return text


def renamings(text: str, random: Random) -> Iterator[Edit]:
    """Every variable, function and parameter gets another name."""
    source = read(text)
    names = {source.of(node) for node in walk(source.root) if _is_declared(node)} - {ENTRY}
    shorthand = any(node.type.startswith("shorthand_property") for node in walk(source.root))
    if source.root.has_error or not names or shorthand:
        return
    new = {name: f"q{number}_{random.randrange(1000)}" for number, name in enumerate(sorted(names))}
    used = [node for node in walk(source.root) if node.type == "identifier" and source.of(node) in new]
    yield Edit(source.replaced([(node, new[source.of(node)]) for node in used]), "names changed")


def _is_declared(node: Node) -> bool:
    parent = node.parent
    if node.type != "identifier" or parent is None:
        return False
    if parent.type == "formal_parameters":
        return True
    field = {"variable_declarator": "name", "function_declaration": "name", "arrow_function": "parameter"}.get(
        parent.type
    )
    if parent.type == "for_in_statement":
        return parent.child_by_field_name("kind") is not None and parent.child_by_field_name("left") == node
    return field is not None and parent.child_by_field_name(field) == node
