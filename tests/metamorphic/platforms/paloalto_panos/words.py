"""Words of the language, and names of objects, that nobody knows.

Of which words it is true that the answer becomes unknown, or that something is reported:

* The names of elements within a rulebase, and those of which objects that a rule uses are made: without the element nobody knows
  what the rule or the object is about. An element of which ``any`` is the only member is left out: whatever is asked there, every
  connection fulfils it, and releases to come have more such elements. So are profile groups and elements beside the rulebases:
  what they hold may be anything that concerns no rule, and an object that is missed for it is reported where it is used.
* Key words of which there are few: switches, actions, types.
* Names of objects, applications, categories and external lists in rules and groups: what nothing defines is reported.

It is not true of zones and users, of which an export defines few, nor of the entries of a list, an address or a port: another one
is another legal configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.metamorphic.operations import Edit
from tests.metamorphic.platforms.paloalto_panos.elements import (
    BASES,
    KINDS,
    Element,
    levels,
    members,
    numbers,
    parsed,
    rules,
    value,
)

_KEYWORDS = ("action", "disabled", "negate-source", "negate-destination", "rule-type", "authentication-enforcement")
_NAMES = ("source", "destination", "category", "service", "application", "schedule")
_TYPES = ("ssl-forward-proxy", "ssl-inbound-inspection", "ssh-proxy")
"""Of decryption rules."""
_OBJECTS = {
    "address-group": ("static", "dynamic"),
    "service-group": ("members",),
    "application-group": ("members",),
    "custom-url-category": ("list", "type"),
    "url-filtering": ("block", "continue", "override"),
    "authentication-object": ("authentication-method",),
}
"""Containers of objects, with the elements of those."""


def unknown_words(text: str, _random: Random) -> Iterator[Edit]:
    """An element by another name; a key word that is another word; the name of an object that is none."""
    root = parsed(text)
    for level in levels(root):
        for base in BASES:
            for node in [held for kind in KINDS for held in [level.find(base, kind)] if held is not None]:
                yield _tag(text, node)
                yield from (_tag(text, held) for held in node.children)
    for rule in rules(root, *KINDS):
        yield _tag(text, rule)
        for field in rule.children:
            yield from _of_field(text, field)
    yield from _of_objects(text, root)


def _of_field(text: str, field: Element) -> Iterator[Edit]:
    if members(text, field) != ["any"]:
        yield _tag(text, field)
    yield from (_tag(text, child) for child in field.children if child.tag in ("member", *_TYPES))
    if field.tag in _KEYWORDS:
        yield _value(text, field)
    if field.tag in _NAMES:
        yield from (_value(text, named) for named in (field.children or [field]))


def _of_objects(text: str, root: Element) -> Iterator[Edit]:
    for node in root.whole:
        known = _OBJECTS.get(node.tag, ())
        for part in (part for entry in node.children for part in entry.children if part.tag in known):
            yield _tag(text, part)
            yield from (_tag(text, child) for child in part.children)
            if part.tag == "type":
                yield _value(text, part)
            if node.tag.endswith("-group"):
                yield from (_value(text, child) for child in part.children if child.tag == "member")
        if node.tag == "enable-captive-portal":
            yield _value(text, node)


def _tag(text: str, node: Element) -> Edit:
    opening = text[node.begin : node.inside].replace(node.tag, f"{node.tag}x", 1)
    closing = text[node.until : node.end].replace(node.tag, f"{node.tag}x", 1)
    new = text[: node.begin] + opening + text[node.inside : node.until] + closing + text[node.end :]
    return Edit(new, f"{_path(node)}x", numbers(text, _entry(node)))


def _value(text: str, node: Element) -> Edit:
    end = len(text[: node.until].rstrip())
    return Edit(f"{text[:end]}x{text[end:]}", f"{_path(node)}: {value(text, node)}x", numbers(text, _entry(node)))


def _entry(node: Element) -> Element:
    return next((each for each in (node, *node.above) if each.tag == "entry"), node)


def _path(node: Element) -> str:
    nodes = [node, *node.above]
    return "/".join(each.name or each.tag for each in reversed(nodes[:5]))
