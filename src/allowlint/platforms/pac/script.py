"""The text of a PAC file and its syntax tree.

The tree comes from ``tree-sitter`` with the grammar ``tree-sitter-javascript``: both are maintained, MIT-licensed, small, come
as wheels for every system, and never fail on broken input (they mark what they could not read, with its place). ``esprima``
for Python has had no release since 2018 and knows no syntax younger than ES2017; a script that "needs a browser" is just what
must be recognised here.
"""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.syntax.secrets import without_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX_SCRIPT = 1 << 20
"""Bytes beyond which WinHTTP does not take a script."""
MAX_NESTING = 500
"""Levels in which blocks, functions and expressions stand in each other. Those of people have a dozen."""
_CHAINS = frozenset(
    "binary_expression ternary_expression sequence_expression parenthesized_expression if_statement else_clause".split()
)
"""What nests because it is a chain: a thousand hosts with ``||`` between them, or with ``else if``."""
QUOTES = "\u2018\u2019\u201c\u201d"


class Fault(NamedTuple):
    """A place that is no JavaScript."""

    location: Location
    text: str
    hint: str = ""


class Script(NamedTuple):
    """A script with its tree."""

    path: str
    text: str
    data: bytes
    """The text in UTF-8, in which the tree counts."""
    root: Node
    fault: Fault | None = None

    def source(self, node: Node) -> str:
        """What stands in the script."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> Location:
        """Where it stands."""
        row, column = node.start_point
        start = node.start_byte - column
        before = self.data[start : node.start_byte].decode("utf-8", "replace")
        width = len(self.source(node)) if node.end_point[0] == row else 0
        return Location(self.path, row + 1, len(before) + 1, width)

    def shown(self, node: Node, most: int = 70) -> str:
        """What stands in the script, in one line of bounded length, without secrets."""
        # What is cut off may be what tells them.
        text = without_secrets(" ".join(self.source(node).split()))
        return text if len(text) <= most else text[: most - 3] + "..."


def decoded(content: bytes) -> str:
    """The text, whatever mark of its encoding it begins with."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_script(path: str, content: bytes) -> Script:
    """Parse a script. Raises InputError for what is no script at all."""
    import tree_sitter
    import tree_sitter_javascript

    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    head = text.lstrip()[:400].lower()
    if head.startswith(("<!doctype", "<html", "<head", "<?xml", "<body")):
        raise InputError(
            "a web page, not a PAC script", path=path, line=1, hint="the server answered with a page; fetch it again"
        )
    data = text.encode("utf-8", "replace")
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    root = parser.parse(data).root_node
    script = Script(path, text, data, root)
    deepest = _too_deep(root)
    if deepest is not None:
        message = f"blocks and expressions are nested more than {MAX_NESTING} levels deep"
        raise InputError(message, path=path, line=deepest.start_point[0] + 1, hint="is this the script that is served?")
    return script._replace(fault=_fault(script)) if root.has_error else script


def _too_deep(root: Node) -> Node | None:
    """Something that is nested deeper than scripts are."""
    todo = [(root, 0)]
    while todo:
        node, level = todo.pop()
        if level > MAX_NESTING:
            return node
        below = level + (node.type not in _CHAINS)
        todo += ((child, below) for child in node.named_children)
    return None


def _fault(script: Script) -> Fault:
    broken = next(node for node in descendants(script.root) if node.is_error or node.is_missing)
    line = script.text.split("\n")[broken.start_point[0]] if script.text else ""
    hint = ""
    around = line + script.source(broken)
    if any(char in QUOTES for char in around):
        hint = "typographic quotes, as word processors make them: write straight ones"
    shown = f"`{broken.type}` is missing" if broken.is_missing else f"`{script.shown(broken, 40)}` is not understood"
    return Fault(script.place(broken), shown, hint)


FUNCTIONS = frozenset(
    (
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    )
)


def descendants(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in the order of the text."""
    cursor = node.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return
        if cursor.node is None:
            return


def children(node: Node) -> list[Node]:
    """The named children without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def begins_lexical(node: Node) -> bool:
    """Whether a ``for`` begins with ``let`` or ``const``."""
    start = node.child_by_field_name("initializer")
    return start is not None and start.type == "lexical_declaration"


def asks_something(node: Node) -> bool:
    """Whether a test depends on a variable or a call."""
    return any(below.type in ("identifier", "call_expression") for below in descendants(node))


def arm_body(arm: Node) -> list[Node]:
    """The statements of one arm of a ``switch``."""
    label = arm.child_by_field_name("value")
    return [child for child in children(arm) if label is None or child.id != label.id]


def parameters(node: Node) -> list[Node] | None:
    """The names of a function's parameters, with their defaults where they have some; None where they are more than names."""
    listed = node.child_by_field_name("parameters")
    if listed is None:
        single = node.child_by_field_name("parameter")
        return [single] if single is not None else []
    found = children(listed)
    return found if all(name.type == "identifier" or _plain_default(name) for name in found) else None


def _plain_default(node: Node) -> bool:
    """Whether it is a name with a default that is written out: others may look at parameters that are not there yet."""
    name, default = node.child_by_field_name("left"), node.child_by_field_name("right")
    return (
        node.type == "assignment_pattern"
        and name is not None
        and default is not None
        and name.type == "identifier"
        and default.type in ("string", "number", "true", "false", "null")
    )


def holds_functions(node: Node) -> bool:
    """Whether functions are made in a part of a script."""
    return any(below.type in FUNCTIONS and below.id != node.id for below in descendants(node))
