"""``ssl-exempt``: what a deep inspection profile leaves alone.

The value of ``set wildcard-fqdn`` is the name of an object, and so a pattern that is typed there exempts nothing. In flow mode names
are compared with the name in the handshake; in proxy mode with the addresses that they resolve to; a category is compared by rating
in both (community.fortinet.com 387569, 191170; docs.fortinet.com, "config firewall wildcard-fqdn custom", 7.4).
"""

from collections.abc import Iterator

from allowlint.model.addresses import parse_addresses
from allowlint.model.condition import NEVER, All, AnyOf, Condition, Doubt, HostIn, Named, Not
from allowlint.model.device import Entry
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.factory import CATEGORIES, OBJECTS
from allowlint.platforms.fortinet_fortios.patterns import Patterns
from allowlint.platforms.fortinet_fortios.ratings import HARMLESS, Ratings, numbers
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO, add, advice_for, fault_of, reach_of
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

CUSTOM = "firewall wildcard-fqdn custom"
GROUP = "firewall wildcard-fqdn group"
MAX_MEMBERS = 100_000
UNRELATED = HARMLESS | CATEGORIES
"""Categories of other trades than that of the required endpoints."""


RESOLVED = "--assume dns_consistent, or let the policy inspect in flow mode, or exempt a local category"
"""What settles an exemption of proxy mode, which compares addresses."""


class Exemption(NamedTuple):
    """One exemption of a profile."""

    condition: Condition
    at: int
    text: str


class Added(NamedTuple):
    """An exemption that is not one of those that are shipped."""

    at: int
    shown: str


