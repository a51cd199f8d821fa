"""Exact sets of host names.

A :class:`HostSet` is a union of disjoint pieces. Each piece is a *tree* (names and everything below names, keyed by
reversed labels: the fast path that nearly all patterns take) narrowed by a *cube* of regular sets that must or must not hold.
Intersection, difference, emptiness and a shortest member are exact; where that would cost too much,
:class:`~allowlint.model.automaton.TooComplex` is raised and the caller answers "unknown".

A host name here is one or more non-empty labels of ``a-z 0-9 - _``. Products spell wildcards differently
(``.x``, ``*.x``, ``x``); each platform resolves its own spelling and nothing here knows about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allowlint.model import tree
from allowlint.model.automaton import MAX_STATES, TooComplex
from allowlint.model.regular import Regular

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import Any

LABEL_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_"
MAX_PIECES = 64
"""Pieces of one set; more means that many regular expressions cut the same wildcard."""

PART_WORK = 30
"""Steps that it takes to look at one wildcard at all."""

Cube = frozenset[tuple[Regular, bool]]
_NO_CUBE: Cube = frozenset()


def _search(node: tree.Node, cube: Cube) -> str | None:
    """A shortest name of the tree for which every member of the cube holds, or None. Breadth first over both in step."""
    regulars = sorted(cube, key=lambda item: (item[0].text, item[1]))
    characters = _told_apart(node, regulars)
    node, states, base = _descended(node, regulars, tuple(regular.start for regular, _ in regulars))
    first = (tree.Walk(node, ""), *states)
    seen = {_key(first)}
    frontier: list[tuple[tuple[Any, ...], str]] = [(first, base)]
    while frontier:
        following = []
        _spend(regulars, len(frontier) * len(characters))
        for state, name in frontier:
            for char in characters:
                place = tree.walk_step(state[0], char)
                if place is None or place.node is tree.NOTHING:
                    continue
                states = _stepped(regulars, state[1:], char)
                if tree.walk_accepts(place) and _accepted(regulars, states):
                    return char + name
                target = (place, *states)
                key = _key(target)
                if key not in seen and not _lost(regulars, states):
                    seen.add(key)
                    following.append((target, char + name))
            if len(seen) > MAX_STATES:
                raise TooComplex(f"deciding the patterns needs more than {MAX_STATES} states")
        frontier = following
    return None


_Regulars = list[tuple[Regular, bool]]


def _stepped(regulars: _Regulars, states: tuple[Any, ...], char: str) -> tuple[Any, ...]:
    return tuple(regular.step(state, char) for (regular, _), state in zip(regulars, states, strict=True))


def _told_apart(node: tree.Node, regulars: _Regulars) -> str:
    """The first of all characters that the tree and the patterns treat alike; a dot is never like another character."""
    spelled = set(tree.spelled(node))
    first: dict[tuple[object, ...], str] = {}
    for char in LABEL_CHARACTERS:
        kinds = [regular.kind(char) for regular, _ in regulars]
        first.setdefault((char if char in spelled else "", *kinds), char)
    return "".join(first.values()) + "."


def _spend(regulars: _Regulars, steps: int) -> None:
    """Each pattern takes every step."""
    for regular, _ in regulars:
        regular.search(steps)


def _accepted(regulars: _Regulars, states: tuple[Any, ...]) -> bool:
    return all(regular.accepts(state) is wanted for (regular, wanted), state in zip(regulars, states, strict=True))


def _lost(regulars: _Regulars, states: tuple[Any, ...]) -> bool:
    """Whether some pattern can no longer come to the answer that is wanted, whatever stands further left."""
    return any(
        regular.settled(state) is (not wanted) for (regular, wanted), state in zip(regulars, states, strict=True)
    )


def _descended(node: tree.Node, regulars: _Regulars, states: tuple[Any, ...]) -> tuple[tree.Node, tuple[Any, ...], str]:
    """Read the part that every name of the tree ends in, which leaves no choice: the place, the states, and that part."""
    base = ""
    while not node.below and len(node.children) == 1:
        label, child = next(iter(node.children.items()))
        if child.at:
            break
        for char in "." + label[::-1] if base else label[::-1]:
            states = _stepped(regulars, states, char)
        base = f"{label}.{base}" if base else label
        node = child
    if base:
        states = _stepped(regulars, states, ".")
        base = "." + base
    return node, states, base


def _key(state: tuple[Any, ...]) -> tuple[object, ...]:
    place = state[0]
    return (id(place.node), place.label, *state[1:])


class HostSet:
    """An exact, immutable set of host names. Build with :func:`name`, :func:`below`, :func:`suffix`, :func:`everything`."""

    __slots__ = ("_parts", "pieces")

    def __init__(self, pieces: tuple[tuple[Cube, tree.Node], ...] = ()) -> None:
        self.pieces = pieces
        self._parts: tuple[tuple[Cube, tree.Node], ...] | None = None

    def parts(self) -> tuple[tuple[Cube, tree.Node], ...]:
        """The pieces, with each wildcard in a piece of its own: taken apart once, for all the patterns that are compared."""
        if self._parts is None:
            self._parts = tuple((cube, part) for cube, node in self.pieces for part in tree.parts(node))
        return self._parts

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __and__(self, other: HostSet) -> HostSet:
        pieces = []
        for cube, node in self.pieces:
            for other_cube, other_node in other.pieces:
                pieces += narrowed_piece(cube | other_cube, tree.both(node, other_node))
        return gathered(pieces)

    def __sub__(self, other: HostSet) -> HostSet:
        rest = list(self.pieces)
        for other_cube, other_node in other.pieces:
            remaining = []
            for cube, node in rest:
                remaining += narrowed_piece(cube, tree.minus(node, other_node))
                shared, so_far = tree.both(node, other_node), cube
                for regular, wanted in other_cube:
                    remaining += narrowed_piece(so_far | {(regular, not wanted)}, shared)
                    so_far |= {(regular, wanted)}
            rest = remaining
        return gathered(rest)

    def __or__(self, other: HostSet) -> HostSet:
        if self is other or not other.pieces:
            # What is parted by another question than that for its name keeps its hosts, and is joined again.
            return self
        if not self.pieces:
            return other
        return gathered([*self.pieces, *(other - self).pieces])

    def __contains__(self, host: str) -> bool:
        return any(tree.holds(node, host) and all(r.matches(host) is s for r, s in cube) for cube, node in self.pieces)

    def __le__(self, other: HostSet) -> bool:
        return not self - other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HostSet) and self <= other and other <= self

    __hash__ = None  # type: ignore[assignment]

    def witness(self) -> str | None:
        """A shortest member, for a person to try by hand; None for the empty set."""
        found = [_witness(cube, node) for cube, node in self.pieces]
        return min((host for host in found if host), key=lambda host: (host.count("."), len(host), host), default=None)

    def anchors(self) -> Iterator[tuple[str, bool]]:
        """Yield (name, everything below it may be a member) for the names that the set is built from."""
        for _, node in self.pieces:
            for host, _, whole in tree.listed(node):
                yield host, whole

    def spelled(self) -> Iterator[str]:
        """Yield the names that the set is built from, with every name above them."""
        for _, node in self.pieces:
            yield from tree.named(node)

    def listed(self) -> list[str] | None:
        """The members, where the set is finite and small enough to be made of names only; else None."""
        names: list[str] = []
        for cube, node in self.pieces:
            part = tree.finite(node)
            if part is None:
                return None
            names += [host for host in part if all(regular.matches(host) is wanted for regular, wanted in cube)]
        return names

    def __repr__(self) -> str:
        return f"HostSet({', '.join(self.describe()) or 'empty'})"

    def describe(self) -> list[str]:
        """Readable patterns of the set: ``x``, ``*.x``, with what is cut out of it behind ``except``."""
        described = []
        for cube, node in self.pieces:
            narrowed = "".join(f" {'' if wanted else 'not '}matching {regular.text}" for regular, wanted in cube)
            described += [f"{pattern}{narrowed}" for pattern in tree.patterns(node)]
        return sorted(described)


def _witness(cube: Cube, node: tree.Node) -> str | None:
    if not cube:
        return tree.shortest(node)
    names = tree.finite(node)
    if names is not None:
        return min(
            (n for n in names if all(r.matches(n) is wanted for r, wanted in cube)),
            key=lambda n: (len(n), n),
            default=None,
        )
    found = (_known_search(part, cube) for part in tree.parts(node))
    return min((n for n in found if n), key=lambda n: (len(n), n), default=None)


def _any_member(node: tree.Node, cube: Cube) -> bool:
    """Whether the cube holds for any name of the tree. Each wildcard is walked alone, and not at all where a name at hand will do."""
    parts = list(tree.parts(node))
    _spend(list(cube), PART_WORK * len(parts))
    at_hand = [tree.shortest(part) for part in parts]
    if any(name and all(regular.matches(name) is wanted for regular, wanted in cube) for name in at_hand):
        return True
    return any(_known_search(part, cube) is not None for part in parts)


def _known_search(part: tree.Node, cube: Cube) -> str | None:
    """The search of a part, made once: requirements share their wildcards, and rules their patterns."""
    memo = min(cube, key=lambda item: item[0].text)[0].answers
    key = (cube, tree.shape(part))
    if key not in memo:
        memo[key] = _search(part, cube)
    return memo[key]


def narrowed_piece(cube: Cube, node: tree.Node) -> list[tuple[Cube, tree.Node]]:
    """The piece as a list: empty where nothing is in it, without a cube where its names can simply be listed."""
    if not tree.has_members(node):
        return []
    if not cube:
        return [(cube, node)]
    if any((regular, not wanted) in cube for regular, wanted in cube):
        return []
    names = tree.finite(node)
    if names is not None:
        return list(_names([n for n in names if all(r.matches(n) is wanted for r, wanted in cube)]).pieces)
    return [(cube, node)] if _any_member(node, cube) else []


def gathered(pieces: Iterable[tuple[Cube, tree.Node]]) -> HostSet:
    """Join the pieces that have the same cube."""
    joined: dict[Cube, tree.Node] = {}
    for cube, node in pieces:
        joined[cube] = tree.either(joined[cube], node) if cube in joined else node
    if len(joined) > MAX_PIECES:
        raise TooComplex(f"the patterns cut the wildcard into more than {MAX_PIECES} pieces")
    return HostSet(tuple(joined.items()))


def _names(hosts: Iterable[str]) -> HostSet:
    return covering((host, True, False) for host in hosts)


def covering(entries: Iterable[tuple[str, bool, bool]]) -> HostSet:
    """The set of many entries at once: (name, the name itself, everything below it)."""
    node = tree.built(entries)
    return HostSet(((_NO_CUBE, node),)) if tree.has_members(node) else HostSet()


def empty() -> HostSet:
    """No host."""
    return HostSet()


def everything() -> HostSet:
    """Every host name."""
    return HostSet(((_NO_CUBE, tree.EVERYTHING),))


def name(host: str) -> HostSet:
    """Exactly ``host``."""
    return _single(host, at=True, below=False)


def below(host: str) -> HostSet:
    """Every name below ``host``, at any depth, without ``host`` itself."""
    return _single(host, at=False, below=True)


def suffix(host: str) -> HostSet:
    """``host`` and every name below it."""
    return _single(host, at=True, below=True)


def _single(host: str, *, at: bool, below: bool) -> HostSet:
    return HostSet() if tree.too_deep(host) else HostSet(((_NO_CUBE, tree.single(host, at=at, below=below)),))


def regular(pattern: Regular) -> HostSet:
    """Every host name that the regular set holds."""
    return HostSet(tuple(narrowed_piece(frozenset(((pattern, True),)), tree.EVERYTHING)))


def narrowed(hosts: HostSet, pattern: Regular) -> HostSet:
    """The members of ``hosts`` that the regular set holds.

    Names and wildcards are looked at one by one, so that only a wildcard of which the pattern holds a part keeps the cube.
    """
    pieces: list[tuple[Cube, tree.Node]] = []
    for cube, part in hosts.parts():
        inside = narrowed_piece(cube | {(pattern, True)}, part)
        if inside and inside[0][0] and not narrowed_piece(cube | {(pattern, False)}, part):
            inside = [(cube, part)]
        pieces += inside
    return gathered(pieces)


def meets(hosts: HostSet, pattern: Regular) -> bool:
    """Whether the regular set holds a member of ``hosts``."""
    return any(narrowed_piece(cube | {(pattern, True)}, part) for cube, part in hosts.parts())


def requirement_hosts(pattern: str) -> HostSet:
    """The hosts that a requirement's pattern stands for: ``name``, ``*.x`` (below x) or ``*x`` (x and below it)."""
    name_, at, below_ = requirement_entry(pattern)
    return HostSet(((_NO_CUBE, tree.single(name_, at=at, below=below_)),))


def requirement_entry(pattern: str) -> tuple[str, bool, bool]:
    """A requirement's pattern as (name, the name itself, everything below it)."""
    if pattern.startswith("*."):
        return pattern[2:], False, True
    if pattern.startswith("*"):
        return pattern[1:], True, True
    return pattern, True, False
