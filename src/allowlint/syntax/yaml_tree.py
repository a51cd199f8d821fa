"""YAML text to a tree that knows its lines. Refuses what files of ours never need and what could exhaust the machine."""

from __future__ import annotations

from allowlint.errors import UsageError
from allowlint.model.record import NamedTuple

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 12
_PREFIX = "tag:yaml.org,2002:"


class Node(NamedTuple):
    """A scalar, a sequence or a mapping with the 1-based line where it starts."""

    kind: str
    """``str``, ``int``, ``bool``, ``null``, ``float`` or another scalar tag; ``seq``; ``map``."""
    text: str
    items: tuple[Node, ...]
    pairs: tuple[tuple[Node, Node], ...]
    line: int


def parse(text: str, path: str) -> Node:
    """The single document of a YAML text.

    Numbers are not converted, so that their size does not matter. Anchors, aliases, tags, repeated keys, several
    documents and deep nesting are refused.

    Raises:
        UsageError: the text is no YAML, or uses one of the things above; with the line.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        builder = _Builder(yaml, path, yaml.parse(text, Loader=loader))
        return builder.document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        _refuse(path, mark.line + 1 if mark else None, f"not valid YAML: {problem}")


class _Builder:
    """Builds nodes from parser events with an explicit depth, because libraries recurse."""

    def __init__(self, yaml: Any, path: str, events: Iterator[Any]) -> None:
        self.yaml = yaml
        self.path = path
        self.events = events
        self.resolver = yaml.resolver.Resolver()
        self.kinds: dict[tuple[str, tuple[bool, bool]], str] = {}
        """Of plain words, most of which stand there many times."""

    def document(self) -> Node:
        node = None
        for event in self.events:
            if isinstance(event, self.yaml.DocumentStartEvent):
                if node is not None:
                    _refuse(self.path, event.start_mark.line + 1, "a second YAML document begins here; expected one")
            elif isinstance(event, self.yaml.NodeEvent):
                node = self.node(event, 0)
        if node is None:
            _refuse(self.path, None, "the file is empty")
        return node

    def node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, self.yaml.AliasEvent) or event.anchor:
            _refuse(self.path, line, "anchors and aliases (& and *) are not used here; quote names with a star")
        if isinstance(event, self.yaml.ScalarEvent):
            return Node(self.kind(event, line), event.value, (), (), line)
        if depth >= MAX_DEPTH:
            _refuse(self.path, line, f"nested more than {MAX_DEPTH} levels deep")
        if event.tag:
            _refuse(self.path, line, f"tags such as {event.tag[:40]} are not used here")
        if isinstance(event, self.yaml.SequenceStartEvent):
            return Node("seq", "", tuple(self.children(self.yaml.SequenceEndEvent, depth)), (), line)
        children = list(self.children(self.yaml.MappingEndEvent, depth))
        pairs = tuple(zip(children[::2], children[1::2], strict=True))
        self.check_keys(pairs)
        return Node("map", "", (), pairs, line)

    def children(self, end: type, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self.node(event, depth + 1)

    def kind(self, event: Any, line: int) -> str:
        if event.tag and not event.tag.startswith(_PREFIX):
            _refuse(self.path, line, f"tags such as {event.tag[:40]} are not used here")
        if event.tag:
            return str(event.tag).removeprefix(_PREFIX)
        word = (event.value[:64], event.implicit)
        if word not in self.kinds:
            self.kinds[word] = str(self.resolver.resolve(self.yaml.ScalarNode, *word)).removeprefix(_PREFIX)
        return self.kinds[word]

    def check_keys(self, pairs: tuple[tuple[Node, Node], ...]) -> None:
        seen: dict[str, int] = {}
        for key, _ in pairs:
            if key.items or key.pairs or key.kind in ("seq", "map"):
                _refuse(self.path, key.line, "a key must be a word, not a list or mapping; quote names with a star")
            if key.text in seen:
                _refuse(self.path, key.line, f"key {key.text!r} was already given on line {seen[key.text]}")
            seen[key.text] = key.line


def _refuse(path: str, line: int | None, message: str) -> NoReturn:
    raise UsageError(message, path=path, line=line)
