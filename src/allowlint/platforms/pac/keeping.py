"""What the calls of a script leave behind for later calls, as far as its syntax tells.

A client keeps the script and asks it again and again. A variable from outside that a call writes, or a list that it changes, makes
answers depend on what was asked before. What is found here may be more than what really happens, and never less.
"""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.model.record import NamedTuple
from allowlint.platforms.pac.script import FUNCTIONS, Script, children, descendants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_ANYTHING = frozenset("eval Function globalThis window self top frames arguments this with_statement".split())
"""Ways to a variable without its name."""
_CHANGING = frozenset(
    "push pop shift unshift splice sort reverse fill copyWithin set add delete clear assign defineProperty compile".split()
)
_FRESH = frozenset(
    ("array", "object", "new_expression", "string", "template_string", "number", "regex", "binary_expression")
)
_FRESH_CALLS = frozenset(
    "split slice concat map filter match exec keys toLowerCase toUpperCase replace substring".split()
)
_WRITING = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
    "for_in_statement": "left",
    "unary_expression": "argument",
    "call_expression": "function",
}
_MEMBERS = ("member_expression", "subscript_expression")


class Kept(NamedTuple):
    """What calls may change that later calls may see."""

    variables: frozenset[str] = frozenset()
    """Properties of the global object, by name."""
    hidden: frozenset[str] = frozenset()
    """Variables of scopes that are not the global object: of functions around, or made by ``let``."""
    contents: bool = False
    """Whether arrays or objects from outside may be changed."""
    anything: bool = False
    """Whether variables may be written without their names."""

    @property
    def names(self) -> frozenset[str]:
        """All variables, wherever they are."""
        return self.variables | self.hidden

    @property
    def watchable(self) -> bool:
        """Whether everything that is kept lies in properties of the global object."""
        return not self.hidden and not self.contents and not self.anything


def named_functions(script: Script) -> dict[str, list[Node]]:
    """All functions by the names of variables that hold them; the others (members, arguments) under the empty name."""
    found: dict[str, list[Node]] = {}
    for node in descendants(script.root):
        if node.type in FUNCTIONS:
            for name in _names(script, node) or [""]:
                found.setdefault(name, []).append(node)
    return found


def _names(script: Script, node: Node) -> list[str]:
    holder = node if node.type.endswith("declaration") else node.parent
    if holder is None or holder.type not in (node.type, "variable_declarator", "assignment_expression"):
        return []
    name = holder.child_by_field_name("name") or holder.child_by_field_name("left")
    return [script.source(name)] if name is not None and name.type == "identifier" else []


def kept(script: Script, entry: str) -> Kept:
    """What the calls of a function may leave behind."""
    functions = named_functions(script)
    reached = _reached(script, functions, entry)
    inside = {node.id for body in reached for node in descendants(body) if node.type in FUNCTIONS}
    scopes = _Scopes(script, inside)
    outside = _lexical(script, script.root)
    variables: set[str] = set()
    hidden: set[str] = set()
    contents = anything = False
    for node in {node.id: node for body in reached for node in descendants(body)}.values():
        if node.type in ("identifier", "this", "with_statement"):
            anything = anything or (script.source(node) if node.type == "identifier" else node.type) in _ANYTHING
        for target in _written(script, node):
            if target.type != "identifier":
                contents = contents or not scopes.own(target)
                continue
            name = script.source(target)
            binder = scopes.binder(name, target)
            if binder is None:
                by_let = name in outside or name in functions
                (hidden if by_let else variables).add(name)
            elif binder.id not in inside:
                hidden.add(name)
    return Kept(frozenset(variables), frozenset(hidden), contents, anything)


def _reached(script: Script, functions: dict[str, list[Node]], entry: str) -> list[Node]:
    """The functions that a call may come to: those that are named there, and all that have no name."""
    todo = [*functions.get(entry, ()), *(node for node in functions.get("", ()) if not _called_at_once(node))]
    found: dict[int, Node] = {}
    while todo:
        function = todo.pop()
        if function.id in found:
            continue
        found[function.id] = function
        for node in descendants(function):
            if node.type in ("identifier", "property_identifier", "shorthand_property_identifier", "string"):
                todo += functions.get(script.source(node).strip("\"'"), ())
    return list(found.values())


def _called_at_once(node: Node) -> bool:
    """``(function () { ... })()``, which runs while the script is loaded."""
    above = node.parent
    while above is not None and above.type == "parenthesized_expression":
        above = above.parent
    return above is not None and above.type == "call_expression"


def _written(script: Script, node: Node) -> Iterator[Node]:
    """What an expression or a loop writes to: names, or members."""
    field = _WRITING.get(node.type)
    if field is None or (node.type == "for_in_statement" and node.child_by_field_name("kind") is not None):
        return
    target = node.child_by_field_name(field)
    while target is not None and target.type == "parenthesized_expression":
        target = children(target)[0]
    if target is None or (node.type == "unary_expression" and node.children[0].type != "delete"):
        return
    if node.type == "call_expression":
        name = target.child_by_field_name("property")
        if name is not None and script.source(name) in _CHANGING:
            yield target
    elif target.type.endswith("_pattern"):
        yield from (each for each in descendants(target) if "identifier" in each.type or each.type in _MEMBERS)
    else:
        yield target


