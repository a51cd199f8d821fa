"""Source and destination addresses of rules: objects, groups, lists kept elsewhere, regions.

"Objects > Addresses" and "Objects > Address Groups" (PAN-OS web interface help): an object is a network, a range, a mask with
wildcard bits or a name (FQDN), which the firewall resolves itself; there is no wildcard in a name. "Policies > Security": a rule may
also hold addresses and countries as they are.
"""

import re
from collections.abc import Iterable

from allowlint.model.addresses import AddressSet, Range, parse_addresses
from allowlint.model.condition import ALWAYS, NEVER, AnyOf, ClientIn, Condition, Doubt, Named, Not
from allowlint.model.device import Entry
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.files import Missing
from allowlint.syntax.xml_tree import Node

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?\.?")
_COUNTRY = re.compile(r"[A-Z]{2}|A[12]|[A-Z]{2}-[A-Z0-9]{1,3}")
_FEEDS = re.compile(r"panw-[a-z-]+-ip-list")
_MALICE = frozenset(("panw-known-ip-list", "panw-bulletproof-ip-list", "panw-torexit-ip-list"))
"""The vendor's own lists of what attackers use ("Built-in External Dynamic Lists"): as with rated categories, none holds what a sensor
needs. Its list of addresses of high risk is another matter, since these are shared with others."""
_PATTERN = re.compile(r"[\w*^-]+(?:\.[\w*^-]+)+/?")
_BETWEEN = re.compile(r"[\s;#]|//")

_CATEGORY = "write it into a custom URL category, and name that in the rule's category"


class Leaves:
    """What a list of addresses comes down to."""

    __slots__ = ("doubts", "every", "names", "ranges")

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        self.names = NameList()
        self.doubts: dict[str, Condition] = {}
        """Conditions by what they are about."""
        self.every = False
        """Whether ``any`` is among them."""

    def take(self, other: "Leaves") -> None:
        """Add what another list comes down to."""
        self.ranges += other.ranges
        self.names.exact.update(other.names.exact)
        self.doubts.update(other.doubts)
        self.every = self.every or other.every


