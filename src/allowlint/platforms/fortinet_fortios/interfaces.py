"""Interfaces and zones: which of them rules speak of, and which lead to the internet.

A policy names interfaces, zones (``system zone``) or SD-WAN zones. The way out is that of the default route; without one, that of an
interface which gets its gateway from a provider, or is said to be a WAN; else it is not known. Policy routes are asked before the
routing table (docs.fortinet.com, "Policy routes"; help.fortinet.com, "Policy routing", 5.0), and a more specific static route goes
before the default one: they lead out, too. SD-WAN rules are policy routes to a member, which may be in another zone than that of the
default route (docs.fortinet.com, "SD-WAN rules", 7.4). A route to a smaller network than a /15 is taken for the way to one partner.
Other sources: docs.fortinet.com, "config system zone", "config system sdwan", "config router static", "config router policy",
"config system interface" and "config wireless-controller vap" (``security captive-portal``; CLI references 6.2 to 7.4).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from allowlint.model.addresses import not_public, parse_addresses
from allowlint.model.record import NamedTuple
from allowlint.platforms._zones import ANYWHERE, Between
from allowlint.platforms.fortinet_fortios.objects import Addresses
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO
from allowlint.syntax.blocks import Block

ANY = "any"
SDWAN_DEFAULT = "virtual-wan-link"
_SSID = "wireless-controller vap"
LARGE = 15
"""The longest prefix of a network that is more than one site's own: the hosts of a cloud may be in it."""
_EVERYWHERE = frozenset((ZERO, f"{ZERO}/0"))


class Portal(NamedTuple):
    """A captive portal, and where it is set."""

    block: Block
    key: str
    shown: str
    groups: tuple[str, ...]


