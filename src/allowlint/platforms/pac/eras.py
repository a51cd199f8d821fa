"""Syntax that is younger than the third edition of ECMAScript, which is what WinHTTP's JScript reads."""

from __future__ import annotations

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
}
NEWER = frozenset(
    "includes startsWith endsWith trim trimStart trimEnd repeat padStart padEnd indexOf forEach some every map filter find keys isArray trimLeft trimRight "
    "reduce reduceRight findIndex fill from of entries create defineProperty bind now stringify parse".split()
)
"""Methods younger than the third edition, of which old JScript is; ``indexOf`` only of arrays."""
_OPERATORS = frozenset(("**", "??", "**=", "??=", "&&=", "||="))


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
    if node.type == "for_in_statement":
        operator = node.child_by_field_name("operator")
        return "`for ... of`" if operator is not None and script.source(operator) == "of" else ""
    if node.type in _OPERATORS:
        return f"`{node.type}`"
    if node.type in ("object", "arguments", "formal_parameters"):
        return "a comma before a closing bracket" if _trailing_comma(node) else ""
    return ""


def _trailing_comma(node: Node) -> bool:
    kinds = [child.type for child in node.children if child.type != "comment"]
    return len(kinds) > 2 and kinds[-2] == ","
