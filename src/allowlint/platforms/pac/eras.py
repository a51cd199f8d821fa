"""Syntax that is younger than the third edition of ECMAScript, which is what WinHTTP's JScript reads."""

from __future__ import annotations

import re
from collections.abc import Callable

from allowlint.model.condition import Unmodelled
from allowlint.model.location import Location
from allowlint.platforms.pac.script import Script, descendants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_NEWER = {
    "lexical_declaration": "`let` and `const`",
    "arrow_function": "arrow functions",
    "template_string": "template strings",
    "class_declaration": "classes",
    "class": "classes",
    "spread_element": "the spread `...`",
    "rest_pattern": "the rest `...`",
    "object_pattern": "destructuring",
    "array_pattern": "destructuring",
    "assignment_pattern": "default values of parameters",
    "optional_chain": "`?.`",
    "generator_function": "generators",
    "generator_function_declaration": "generators",
    "await_expression": "`await`",
    "yield_expression": "`yield`",
    "method_definition": "methods and accessors in objects",
    "shorthand_property_identifier": "shorthand members",
    "computed_property_name": "computed names of members",
    "import_statement": "modules",
    "export_statement": "modules",
    "bigint": "big integers",
    "meta_property": "`new.target`",
    "field_definition": "fields of classes",
    "import": "modules",
    "async": "`async`",
}
NEWER = frozenset(
    "includes startsWith endsWith trim trimStart trimEnd repeat padStart padEnd indexOf forEach some every map filter find keys isArray trimLeft trimRight "
    "reduce reduceRight findIndex fill from of entries create defineProperty bind now stringify parse".split()
)
"""Methods younger than the third edition, of which old JScript is; ``indexOf`` only of arrays."""
_RESERVED = frozenset(
    "break case catch continue default delete do else finally for function if in instanceof new return switch this throw try "
    "typeof var void while with null true false class const debugger enum export extends import super".split()
)
"""No names of members, either (ECMA-262, third edition, sections 7.5 and 11.2.1: behind a dot stands an Identifier). Of the words
that the edition reserves for the future, those that JScript does ("JScript Deviations from ES3", Microsoft 2007, section 2.2)."""
_NUMBERS = re.compile(r"0[bBoO]|.*_")
_OPERATORS = frozenset(("**", "??", "**=", "??=", "&&=", "||="))


def old_client(path: str) -> Unmodelled:
    """Whether an old engine runs the script."""
    reason = "whether a Windows service (WinHTTP with its old JScript) or a browser runs the script"
    return Unmodelled("engine", reason, Location(path, 1))


def trailing_commas(script: Script) -> list[Location]:
    """Where an array ends in a comma: JScript counts one more element."""
    return [script.place(node) for node in descendants(script.root) if node.type == "array" and _trailing_comma(node)]


def newer_syntax(script: Script) -> dict[str, Location]:
    """What the script has that old engines do not read, with the first place of each."""
    found: dict[str, Location] = {}
    for node in descendants(script.root):
        what = _what(script, node)
        if what:
            found.setdefault(what, script.place(node))
    return found


def mentions_newer(script: Script) -> bool:
    """Whether a method that old engines lack is named anywhere, reached or not."""
    for node in descendants(script.root):
        if node.type == "property_identifier" and script.source(node) in NEWER:
            owner = node.parent.child_by_field_name("object") if node.parent is not None else None
            # Texts have had `indexOf` from the beginning.
            if script.source(node) != "indexOf" or owner is None or script.source(owner) not in ("host", "url"):
                return True
    return False


def _what(script: Script, node: Node) -> str:
    known = _NEWER.get(node.type, "")
    if known:
        return known
    if node.type in _OPERATORS:
        return f"`{node.type}`"
    handler = _HANDLERS.get(node.type)
    return handler(script, node) if handler is not None else ""


def _for_of(script: Script, node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return "`for ... of`" if operator is not None and script.source(operator) == "of" else ""


def _reserved(script: Script, node: Node) -> str:
    word = script.source(node)
    return f"the reserved word `{word}` as the name of a member" if word in _RESERVED else ""


def _young_regex(script: Script, node: Node) -> str:
    """What a regular expression has that section 15.10 of the third edition does not, nor 7.8.5 for where it ends."""
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    text = script.source(pattern) if pattern is not None else ""
    young = sorted(set(script.source(flags) if flags is not None else "") - set("gim"))
    if young:
        return f"the flag `{young[0]}` of regular expressions"
    plain = re.sub(r"\\.", "__", text)
    bare = re.sub(r"\[[^\]]*\]", lambda found: "_" * len(found.group()), plain)
    if "(?<" in bare:
        return "named groups and looking back in regular expressions"
    return "`/` in a class of a regular expression" if "/" in plain else ""


def as_old(script: Script) -> str:
    """The script as an engine of today has to be given it to do what JScript does.

    A text has no characters by index there ("JScript Deviations from ES3" takes them for members, which are not there), and a comma
    at the end of an array makes one more element (section 2.6). Lines stay where they are.
    """
    edits: list[tuple[int, int, bytes]] = []
    written: set[int] = set()
    for node in descendants(script.root):
        # Met before what is in it.
        target = _written_to(node)
        if target is not None:
            written.add(target.id)
        if node.type == "array" and _trailing_comma(node):
            edits.append((node.end_byte - 1, node.end_byte - 1, b","))
        elif node.type == "subscript_expression" and node.id not in written:
            opening, closing = (child for child in node.children if child.type in "[]")
            edits.append((node.start_byte, node.start_byte, b"allowlint_item("))
            edits += [(opening.start_byte, opening.end_byte, b",("), (closing.start_byte, closing.end_byte, b"))")]
    found, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        found += [script.data[at:start], text]
        at = end
    return b"".join((*found, script.data[at:])).decode("utf-8", "replace")


def _written_to(node: Node) -> Node | None:
    """What is in it and stands where it is no value: on the left of an assignment, before a call."""
    field = {
        "assignment_expression": "left",
        "augmented_assignment_expression": "left",
        "for_in_statement": "left",
        "update_expression": "argument",
        "call_expression": "function",
        "new_expression": "constructor",
    }.get(node.type, "")
    if node.type == "unary_expression" and node.children[0].type == "delete":
        field = "argument"
    return node.child_by_field_name(field) if field else None


def _trailing_comma(node: Node) -> bool:
    kinds = [child.type for child in node.children if child.type != "comment"]
    return len(kinds) > 2 and kinds[-2] == ","


_HANDLERS: dict[str, Callable[[Script, Node], str]] = {
    "for_in_statement": _for_of,
    "object": lambda _, node: "a comma before a closing bracket" if _trailing_comma(node) else "",
    "arguments": lambda _, node: "a comma before a closing bracket" if _trailing_comma(node) else "",
    "formal_parameters": lambda _, node: "a comma before a closing bracket" if _trailing_comma(node) else "",
    "property_identifier": _reserved,
    "regex": _young_regex,
    "number": lambda script, node: "numbers in base 2 or 8, or with `_`" if _NUMBERS.match(script.source(node)) else "",
    "escape_sequence": lambda script, node: "`\\u{...}`" if script.source(node).startswith("\\u{") else "",
    "catch_clause": lambda _, node: (
        "" if node.child_by_field_name("parameter") is not None else "`catch` without a name"
    ),
}
