"""Trees of host names, keyed by reversed labels: names and everything below names, with exact set operations.

The fast path of :mod:`allowlint.model.hosts`: nearly every pattern that a product has is a name or a suffix.
"""

from collections.abc import Callable, Iterable, Iterator

from allowlint.model.record import NamedTuple


class Node(NamedTuple):
    """The part of a tree at one name: whether the name itself is in, and what lies below it.

    ``below`` answers for every name below that no child answers for.
    """

    at: bool
    below: bool
    children: "dict[str, Node]"


NOTHING = Node(False, False, {})
EVERYTHING = Node(True, True, {})

LONGEST_NAME = 253
"""Characters of a name that DNS can hold (255 octets, RFC 1035 section 2.3.4)."""
MOST_LABELS = 127
"""Of such a name."""


def combine(left: Node, right: Node, operation: Callable[[bool, bool], bool]) -> Node:
    """Both trees, name by name, joined by a logical operation."""
    below = operation(left.below, right.below)
    children: dict[str, Node] = {}
    for label in left.children.keys() | right.children.keys():
        one = left.children.get(label) or (EVERYTHING if left.below else NOTHING)
        two = right.children.get(label) or (EVERYTHING if right.below else NOTHING)
        child = combine(one, two, operation)
        if child.children or child.at != below or child.below != below:
            children[label] = child
    return Node(operation(left.at, right.at), below, children)


def both(left: Node, right: Node) -> Node:
    """Intersection. Only the labels that can matter are visited: a question about one name must not cost a whole list."""
    if left is right or (right.at and right.below and not right.children):
        return left
    if left.at and left.below and not left.children:
        return right
    children: dict[str, Node] = {}
    if not left.below and (right.below or len(left.children) <= len(right.children)):
        labels: Iterable[str] = left.children
    elif not right.below:
        labels = right.children
    else:
        labels = left.children.keys() | right.children.keys()
    below = left.below and right.below
    for label in labels:
        one = left.children.get(label) or (EVERYTHING if left.below else None)
        two = right.children.get(label) or (EVERYTHING if right.below else None)
        child = both(one, two) if one and two else NOTHING
        if child.children or child.at != below or child.below != below:
            children[label] = child
    return Node(left.at and right.at, below, children)


def minus(left: Node, right: Node) -> Node:
    """Difference, visiting only the labels that can matter."""
    if not right.below:
        children = dict(left.children)
        fewer = left.children if not left.below and len(left.children) < len(right.children) else right.children
        for label in list(fewer):
            two = right.children.get(label)
            one = left.children.get(label) or (EVERYTHING if left.below else None)
            if one is None or two is None:
                continue
            child = minus(one, two)
            if child.children or child.at != left.below or child.below != left.below:
                children[label] = child
            else:
                children.pop(label, None)
        return Node(left.at and not right.at, left.below, children)
    return combine(left, right, lambda a, b: a and not b)


def either(left: Node, right: Node) -> Node:
    """Union. Where nothing is below but what is spelt out, only the labels of the smaller side are visited."""
    if left.below or right.below:
        return combine(left, right, lambda a, b: a or b)
    large, small = (left, right) if len(left.children) >= len(right.children) else (right, left)
    children = dict(large.children)
    for label, child in small.children.items():
        children[label] = either(children[label], child) if label in children else child
    return Node(left.at or right.at, False, children)


def has_members(node: Node, *, root: bool = True) -> bool:
    """Whether any name is in the tree; the root itself is no name."""
    return (
        (node.at and not root) or node.below or any(has_members(child, root=False) for child in node.children.values())
    )


def holds(node: Node, host: str) -> bool:
    """Whether the tree has a name."""
    for label in reversed(host.split(".")):
        child = node.children.get(label)
        if child is None:
            return node.below
        node = child
    return node.at


def single(name: str, *, at: bool, below: bool) -> Node:
    """The tree of one name."""
    node = Node(at, below, {})
    for label in name.split("."):
        node = Node(False, False, {label: node})
    return node


def listed(node: Node, name: str = "") -> Iterator[tuple[str, bool, bool]]:
    """Yield (name, itself, anything below) for every node of the tree that answers yes to one of them."""
    if (node.at and name) or node.below:
        yield name, node.at and bool(name), node.below
    for label, child in node.children.items():
        yield from listed(child, f"{label}.{name}" if name else label)


def named(node: Node) -> Iterator[str]:
    """Yield the name of every node of the tree but the root: what it is built from, and every name above."""
    todo = list(node.children.items())
    while todo:
        name, node = todo.pop()
        yield name
        todo += [(f"{label}.{name}", child) for label, child in node.children.items()]


def finite(node: Node) -> list[str] | None:
    """The names of a tree that has only names, else None."""
    names = []
    for name, _, below in listed(node):
        if below:
            return None
        names.append(name)
    return names


def spelled(node: Node) -> Iterator[str]:
    """Yield the characters of the labels of a tree."""
    for label, child in node.children.items():
        yield from label
        yield from spelled(child)


def shape(node: Node) -> tuple[object, ...]:
    """What tells a tree from others; equal for equal trees that were built in the same order."""
    return node.at, node.below, *((label, shape(child)) for label, child in node.children.items())


