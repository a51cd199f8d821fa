"""A script as these tests read it: the tokens and statements of tree-sitter, without the reader under test.

Offsets are bytes for the parser and characters for the text, which holds a byte in each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import tree_sitter
import tree_sitter_javascript
from tree_sitter import Node

ENTRY = "FindProxyForURL"
_LANGUAGE = tree_sitter.Language(tree_sitter_javascript.language())
_ODD = re.compile(r"\barguments\b|\beval\b|\bFunction\b|\bwith\s*\(|\bthis\b|use strict|\\u")
"""Names that reach others by their text, and what depends on standing first."""
PURE = frozenset(
    "dnsDomainIs shExpMatch isPlainHostName localHostOrDomainIs dnsDomainLevels isInNet isResolvable dnsResolve "
    "myIpAddress weekdayRange dateRange timeRange".split()
)
"""Functions of PAC: they answer, in every engine, and change nothing."""


class Source(NamedTuple):
    """A script with its tree."""

    text: str
    root: Node

    def of(self, node: Node) -> str:
        """What stands there."""
        return self.text[node.start_byte : node.end_byte]

    def line(self, node: Node) -> int:
        """Where it begins, from 1."""
        return node.start_point[0] + 1

    def function(self) -> Node | None:
        """The function that clients call, where it has a body in braces and parameters that are names."""
        for node in walk(self.root):
            name = node.child_by_field_name("name")
            if name is None or self.of(name) != ENTRY:
                continue
            function = node.child_by_field_name("value") or node
            body, parameters = function.child_by_field_name("body"), function.child_by_field_name("parameters")
            if body is not None and body.type == "statement_block" and parameters is not None:
                named = parameters.named_children
                if len(named) == 2 and all(one.type == "identifier" for one in named):
                    return function
        return None

    def host(self) -> str:
        """What the script calls the host that it is asked about."""
        function = self.function()
        parameters = function.child_by_field_name("parameters") if function is not None else None
        return self.of(parameters.named_children[1]) if parameters is not None else ""

    def body(self) -> list[Node]:
        """The statements of the function that clients call."""
        function = self.function()
        body = function.child_by_field_name("body") if function is not None else None
        return statements(body) if body is not None else []

    def top(self) -> int:
        """Where the first statement of that function may stand."""
        function = self.function()
        body = function.child_by_field_name("body") if function is not None else None
        return body.start_byte + 1 if body is not None else 0

    def replaced(self, changes: Iterable[tuple[Node, str]]) -> str:
        """The text with something else in the place of nodes that do not overlap."""
        text = self.text
        for node, other in sorted(changes, key=lambda change: -change[0].start_byte):
            text = text[: node.start_byte] + other + text[node.end_byte :]
        return text

    def inserted(self, offset: int, *lines: str) -> str:
        """The text with lines of their own at an offset between two statements."""
        return self.text[:offset] + "\n" + "".join(f"{line}\n" for line in lines) + self.text[offset:]


@lru_cache(maxsize=512)
def read(text: str) -> Source:
    """Read a script."""
    return Source(text, tree_sitter.Parser(_LANGUAGE).parse(text.encode("latin-1")).root_node)


def usable(text: str) -> bool:
    """Whether the operations understand the text: no mark of an encoding, no names that are made, a function to be asked."""
    if "\0" in text or text.startswith(("\xef\xbb\xbf", "\xff\xfe", "\xfe\xff")) or _ODD.search(text):
        return False
    source = read(text)
    templates = (node for node in walk(source.root) if node.type == "template_string")
    return source.function() is not None and not any("\n" in source.of(node) for node in templates)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the text."""
    yield node
    for child in node.children:
        yield from walk(child)


def statements(block: Node) -> list[Node]:
    """What stands in a block, without comments."""
    return [child for child in block.named_children if child.type != "comment"]


def tokens(node: Node) -> Iterator[Node]:
    """Yield the words and signs of the script; a string and a regular expression are one each."""
    if not node.children or node.type in ("string", "regex", "template_string"):
        if node.type != "comment" and node.end_byte > node.start_byte:
            yield node
    else:
        for child in node.children:
            yield from tokens(child)


def is_pure(source: Source, node: Node) -> bool:
    """Whether a condition answers in every engine and changes nothing: names, texts, comparisons, functions of PAC.

    A method that one engine lacks ends the script there, so that leaving it out, or asking it later, is a change.
    """
    if node.type == "call_expression":
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        known = function is not None and source.of(function) in PURE and arguments is not None
        return known and all(is_pure(source, each) for each in (arguments.named_children if arguments else ()))
    if node.type == "identifier":
        return source.of(node) == source.host() or source.of(node) == "url"
    if node.type in ("parenthesized_expression", "binary_expression", "unary_expression"):
        return all(is_pure(source, child) for child in node.named_children)
    return node.type in ("string", "number", "true", "false")
