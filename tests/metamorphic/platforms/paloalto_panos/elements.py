"""The text of an export in XML as elements with their places, which edits are cut out at and put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from tests.metamorphic.operations import Edit

BASES = ("pre-rulebase", "rulebase", "post-rulebase")
KINDS = ("security", "decryption", "authentication", "captive-portal")
"""What holds rules that are read."""
_OPENING = re.compile(r"<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_ASIDE = ("template", "template-stack", "readonly")
"""Below these nothing is a level, though it may be called as one."""


@dataclass(eq=False)
class Element:
    """One element. Places are those in the text."""

    tag: str
    name: str
    """Of an entry."""
    parent: Element | None
    begin: int
    """Of the opening tag."""
    inside: int
    """Of the content."""
    until: int = 0
    """Behind the content."""
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def above(self) -> Iterator[Element]:
        """Yield what it lies in, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def whole(self) -> Iterator[Element]:
        """Yield it with all that lies in it."""
        yield self
        for child in self.children:
            yield from child.whole

    def find(self, *tags: str) -> Element | None:
        """The first element along a path of tags."""
        node: Element | None = self
        for tag in tags:
            node = next((child for child in node.children if child.tag == tag), None) if node is not None else None
        return node


@lru_cache(maxsize=4)
def parsed(text: str) -> Element:
    """The root element. Raises ExpatError where there is none."""
    parser = expat.ParserCreate("utf-8")
    stack: list[Element] = []
    roots: list[Element] = []

    def opened(tag: str, attributes: dict[str, str]) -> None:
        begin = parser.CurrentByteIndex
        opening = _OPENING.match(text, begin)
        assert opening is not None
        node = Element(tag, attributes.get("name", ""), stack[-1] if stack else None, begin, opening.end())
        if opening[1]:
            node.until = node.end = opening.end()
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)

    def closed(_tag: str) -> None:
        node = stack.pop()
        if not node.end:
            node.until = parser.CurrentByteIndex
            node.end = text.index(">", node.until) + 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(text.encode("latin-1"), True)
    return roots[0]


def _is_aside(node: Element) -> bool:
    return any(above.tag in _ASIDE for above in node.above)


def levels(root: Element) -> Iterator[Element]:
    """Yield what may have rules of its own: virtual systems, device groups, what is shared or pushed."""
    for node in root.whole:
        if _is_aside(node):
            continue
        entry = node.tag == "entry" and node.parent is not None and node.parent.tag in ("vsys", "device-group")
        if entry or node.tag == "panorama" or (node.tag == "shared" and any(node.find(base) for base in BASES)):
            yield node


def rules(root: Element, *kinds: str) -> Iterator[Element]:
    """Yield the rules of some kinds."""
    for level in levels(root):
        for base in BASES:
            for kind in kinds:
                held = level.find(base, kind, "rules")
                yield from (rule for rule in (held.children if held is not None else ()) if rule.tag == "entry")


def value(text: str, node: Element | None) -> str:
    """What is written in an element that holds no other."""
    return text[node.inside : node.until].strip() if node is not None and not node.children else ""


def members(text: str, node: Element | None) -> list[str]:
    """The members of a list."""
    return [value(text, child) for child in (node.children if node is not None else ()) if child.tag == "member"]


def numbers(text: str, node: Element) -> range:
    """The lines of an element, from 1."""
    first = text.count("\n", 0, node.begin) + 1
    return range(first, first + text.count("\n", node.begin, node.end) + 1)


def replaced(text: str, node: Element, new: str, what: str) -> Edit:
    """The text with something else in the place of an element."""
    return Edit(text[: node.begin] + new + text[node.end :], what, numbers(text, node))


def put(text: str, node: Element, new: str) -> str:
    """The text with something new in front of the content of an element."""
    if node.inside == node.end:
        opening = text[node.begin : node.end - 2].rstrip()
        return f"{text[: node.begin]}{opening}>{new}</{node.tag}>{text[node.end :]}"
    return text[: node.inside] + new + text[node.inside :]


def put_below(text: str, node: Element, path: tuple[str, ...], new: str) -> str:
    """The text with something new in front at a path below an element, which is made as far as it is not there."""
    for at, tag in enumerate(path):
        child = node.find(tag)
        if child is None:
            rest = path[at:]
            made = "".join(f"<{each}>" for each in rest) + new + "".join(f"</{each}>" for each in reversed(rest))
            return put(text, node, made)
        node = child
    return put(text, node, new)


def first_rule(text: str, kind: str, rule: str) -> str:
    """The text with a rule in front of all others of its kind, in the rulebase of each level that is met first."""
    for at in range(sum(1 for _ in levels(parsed(text)))):
        level = list(levels(parsed(text)))[at]
        pushed = any(above.tag == "panorama" for above in level.above)
        own = level.parent is not None and level.parent.tag == "vsys" and not pushed
        merged = level.find("pre-rulebase") is not None
        text = put_below(text, level, ("rulebase" if own and not merged else "pre-rulebase", kind, "rules"), rule)
    return text


def shared_rule(text: str, kind: str, rule: str) -> str:
    """The text with a rule in front of all others of its kind; of Panorama among those that all device groups share."""
    root = parsed(text)
    shared = next((node for node in root.whole if node.tag == "shared" and not _is_aside(node)), None)
    groups = any(level.parent is not None and level.parent.tag == "device-group" for level in levels(root))
    if shared is None or not groups:
        return first_rule(text, kind, rule)
    return put_below(text, shared, ("pre-rulebase", kind, "rules"), rule)