class Walk(NamedTuple):
    """A place in a tree while a name is read from its right end: the node, and the label read so far."""

    node: Node
    label: str | None
    """Characters of the current label as far as some child begins (from the right) so; None when no child fits."""


def walk_step(place: Walk, char: str) -> Walk | None:
    """The place after one more character to the left; None where no name goes on so."""
    if char == ".":
        if place.label == "":
            return None
        child = place.node.children.get(place.label) if place.label is not None else None
        return Walk(child or (EVERYTHING if place.node.below else NOTHING), "")
    if place.label is None:
        return place
    label = char + place.label
    return Walk(place.node, label if any(name.endswith(label) for name in place.node.children) else None)


def walk_accepts(place: Walk) -> bool:
    """Whether a name may begin here."""
    if place.label == "":
        return False
    child = place.node.children.get(place.label) if place.label is not None else None
    return child.at if child is not None else place.node.below


def patterns(node: Node, host: str = "", *, inside: bool = False) -> Iterator[str]:
    """Yield readable patterns of the tree."""
    if node.at and host and not inside:
        yield host
    if node.below and not inside:
        without = [".".join(filter(None, (label, host))) for label, child in node.children.items() if not child.at]
        yield ("*." + host if host else "*") + (f" (except {', '.join(sorted(without)[:3])})" if without else "")
    for label, child in node.children.items():
        yield from patterns(child, f"{label}.{host}" if host else label, inside=node.below and child.at and child.below)


def too_deep(name: str) -> bool:
    """Whether a name has more labels than a host name can have, so that nothing is called so."""
    return name.count(".") >= MOST_LABELS


def built(entries: Iterable[tuple[str, bool, bool]]) -> Node:
    """The tree of many entries (name, itself, everything below) at once."""
    root = _Growing()
    for name, at, below in entries:
        if too_deep(name):
            continue
        place = root
        for label in reversed(name.split(".")):
            if place.below and label not in place.children:
                # Everything below is in already.
                break
            place = place.children.setdefault(label, _Growing())
        else:
            place.at = place.at or at
            if below:
                place.below, place.children = True, {}
    return _frozen(root)


class _Growing:
    """A node that is still being filled."""

    __slots__ = ("at", "below", "children")

    def __init__(self) -> None:
        self.at = False
        self.below = False
        self.children: dict[str, _Growing] = {}


def _frozen(place: _Growing) -> Node:
    return Node(place.at, place.below, {label: _frozen(child) for label, child in place.children.items()})


def parts(node: Node) -> Iterator[Node]:
    """Yield trees that together are this one: its single names, and each wildcard with what is cut out of it."""
    names: list[tuple[str, bool, bool]] = []
    yield from _wildcards(node, "", names)
    if names:
        yield built(names)


def _wildcards(node: Node, name: str, names: list[tuple[str, bool, bool]]) -> Iterator[Node]:
    if node.below:
        yield _under(node, name)
        return
    if node.at and name:
        names.append((name, True, False))
    for label, child in node.children.items():
        yield from _wildcards(child, f"{label}.{name}" if name else label, names)


def _under(node: Node, name: str) -> Node:
    for label in name.split(".") if name else ():
        node = Node(False, False, {label: node})
    return node


def shortest(node: Node) -> str | None:
    """A member with few labels and few characters; None for the empty tree."""
    found = []
    for name, at, below in listed(node):
        if at:
            found.append(name)
        if below:
            found.append(f"{_unused(node, name)}.{name}" if name else _unused(node, name))
    return min(found, key=lambda host: (host.count("."), len(host), host), default=None)


def _unused(node: Node, name: str) -> str:
    """The first short label that no child of the named node has."""
    for label in reversed(name.split(".") if name else []):
        node = node.children[label]
    return next(label for label in _short_labels() if label not in node.children)


def _short_labels() -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from letters
    number = 0
    while True:
        number += 1
        yield f"a{number}"


def written(node: Node, name: str = "", *, inherited: bool = False) -> Iterator[str]:
    """Yield the tree as lines that :func:`read` takes: ``x``, ``*.x``, and ``!`` before what is taken out of something larger.

    Equal trees give equal lines, however they came about, once the lines are sorted.
    """
    if name and node.at != inherited:
        yield f"{'' if node.at else '!'}{name}"
    if node.below != inherited:
        yield f"{'' if node.below else '!'}*{'.' if name else ''}{name}"
    for label, child in node.children.items():
        yield from written(child, f"{label}.{name}" if name else label, inherited=node.below)


def read(lines: Iterable[str]) -> Node:
    """The tree that lines describe."""
    root = _Growing()
    # What is said of a name holds below it until something is said there.
    for line in sorted(lines, key=lambda line: line.removeprefix("!").removeprefix("*.").count(".")):
        holds, pattern = not line.startswith("!"), line.removeprefix("!")
        wild = pattern.startswith("*")
        place = root
        for label in reversed(pattern.removeprefix("*").removeprefix(".").split(".") if pattern != "*" else ()):
            if label not in place.children:
                place.children[label] = _Growing()
                place.children[label].at = place.children[label].below = place.below
            place = place.children[label]
        if wild:
            place.below = holds
        else:
            place.at = holds
    return _frozen(root)
