"""A device as every platform is read into it: ordered rules, in the order in which a connection meets them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from allowlint.model.addresses import AddressSet
from allowlint.model.condition import ALWAYS, Condition
from allowlint.model.flow import View
from allowlint.model.hosts import HostSet, covering
from allowlint.model.location import Location
from allowlint.model.nametext import NameText
from allowlint.model.record import NamedTuple


class Stage(StrEnum):
    """The question that a rulebase answers."""

    ACCESS = "access"
    INSPECTION = "inspection"
    AUTHENTICATION = "authentication"
    ROUTING = "routing"


class Action(StrEnum):
    """What a rule does with a connection."""

    ALLOW = "allow"
    BLOCK = "block"
    CHALLENGE = "challenge"
    """Ask for credentials, a portal or a click: a sensor gets no further."""
    INSPECT = "inspect"
    BYPASS = "bypass"
    PROCEED = "proceed"
    """Decides nothing by itself; what follows does."""


ENDING = frozenset((Action.BLOCK, Action.CHALLENGE))
"""Actions after which nothing else of the device is met."""
ANYTHING = (Action.BLOCK, Action.CHALLENGE, Action.INSPECT)
"""What a device may do of which nothing is known, besides letting everything through untouched."""


class Way(StrEnum):
    """How a connection goes on from a device that chooses."""

    DIRECT = "direct"
    PROXY = "proxy"
    """Through an HTTP proxy (with CONNECT for TLS)."""
    SECURE_PROXY = "https"
    """Through an HTTP proxy to which the client speaks TLS."""
    SOCKS = "socks"
    NOWHERE = "nowhere"
    """Nothing that a client could use: no answer, or one that is no route."""
    UNTOLD = "untold"
    """Some way, of which the file does not tell where it leads."""


class Route(NamedTuple):
    """One way to go on. The address of a proxy is ``host:port``, in lower case; of others it is empty."""

    way: Way
    address: str = ""

    def __str__(self) -> str:
        """``DIRECT`` or ``PROXY host:port``, as a PAC file has it."""
        return f"{self.way.upper()} {self.address}".rstrip()


DIRECT = Route(Way.DIRECT)


class Rule(NamedTuple):
    """One line of a rulebase: if the condition holds, the action."""

    condition: Condition
    action: Action
    location: Location
    text: str
    """The rule in the configuration's own words, as traces print it."""
    then: "tuple[Rulebase, ...]" = ()
    """Rulebases that a connection decided by this rule meets next, before the device's others (the profile of a policy, the
    next step of a handshake)."""
    routes: tuple[Route, ...] = ()
    """Where a connection that this rule decides goes next, best first; empty where the rule says nothing about it."""
    home: str = ""
    """The list that it stands in, as the configuration's own commands call it (``rulebase security``); empty where there are none."""


class Hop(NamedTuple):
    """A device's place on a path: whose rules these are, and whom the device takes for the client."""

    device: str
    client: AddressSet | None = None
    """The addresses of the proxy before it; None where nobody said them."""
    proxied: bool = True
    """Whether the connection comes from a proxy at all; else the clients themselves are still who comes."""


class Rulebase(NamedTuple):
    """An ordered list of rules of one stage: the first rule that matches decides."""

    stage: Stage
    name: str
    rules: tuple[Rule, ...]
    default: Rule
    """What happens when no rule matches; its condition is always true."""
    view: View | None = None
    """How this rulebase sees the flow, where that differs from the flow's own view (requests inside inspected TLS)."""
    unidentified: Rule | None = None
    """What happens to a client without identity where a condition asks for one, if it is not challenged there."""
    stands_for: Route | None = None
    """The route of which nothing more than this is known; a declared path puts the device there that it really leads to."""
    hop: Hop | None = None
    """The place on a path; None for the first device, which the clients meet themselves, and for a device on its own."""


class Entrance(NamedTuple):
    """One way into a device (a listener, a pair of zones) with the rulebases met there, in order."""

    name: str
    rulebases: tuple[Rulebase, ...]
    location: Location | None = None
    """Where the configuration opens it; None where it has only one implicit way in."""
    views: frozenset[View] = frozenset((View.TUNNEL, View.PLAIN))
    """The flows that can come in here (a listener for intercepted TLS takes no plain HTTP)."""
    labels: frozenset[str] = frozenset()
    """Names by which the user can say that clients come in here (``--from-zone``)."""
    exits: frozenset[str] = frozenset()
    """Names by which the user can say that this way leads to the internet (``--to-zone``); empty where it is not told."""
    pairs: frozenset[tuple[str, str]] = frozenset()
    """Which of these names belong together, where not every way in leads to every way out."""
    explicit: bool = False
    """Whether clients must address the device as their proxy; else traffic passes through it on its way."""
    secure: bool = False
    """Whether clients speak TLS to the proxy itself."""
    own_name: bool = False
    """Whether the device goes on in its own name, so that the next one sees its address and not the client's."""