class _Scopes:
    """Whose variable a name is; what a function declares is looked up once."""

    def __init__(self, script: Script, inside: set[int]) -> None:
        self.script = script
        self.inside = inside
        """The functions that belong to one call."""
        self._declared: dict[int, set[str]] = {}
        self._own: dict[tuple[int, str], bool] = {}

    def binder(self, name: str, node: Node) -> Node | None:
        """The function whose variable a name is; None for what belongs to no function."""
        above = node.parent
        found = False
        while above is not None:
            if above.type in FUNCTIONS:
                if found or name in self._names(above):
                    return above
            elif above.type != "program":
                found = found or name in self._names(above)
            above = above.parent
        return None

    def _names(self, node: Node) -> set[str]:
        known = self._declared.get(node.id)
        if known is None:
            function = node.type in FUNCTIONS
            known = (
                _parameters(self.script, node) | _variables(self.script, node)
                if function
                else _lexical(self.script, node)
            )
            self._declared[node.id] = known
        return known

    def own(self, target: Node) -> bool:
        """Whether the thing whose member is changed was surely made in the same call."""
        root: Node | None = target
        while root is not None and root.type in _MEMBERS:
            root = root.child_by_field_name("object")
        if root is None or root.type != "identifier":
            return root is not None and _fresh(self.script, root)
        # A thing in a thing may come from outside.
        name = self.script.source(root)
        binder = self.binder(name, root)
        if root.parent != target or binder is None or binder.id not in self.inside:
            return False
        known = self._own.get((binder.id, name))
        if known is None:
            values = _values(self.script, name, binder)
            known = name not in _parameters(self.script, binder) and all(_fresh(self.script, each) for each in values)
            self._own[binder.id, name] = known
        return known


def _values(script: Script, name: str, function: Node) -> Iterator[Node]:
    for node in descendants(function):
        if node.type in ("variable_declarator", "assignment_expression", "for_in_statement"):
            left = node.child_by_field_name("name") or node.child_by_field_name("left")
            right = node.child_by_field_name("value") or node.child_by_field_name("right")
            if left is not None and right is not None and script.source(left) == name:
                yield right


def _fresh(script: Script, value: Node) -> bool:
    if value.type != "call_expression":
        return value.type in _FRESH
    callee = value.child_by_field_name("function")
    name = callee.child_by_field_name("property") if callee is not None else None
    owner = callee.child_by_field_name("object") if callee is not None else None
    if name is not None and owner is not None and script.source(name) in ("reverse", "sort"):
        return _fresh(script, owner)
    return name is not None and script.source(name) in _FRESH_CALLS


def _parameters(script: Script, function: Node) -> set[str]:
    listed = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    if listed is None:
        return set()
    # What a default speaks of is somebody else's.
    defaults = [
        each.child_by_field_name("right") for each in descendants(listed) if each.type.endswith("assignment_pattern")
    ]
    foreign = {below.id for default in defaults if default is not None for below in descendants(default)}
    return {script.source(each) for each in descendants(listed) if "identifier" in each.type and each.id not in foreign}


def _variables(script: Script, function: Node) -> set[str]:
    """Names that ``var`` and declarations of functions make in a function itself."""
    found: set[str] = set()
    todo = list(function.children)
    while todo:
        node = todo.pop()
        if node.type in FUNCTIONS:
            name = node.child_by_field_name("name") if node.type.endswith("declaration") else None
            found |= {script.source(name)} if name is not None else set()
            continue
        if node.type == "variable_declaration":
            found |= _declared(script, node)
        elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
            left = node.child_by_field_name("left")
            found |= {script.source(left)} if left is not None else set()
        todo += node.children
    return found


def _lexical(script: Script, block: Node) -> set[str]:
    """Names that ``let``, ``const``, ``class`` and ``catch`` make in a block itself."""
    found: set[str] = set()
    for node in block.named_children:
        if node.type == "lexical_declaration":
            found |= _declared(script, node)
        elif node.type == "class_declaration":
            name = node.child_by_field_name("name")
            found |= {script.source(name)} if name is not None else set()
    if block.type == "catch_clause":
        parameter = block.child_by_field_name("parameter")
        found |= {script.source(parameter)} if parameter is not None else set()
    return found


def _declared(script: Script, declaration: Node) -> set[str]:
    names = (part.child_by_field_name("name") for part in children(declaration))
    return {
        script.source(each)
        for name in names
        if name is not None
        for each in descendants(name)
        if each.type in ("identifier", "shorthand_property_identifier_pattern")
    }


def declared_by_var(script: Script) -> frozenset[str]:
    """Variables that exist from the beginning, whether or not anything is assigned to them."""
    return frozenset(_variables(script, script.root))


def url_unused(script: Script, entry: str) -> bool:
    """Whether no definition of the function looks at its first parameter, nor can in another way."""
    functions = {node.id: node for node in named_functions(script).get(entry, [])}
    mentioned = 0
    for node in descendants(script.root):
        if node.type in ("this", "with_statement"):
            return False
        if node.type in ("identifier", "property_identifier", "shorthand_property_identifier", "string"):
            text = script.source(node).strip("\"'")
            # A name may be written with escapes.
            if (node.type != "string" and "\\" in text) or text in _ANYTHING:
                return False
            mentioned += text == entry
    # Where it is mentioned elsewhere, something else may be made of it.
    return mentioned == len(functions) > 0 and all(_ignores_first(script, each) for each in functions.values())


def _ignores_first(script: Script, function: Node) -> bool:
    listed = function.child_by_field_name("parameters")
    first = children(listed)[0] if listed is not None and children(listed) else None
    if first is None or first.type != "identifier":
        return False
    name = script.source(first)
    used = (node for node in descendants(function) if node.type in ("identifier", "shorthand_property_identifier"))
    return not any(script.source(node) == name and node.id != first.id for node in used)