class Interfaces:
    """The zones of a VDOM as its rules know them."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.zone_of: dict[str, str] = {}
        """The zone of each interface that is in one."""
        self.members: dict[str, list[str]] = {}
        self._steered: list[tuple[str, tuple[str, ...]]] = []
        """The zones that SD-WAN rules send public addresses to, and from which interfaces (none for any)."""
        for zone in vdom.table("system zone").entries.values():
            self._add(zone.name, zone.words("interface"))
        self._sdwan()

    def _sdwan(self) -> None:
        for kind in ("system sdwan", "system virtual-wan-link"):
            block = self.vdom.table(kind)
            if block.word("status", "disable") != "enable":
                continue
            for zone in block.block("zone").entries.values():
                self.members.setdefault(zone.name, [])
            for member in block.block("members").entries.values():
                self._add(member.word("zone", SDWAN_DEFAULT), member.words("interface"))
            for rule in block.block("service").entries.values():
                self._steer(rule, block.block("members").entries)

    def _steer(self, rule: Block, members: Mapping[str, Block]) -> None:
        """Take in where an SD-WAN rule sends connections."""
        skips = rule.word("status", "enable") == "disable" or rule.word("addr-mode", "ipv4") == "ipv6"
        if skips or rule.word("protocol", "0") not in ("0", "6"):
            return
        negated = rule.word("dst-negate", "disable") == "enable"
        if not negated and rule.raw("dst") and Addresses(self.vdom, source=False).inside(rule, "dst"):
            return
        numbers = (number for key in ("priority-members", "member") for number in rule.words(key))
        chosen = [members[number].word("zone", SDWAN_DEFAULT) for number in numbers if number in members]
        come = () if rule.word("input-device-negate", "disable") == "enable" else rule.words("input-device")
        self._steered += [(zone, come) for zone in dict.fromkeys((*chosen, *rule.words("priority-zone")))]

    def _add(self, zone: str, interfaces: Iterable[str]) -> None:
        self.members.setdefault(zone, []).extend(interfaces)
        self.zone_of.update(dict.fromkeys(interfaces, zone))

    def block_of(self, name: str) -> Block | None:
        """The settings of an interface; those of one in a device with VDOMs stand in its global part."""
        return self.vdom.find("system interface", name)

    def blocks(self) -> Iterator[Block]:
        """Yield the interfaces of the VDOM."""
        alone = self.vdom.shared is None
        for block in self.vdom.every("system interface"):
            if alone or block.word("vdom", "root") == self.vdom.name:
                yield block

    def outside(self) -> list[str]:
        """The zones that lead to the internet; none where that is not told."""
        found = list(self._routed())
        if not found:
            found = [block.name for block in self.blocks() if _from_provider(block)]
        if not found:
            found = [block.name for block in self.blocks() if block.word("role") == "wan"]
        return list(dict.fromkeys(self.zone_of.get(name, name) for name in found))

    def _routed(self) -> Iterator[str]:
        for route in self.vdom.table("router static").entries.values():
            target = route.words("dst")
            everywhere = not target or target[0] in _EVERYWHERE
            narrowed = {"dstaddr", "internet-service", "internet-service-custom"} & route.settings.keys()
            if not everywhere or narrowed or route.word("status", "enable") == "disable":
                continue
            if route.word("blackhole", "disable") == "enable":
                continue
            if "enable" in (route.word("sdwan"), route.word("virtual-wan-link")):
                yield SDWAN_DEFAULT
            yield from route.words("sdwan-zone")
            yield from route.words("device")

    def portal_of(self, name: str) -> Portal | None:
        """The captive portal that clients meet at an interface or SSID."""
        block = self.block_of(name)
        if block is not None and block.word("security-mode", "none") == "captive-portal":
            return Portal(block, "security-mode", f"interface {name}", block.words("security-groups"))
        ssid = self.vdom.find(_SSID, name)
        if ssid is not None and any("captive-portal" in word for word in ssid.words("security")):
            return Portal(ssid, "security", f"SSID {name}", ssid.words("selected-usergroups"))
        return None

    def with_portal(self) -> list[str]:
        """The zones in which an interface has a captive portal."""
        names = dict.fromkeys(block.name for block in (*self.blocks(), *self.vdom.every(_SSID)))
        return list(dict.fromkeys(self.zone_of.get(name, name) for name in names if self.portal_of(name)))

    def further_ways(self, source: str) -> list[str]:
        """The zones that public addresses are routed to besides the default route, for what comes from a zone.

        Policy routes and SD-WAN rules are asked before the routing table, and a static route for a large part of the public
        addresses, or for an internet service, goes before the default one.
        """
        members = {source, *self.members.get(source, ())}
        steered = (*self._policy_routes, *self._steered)
        found = [zone for zone, come in steered if source == ANY or not come or not members.isdisjoint(come)]
        return [zone for zone in dict.fromkeys((*found, *self._static_ways)) if zone != source]

    @cached_property
    def _policy_routes(self) -> list[tuple[str, tuple[str, ...]]]:
        """Where policy routes send public addresses, and from which interfaces (none for any)."""
        found = []
        for route in self.vdom.table("router policy").entries.values():
            skips = route.word("status", "enable") == "disable" or route.word("action", "permit") == "deny"
            if skips or route.word("protocol", "0") not in ("0", "6") or not self._leaves(route):
                continue
            negated = route.word("input-device-negate", "disable") == "enable"
            come = () if negated else route.words("input-device")
            found += [(self.zone_of.get(name, name), come) for name in route.words("output-device")]
        return found

    def _leaves(self, route: Block) -> bool:
        """Whether one of the destinations of a policy route is a public address; none is any."""
        targets = route.words("dst")
        if not targets and route.raw("dstaddr"):
            return not Addresses(self.vdom, source=False).inside(route, "dstaddr")
        for text in targets:
            try:
                if _covers_public(text, 32):
                    return True
            except ValueError:
                return True
        return not targets

    @cached_property
    def _static_ways(self) -> list[str]:
        """Where static routes other than the default one send a large part of the public addresses."""
        found: list[str] = []
        for route in self.vdom.table("router static").entries.values():
            if route.word("status", "enable") == "disable" or route.word("blackhole", "disable") == "enable":
                continue
            named = any(
                route.word(key, "0") not in ("0", "") for key in ("internet-service", "internet-service-custom")
            )
            target = route.words("dst")
            try:
                large = bool(target) and target[0] not in _EVERYWHERE and _covers_public("/".join(target), LARGE)
            except ValueError:
                large = True
            if named or large:
                found += [self.zone_of.get(name, name) for name in (*route.words("sdwan-zone"), *route.words("device"))]
        return found

    def sides(self, betweens: Collection[Between]) -> tuple[list[str], list[str]]:
        """The zones that clients may stand in, and those that may lead to the internet.

        Clients stand in the zones that policies come from: whatever stands in another one reaches nothing through the firewall, and
        is not meant to. Where policies name none, every interface is one of theirs. Where no route says which zones lead to the
        internet, it is one of those that policies lead to.
        """
        come: dict[str, None] = {}
        go: dict[str, None] = {}
        for between in betweens:
            come.update(dict.fromkeys(sorted(between.sources or ())))
            go.update(dict.fromkeys(sorted(between.targets or ())))
        outside = self.outside()
        targets = outside or list(go or come) or [ANY]
        if not come:
            named = (self.zone_of.get(block.name, block.name) for block in self.blocks())
            sources = [zone for zone in dict.fromkeys((*named, *self.with_portal())) if zone not in targets]
            return sources or [ANY], targets
        sources = [zone for zone in come if zone not in outside] or list(come)
        if any(between.sources is None for between in betweens):
            # A policy for any interface is one for those that nothing names, too.
            sources += [zone for zone in self.with_portal() if zone not in come and zone not in outside]
        return sources, targets


def _covers_public(text: str, longest: int) -> bool:
    """Whether a network whose prefix is no longer than that holds public addresses. Raises ValueError for what is none."""
    network = parse_addresses(text)
    return any(last - first + 1 >= 1 << (32 - longest) for first, last in network.ranges) and bool(
        network - not_public()
    )


def between_of(sources: tuple[str, ...], targets: tuple[str, ...]) -> Between:
    """What ``srcintf`` and ``dstintf`` ask for; a side that is left out is any."""
    come, go = (None if not side or ANY in side else frozenset(side) for side in (sources, targets))
    return ANYWHERE if come is None and go is None else Between(come, go)


def _from_provider(block: Block) -> bool:
    """Whether an interface gets its address and, unless that is switched off, its default route from outside."""
    return block.word("mode", "static") in ("dhcp", "pppoe") and block.word("defaultgw", "enable") == "enable"
