"""Joins the devices of a declared path into one device, which is judged like any other.

Behind every rule that says where a connection goes next (``Rule.routes``) the rules of the device are hung that stands there;
behind a device that does not choose, those of the next one. What is behind a proxy that the path does not declare is unknown.
So access, inspection and authentication are those of the whole way, a fault is shown by the rule of the hop that breaks it, and
the answers of two hops to one question (the time of day) are kept apart.

The first device sees the clients. A later one sees the address of the proxy before it, where one has been met; until then it
sees the clients too. TLS that a proxy carries in a tunnel is plain TLS for what comes next.
"""

from collections.abc import Iterator, Mapping

from allowlint.model.addresses import AddressSet
from allowlint.model.condition import All, Condition, Doubt, Unmodelled, ViewIn
from allowlint.model.device import (
    ANYTHING,
    DIRECT,
    Action,
    Device,
    Entrance,
    Hop,
    Route,
    Rule,
    Rulebase,
    Stage,
    Way,
    chosen_ways,
    default_rule,
)
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.path import NO_WAY, UNDECLARED, UNREACHABLE_PROXY, UNTOLD_WAY, Link, Path, Stop, proxy_address
from allowlint.model.record import NamedTuple


class _Sender(NamedTuple):
    """Whom the next device takes for the client: nobody in between, or a proxy with or without a known address."""

    proxied: bool
    addresses: AddressSet | None = None


def path_device(path: Path, devices: Mapping[Stop, Device], *, until: int | None = None) -> Device:
    """One device for the whole path; with ``until``, only for its first links (what is behind them lets everything through).

    ``devices`` holds the device of every stop.
    """
    first = path.links[0].stop
    if first is None:
        raise ValueError("a path begins with a device")
    joiner = _Joiner(path, devices, len(path.links) if until is None else until)
    start = entered_by(devices[first], first)
    entrances = tuple(
        entrance._replace(rulebases=joiner.placed(entrance.rulebases, None, 0, _Sender(proxied=False), first))
        for entrance in start.entrances
    )
    members = {path_name(stop, devices[stop]): devices[stop] for stop in path.stops}
    falling = devices[first].takes_next and not path.falls_back and until is None
    met = path._replace(links=path.links[:until]).stops
    return Device(
        name=path.name,
        platform="path",
        entrances=entrances,
        load_faults=tuple(dict.fromkeys(fault for stop in met for fault in devices[stop].load_faults)),
        members=members,
        fallback=path_device(_without_proxies(path, devices[first]), devices) if falling else None,
    )


def _without_proxies(path: Path, first: Device) -> Path:
    """The path on which no proxy answers that the first device names."""
    named = {proxy_address(route.address): None for route in _routes(first) if route.way is Way.PROXY}
    links = (path.links[0], Link(None, named), *(link for link in path.links[1:] if link.stop is not None))
    return path._replace(links=links, falls_back=True)


def _routes(device: Device) -> Iterator[Route]:
    for entrance in device.entrances:
        for rulebase in entrance.rulebases:
            for rule in (*rulebase.rules, rulebase.default):
                yield from rule.routes


def path_name(stop: Stop, device: Device) -> str:
    """How a stop is called on its path."""
    return stop.config if device.name in ("", stop.config) else f"{stop.config}, {device.name}"


def entered_by(device: Device, stop: Stop) -> Device:
    """The device with the ways in and out that the path says; with all of them where it says none, or one that is not there."""
    return device._replace(entrances=tuple(chosen_ways(device.entrances, stop.zones)))


