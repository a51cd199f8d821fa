"""The zones of a device, and which of them lead to the internet.

A zone is a list of interfaces ("Network > Zones"). The internet is behind the interface of the default route of a virtual or logical
router, where a static one is configured or DHCP makes one, and behind what policy-based forwarding names; where nothing of that can
be told, any zone may be it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from allowlint.model.addresses import AddressSet, Range, parse_addresses
from allowlint.model.record import NamedTuple
from allowlint.platforms._zones import Between
from allowlint.syntax.xml_tree import Node

_EVERYWHERE = ("0.0.0.0/0", "0.0.0.0/0.0.0.0", "0.0.0.0/1", "128.0.0.0/1")
"""Destinations of default routes, and of the two halves that some write instead."""
_KINDS = ("layer3", "layer2", "virtual-wire", "external", "tunnel")
_ROUTES = ("routing-table/ip/static-route", "routing-table/static-route")
_MULTICAST = "multicast"
_UNNAMED = "any zone"
_OTHER = "another zone"
NOBODY = (_UNNAMED, _OTHER)
"""What stands for zones that the export does not name."""


class Zones(NamedTuple):
    """The zones of one device."""

    inside: tuple[str, ...]
    """From which clients may come."""
    outside: tuple[str, ...]
    """To which their connections may go."""
    interfaces: Mapping[str, tuple[str, ...]]


def zones_of(levels: Sequence[Node], networks: Sequence[Node], named: Iterable[Between]) -> Zones:
    """The zones that the levels (virtual systems) define or that rules name, told apart by the networks' default routes."""
    interfaces = _interfaces_of(levels)
    nowhere = {_MULTICAST, *(zone.name for level in levels for zone in _entries(level, "zone") if _is_tap(zone))}
    for between in named:
        for name in sorted((between.sources or frozenset()) | (between.targets or frozenset())):
            if name not in nowhere:
                interfaces.setdefault(name, ())
    outside = leading_out(levels, networks)
    every = tuple(interfaces) or (_UNNAMED,)
    inside = tuple(zone for zone in every if zone not in outside)
    if not inside:
        # Clients do not come in by the only interface that leads out: theirs is a zone that the export does not tell.
        single = outside and sum(len(held) for held in interfaces.values()) < 2
        inside = (_OTHER,) if single else every
    # What leaves by the zone that it came in by would be allowed by default: not where that is only all that is known.
    return Zones(inside, outside or (every if len(every) > 1 else (_OTHER,)), interfaces)


def defined_zones(levels: Iterable[Node]) -> frozenset[str]:
    """The zones that the levels define, with that of multicast, which every device has; nothing where they define none."""
    found = {zone.name for level in levels for zone in _entries(level, "zone")}
    return frozenset(found | {_MULTICAST}) if found else frozenset()


def networks_of(levels: Sequence[Node], networks: Sequence[Node]) -> Mapping[str, AddressSet]:
    """The addresses behind each zone, as far as its interfaces say them themselves."""
    held: dict[str, list[Range]] = {}
    for name, node in (found for network in networks for found in _interfaces(network)):
        for entry in _entries(node, "ip"):
            with suppress(ValueError):
                # Else it is the name of an object, or a variable.
                held.setdefault(name, []).extend(parse_addresses(entry.name).ranges)
    behind = {
        zone: [each for name in names for each in held.get(name, ())] for zone, names in _interfaces_of(levels).items()
    }
    return {zone: AddressSet(ranges) for zone, ranges in behind.items() if ranges}


def leading_out(levels: Sequence[Node], networks: Sequence[Node]) -> tuple[str, ...]:
    """The zones behind which the internet surely is; none where that cannot be told."""
    interfaces = _interfaces_of(levels)
    out = {name for network in networks for name in default_interfaces(network)}
    if not any(out & set(held) for held in interfaces.values()):
        return ()
    out |= {name for level in levels for name in _forwarded(level)}
    return tuple(zone for zone, held in interfaces.items() if out & set(held))


def _interfaces_of(levels: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """The interfaces of each zone."""
    interfaces: dict[str, tuple[str, ...]] = {}
    for level in levels:
        for zone in _entries(level, "zone"):
            if _is_tap(zone):
                continue
            held = [member for kind in _KINDS for member in zone.members(f"network/{kind}")]
            interfaces[zone.name] = (*interfaces.get(zone.name, ()), *held)
    return interfaces


def _is_tap(zone: Node) -> bool:
    """Whether a zone sees copies of connections, which go nowhere."""
    return zone.find("network/tap") is not None


def _forwarded(level: Node) -> Iterator[str]:
    """Interfaces to which policy-based forwarding sends connections."""
    for base in ("rulebase", "pre-rulebase", "post-rulebase"):
        for rule in _entries(level, f"{base}/pbf/rules"):
            interface = rule.text("action/forward/egress-interface")
            if interface and rule.text("disabled") != "yes":
                yield interface


def default_interfaces(network: Node) -> Iterator[str]:
    """The interfaces to which the default routes of a ``network`` element lead."""
    routers = list(_entries(network, "virtual-router"))
    routers += [vrf for router in _entries(network, "logical-router") for vrf in _entries(router, "vrf")]
    for router in routers:
        for path in _ROUTES:
            for route in _entries(router, path):
                if route.text("destination") in _EVERYWHERE:
                    yield from _towards(route, network)
    yield from _by_dhcp(network)


def _towards(route: Node, network: Node) -> Iterator[str]:
    interface = route.text("interface")
    if interface and interface != "None":
        yield interface
        return
    try:
        hop = parse_addresses(route.text("nexthop/ip-address").partition("/")[0])
    except ValueError:
        return
    for name, node in _interfaces(network):
        for entry in _entries(node, "ip"):
            try:
                if not hop - parse_addresses(entry.name):
                    yield name
            except ValueError:
                # A variable of a template: its value is elsewhere.
                continue


def _by_dhcp(network: Node) -> Iterator[str]:
    """Interfaces of which DHCP or PPPoE makes the default route, as they do unless told not to."""
    for name, node in _interfaces(network):
        for kind in ("dhcp-client", "pppoe"):
            client = node.find(kind)
            if client is not None and client.text("enable") != "no" and client.text("create-default-route") != "no":
                yield name


def _interfaces(network: Node) -> Iterator[tuple[str, Node]]:
    """Yield (name, its layer 3 part) for every interface and subinterface."""
    held = network.find("interface")
    for kind in held.children if held is not None else ():
        for entry in kind.entries():
            layer3 = entry.find("layer3")
            yield entry.name, layer3 or entry
            for unit in _entries(layer3 or entry, "units"):
                yield unit.name, unit
        units = kind.find("units")
        for unit in units.entries() if units is not None else ():
            yield unit.name, unit


def _entries(node: Node, path: str) -> Iterator[Node]:
    held = node.find(path)
    return held.entries() if held is not None else iter(())
