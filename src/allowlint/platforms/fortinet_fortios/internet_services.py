"""Internet services: FortiGuard's lists of addresses and ports, which no export holds, and the user's own, which it does.

Sources: docs.fortinet.com, "Internet Services" (administration guide 7.4), "config firewall internet-service-custom" and "config
firewall internet-service-custom-group" (CLI references 6.2 to 7.4): an entry is a protocol, ranges of ports and addresses.
"""

from collections.abc import Iterator

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Doubt, Not, PortIn
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.objects import Addresses
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.services import port_range
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

KINDS = ("name", "id", "group", "custom", "custom-group", "fortiguard")
"""The ways to name services in a policy, behind ``internet-service-`` and ``internet-service-src-``."""
_OWN = ("-custom", "-custom-group")
_TCP = "6"


class InternetServices:
    """The internet services of a VDOM."""

    def __init__(self, vdom: Vdom, destinations: Addresses) -> None:
        self.vdom = vdom
        self.destinations = destinations
        self._known: dict[str, Condition] = {}

    def condition(self, policy: Block, prefix: str) -> Condition:
        """The connection is to (or from) one of the services that a policy names under ``prefix``."""
        keys = [f"{prefix}-{kind}" for kind in KINDS if f"{prefix}-{kind}" in policy.settings]
        feeds = [name for key in keys if not key.endswith(_OWN) for name in policy.words(key)]
        own = [name for key in keys if key.endswith(_OWN) for name in policy.words(key)]
        place = self.vdom.at(policy.place(keys[0] if keys else prefix))
        parts: list[Condition] = []
        if own and prefix.endswith("-src"):
            text = f"the addresses of internet-service-custom {', '.join(own[:4])}"
            parts.append(_doubts.not_modelled(text, place, Doubt.ADDRESS_BOUND, "match addresses and services instead"))
        elif own:
            user = f"policy {policy.name}"
            parts += [self._own(name, policy.place(keys[0]), user) for name in own]
        if feeds or not own:
            parts.append(_doubts.by_feed(f"internet service {', '.join(feeds[:4]) or '?'}", place))
        found = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
        return Not(found) if policy.word(f"{prefix}-negate", "disable") == "enable" else found

    def _own(self, name: str, at: int, user: str) -> Condition:
        """A service of the user's own, or a group of them; groups hold no groups."""
        if name not in self._known:
            group = self.vdom.find("firewall internet-service-custom-group", name)
            members = group.words("member") if group is not None else (name,)
            parts = tuple(self._service(member, at, user) for member in members)
            self._known[name] = parts[0] if len(parts) == 1 else AnyOf(parts) if parts else NEVER
        return self._known[name]

    def _service(self, name: str, at: int, user: str) -> Condition:
        service = self.vdom.find("firewall internet-service-custom", name)
        if service is None:
            return self.vdom.undefined("internet-service-custom", name, at, user)
        if not understood(self.vdom, service, "internet-service-custom"):
            text = f"internet-service-custom {name!r}, which is not understood"
            return _doubts.not_modelled(text, self.vdom.at(service.at))
        parts = tuple(self._entries(service, name))
        return parts[0] if len(parts) == 1 else AnyOf(parts) if parts else NEVER

    def _entries(self, service: Block, name: str) -> Iterator[Condition]:
        for entry in service.block("entry").entries.values():
            place = self.vdom.at(entry.at)
            protocol = entry.word("protocol", "0")
            ipv6 = entry.word("addr-mode", "ipv4") == "ipv6"
            if ipv6 or protocol not in ("0", _TCP):
                continue
            ranges = [
                port_range(f"{block.word('start-port', '1')}-{block.word('end-port', '65535')}")
                for block in entry.block("port-range").entries.values()
            ]
            known = tuple(ports for ports in ranges if ports is not None)
            user = f"internet-service-custom {name}"
            parts: list[Condition] = [PortIn(known)] if known else []
            if not known or len(known) < len(ranges) or protocol != _TCP or not entry.words("dst"):
                parts = [_doubts.not_modelled(f"what entry {entry.name} of {user} leaves open", place)]
            if entry.words("dst"):
                parts.append(self.destinations.of(entry, "dst", user))
            yield parts[0] if len(parts) == 1 else All(tuple(parts))