class _Joiner:
    """Hangs the devices of one path behind each other."""

    def __init__(self, path: Path, devices: Mapping[Stop, Device], until: int) -> None:
        self.path = path
        self.devices = devices
        self.until = until
        self._behind: dict[tuple[int, _Sender, Route, bool], tuple[Rulebase, ...]] = {}

    def placed(
        self, rulebases: tuple[Rulebase, ...], hop: Hop | None, index: int, sender: _Sender, stop: Stop
    ) -> tuple[Rulebase, ...]:
        """The rules of the device at a link, with what comes behind it."""
        placing = _Placing(self, hop, index, sender, stop)
        placed = tuple(placing.rulebase(rulebase) for rulebase in rulebases)
        return placed if placing.chooses else placed + placing.behind(DIRECT)

    def behind(self, index: int, sender: _Sender, route: Route, *, falls_back: bool = False) -> tuple[Rulebase, ...]:
        """What a connection meets that is sent on from a link by a route; ``falls_back``: it goes directly where no proxy answers."""
        key = (index, sender, route, falls_back)
        if key not in self._behind:
            self._behind[key] = self._next(index, sender, route, falls_back=falls_back)
        return self._behind[key]

    def untold(self, rule: Rule) -> Rulebase:
        """What stands on a way of which the device does not tell where it leads."""
        return self._unknown(f"where it goes from here: {rule.text}", UNTOLD_WAY, rule.location)

    def _next(self, index: int, sender: _Sender, route: Route, *, falls_back: bool) -> tuple[Rulebase, ...]:
        if route.way is Way.DIRECT:
            return self._passed(index, sender)
        if self.until <= index + 1 < len(self.path.links):
            return ()
        if route.way in (Way.PROXY, Way.SECURE_PROXY):
            return self._proxied(index, sender, route, falls_back=falls_back or self.path.falls_back)
        if route.way is Way.NOWHERE:
            lost = self._unknown("what clients do that are given no way to go", NO_WAY)
            return (lost, *self._passed(index, sender))
        return (self._unknown(f"what {route} does", UNDECLARED),)

    def _passed(self, index: int, sender: _Sender) -> tuple[Rulebase, ...]:
        """The next device that everything passes; proxies that nothing was sent to are not met."""
        for following in range(index + 1, self.until):
            stop = self.path.links[following].stop
            if stop is not None:
                return self._entered(stop, following, sender)
        return ()

    def _proxied(self, index: int, sender: _Sender, route: Route, *, falls_back: bool) -> tuple[Rulebase, ...]:
        link = self.path.links[index + 1] if index + 1 < len(self.path.links) else Link()
        address = _declared(link, route.address)
        if address not in link.proxies:
            return (self._unknown(f"what the proxy {route.address} does", UNDECLARED),)
        stop = link.proxies[address]
        if stop is not None:
            return self._entered(stop, index + 1, sender, route)
        if falls_back:
            return self._passed(index + 1, sender)
        text = f"the path {self.path.name} says that {route.address} does not answer"
        rule = default_rule(Action.BLOCK, self.path.location, text)
        return (Rulebase(Stage.ACCESS, UNREACHABLE_PROXY, (), rule, hop=self._hop(self.path.name, sender)),)

    def _entered(self, stop: Stop, index: int, sender: _Sender, route: Route = DIRECT) -> tuple[Rulebase, ...]:
        """The rules of a device behind another one, by the entrance that such traffic takes."""
        device = entered_by(self.devices[stop], stop)
        hop = self._hop(path_name(stop, device), sender)
        ways = [entrance for entrance in device.entrances if entrance.explicit is (route is not DIRECT)]
        why = (
            "takes only what is sent to it as a proxy"
            if route is DIRECT
            else "takes no traffic that is sent to it as a proxy"
        )
        if ways and route is not DIRECT:
            port = stop.port or route.address.rpartition(":")[2]
            secure = route.way is Way.SECURE_PROXY
            ways = [entrance for entrance in ways if port in entrance.labels and entrance.secure is secure]
            why = f"takes no {'TLS' if secure else 'plain'} proxy traffic on port {port}: if it is forwarded, say which 'port' it comes to"
        if not ways:
            return (self._unknown(f"how traffic gets into {hop.device}, which {why}", "entrance"),)
        if len(ways) == 1 and ways[0].views >= {View.TUNNEL, View.PLAIN}:
            return self.placed(ways[0].rulebases, hop, index, sender, stop)
        return (self._choice(ways, hop, index, sender, stop),)

    def _choice(self, ways: list[Entrance], hop: Hop, index: int, sender: _Sender, stop: Stop) -> Rulebase:
        """Several entrances: which is taken is told by the traffic, or not at all."""
        rules = []
        for number, entrance in enumerate(ways):
            place = entrance.location or self.path.location
            others = any(later.views & entrance.views for later in ways[number + 1 :])
            condition: Condition = ViewIn(entrance.views)
            if others:
                reason = f"by which entrance traffic comes into {hop.device}"
                condition = All((condition, Unmodelled(f"entrance {entrance.name}", reason, place)))
            placed = self.placed(entrance.rulebases, hop, index, sender, stop)
            rules.append(Rule(condition, Action.PROCEED, place, entrance.name, placed))
        lost = self._unknown(f"how such traffic gets into {hop.device}", "entrance")
        default = default_rule(Action.PROCEED, self.path.location, "no entrance takes it", (lost,))
        return Rulebase(Stage.ACCESS, "entrance", tuple(rules), default, hop=hop)

    def _hop(self, name: str, sender: _Sender) -> Hop:
        return Hop(name, sender.addresses, proxied=sender.proxied)

    def _unknown(self, reason: str, name: str, place: Location | None = None) -> Rulebase:
        """Something of which the path says nothing, or a device of it."""
        settle = f"declare it in the path {self.path.name}" if name == UNDECLARED else ""
        doubt = Doubt.MISSING_PART if place is not None else None
        place = place or self.path.location
        key = f"{name}\x1f{reason}"
        unknown = Unmodelled(key, reason, place, steady=False, settle=settle, doubt=doubt)
        rules = tuple(Rule(unknown, action, place, reason) for action in ANYTHING)
        return Rulebase(Stage.ACCESS, name, rules, default_rule(Action.PROCEED, place, reason))


