"""Words of the language, and names of objects, that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from tests.metamorphic.operations import Edit
from tests.metamorphic.platforms.paloalto_panos.elements import Element, members, numbers, parsed, value


def unknown_words(text: str) -> Iterator[Edit]:
    """An element by another name; a key word that is another word; the name of an object that is none."""
    for node in parsed(text).whole:
        if node.parent is not None:
            yield _tag(text, node)
            if value(text, node):
                yield _value(text, node)


def _tag(text: str, node: Element) -> Edit:
    opening = text[node.begin : node.inside].replace(node.tag, f"{node.tag}x", 1)
    closing = text[node.until : node.end].replace(node.tag, f"{node.tag}x", 1)
    new = text[: node.begin] + opening + text[node.inside : node.until] + closing + text[node.end :]
    return Edit(new, f"{_path(node)}x", numbers(text, _entry(node)))


def _value(text: str, node: Element) -> Edit:
    new = f"{text[: node.until].rstrip()}x{text[node.until :]}"
    return Edit(new, f"{_path(node)}: {value(text, node)}x", numbers(text, _entry(node)))


def _entry(node: Element) -> Element:
    return next((each for each in (node, *node.above) if each.tag == "entry"), node)


def _path(node: Element) -> str:
    nodes = [node, *node.above]
    return "/".join(each.name or each.tag for each in reversed(nodes[: 6 if node.tag == "member" else 5]))
