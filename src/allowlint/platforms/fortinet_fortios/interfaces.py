"""Interfaces and zones: which of them rules speak of, and which lead to the internet.

A policy names interfaces, zones (``system zone``) or SD-WAN zones. The way out is that of the default route; without one, that of an
interface which gets its gateway from a provider, or is said to be a WAN; else it is not known. Sources: docs.fortinet.com, "config
system zone", "config system sdwan", "config router static" and "config system interface" (CLI reference 7.4).
"""

from collections.abc import Collection, Iterable, Iterator

from allowlint.platforms._zones import ANYWHERE, Between
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO
from allowlint.syntax.blocks import Block

ANY = "any"
SDWAN_DEFAULT = "virtual-wan-link"
_EVERYWHERE = frozenset((ZERO, f"{ZERO}/0"))


class Interfaces:
    """The zones of a VDOM as its rules know them."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.zone_of: dict[str, str] = {}
        """The zone of each interface that is in one."""
        self.members: dict[str, list[str]] = {}
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

    def with_portal(self) -> list[str]:
        """The zones in which an interface has a captive portal."""
        asking = [block.name for block in self.blocks() if block.word("security-mode", "none") == "captive-portal"]
        return list(dict.fromkeys(self.zone_of.get(name, name) for name in asking))

    def sides(self, betweens: Collection[Between]) -> tuple[list[str], list[str]]:
        """The zones that clients may stand in, and those that may lead to the internet.

        Clients stand in the zones that policies come from: whatever stands in another one reaches nothing through the firewall, and
        is not meant to. Where no route says which zones lead to the internet, it is one of those that policies lead to.
        """
        come: dict[str, None] = {}
        go: dict[str, None] = {}
        for between in betweens:
            come.update(dict.fromkeys(sorted(between.sources or ())))
            go.update(dict.fromkeys(sorted(between.targets or ())))
        outside = self.outside()
        sources = [zone for zone in come if zone not in outside] or list(come or go) or [ANY]
        if any(between.sources is None for between in betweens):
            # A policy for any interface is one for those that nothing names, too.
            sources += [zone for zone in self.with_portal() if zone not in come and zone not in outside]
        return sources, outside or list(go or come) or [ANY]


def between_of(sources: tuple[str, ...], targets: tuple[str, ...]) -> Between:
    """What ``srcintf`` and ``dstintf`` ask for; a side that is left out is any."""
    come, go = (None if not side or ANY in side else frozenset(side) for side in (sources, targets))
    return ANYWHERE if come is None and go is None else Between(come, go)


def _from_provider(block: Block) -> bool:
    """Whether an interface gets its address and, unless that is switched off, its default route from outside."""
    return block.word("mode", "static") in ("dhcp", "pppoe") and block.word("defaultgw", "enable") == "enable"
