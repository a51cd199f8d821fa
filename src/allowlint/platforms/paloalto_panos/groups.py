"""Groups of services and of applications, followed to what is in them."""

from collections.abc import Callable, Iterable

from allowlint.model.condition import Condition
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node


def followed(
    world: World, kind: str, names: Iterable[str], place: Location, group_of: Callable[[str], Node | None]
) -> tuple[list[tuple[str, Location]], list[Condition]]:
    """The members, each once, with the place that names them; and what cannot be told of groups.

    A group without members and one that is a member of itself are refused by every commit: what a device does that has one
    nevertheless is not known.
    """
    leaves: list[tuple[str, Location]] = []
    doubts: list[Condition] = []
    seen: set[str] = set()
    above: set[str] = set()
    """The groups that are being followed."""
    todo: list[tuple[str, Location | None]] = [(name, place) for name in reversed(tuple(names))]
    while todo:
        name, where = todo.pop()
        if where is None:
            above.discard(name)
            continue
        world.bound -= 1
        if world.bound < 0:
            doubts.append(world.exhausted(place))
            break
        if name in above:
            world.circular(kind, name, where)
            doubts.append(_doubts.not_modelled(f"the {kind} '{name}', which is a member of itself", where))
        if name in seen:
            continue
        seen.add(name)
        group = group_of(name)
        if group is None:
            leaves.append((name, where))
            continue
        world.unfamiliar(group, "members", "member")
        held_at = group.location
        members = group.members("members") or group.members("member")
        if not members:
            doubts.append(world.hollow(kind, name, held_at))
        above.add(name)
        todo.append((name, None))
        todo += [(member, held_at) for member in reversed(members)]
    return leaves, doubts
