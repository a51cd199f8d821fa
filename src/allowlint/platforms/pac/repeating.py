"""Follows the function of a script as clients call it: again and again, with what earlier calls left behind."""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, Unmodelled
from allowlint.platforms.pac.keeping import Kept, kept
from allowlint.platforms.pac.logic import all_of
from allowlint.platforms.pac.machine import Exit, Exits, Key, Kind, Variables
from allowlint.platforms.pac.script import parameters
from allowlint.platforms.pac.statements import Statements
from allowlint.platforms.pac.values import UNDEFINED, Base, Function, Items, Members, Opaque, Ref, Text, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_Part = tuple[Key, str | int | None]
"""A variable or the content of a list, with the member that is meant; None for all of it."""
_SETTLE = "set the variable at the beginning of each call, or make it with `var` in the function"


def again_and_again(machine: Statements, name: str, function: Function) -> Exits:
    """The ways out of the function, for any request, whatever was asked before.

    A variable from outside that some call changes has an unknown value when a call begins. What a call writes before it
    reads it stays known.
    """
    names = parameters(function.node)
    if names is None:
        machine.lost(function.node)
        return machine.taken()
    loaded = machine.variables or {}
    steps = machine.steps
    first = exits = _called(machine, function, names)
    changed = _changed(machine, name, loaded, exits)
    known: frozenset[_Part] = frozenset()
    while changed - known:
        known |= changed
        machine.steps, machine.pending = steps, []
        machine.variables = _forgotten(machine, function.node, loaded, known)
        exits = _called(machine, function, names)
        changed = _changed(machine, name, loaded, exits)
    if known and any(way.kind in (Kind.THROW, Kind.UNKNOWN) for _, way in first):
        # What is only there since an earlier call is missing in the first one.
        place = machine.place(function.node)
        fresh = Unmodelled("first call", "whether the client asks for the first time", place, steady=False)
        exits = [*((all_of(fresh, condition), way) for condition, way in first), *exits]
    if any(key == (0, name) for key, _ in known):
        reason = f"what earlier requests have put in the place of {name}"
        place = machine.place(function.node)
        replaced = Unmodelled(f"replaced {name}", reason, place, steady=False)
        exits = [(replaced, Exit(Kind.UNKNOWN, {}, UNDEFINED, place, reason)), *exits]
    return exits


def _called(machine: Statements, function: Function, names: list[Node]) -> Exits:
    found = machine.entered(function, names, [Text(Base.URL), Text(Base.HOST)])
    way = Exit(Kind.RETURN, machine.variables or {}, UNDEFINED, machine.place(function.node), "no return")
    return [*found, (ALWAYS, way)]


def _changed(machine: Statements, name: str, loaded: Variables, exits: Exits) -> frozenset[_Part]:
    """What is not as it was before the call, on any way out."""
    found: set[_Part] = set()
    for variables in {id(way.variables): way.variables for _, way in exits}.values():
        for key, value in variables.items():
            before = loaded.get(key)
            if value is not before and (before is not None or key[0] == 0) and not same(value, before):
                found.update((key, part) for part in _parts(before, value))
    if any(way.kind is Kind.UNKNOWN for _, way in exits):
        found |= _perhaps(kept(machine.script, name), loaded)
    return frozenset(found)


def _parts(before: object, after: object) -> list[str | int | None]:
    """Which members of an object, or items of an array, were changed; None for the whole."""
    if isinstance(before, Members) and isinstance(after, Members) and list(before.members) == list(after.members):
        return [key for key, value in before.members.items() if not same(value, after.members[key])]
    if isinstance(before, Items) and isinstance(after, Items) and len(before.items) == len(after.items):
        pairs = enumerate(zip(before.items, after.items, strict=True))
        return [index for index, (value, other) in pairs if not same(value, other)]
    return [None]


def _perhaps(left: Kept, loaded: Variables) -> set[_Part]:
    """What the part of the script that was not followed may change."""
    keys = {
        key
        for key, value in loaded.items()
        if (left.anything and not isinstance(value, Function))
        or key[1] in left.names
        or ((left.contents or left.anything) and not key[1])
    }
    return {(key, None) for key in keys | {(0, name) for name in left.variables}}


def _forgotten(machine: Statements, node: Node, loaded: Variables, parts: frozenset[_Part]) -> Variables:
    """The variables when a call begins: what calls change is not known."""
    place = machine.place(node)
    owners = {value.number: key[1] for key, value in loaded.items() if isinstance(value, Ref) and key[1]}
    found = dict(loaded)

    def unknown(key: Key, part: str | int | None) -> Opaque:
        shown = f"{key[1] or owners.get(key[0], 'a list')}{'' if part is None else f'[{part!r}]'}"
        reason = f"what earlier requests have left in `{shown}`"
        return Opaque(f"kept {key[0]} {shown}", reason, place, _SETTLE)

    by_key: dict[Key, dict[str | int | None, Opaque]] = {}
    for key, part in parts:
        by_key.setdefault(key, {})[part] = unknown(key, part)
    for key, changed in by_key.items():
        content = loaded.get(key)
        if None in changed:
            found[key] = changed[None]
        elif isinstance(content, Members):
            found[key] = Members({**content.members, **{str(part): value for part, value in changed.items()}})
        elif isinstance(content, Items):
            found[key] = Items(tuple(changed.get(index, item) for index, item in enumerate(content.items)))
    return found