def chosen_ways(entrances: Iterable[Entrance], zones: tuple[str, str]) -> list[Entrance]:
    """The entrances between zones that somebody named, where some are; else all of them.

    A name that no entrance has chooses nothing.
    """
    ways = list(entrances)
    coming, leaving = zones
    if coming and leaving:
        both = [entrance for entrance in ways if zones in entrance.pairs]
        if both:
            return both
    ways = [entrance for entrance in ways if coming and coming in entrance.labels] or ways
    return [entrance for entrance in ways if leaving and leaving in entrance.exits] or ways


class Entry(NamedTuple):
    """One host pattern that somebody wrote into the configuration, for hints and hygiene."""

    text: str
    location: Location
    owner: str
    """The object that holds it, in the configuration's words (``acl mde dstdomain``)."""
    reach: tuple[str, bool, bool] | None
    """What it really matches: a name, whether the name itself, whether everything below it; None where it matches none."""
    fault: str = ""
    """Why this product never matches it; empty where it does."""
    advice: str = ""
    """The spelling that does what was meant."""
    help: str = ""
    """What else to do, where no other spelling in this place does it."""
    beyond: str = ""
    """A name of somebody else that it matches too, and on which versions; empty where it does not."""

    @property
    def hosts(self) -> HostSet | None:
        """What it matches, as a set; made when asked for, since a list may have a million entries."""
        return covering([self.reach]) if self.reach else None


class LongList(NamedTuple):
    """A list of very many names that all match as they are written, of which an entry is made when it is asked for."""

    owner: str
    names: NameText
    entry: Callable[[int], Entry]
    """Gives the entry of a name by its place in the text."""


class Unread(NamedTuple):
    """Something in the configuration that was not understood."""

    location: Location
    text: str
    why: str
    matters: bool = True
    """Whether it could change a verdict."""


class LoadFault(NamedTuple):
    """Why the product would refuse to start with this configuration."""

    location: Location
    message: str
    versions: str
    """The versions that refuse it ("every version", "6 and earlier")."""


class Note(NamedTuple):
    """Something about a configuration as a whole that a check may speak of."""

    kind: str
    """``needs-browser``: only some clients can use it. ``fails``: it does not run to its end. ``unresolved``: a name that nothing
    defines. ``empty``: a list without members. ``unused-exemption``: an exemption that nothing applies. Endpoint settings have
    a kind for each check, by its name."""
    location: Location
    text: str
    """What it is, in words that follow a colon."""
    help: str = ""
    mild: bool = False
    """Whether it is worth knowing, and no more."""


class Device(NamedTuple):
    """One enforcement point found in a configuration."""

    name: str
    platform: str
    entrances: tuple[Entrance, ...]
    written: tuple[Entry, ...] = ()
    """The entries that are kept one by one, among them all that have a fault."""
    long_lists: tuple[LongList, ...] = ()
    """The others."""
    unread: tuple[Unread, ...] = ()
    load_faults: tuple[LoadFault, ...] = ()
    rule_count: int = 0
    vocabulary: Mapping[str, str] = {}
    """The platform's words for advice: how one writes an allow and an exemption there."""
    files: tuple[str, ...] = ()
    """Side files that were read (includes, lists of values), as they were opened."""
    notes: tuple[Note, ...] = ()
    """What else the platform has found, for checks."""
    networks: Mapping[str, AddressSet] = {}
    """The addresses that are surely behind a zone, by its name: those of the networks that its interfaces are in."""
    members: Mapping[str, "Device"] = {}
    """The devices of a path, by the names that its hops have; empty for a device on its own."""
    takes_next: bool = False
    """Whether the next of a rule's routes is taken where the first does not answer, as the documents of the product say."""
    one_program: bool = False
    """Whether a single program goes this way (the sensor), and nothing else of the machine that it runs on."""
    fallback: "Device | None" = None
    """Of a path: the same for clients whose proxy does not answer, where they take the next of their routes."""

    @property
    def entries(self) -> Iterator[Entry]:
        """Every entry; where there may be a million, ``written`` and ``long_lists`` are looked at instead."""
        yield from self.written
        for listed in self.long_lists:
            yield from (listed.entry(place) for place, _ in listed.names.names())


def zone_of(device: Device, clients: AddressSet) -> str:
    """The zone that some clients are in by their addresses; empty where that cannot be told."""
    found = [zone for zone, addresses in device.networks.items() if not clients - addresses]
    return found[0] if len(found) == 1 else ""


def stages_of(rulebases: Iterable[Rulebase]) -> frozenset[Stage]:
    """The stages that rulebases decide, with those that their rules lead to."""
    found: set[Stage] = set()
    seen: set[int] = set()
    todo = list(rulebases)
    while todo:
        rulebase = todo.pop()
        if id(rulebase) not in seen:
            seen.add(id(rulebase))
            found.add(rulebase.stage)
            for rule in (*rulebase.rules, rulebase.default):
                todo += rule.then
    return frozenset(found)


def only_routes(device: Device) -> bool:
    """Whether all that a device does is to choose the way: it neither refuses, inspects nor asks who somebody is."""
    rulebases = (rulebase for entrance in device.entrances for rulebase in entrance.rulebases)
    return not device.members and stages_of(rulebases) == {Stage.ROUTING}


def default_rule(action: Action, location: Location, text: str, then: tuple[Rulebase, ...] = ()) -> Rule:
    """The rule that decides when no other matched."""
    return Rule(ALWAYS, action, location, text, then)
