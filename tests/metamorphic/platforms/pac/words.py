"""Which words of a script belong to the language, and what takes their place when they are misspelt.

A word of the language is a keyword, a name that is read (of a function of PAC, of a variable or function of the script), the
name in a declaration, and the kind of a way (`PROXY`, `DIRECT`) in a text that is returned or kept in a variable. Misspelt,
the script is no script, or ends with an error where the word is met, or returns no way: what clients do then is unknown.

Left out is what makes another script, which may do anything: values; a property (`list.lenght` is `undefined` and no error);
a variable that is written (another one is made); `default`, which becomes a label.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tree_sitter import Node

from tests.metamorphic.operations import Edit
from tests.metamorphic.platforms.pac.source import ENTRY, Source, read, tokens

UNKNOWN = "zzunknown"
WAYS = ("DIRECT", "PROXY", "HTTP", "HTTPS", "SOCKS", "SOCKS4", "SOCKS5")
_AROUND = ("ternary_expression", "parenthesized_expression", "binary_expression")


def unknown_words(text: str, _random: Random) -> Iterator[Edit]:
    """Each word of the language in turn, misspelt."""
    source = read(text)
    for token in tokens(source.root):
        new = _misspelt(source, token)
        if new:
            what = f"line {source.line(token)}: {source.of(token)} is {new}"
            yield Edit(source.replaced([(token, new)]), what, range(source.line(token), source.line(token) + 1))


def _misspelt(source: Source, token: Node) -> str:
    text = source.of(token)
    if token.type == "string":
        kind, _, rest = text[1:-1].partition(" ")
        return f"{text[0]}{UNKNOWN} {rest}{text[0]}" if kind in WAYS and _is_way(token) else ""
    if token.type == "identifier":
        return UNKNOWN if _is_read(source, token) else ""
    is_keyword = text.isalpha() and not token.is_named and text != "default"
    return UNKNOWN if is_keyword or token.type in ("true", "false", "null") else ""


def _is_way(token: Node) -> bool:
    """Whether a text is returned or kept, and not compared."""
    node = token.parent
    while node is not None and node.type in _AROUND:
        operator = node.child_by_field_name("operator")
        if operator is not None and operator.type != "+":
            return False
        node = node.parent
    return node is not None and node.type in ("return_statement", "variable_declarator")


def _is_read(source: Source, token: Node) -> bool:
    """Whether a name that nothing defines would be an error here."""
    parent = token.parent
    if parent is None or parent.type == "formal_parameters":
        return False
    if parent.type in ("assignment_expression", "for_in_statement"):
        return parent.child_by_field_name("left") != token
    if parent.type == "variable_declarator" and parent.child_by_field_name("name") == token:
        return False
    if parent.type == "unary_expression":
        operator = parent.child_by_field_name("operator")
        return operator is not None and operator.type != "typeof"
    if parent.type == "function_declaration":
        return _calls(source, source.of(token)) or source.of(token) == ENTRY
    return True


def _calls(source: Source, name: str) -> bool:
    """Whether a function is called, and its name means nothing else."""
    found = [token for token in tokens(source.root) if token.type == "identifier" and source.of(token) == name]
    return len(found) > 1
