"""What firewalls ask of a connection that no export tells, as conditions with a reason, a code and what settles it.

Where the user may accept an assumption, the condition says what then holds (:class:`~allowlint.model.condition.Assumable`).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from allowlint.model.addresses import AddressSet, not_public, parse_addresses
from allowlint.model.assumption import RATINGS
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Assumable,
    Condition,
    Doubt,
    HostIn,
    Named,
    Not,
    Unmodelled,
)
from allowlint.model.device import ANYTHING, Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.hosts import requirement_entry
from allowlint.model.location import Location
from allowlint.model.namelist import NameList


def by_addresses(addresses: AddressSet, text: str, place: Location) -> Condition:
    """The destination is one of these addresses. Connections to the internet go to public ones, of IPv4.

    Firewalls keep rules for IPv6 apart, or write them beside; a rule for every IPv4 address is meant for everything.
    """
    if not addresses - not_public():
        return NEVER
    if not _public() - addresses:
        return ALWAYS
    reason = f"the addresses that the host resolves to ({text})"
    settle = "match by name instead: addresses change"
    return Unmodelled(f"destination {addresses.ranges}", reason, place, settle=settle, doubt=Doubt.ADDRESS_BOUND)


@cache
def _public() -> AddressSet:
    return parse_addresses("0.0.0.0/0") - not_public()


def by_resolved_name(
    names: NameList, text: str, place: Location, settle: str = "--assume dns_consistent, or match by name"
) -> Condition:
    """The destination is an address that a name resolves to on the device. Another host may share the address."""
    reason = f"whether the host's address is one that the device has for {text}"
    entries = sorted(names.entries())
    untold = Unmodelled(f"resolved {entries}", reason, place, settle=settle, doubt=Doubt.DNS_BOUND)
    return Assumable("dns_consistent", untold, HostIn(names))


def by_feed(name: str, place: Location, settle: str = "") -> Condition:
    """The destination is in a list that is kept elsewhere."""
    reason = f"what {name} holds"
    settle = settle or "--assume feeds_unrelated"
    untold = Unmodelled(f"feed {name}", reason, place, settle=settle, doubt=Doubt.FEED)
    return Assumable("feeds_unrelated", untold, NEVER)


def by_mapped_user(text: str, place: Location) -> Condition:
    """The device takes the client for one of some users: that of whoever is logged on to the machine, if anybody is."""
    reason = f"for which user the device takes the client ({text})"
    settle = "--assume no_user_mapping"
    untold = Unmodelled(f"mapped user {text}", reason, place, settle=settle, doubt=Doubt.USER_BOUND)
    return Assumable("no_user_mapping", untold, NEVER)


def by_application(text: str, place: Location, *, kept: Condition) -> Condition:
    """The device recognises the connection as one of some applications; ``kept``: whether a plain TLS or web session is one."""
    reason = f"as which application the device recognises the connection ({text})"
    settle = "--assume app_ids_kept"
    untold = Unmodelled(f"application {text}", reason, place, settle=settle, doubt=Doubt.APP_ID)
    return Assumable("app_ids_kept", untold, kept)


def by_rating(
    categories: Iterable[str],
    text: str,
    place: Location,
    ratings: Mapping[str, tuple[str, ...]],
    says: Callable[[str], bool] = lambda _: True,
) -> Condition:
    """The vendor rates the host as one of some categories; ``ratings`` are those that the user says, by host pattern.

    ``says``: whether a category that a host is said to have tells that it has none of these instead, as one of another kind does not.
    """
    wanted = frozenset(category.casefold() for category in categories)
    reason = f"how the vendor rates the host ({text})"
    settle = "say the category in assume: ratings"
    untold = Unmodelled(f"rated {sorted(wanted)}", reason, place, settle=settle, doubt=Doubt.VENDOR_CATEGORY)
    if not ratings:
        return untold
    matching = _hosts(host for host, rated in ratings.items() if wanted.intersection(rated))
    known = _hosts(host for host, rated in ratings.items() if any(map(says, rated)))
    return Assumable(RATINGS, untold, AnyOf((HostIn(matching), All((Not(HostIn(known)), untold)))))


def by_schedule(name: str, place: Location) -> Condition:
    """The rule holds at certain times."""
    return Unmodelled(f"schedule {name}", f"the time (schedule {name})", place, steady=False, doubt=Doubt.SCHEDULE)


def by_posture(text: str, place: Location) -> Condition:
    """The rule holds for client machines of some kind."""
    reason = f"what the device knows of the client machine ({text})"
    return Unmodelled(f"posture {text}", reason, place, doubt=Doubt.DEVICE_POSTURE)


def unresolved(kind: str, name: str, place: Location) -> Condition:
    """An object is named that the export does not define."""
    reason = f"{kind} {name!r} is not defined in this export"
    settle = "export it too, or correct the name"
    return Unmodelled(f"undefined {kind} {name}", reason, place, settle=settle, doubt=Doubt.UNRESOLVED_REF)


def not_modelled(text: str, place: Location, doubt: Doubt = Doubt.NOT_MODELLED, settle: str = "") -> Condition:
    """Something that could matter and is not modelled."""
    return Unmodelled(f"not modelled {text}", text, place, settle=settle, doubt=doubt)


def anything(
    reason: str,
    place: Location,
    name: str,
    doubt: Doubt = Doubt.NOT_MODELLED,
    actions: tuple[Action, ...] = ANYTHING,
    settle: str = "",
) -> Rulebase:
    """A list of rules of which nothing is known but what it may do."""
    unknown = Unmodelled(f"anything {reason}", reason, place, steady=False, settle=settle, doubt=doubt)
    rules = tuple(Rule(unknown, action, place, name) for action in actions)
    return Rulebase(Stage.ACCESS, name, rules, default_rule(Action.PROCEED, place, name))


def _hosts(patterns: Iterable[str]) -> NameList:
    names = NameList()
    for pattern in patterns:
        host, itself, below = requirement_entry(pattern)
        (names.whole if itself and below else names.lower if below else names.exact)[host] = 0
    return names


class Intended:
    """What a rule that lets through is meant for, of what is compared by DNS answers.

    A host that shares an address with the name in the rule gets through by accident, and only until the address changes: it is
    not allowed by that rule. In a rule that stops, and wherever the comparison is negated, the accident counts.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Condition, Condition]] = {}

    def of(self, condition: Condition) -> Condition:
        """The condition of a rule that lets through; equal parts stay the same object."""
        known = self._known.get(id(condition))
        if known is None:
            # The original is kept beside, so that its identity is not used again.
            known = self._known[id(condition)] = (condition, self._made(condition))
        return known[1]

    def _made(self, condition: Condition) -> Condition:
        match condition:
            case Named(name, inner, place):
                made = self.of(inner)
                return condition if made is inner else Named(name, made, place)
            case All(parts) | AnyOf(parts):
                several = tuple(map(self.of, parts))
                same = all(one is other for one, other in zip(several, parts, strict=True))
                return condition if same else condition._replace(conditions=several)
            case Assumable("dns_consistent", _, HostIn()):
                return All((condition.condition, condition))
        return condition