class Exemptions:
    """The exemptions of the profiles of a VDOM."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.ratings = Ratings(vdom)
        self.patterns = Patterns(vdom.options.endpoints)
        self.entries: list[Entry] = []
        self._written: set[tuple[int, str]] = set()
        self._strange = False
        """Whether an object that was just looked up is not understood."""
        self._missing: list[Condition] = []
        """Members of a group that was just looked up which are not defined."""

    def of(self, profile: Block, mode: str) -> Iterator[Exemption]:
        """Yield the exemptions of a profile; the order of the entries means nothing."""
        categories: list[int] = []
        at = profile.at
        for entry in profile.block("ssl-exempt").entries.values():
            kind = entry.word("type", "fortiguard-category")
            if kind == "fortiguard-category":
                categories += numbers(entry.words(kind))
                at = entry.at
            else:
                found = self._of_entry(entry, kind, mode)
                if found is not NEVER:
                    yield Exemption(found, entry.at, f"ssl-exempt {entry.name} ({kind} {entry.word(kind)})")
        # A service that updates or reports is not rated as these. If one were, it would be said to be inspected: no false hope.
        active = None if mode == "flow" or self.vdom.version.before(6, 2, 5) else categories
        rated = self.ratings.condition(categories, self.vdom.at(at), UNRELATED, active)
        if rated is not NEVER:
            shown = ", ".join(map(str, categories[:8]))
            yield Exemption(rated, at, f"ssl-exempt (fortiguard-category {shown})")
        for key in ("allowlist", "whitelist"):
            if profile.word(key, "disable") == "enable":
                place = self.vdom.at(profile.place(key))
                feed = _doubts.by_feed("FortiGuard's list of reputable sites", place)
                yield Exemption(feed, profile.place(key), f"{key} enable")

    def _of_entry(self, entry: Block, kind: str, mode: str) -> Condition:
        name, place = entry.word(kind), self.vdom.at(entry.place(kind))
        if kind == "wildcard-fqdn":
            return self._wildcard(name, entry, mode)
        if kind == "address":
            return self._address(name, entry, mode)
        if kind == "address6":
            # Connections are judged for IPv4.
            return NEVER
        if kind == "regex":
            found = self.patterns.host_regex(name, place)
            if mode != "flow":
                found = All((found, _doubts.not_modelled("how ssl-exempt of type regex matches in proxy mode", place)))
            return Named(f"ssl-exempt {entry.name}", found, self.vdom.at(entry.at))
        self.vdom.not_understood(entry.place("type"), f"ssl-exempt {kind}", "no type of exemption that is known")
        return _doubts.not_modelled(f"ssl-exempt of type {kind}", place)

    def _wildcard(self, name: str, entry: Block, mode: str) -> Condition:
        self._strange, self._missing = False, []
        members = list(self._members(name))
        if members or self._missing:
            place = self.vdom.at(entry.at)
            found = self._named(f"wildcard-fqdn {name}", members, mode, place)
            if self._strange:
                untold = f"wildcard-fqdn {name!r}, which is not understood"
                found = All((found, _doubts.not_modelled(untold, place)))
            return AnyOf((found, *self._missing)) if self._missing else found
        old = self.vdom.find("firewall address", name)
        if old is not None and old.word("type") == "wildcard-fqdn":
            return self._address(name, entry, mode)
        if name in OBJECTS:
            place = self.vdom.at(entry.place("wildcard-fqdn"))
            return self._named(f"wildcard-fqdn {name}", [(OBJECTS[name], place)], mode, place)
        return self._typed(name, entry, "wildcard-fqdn")

    def _typed(self, name: str, entry: Block, kind: str) -> Condition:
        """A name that is not defined. A pattern exempts nothing: an object was meant that has it."""
        at = entry.place(kind)
        place = self.vdom.at(at)
        owner = f"ssl-exempt {entry.name}"
        if reach_of(name) is None or "." not in name:
            return self.vdom.undefined(kind, name, at, owner)
        if (place.line, name) not in self._written:
            self._written.add((place.line, name))
            fault = "an exemption names an object, and none has this name"
            where = CUSTOM if kind == "wildcard-fqdn" else "firewall address"
            help = f"make an object of it (config {where}) and name that here"  # noqa: A001 - the word of the model
            self.entries.append(Entry(name, place, owner, None, fault, help=help))
        return Named(owner, NEVER, place)

    def _members(self, name: str) -> Iterator[tuple[str, Location]]:
        """Yield the patterns of an object or group; groups hold objects alone."""
        custom = self.vdom.find(CUSTOM, name)
        if custom is not None:
            self._strange |= not understood(self.vdom, custom, "wildcard-fqdn")
            yield custom.word("wildcard-fqdn"), self.vdom.at(custom.place("wildcard-fqdn"))
            return
        group = self.vdom.find(GROUP, name)
        for member in group.words("member")[:MAX_MEMBERS] if group is not None else ():
            found = self.vdom.find(CUSTOM, member)
            if found is not None:
                self._strange |= not understood(self.vdom, found, "wildcard-fqdn")
                yield found.word("wildcard-fqdn"), self.vdom.at(found.place("wildcard-fqdn"))
            elif member in OBJECTS and group is not None:
                yield OBJECTS[member], self.vdom.at(group.place("member"))
            elif group is not None:
                user = f"wildcard-fqdn group {name}"
                self._missing.append(self.vdom.undefined("wildcard-fqdn", member, group.place("member"), user))

    def _named(self, label: str, members: list[tuple[str, Location]], mode: str, place: Location) -> Condition:
        """Host patterns, as the inspection mode compares them."""
        names = NameList()
        others: list[Condition] = []
        for text, here in members:
            reach, fault = reach_of(text), fault_of(text)
            self._write(text, here, label, fault)
            if reach is not None:
                add(names, reach)
            elif not fault:
                others.append(self.patterns.host(text, here))
        parts: list[Condition] = [*([HostIn(names)] if len(names) else []), *others]
        found: Condition = parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER
        if mode != "flow" and found is not NEVER:
            # What shares an address with such a name is exempt by accident, and not to be relied on.
            resolved = _by_address(label, place) if others else _doubts.by_resolved_name(names, label, place, RESOLVED)
            found = All((found, resolved))
        return Named(label, found, place)

    def _write(self, text: str, place: Location, label: str, fault: str) -> None:
        key = (place.line, text)
        if key not in self._written:
            self._written.add(key)
            reach = None if fault else reach_of(text)
            self.entries.append(Entry(text, place, label, reach, fault, advice_for(text) if fault else ""))

    def _without(self, group: Block, entry: Block, mode: str) -> Condition:
        """A group with exceptions, which flow mode compares by name."""
        place = self.vdom.at(group.at)
        nested = [self.vdom.find("firewall addrgrp", name) for name in group.words("exclude-member")]
        members = [self.vdom.find("firewall addrgrp", name) for name in group.words("member")]
        if mode != "flow" or any(found is not None and found.raw("exclude") for found in (*nested, *members)):
            return _doubts.not_modelled(f"what address group {group.name!r} holds, which excludes some", place)
        held, excluded = (
            AnyOf(tuple(self._address(name, entry, mode) for name in group.words(key)))
            for key in ("member", "exclude-member")
        )
        return All((held, Not(excluded)))

    def _address(self, name: str, entry: Block, mode: str) -> Condition:
        """An address object or group: host names in flow mode, addresses otherwise."""
        seen: set[str] = set()
        members: list[tuple[str, Location]] = []
        others: list[Condition] = []
        todo = [name]
        place = self.vdom.at(entry.at)
        while todo:
            here = todo.pop()
            if here in seen or len(seen) > MAX_MEMBERS:
                continue
            seen.add(here)
            address = self.vdom.find("firewall address", here)
            group = self.vdom.find("firewall addrgrp", here)
            if address is not None:
                self._member(address, members, others)
            elif group is not None and not understood(self.vdom, group, "address group"):
                others.append(_doubts.not_modelled(f"address group {here!r}, which is not understood", place))
            elif group is not None and group.word("exclude", "disable") == "enable":
                others.append(self._without(group, entry, mode))
            elif group is not None:
                todo += reversed(group.words("member"))
            elif here == "all":
                others.append(_doubts.by_addresses(parse_addresses(f"{ZERO}/0"), here, self.vdom.at(entry.at)))
            else:
                others.append(self._typed(here, entry, "address"))
        found = [self._named(f"address {name}", members, mode, place)] if members else []
        parts = (*found, *others)
        return parts[0] if len(parts) == 1 else AnyOf(parts) if parts else NEVER

    def _member(self, address: Block, members: list[tuple[str, Location]], others: list[Condition]) -> None:
        kind = address.word("type", "ipmask")
        place = self.vdom.at(address.at)
        if not understood(self.vdom, address, "address"):
            others.append(_doubts.not_modelled(f"address {address.name!r}, which is not understood", place))
        elif kind in ("fqdn", "wildcard-fqdn"):
            members.append((address.word(kind), self.vdom.at(address.place(kind))))
        elif kind in ("ipmask", "iprange"):
            text = "/".join(address.words("subnet") or (ZERO, ZERO))
            if kind == "iprange":
                text = f"{address.word('start-ip')}-{address.word('end-ip')}"
            try:
                others.append(_doubts.by_addresses(parse_addresses(text), f"address {address.name}", place))
            except ValueError as error:
                self.vdom.not_understood(address.at, f"address {address.name}", str(error))
                others.append(_doubts.not_modelled(f"address {address.name!r}, which is not understood", place))
        else:
            others.append(_doubts.not_modelled(f"address {address.name} of type {kind}", place, Doubt.ADDRESS_BOUND))

    def added(self, profile: Block) -> Added | None:
        """The first exemption of a profile that somebody added, if any."""
        for entry in profile.block("ssl-exempt").entries.values():
            kind = entry.word("type", "fortiguard-category")
            value = entry.word(kind)
            shipped = value in OBJECTS or (kind == "fortiguard-category" and set(numbers([value])) <= CATEGORIES)
            if not shipped:
                return Added(entry.at, f"{kind} {value}")
        return None


def _by_address(label: str, place: Location) -> Condition:
    """A pattern that proxy mode compares by the addresses that were seen for it."""
    reason = f"whether the host's address is one that the device has for {label}"
    return _doubts.not_modelled(reason, place, Doubt.DNS_BOUND, "exempt a local category instead")
