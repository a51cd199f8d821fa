"""Services of rules: ports of TCP.

"Objects > Services" (PAN-OS web interface help): ``service-http`` is 80 and 8080, ``service-https`` 443. "Policies > Security":
``application-default`` takes an application on the ports that the vendor lists for it: 80 for web-browsing, 443 for ssl, and from
PAN-OS 9.0 on 443 for web-browsing that is decrypted ("Safely Enable Applications on Default Ports").
"""

from allowlint.model.condition import ALWAYS, NEVER, All, AnyOf, Condition, Doubt, Named, PortIn, ViewIn
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.number import LAST_PORT, whole
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.groups import followed
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node

_BUILT_IN = {"service-http": PortIn(((80, 80), (8080, 8080))), "service-https": PortIn(((443, 443),))}
_SECURE_PORTS = (9, 0)


class Services:
    """The services of one device."""

    __slots__ = ("_made", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self._made: dict[str, Condition] = {}

    def any_of(self, names: tuple[str, ...], place: Location) -> Condition:
        """The connection goes to one of the services."""
        if not names or "any" in names:
            return ALWAYS
        ports: list[tuple[int, int]] = []
        others: list[Condition] = []
        for part in self._followed(names, place):
            if isinstance(part, PortIn):
                ports += part.ranges
            elif part is not NEVER and part not in others:
                others.append(part)
        if ports:
            others.insert(0, PortIn(tuple(dict.fromkeys(ports))))
        if not others:
            return NEVER
        return others[0] if len(others) == 1 else AnyOf(tuple(others))

    def _followed(self, names: tuple[str, ...], place: Location) -> list[Condition]:
        """The services, with those of groups in groups, each once."""
        leaves, doubts = followed(self.world, "service group", names, place, self._group)
        return [*(self._service(name, where) for name, where in leaves), *doubts]

    def _group(self, name: str) -> Node | None:
        world = self.world
        if world.find("service", name) is not None or ("service-group", name) in world.repeated:
            return None
        return world.find("service-group", name)

    def _service(self, name: str, place: Location) -> Condition:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name, place)
        return made

    def _make(self, name: str, place: Location) -> Condition:
        if name == "application-default":
            return self._application_default(place)
        if ("service", name) in self.world.repeated or ("service-group", name) in self.world.repeated:
            return self.world.ambiguous("service", name, place)
        node = self.world.find("service", name)
        if node is not None:
            return _ports(node, name)
        if name in _BUILT_IN:
            return _BUILT_IN[name]
        self.world.undefined("service", name, place)
        if self.world.partial:
            reason = f"the service '{name}', which {self.world.partial}"
            return _doubts.not_modelled(reason, place, Doubt.MISSING_PART)
        return _doubts.unresolved("service", name, place)

    def _application_default(self, place: Location) -> Condition:
        usual: list[Condition] = [
            All((PortIn(((443, 443),)), ViewIn(frozenset((View.TUNNEL,))))),
            All((PortIn(((80, 80),)), ViewIn(frozenset((View.PLAIN,))))),
        ]
        version = self.world.version
        if not version.known or tuple(version) >= _SECURE_PORTS:
            usual.append(All((PortIn(((443, 443),)), ViewIn(frozenset((View.DECRYPTED,))))))
        # An application that stays ssl or web-browsing has these ports alone; what else it may be is not told.
        usual.append(_doubts.by_application("application-default, on another port than is usual", place, kept=NEVER))
        return Named("application-default", AnyOf(tuple(usual)), place)


def _ports(node: Node, name: str) -> Condition:
    tcp = node.find("protocol/tcp")
    if tcp is None:
        if node.find("protocol/udp") is not None or node.find("protocol/sctp") is not None:
            return NEVER
        return _doubts.not_modelled(f"the service '{name}'", node.location)
    ranges: list[tuple[int, int]] = []
    for text in tcp.text("port").replace(" ", "").split(","):
        low, _, high = text.partition("-")
        first, last = whole(low, LAST_PORT), whole(high or low, LAST_PORT)
        if first is None or last is None or first > last:
            return _doubts.not_modelled(f"the ports of the service '{name}'", node.location)
        ranges.append((first, last))
    ports = PortIn(tuple(ranges))
    if not tcp.text("source-port") or tcp.text("source-port") in ("1-65535", "0-65535", "1024-65535"):
        return ports
    reason = f"the port that the client comes from (service '{name}')"
    return All((ports, _doubts.not_modelled(reason, node.location)))