class Addresses:
    """Addresses of one device."""

    __slots__ = ("_leaves", "_made", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self._leaves: dict[str, Leaves] = {}
        self._made: dict[tuple[object, ...], Condition] = {}

    def destination(self, members: tuple[str, ...], place: Location, *, negated: bool = False) -> Condition:
        """The connection goes to one of these."""
        return self._remembered("destination", members, place, negated=negated)

    def source(self, members: tuple[str, ...], place: Location, *, negated: bool = False) -> Condition:
        """The client is one of these."""
        return self._remembered("source", members, place, negated=negated)

    def _remembered(self, side: str, members: tuple[str, ...], place: Location, *, negated: bool) -> Condition:
        key = (side, members, negated)
        known = self._made.get(key)
        if known is None:
            known = self._destination(members, place) if side == "destination" else self._source(members, place)
            if negated:
                known = NEVER if known is ALWAYS else ALWAYS if known is NEVER else Not(known)
            self._made[key] = known
        return known

    def _destination(self, members: tuple[str, ...], place: Location) -> Condition:
        leaves = self._resolved(members, place)
        if leaves.every:
            return ALWAYS
        if not members:
            return _doubts.not_modelled("what a rule with an empty list of addresses is about", place)
        parts: list[Condition] = []
        text = _listed(members)
        public = [found for found in leaves.ranges if not _surely_private(found)]
        if public:
            parts.append(_doubts.by_addresses(AddressSet(public), text, place))
        if ALWAYS in parts:
            return ALWAYS
        if len(leaves.names):
            parts.append(_doubts.by_resolved_name(leaves.names, text, place))
        return _any([*(part for part in parts if part is not NEVER), *leaves.doubts.values()])

    def _source(self, members: tuple[str, ...], place: Location) -> Condition:
        leaves = self._resolved(members, place)
        if leaves.every:
            return ALWAYS
        if not members:
            return _doubts.not_modelled("what a rule with an empty list of addresses is about", place)
        parts: list[Condition] = []
        if leaves.ranges:
            addresses = AddressSet(leaves.ranges)
            if not parse_addresses("0.0.0.0/0") - addresses:
                return ALWAYS
            parts.append(ClientIn(addresses))
        if len(leaves.names):
            reason = f"whether the client's address is one that the device has for {_listed(members)}"
            parts.append(_doubts.not_modelled(reason, place, Doubt.DNS_BOUND))
        return _any([*parts, *leaves.doubts.values()])

    def _resolved(self, members: tuple[str, ...], place: Location) -> Leaves:
        if len(members) == 1:
            return self._single(members[0], place)
        leaves = Leaves()
        for name in members:
            leaves.take(self._single(name, place))
        return leaves

    def _single(self, name: str, place: Location) -> Leaves:
        """What one member comes down to; groups in groups are followed without recursion, each once."""
        known = self._leaves.get(name)
        if known is not None:
            return known
        leaves = self._leaves[name] = Leaves()
        seen: set[str] = set()
        above: set[str] = set()
        """The groups that are being followed."""
        todo: list[tuple[str, Location | None]] = [(name, place)]
        while todo:
            member, where = todo.pop()
            if where is None:
                above.discard(member)
                continue
            self.world.bound -= 1
            if self.world.bound < 0:
                leaves.doubts["bound"] = self.world.exhausted(place)
                break
            if member in above:
                self.world.circular("address group", member, where)
                reason = f"the address group '{member}', which is a member of itself"
                leaves.doubts[member] = _doubts.not_modelled(reason, where)
            if member in seen:
                continue
            seen.add(member)
            for group in self._group(member, where, leaves):
                above.add(member)
                todo.append((member, None))
                held_at = group.location
                todo += [(each, held_at) for each in _static(group)]
        return leaves

    def _group(self, name: str, place: Location, leaves: Leaves) -> Iterable[Node]:
        """Take up one member; a group of fixed members is given back to be followed."""
        world = self.world
        if name == "any":
            leaves.every = True
            return ()
        if ("address", name) in world.repeated or ("address-group", name) in world.repeated:
            leaves.doubts[name] = world.ambiguous("address", name, place)
            return ()
        node = world.find("address", name)
        if node is not None:
            self._object(node, name, leaves)
            return ()
        node = world.find("address-group", name)
        if node is not None:
            world.unfamiliar(node, "static", "dynamic", "member")
            if node.find("dynamic") is None:
                if not _static(node):
                    leaves.doubts[name] = world.hollow("address group", name, node.location)
                return (node,)
            leaves.doubts[name] = self._dynamic(node, name)
            return ()
        self._elsewhere(name, place, leaves)
        return ()

    def _object(self, node: Node, name: str, leaves: Leaves) -> None:
        form = next((child for child in node.children if child.tag in _FORMS), None)
        text = form.text() if form is not None else ""
        tag = form.tag if form is not None else ""
        if tag == "fqdn":
            self._fqdn(node, name, text, leaves)
            return
        if tag in ("ip-netmask", "ip-range") and self._literal(text.replace(" ", ""), leaves):
            return
        what = "a mask with wildcard bits in " if tag == "ip-wildcard" else "what is in "
        reason = f"{what}the address object '{name}'"
        leaves.doubts[name] = _doubts.not_modelled(reason, node.location, Doubt.ADDRESS_BOUND)

    def _fqdn(self, node: Node, name: str, text: str, leaves: Leaves) -> None:
        lowered = text.lower()
        owner = f"address object '{name}'"
        if _NAME.fullmatch(lowered):
            leaves.names.exact[lowered.rstrip(".")] = node.start
            return
        place = node.location
        star = "*" in text or "^" in text
        fault = "an FQDN object takes no wildcard" if star else "it is no host name"
        self.world.entries.append(Entry(text, place, owner, None, fault, help=_CATEGORY if star else ""))
        leaves.doubts[name] = Named(owner, NEVER, place)

    def _dynamic(self, node: Node, name: str) -> Condition:
        """Members are objects with certain tags, and addresses that somebody registers while the device runs."""
        place = node.location
        filters = node.text("dynamic/filter")
        tagged = any(
            tag in filters
            for scope in self.world.scopes
            for entry in scope.all("address")
            for tag in entry.members("tag")
        )
        if tagged:
            return _doubts.not_modelled(f"who is in the dynamic address group '{name}'", place, Doubt.FEED)
        return _doubts.by_feed(f"the dynamic address group '{name}'", place)

    def _elsewhere(self, name: str, place: Location, leaves: Leaves) -> None:
        """Something that is neither an object nor a group."""
        world = self.world
        node = world.find("external-list", name)
        if node is not None:
            self._external(node, name, leaves)
            return
        region = world.find("region", name)
        if region is not None:
            for text in region.members("address"):
                self._literal(text, leaves)
            return
        if self._literal(name, leaves):
            return
        if name in _MALICE:
            return
        if _FEEDS.fullmatch(name):
            leaves.doubts[name] = _doubts.by_feed(f"the list '{name}'", place)
        elif _COUNTRY.fullmatch(name):
            reason = f"in which country the address is ({name})"
            settle = "allow the required hosts by name above it"
            leaves.doubts[name] = _doubts.not_modelled(reason, place, Doubt.ADDRESS_BOUND, settle)
        else:
            leaves.doubts[name] = self._undefined(name, place)

    def _undefined(self, name: str, place: Location) -> Condition:
        world = self.world
        if "*" in name and _PATTERN.fullmatch(name):
            owner = f"address '{name}'"
            fault = "a pattern stands where the name of an address object belongs"
            world.entries.append(Entry(name, place, owner, None, fault, help=_CATEGORY))
            return Named(owner, _doubts.unresolved("address", name, place), place)
        world.undefined("address", name, place)
        if world.partial:
            return _doubts.not_modelled(f"address '{name}', which {world.partial}", place, Doubt.MISSING_PART)
        return _doubts.unresolved("address", name, place)

    def _literal(self, text: str, leaves: Leaves) -> bool:
        try:
            leaves.ranges += parse_addresses(text).ranges
        except ValueError:
            return False
        return True

    def _external(self, node: Node, name: str, leaves: Leaves) -> None:
        kind = node.choice("type")
        place = node.location
        if kind == "predefined-ip" and node.text("type/predefined-ip/url") in _MALICE:
            return
        content = self.world.side_file(name) if kind == "ip" else None
        if isinstance(content, bytes):
            excepted = set(node.members("type/ip/exception-list"))
            for line in content.decode("utf-8", "replace").splitlines():
                text = _BETWEEN.split(line.strip(), maxsplit=1)[0]
                if text and text not in excepted and not self._literal(text, leaves):
                    leaves.doubts[f"{name} {text}"] = _doubts.not_modelled(f"{text!r} in the list '{name}'", place)
            return
        settle = content.hint if isinstance(content, Missing) else ""
        if kind in ("url", "domain", "predefined-url"):
            reason = f"a list of type {kind} among addresses ('{name}')"
            leaves.doubts[name] = _doubts.not_modelled(reason, place)
            self.world.unknown(place, name, f"a list of type {kind} is no list of addresses")
        else:
            leaves.doubts[name] = _doubts.by_feed(f"the external list '{name}'", place, settle)


_FORMS = ("ip-netmask", "ip-range", "ip-wildcard", "fqdn")


_PRIVATE = tuple(parse_addresses(text).ranges[0] for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _surely_private(addresses: Range) -> bool:
    """A quick look, since a rulebase may hold a hundred thousand inside addresses."""
    return any(first <= addresses[0] and addresses[1] <= last for first, last in _PRIVATE)


def _static(group: Node) -> tuple[str, ...]:
    return group.members("static") or group.members("member")


def _listed(members: tuple[str, ...]) -> str:
    shown = ", ".join(members[:3])
    return shown if len(members) <= 3 else f"{shown} and {len(members) - 3} more"


def _any(parts: list[Condition]) -> Condition:
    if not parts:
        return NEVER
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
