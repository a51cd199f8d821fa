"""Addresses and their groups, as destinations and as sources.

A destination that is a host name is compared by the addresses that the FortiGate has resolved for it, or has seen in the DNS answers
of clients (a wildcard), so another resolver on the client's side makes it miss (docs.fortinet.com, "FQDN addresses" and "Using
wildcard FQDN addresses in firewall policies", 7.4; wildcards in policies since 6.2.2). Groups: "config firewall addrgrp". Virtual
IPs are the firewall's own addresses and never those of a public endpoint.
"""

from collections.abc import Iterator

from allowlint.model.addresses import AddressSet, Range, not_public, parse_addresses
from allowlint.model.condition import ALWAYS, NEVER, All, AnyOf, ClientIn, Condition, Doubt, Named, Not
from allowlint.model.device import Entry
from allowlint.model.namelist import NameList
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO, add, advice_for, fault_of, reach_of
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

FEW = 8
"""Objects of a list up to which each is asked for itself, so that traces name the one that matched."""
MAX_VISITS = 2_000_000
"""Members of groups that are followed in one VDOM; groups of groups can multiply without end."""
MAX_EXCLUDED = 8
"""Groups that exclude groups that exclude groups."""
_BUILT_IN = {"all": ALWAYS, "none": NEVER, "any": ALWAYS}
_VIRTUAL = ("firewall vip", "firewall vipgrp", "firewall vip6", "firewall vip46")
_EVERYTHING = parse_addresses(f"{ZERO}/0")
_EVERY = 0xFFFF_FFFF


class _Gathered:
    """What the addresses of a list come to."""

    def __init__(self) -> None:
        self.always = False
        self.ranges: list[Range] = []
        self.names = NameList()
        self.others: list[Condition] = []
        self.undefined: list[str] = []


