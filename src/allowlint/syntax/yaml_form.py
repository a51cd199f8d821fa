"""Turns the nodes of a YAML text into values, or fails with the line and what was expected there."""

from __future__ import annotations

from collections.abc import Collection

from allowlint.errors import UsageError
from allowlint.syntax.yaml_tree import Node, parse

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import NoReturn


class Form:
    """What the files of one kind have in common: where they are described, and the error that they raise."""

    error: type[UsageError] = UsageError
    described = ""
    """Where to read on; the hint of an error that has no better one."""

    def __init__(self, path: str) -> None:
        self.path = path

    def tree(self, text: str) -> Node:
        """The document in a text."""
        try:
            tree = parse(text, self.path)
        except UsageError as error:
            raise self.error(error.message, path=self.path, line=error.line, hint=self.described) from error
        # A document that is one text may be a file that is none of ours, a token for instance: no message quotes it.
        return tree._replace(text="", kind="plain") if tree.kind not in ("map", "seq", "null") else tree

    def fail(self, node: Node | None, message: str, hint: str | None = None) -> NoReturn:
        """Raise the error of this kind of file."""
        raise self.error(message, path=self.path, line=node.line if node else None, hint=hint or self.described)

    def unknown(self, node: Node, known: Collection[str], what: str) -> NoReturn:
        """Fail for a word that is not known, with the nearest one that is."""
        import difflib

        near = difflib.get_close_matches(node.text[:60], list(known), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
        self.fail(node, f"unknown {what} {node.text[:60]!r}", hint)

    def mapping(self, node: Node, known: Collection[str], what: str) -> dict[str, Node]:
        """The values by key."""
        return {key.text: value for key, value in self.pairs(node, what) if self._known(key, known)}

    def pairs(self, node: Node, what: str) -> tuple[tuple[Node, Node], ...]:
        """Keys and values, whatever the keys are."""
        if node.kind != "map":
            self.fail(node, f"expected {what} (keys and values), found {found(node)}")
        return node.pairs

    def _known(self, key: Node, known: Collection[str]) -> bool:
        if key.text not in known:
            self.unknown(key, known, "key")
        return True

    def sequence(self, node: Node, what: str) -> tuple[Node, ...]:
        """The items of a list."""
        if node.kind != "seq":
            self.fail(node, f"expected a list of {what}, found {found(node)}")
        return node.items

    def text(self, node: Node) -> str:
        """A text, or a number as it is written."""
        if node.kind in ("seq", "map", "null", "bool"):
            self.fail(node, f"expected a text, found {found(node)}")
        return node.text

    def choice(self, node: Node | None, known: Collection[str], what: str, default: str = "") -> str:
        """One of some words."""
        if node is None:
            return default
        if self.text(node) not in known:
            self.unknown(node, known, what)
        return node.text

    def truth(self, node: Node) -> bool:
        """True or false."""
        if node.kind != "bool":
            self.fail(node, f"expected true or false, found {found(node)}")
        return node.text.casefold() in ("true", "yes", "on")

    def number(self, node: Node, low: int, high: int, what: str) -> int:
        """A whole number from ``low`` to ``high``."""
        digits = node.text
        if node.kind != "int" or not digits.isdecimal() or len(digits) > 7 or not low <= int(digits) <= high:
            self.fail(node, f"{what} must be a number from {low} to {high}, found {digits[:30]!r}")
        return int(digits)


def found(node: Node) -> str:
    """What stands there, in the words of a message."""
    names = {
        "seq": "a list",
        "map": "a mapping",
        "null": "nothing",
        "plain": "a text without keys",
        "bool": f"the truth value {node.text}",
    }
    return names.get(node.kind, f"{node.text[:40]!r}")
