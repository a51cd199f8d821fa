"""What address objects hold, told from their text where it is as plain as in most of them.

A large firewall has a hundred thousand addresses, nearly all of which are one network or one host name. One expression tells that of
an address that a policy names, without making a block of it. Whatever is not as plain as that is left to :mod:`.objects`, which
would find the same; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from allowlint.platforms import Endpoint
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO
from allowlint.syntax.blocks import Outline

INSIDE = 1
"""Private addresses."""
NOTHING = 2
"""Private addresses in groups of groups: no public one, though :mod:`.objects` does not call them inside."""
PUBLIC = 4
"""Addresses that may be public, not all of them."""
STRANGE = 8
"""A host name that has nothing to do with what is asked about."""
EVERY = 16
"""Every address."""
UNTOLD = 32
"""Anything else."""

DEEPEST = 8
"""Groups in groups that are followed."""
_ASIDE = (
    r"(?:\n        set (?:uuid|color|comment|associated-interface|allow-routing|visibility|fabric-object) "
    r"[^\n\"\\]*(?:\"[^\n\"\\]*\")?)*"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ADDRESS = re.compile(
    rf"    edit \"[^\"\\\n]+\"{_ASIDE}(?:"
    rf"(?:\n        set type ipmask{_ASIDE})?\n        set subnet ({_OCTET}(?:\.{_OCTET}){{3}}) ([\d.]+){_ASIDE}"
    rf"|\n        set type fqdn{_ASIDE}\n        set fqdn \"([a-z0-9-]+(?:\.[a-z0-9-]+)+)\"{_ASIDE}"
    r")?\n    next(?=\n)",
    re.ASCII,
)
"""(network, mask, host name). Where a file says none of them, the address is every one."""
_GROUP = re.compile(rf"    edit \"[^\"\\\n]+\"{_ASIDE}\n        set member (\"[^\n\\]+\"){_ASIDE}\n    next(?=\n)")
"""The members."""
_MEMBERS = re.compile(r"\n        (?:set|append) (?:exclude-)?member ([^\n]+)")
_PRIVATE = re.compile(r"192\.168\.|(10\.)|(172\.(?:1[6-9]|2\d|3[01])\.)")
_PREFIXES = (16, 8, 12)
"""From which prefix on a network that begins so holds private addresses alone: for the first, and for the two groups."""
_MASKS = {
    ".".join(str((0xFFFF_FFFF << 32 - bits >> shift) & 255) for shift in (24, 16, 8, 0)): bits for bits in range(33)
}
_BUILT_IN = frozenset(("all", "any"))


class PlainAddresses:
    """The addresses of a VDOM as policies name them. A list that many policies name is looked at once."""

    def __init__(self, vdom: Vdom, ends: frozenset[str]) -> None:
        addresses, groups = _outlines(vdom, "firewall address"), _outlines(vdom, "firewall addrgrp")
        self.usable = None not in addresses and None not in groups
        """Whether the tables can be looked at in this way: that none was read in another one."""
        self._ends = ends
        self._addresses = [table for table in addresses if table is not None]
        self._groups = [table for table in groups if table is not None]
        self._by_list: dict[str, int] = {}
        self._by_group: dict[str, int] = {}

    def of(self, raw: str) -> int:
        """What the objects of a list hold together: some of the marks above. ``raw`` is the list as it is written."""
        known = self._by_list.get(raw)
        if known is None:
            known = 0
            for name in listed(raw):
                found = self._address(name)
                known |= self._group(name, 0) if found is None else found
            known = self._by_list[raw] = known or UNTOLD
        return known

    def _address(self, name: str) -> int | None:
        """What an address holds; None where there is none of that name."""
        for table in self._addresses:
            if name in table.begins:
                plain = table.match(_ADDRESS, name)
                if plain is None:
                    return UNTOLD
                network, mask, host = plain.groups(default="")
                if host:
                    return UNTOLD if _end(host) in self._ends else STRANGE
                return _network(network, mask)
        return None

    def _group(self, name: str, depth: int) -> int:
        """What a group holds, of which there is no address of that name."""
        known = self._by_group.get(name)
        if known is None:
            # The mark is there before the members are followed, so that a group which holds itself is not told.
            self._by_group[name] = UNTOLD
            known = self._by_group[name] = self._members(name, depth)
        return known

    def _members(self, name: str, depth: int) -> int:
        table = next((table for table in self._groups if name in table.begins), None)
        if table is None:
            return EVERY if name in _BUILT_IN else UNTOLD
        plain = table.match(_GROUP, name)
        held = 0
        for member in listed(plain[1]) if plain is not None and depth <= DEEPEST else ():
            found = self._address(member)
            if found is None:
                found = self._group(member, depth + 1)
                found = found & ~INSIDE | NOTHING if found & INSIDE else found
            held |= found
        return held or UNTOLD


def listed(raw: str) -> list[str]:
    """The names in a list that is written as FortiOS writes it, each in quotes; none of any other."""
    names = raw[1:-1].split('" "')
    return names if raw.count('"') == 2 * len(names) and raw[0] == raw[-1] == '"' and "\\" not in raw else []


def _network(network: str, mask: str) -> int:
    bits = _MASKS.get(mask, -1)
    if bits < min(_PREFIXES):
        everything = not mask or (network == ZERO and bits == 0)
        return EVERY if everything else UNTOLD
    private = _PRIVATE.match(network)
    return INSIDE if private is not None and bits >= _PREFIXES[private.lastindex or 0] else PUBLIC


def _outlines(vdom: Vdom, kind: str) -> list[Outline | None]:
    held = [part.block(kind) for part in (vdom.own, vdom.shared) if part is not None]
    return [table.outline for table in held if table.has_entries]


def naming(vdom: Vdom, ends: frozenset[str]) -> frozenset[str]:
    """The objects that may be about what is asked: every address, host names with such an end, and groups that name one of these."""
    found = set(_BUILT_IN)
    owner = vdom.file.source.owner
    asked = "|".join(rf"(?<={re.escape(end)})" for end in sorted(ends))
    hosts = re.compile(rf"\n        set (?:wildcard-)?fqdn \"[^\"\n]*+(?i:{asked})\"")
    for outline in filter(None, _outlines(vdom, "firewall address")):
        found.update(owner(host.start()) for host in outline.search(hosts))
    if len(found) > len(_BUILT_IN):
        held: dict[str, set[str]] = {}
        for outline in filter(None, _outlines(vdom, "firewall addrgrp")):
            for members in outline.search(_MEMBERS):
                held.setdefault(owner(members.start()), set()).update(members[1].split('"'))
        for _ in range(DEEPEST):
            found.update(name for name, names in held.items() if not found.isdisjoint(names))
    return frozenset(found)


def ends_of(endpoints: Collection[Endpoint]) -> frozenset[str] | None:
    """The last two labels of all that is asked about; None where they do not tell a name that is asked about from others."""
    ends = set()
    for endpoint in endpoints:
        base = endpoint.host.lower().removeprefix("*.")
        # The first label of `*suffix` may be a part of one: it takes two more to know the end of what it covers.
        if base.count(".") < (2 if base.startswith("*") else 1):
            return None
        ends.add(_end(base))
    return frozenset(ends) or None


def _end(name: str) -> str:
    return ".".join(name.rsplit(".", 2)[-2:])