def _declared(link: Link, address: str) -> str:
    """The proxy of a link that an address means: by its name, or by the address that it is said to have."""
    wanted = proxy_address(address)
    if wanted in link.proxies:
        return wanted
    host, _, port = wanted.rpartition(":")
    same = (
        key
        for key, stop in link.proxies.items()
        if stop is not None and str(stop.address) == host and key.endswith(f":{port}")
    )
    return next(same, wanted)


class _Placing:
    """Copies the rules of one device to its place on the path."""

    def __init__(self, joiner: _Joiner, hop: Hop | None, index: int, sender: _Sender, stop: Stop) -> None:
        self.joiner = joiner
        self.hop = hop
        self.index = index
        self.sender = sender
        self.stop = stop
        self.chooses = False
        """Whether a rule says where connections go next."""
        self._memo: dict[int, Rulebase] = {}

    def rulebase(self, rulebase: Rulebase) -> Rulebase:
        """A rulebase at its place; one that is shared stays shared."""
        known = self._memo.get(id(rulebase))
        if known is None:
            known = self._memo[id(rulebase)] = rulebase._replace(
                hop=self.hop,
                rules=tuple(self._rule(rule) for rule in rulebase.rules),
                default=self._rule(rulebase.default),
                unidentified=self._rule(rulebase.unidentified) if rulebase.unidentified else None,
            )
        return known

    def _rule(self, rule: Rule) -> Rule:
        if not rule.routes and not rule.then:
            return rule
        # Only the first way counts: Windows services try no other (WinHTTP), and a proxy that answers is not left.
        route = rule.routes[0] if rule.routes else None
        kept = (each for each in rule.then if route is None or each.stands_for != route)
        then = tuple(self.rulebase(each) for each in kept)
        if route is not None:
            self.chooses = True
            falls_back = DIRECT in rule.routes[1:] and self.joiner.devices[self.stop].takes_next
            then += (
                self.behind(route, falls_back=falls_back)
                if route.way is not Way.UNTOLD
                else (self.joiner.untold(rule),)
            )
        return rule._replace(then=then)

    def behind(self, route: Route, *, falls_back: bool = False) -> tuple[Rulebase, ...]:
        """What comes behind this device."""
        sender = self.sender
        if any(entrance.own_name for entrance in self.joiner.devices[self.stop].entrances):
            sender = _Sender(proxied=True, addresses=self.stop.address)
        return self.joiner.behind(self.index, sender, route, falls_back=falls_back)
