"""Addresses that only proxy policies know: host expressions, URLs, categories and what stands in requests.

Sources: docs.fortinet.com, "Proxy policy addresses" (administration guide 7.2) and "config firewall proxy-address" (CLI reference 7.4).
"""

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Named, Not
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.policies import Objects, joined
from allowlint.platforms.fortinet_fortios.ratings import numbers
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

_ADDRESS = "firewall proxy-address"
_GROUP = "firewall proxy-addrgrp"
MAX_MEMBERS = 10_000


class ProxyAddresses:
    """The proxy addresses of a VDOM."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.vdom = objects.vdom

    def knows(self, names: tuple[str, ...]) -> bool:
        """Whether one of the names is a proxy address or a group of them."""
        return any(self.vdom.find(_ADDRESS, name) or self.vdom.find(_GROUP, name) for name in names)

    def condition(
        self, names: tuple[str, ...], at: int, user: str, *, source: bool, negated: bool = False
    ) -> Condition:
        """The request is about one of these."""
        parts: list[Condition] = []
        ordinary: list[str] = []
        seen: set[str] = set()
        todo = list(reversed(names))
        while todo:
            name = todo.pop()
            if name in seen or len(seen) > MAX_MEMBERS:
                continue
            seen.add(name)
            address, group = self.vdom.find(_ADDRESS, name), self.vdom.find(_GROUP, name)
            kind = "proxy-address" if address is not None else "proxy-addrgrp"
            found = address or group
            if found is not None and not understood(self.vdom, found, kind):
                text = f"{kind} {name!r}, which is not understood"
                parts.append(_doubts.not_modelled(text, self.vdom.at(found.at)))
            elif address is not None:
                parts.append(
                    Named(f"proxy-address {name}", self._address(address, source=source), self.vdom.at(address.at))
                )
            elif group is not None:
                todo += reversed(group.words("member"))
            else:
                ordinary.append(name)
        if len(seen) > MAX_MEMBERS:
            parts.append(_doubts.not_modelled(f"the groups of {user}, which are too many", self.vdom.at(at)))
        if ordinary:
            addresses = self.objects.sources if source else self.objects.destinations
            parts.append(addresses.condition(tuple(ordinary), at, user))
        joint = parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER
        return Not(joint) if negated else joint

    def _address(self, address: Block, *, source: bool) -> Condition:
        kind = address.word("type", "url")
        place = self.vdom.at(address.at)
        exemptions = self.objects.profiles.inspection.exemptions
        if kind == "host-regex":
            return exemptions.patterns.host_regex(address.word("host-regex"), self.vdom.at(address.place("host-regex")))
        if kind == "category":
            categories = numbers(address.words("category"))
            return exemptions.ratings.condition(categories, place, active=categories)
        text = f"proxy-address {address.name} of type {kind}"
        untold = _doubts.not_modelled(f"what requests hold ({text})", place)
        if kind not in ("url", "dst-advanced") or not address.word("host"):
            return untold
        host = self.condition((address.word("host"),), address.place("host"), text, source=source)
        narrowed = kind == "dst-advanced" or any(key in address.settings for key in ("path", "query", "referrer"))
        return All((host, untold)) if narrowed else joined([host])