class Addresses:
    """The addresses of a VDOM on one side of a connection, each list converted once."""

    def __init__(self, vdom: Vdom, *, source: bool) -> None:
        self.vdom = vdom
        self.source = source
        self._known: dict[tuple[tuple[str, ...], bool], Condition] = {}
        self._written_as: dict[tuple[str, bool], Condition] = {}
        self._inside: dict[str, bool] = {}
        self._inside_by_name: dict[str, bool] = {}
        self._written: set[str] = set()
        self._visits = MAX_VISITS
        self._circular: dict[str, bool] = {}

    def of(self, block: Block, key: str, user: str, *, negated: bool = False) -> Condition:
        """The address is one of those that a setting names."""
        known = self._written_as.get((block.raw(key), negated))
        if known is None:
            known = self.condition(block.words(key), block.place(key), user, negated=negated)
            self._written_as[(block.raw(key), negated)] = known
        return known

    def inside(self, block: Block, key: str) -> bool:
        """Whether a setting names private addresses alone, as most policies of a large firewall do."""
        raw = block.raw(key)
        known = self._inside.get(raw)
        if known is None:
            known = self._inside[raw] = all(map(self._is_inside, block.words(key)))
        return known

    def _is_inside(self, name: str) -> bool:
        """Whether an object is surely private; of groups only those are looked at whose members are no groups."""
        known = self._inside_by_name.get(name)
        if known is None:
            address = self.vdom.find("firewall address", name)
            if address is not None:
                known = self._is_private(address)
            else:
                group = self.vdom.find("firewall addrgrp", name)
                plain = group is not None and understood(self.vdom, group, "address group")
                members = group.words("member") if group is not None and plain else ()
                addresses = [self.vdom.find("firewall address", member) for member in members]
                known = bool(members) and all(found is not None and self._is_private(found) for found in addresses)
            self._inside_by_name[name] = known
        return known

    def _is_private(self, address: Block) -> bool:
        kind = address.word("type", "ipmask")
        if kind not in ("ipmask", "iprange") or not understood(self.vdom, address, "address"):
            return False
        try:
            return _private(_addresses(address, kind))
        except ValueError:
            return False

    def condition(self, names: tuple[str, ...], at: int, user: str, *, negated: bool = False) -> Condition:
        """The address is one of these objects; ``user`` names who asks, for notes."""
        key = (names, negated)
        if key not in self._known:
            if len(names) <= FEW:
                parts = tuple(dict.fromkeys(self._one(name, at, user) for name in names))
                found = ALWAYS if ALWAYS in parts else parts[0] if len(parts) == 1 else AnyOf(parts)
            else:
                found = self._named(names, at, user)
            self._known[key] = _negated(found) if negated else found
        return self._known[key]

    def _one(self, name: str, at: int, user: str) -> Condition:
        known = self._known.get(((name,), False))
        if known is None:
            known = self._known[((name,), False)] = self._named((name,), at, user)
        return known

    def _named(self, names: tuple[str, ...], at: int, user: str) -> Condition:
        label = f"{'source' if self.source else 'address'} {', '.join(names[:FEW])}"
        if len(names) == 1 and (simple := self.vdom.find("firewall address", names[0])) is not None:
            # Nearly every object is one network; it needs no gathering.
            gathered = _Gathered()
            self._address(simple, label, gathered)
            found = self._joined(gathered, label, at)
            return found if found is ALWAYS else Named(label, found, self.vdom.at(simple.at))
        found = self._joined(self._gather(names, at, user, label, 0), label, at)
        if found is ALWAYS:
            return found
        return Named(label, found, self.vdom.at(self._place(names[0], at) if len(names) == 1 else at))

    def _place(self, name: str, at: int) -> int:
        block = self.vdom.find("firewall address", name) or self.vdom.find("firewall addrgrp", name)
        return at if block is None else block.at

    def _gather(self, names: tuple[str, ...], at: int, user: str, owner: str, excluded: int) -> _Gathered:
        """Follow groups without recursion: they may be nested as deep as somebody likes."""
        gathered = _Gathered()
        seen: set[str] = set()
        todo = [(name, at, user) for name in reversed(names)]
        while todo and not gathered.always:
            name, place, asked_by = todo.pop()
            if name in seen:
                self._look_for_circle(name, gathered)
                continue
            seen.add(name)
            self._visits -= 1
            if self._visits < 0:
                text = f"what the groups of {owner} hold: they are too many to be followed"
                gathered.others.append(_doubts.not_modelled(text, self.vdom.at(at)))
                self.vdom.not_understood(at, user, "groups of addresses multiply beyond what can be followed")
                break
            group = self._leaf(name, place, asked_by, owner, gathered)
            if group is not None and not understood(self.vdom, group, "address group"):
                text = f"address group {name!r}, which is not understood"
                gathered.others.append(_doubts.not_modelled(text, self.vdom.at(group.at)))
            if group is not None and group.word("exclude", "disable") == "enable" and group.words("exclude-member"):
                gathered.others.append(self._without(group, owner, excluded))
            elif group is not None:
                members = list(self._members(group))
                self._visits -= len(members)
                todo += members
        return gathered

    def _look_for_circle(self, name: str, gathered: _Gathered) -> None:
        """A group that is met twice may hold itself, which FortiOS refuses: what it makes of such a file is not known."""
        if name not in self._circular:
            self._circular[name] = self._holds_itself(name)
        if self._circular[name]:
            group = self.vdom.find("firewall addrgrp", name)
            at = group.at if group is not None else 0
            self.vdom.not_understood(at, f"address group {name}", "it holds itself")
            gathered.others.append(
                _doubts.not_modelled(f"address group {name!r}, which holds itself", self.vdom.at(at))
            )

    def _holds_itself(self, name: str) -> bool:
        seen: set[str] = set()
        todo = [name]
        while todo and self._visits > 0:
            self._visits -= 1
            group = self.vdom.find("firewall addrgrp", todo.pop())
            members = group.words("member") if group is not None else ()
            self._visits -= len(members)
            if name in members:
                return True
            todo += [member for member in members if member not in seen]
            seen.update(members)
        return False

    def _leaf(self, name: str, at: int, user: str, owner: str, gathered: _Gathered) -> Block | None:
        """Take one object in; the group, where it is one."""
        address = self.vdom.find("firewall address", name)
        if address is not None:
            self._address(address, owner, gathered)
            return None
        group = self.vdom.find("firewall addrgrp", name)
        if group is not None:
            return group
        if name in _BUILT_IN:
            gathered.always = gathered.always or _BUILT_IN[name] is ALWAYS
        elif any(self.vdom.find(kind, name) for kind in _VIRTUAL):
            pass
        elif self.vdom.find("system external-resource", name):
            gathered.others.append(_doubts.by_feed(f"the external list {name}", self.vdom.at(at)))
        else:
            gathered.undefined.append(name)
            found = self.vdom.undefined("address", name, at, user)
            if len(gathered.undefined) <= FEW:
                gathered.others.append(found)
        return None

    def _members(self, group: Block) -> Iterator[tuple[str, int, str]]:
        members = group.words("member")
        if not members:
            self.vdom.empty(group.at, f"address group {group.name!r}")
        place = group.place("member")
        return ((member, place, f"address group {group.name}") for member in members)

    def _without(self, group: Block, owner: str, excluded: int) -> Condition:
        """A group with exceptions."""
        place, user = group.place("member"), f"address group {group.name}"
        if excluded >= MAX_EXCLUDED:
            self.vdom.not_understood(place, user, "exceptions of exceptions are nested too deep")
            return _doubts.not_modelled(f"what {user} excludes", self.vdom.at(place))
        parts = [
            self._joined(self._gather(group.words(key), place, user, owner, excluded + 1), owner, place)
            for key in ("member", "exclude-member")
        ]
        return All((parts[0], _negated(parts[1])))

    def _joined(self, gathered: _Gathered, label: str, at: int) -> Condition:
        if gathered.always:
            return ALWAYS
        place = self.vdom.at(at)
        parts: list[Condition] = []
        if gathered.ranges:
            addresses = AddressSet(gathered.ranges)
            if addresses.ranges[0][1] - addresses.ranges[0][0] >= _EVERY and not _EVERYTHING - addresses:
                return ALWAYS
            if self.source:
                parts.append(ClientIn(addresses))
            elif not _private(addresses):
                parts.append(_doubts.by_addresses(addresses, label, place))
        if len(gathered.names):
            text = label.removeprefix("address ")
            parts.append(
                _doubts.by_posture(f"the name of its address: {label}", place)
                if self.source
                else _doubts.by_resolved_name(gathered.names, text, place, "--assume dns_consistent")
            )
        if len(gathered.undefined) > FEW:
            text = f"what {len(gathered.undefined)} addresses hold that are not defined in this export"
            settle = "export them too, or correct the names"
            parts.append(_doubts.not_modelled(text, place, Doubt.UNRESOLVED_REF, settle))
        parts += dict.fromkeys(gathered.others)
        parts = [part for part in parts if part is not NEVER]
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER

    def _address(self, address: Block, owner: str, gathered: _Gathered) -> None:
        kind = address.word("type", "ipmask")
        if not understood(self.vdom, address, "address"):
            text = f"address {address.name!r}, which is not understood"
            gathered.others.append(_doubts.not_modelled(text, self.vdom.at(address.at)))
        elif kind in ("ipmask", "iprange") or (kind == "interface-subnet" and "subnet" in address.settings):
            self._range(address, kind, gathered)
        elif kind in ("fqdn", "wildcard-fqdn"):
            self._fqdn(address, kind, owner, gathered)
        else:
            gathered.others.append(self._untold(address, kind))

    def _range(self, address: Block, kind: str, gathered: _Gathered) -> None:
        try:
            gathered.ranges += _addresses(address, kind).ranges
        except ValueError as error:
            self.vdom.not_understood(address.at, f"address {address.name}", str(error))
            text = f"address {address.name!r}, which is not understood"
            gathered.others.append(_doubts.not_modelled(text, self.vdom.at(address.at)))

    def _fqdn(self, address: Block, key: str, owner: str, gathered: _Gathered) -> None:
        """A host name. What is written is told to the checks once."""
        text = address.word(key)
        place = self.vdom.at(address.place(key))
        reach, fault = reach_of(text), fault_of(text)
        unsure = help = ""  # noqa: A001 - the word of the model
        if self.vdom.version.before(6, 2, 2) and ("*" in text or key == "wildcard-fqdn"):
            # community.fortinet.com, "How to configure wildcard FQDN": until 6.2.1 for exemptions from inspection alone.
            fault = f"a wildcard FQDN matches nothing in a policy of FortiOS {self.vdom.version} (since 6.2.2 it does)"
            help = "name the hosts one by one, or upgrade"  # noqa: A001 - the word of the model
        elif reach is None and not fault:
            unsure = f"what FortiOS makes of {text!r} in address {address.name!r}"
        if address.name not in self._written and not self.source:
            self._written.add(address.name)
            advice = advice_for(text) if fault else ""
            self.vdom.entries.append(Entry(text, place, owner, None if fault else reach, fault, advice, help))
        if unsure:
            settle = "write a host name, or *.domain"
            gathered.others.append(_doubts.not_modelled(unsure, place, Doubt.VERSION, settle))
        elif reach is not None and not fault:
            add(gathered.names, reach)

    def _untold(self, address: Block, kind: str) -> Condition:
        place = self.vdom.at(address.at)
        name = address.name
        if kind == "geography":
            country = address.word("country", "?")
            text = f"the country that the address is registered in ({name}: {country})"
            settle = "let a policy before it decide about the hosts (addresses of type fqdn)"
            return _doubts.not_modelled(text, place, Doubt.ADDRESS_BOUND, settle)
        if self.source or kind == "mac":
            return _doubts.by_posture(f"address {name} of type {kind}", place)
        if kind == "dynamic":
            return _doubts.by_feed(f"the dynamic address {name}", place)
        return _doubts.not_modelled(f"address {name} of type {kind}", place)


def _addresses(address: Block, kind: str) -> AddressSet:
    if kind == "iprange" or "start-ip" in address.settings:
        first = address.word("start-ip", ZERO)
        return parse_addresses(f"{first}-{address.word('end-ip', first)}")
    words = address.words("subnet") or (ZERO, ZERO)
    return parse_addresses("/".join(words))


def _private(addresses: AddressSet) -> bool:
    """Whether no public endpoint has one of these."""
    inside = not_public().ranges
    return all(any(low <= first and last <= high for low, high in inside) for first, last in addresses.ranges)


def _negated(condition: Condition) -> Condition:
    if condition is ALWAYS:
        return NEVER
    return ALWAYS if condition is NEVER else Not(condition)
