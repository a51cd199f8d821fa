"""Services: TCP ports, groups, and the predefined ones that an excerpt leaves out.

Required endpoints are reached by TCP, so a service of another protocol never matches. Sources: docs.fortinet.com, "config firewall
service custom" and "config firewall service group" (CLI reference 7.4); the predefined services as backups of 6.4 and 7.2 list them.
"""

from allowlint.model.condition import ALWAYS, NEVER, All, AnyOf, Condition, Named, Not, PortIn
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import ZERO
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

Ranges = tuple[tuple[int, int], ...]

_EVERY = ((0, 65535),)
_PREDEFINED: dict[str, Ranges] = {
    "ALL": _EVERY,
    "ANY": _EVERY,
    "ALL_TCP": ((1, 65535),),
    "webproxy": _EVERY,
    "HTTP": ((80, 80),),
    "HTTPS": ((443, 443),),
    "Web Access": ((53, 53), (80, 80), (443, 443)),
    "Web_Access": ((53, 53), (80, 80), (443, 443)),
    "Windows AD": ((53, 53), (88, 88), (135, 135), (139, 139), (389, 389), (445, 445), (464, 464)),
    "Email Access": ((25, 25), (53, 53), (110, 110), (143, 143), (465, 465), (993, 993), (995, 995)),
    "Exchange Server": ((53, 53), (135, 135), (443, 443)),
    "DNS": ((53, 53),),
    "FTP": ((21, 21),),
    "FTP_GET": ((21, 21),),
    "FTP_PUT": ((21, 21),),
    "SSH": ((22, 22),),
    "TELNET": ((23, 23),),
    "SMTP": ((25, 25),),
    "SMTPS": ((465, 465),),
    "POP3": ((110, 110),),
    "POP3S": ((995, 995),),
    "IMAP": ((143, 143),),
    "IMAPS": ((993, 993),),
    "LDAP": ((389, 389),),
    "KERBEROS": ((88, 88), (464, 464)),
    "SMB": ((445, 445),),
    "SAMBA": ((139, 139),),
    "RDP": ((3389, 3389),),
    "NTP": ((123, 123),),
    "DCE-RPC": ((135, 135),),
    "SQUID": ((3128, 3128),),
    "VNC": ((5900, 5900),),
    "SYSLOG": (),
    "SNMP": ((161, 162),),
    "PING": (),
    "ALL_ICMP": (),
    "ALL_ICMP6": (),
    "ALL_UDP": (),
    "DHCP": (),
    "DHCP6": (),
    "PING6": (),
    "TRACEROUTE": (),
    "TIMESTAMP": (),
    "GRE": (),
    "ESP": (),
    "AH": (),
    "OSPF": (),
    "IKE": (),
    "TFTP": (),
    "RADIUS": (),
    "NONE": (),
}
"""TCP ports of the predefined services that are met most; one that is not here is not defined."""

_EPHEMERAL = (49152, 65535)
"""Ports that Windows and others choose for their side (RFC 6335)."""
_WITHOUT_TCP = frozenset(("ICMP", "ICMP6", "FTP", "SOCKS-UDP"))
_PROXIED = frozenset(("HTTP", "CONNECT", "ALL", "SOCKS-TCP"))


class _Gathered:
    """What the services of a list come to."""

    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.others: list[Condition] = []

    def condition(self) -> Condition:
        parts = list(self.others)
        if self.ranges:
            ranges = tuple(sorted(set(self.ranges)))
            parts.insert(0, ALWAYS if any(low <= 1 and high == 65535 for low, high in ranges) else PortIn(ranges))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else NEVER


class Services:
    """The services of a VDOM, each list converted once."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self._known: dict[tuple[tuple[str, ...], bool], Condition] = {}
        self._circular: dict[str, bool] = {}
        self._written_as: dict[tuple[str, bool], Condition] = {}

    def of(self, block: Block, user: str, *, negated: bool = False) -> Condition:
        """The port is one of the services that a policy names."""
        raw = block.raw("service")
        known = self._written_as.get((raw, negated))
        if known is None:
            known = self.condition(block.words("service"), block.place("service"), user, negated=negated)
            self._written_as[(raw, negated)] = known
        return known

    def condition(self, names: tuple[str, ...], at: int, user: str, *, negated: bool = False) -> Condition:
        """The port is one of these services; ``user`` names who asks, for notes."""
        key = (names, negated)
        if key not in self._known:
            gathered = _Gathered()
            self._gather(names, at, user, gathered)
            found = gathered.condition()
            if found is not ALWAYS:
                found = Named(f"service {', '.join(names[:4])}", found, self.vdom.at(at))
            self._known[key] = Not(found) if negated else found
        return self._known[key]

    def _gather(self, names: tuple[str, ...], at: int, user: str, gathered: _Gathered) -> None:
        """Follow groups without recursion: they may be nested as deep as somebody likes."""
        seen: set[str] = set()
        todo = [(name, at, user) for name in names]
        while todo:
            name, place, asked_by = todo.pop()
            if name in seen:
                self._look_for_circle(name, place, gathered)
                continue
            seen.add(name)
            custom = self.vdom.find("firewall service custom", name)
            group = self.vdom.find("firewall service group", name) if custom is None else None
            found = custom or group
            if found is not None and not understood(self.vdom, found, "service" if custom else "service group"):
                text = f"service {name!r}, which is not understood"
                gathered.others.append(_doubts.not_modelled(text, self.vdom.at(found.at)))
            elif custom is not None:
                self._custom(custom, gathered)
            elif group is not None:
                members = group.words("member")
                if not members:
                    self.vdom.empty(group.at, f"service group {name!r}")
                todo += [(member, group.place("member"), f"service group {name}") for member in members]
            elif name in _PREDEFINED:
                gathered.ranges += _PREDEFINED[name]
            else:
                gathered.others.append(self.vdom.undefined("service", name, place, asked_by))

    def _look_for_circle(self, name: str, at: int, gathered: _Gathered) -> None:
        """A group that is met twice may hold itself, which FortiOS refuses: what it makes of such a file is not known."""
        if self._holds_itself(name):
            text = f"service group {name!r}, which holds itself"
            gathered.others.append(_doubts.not_modelled(text, self.vdom.at(at)))
            self.vdom.not_understood(at, f"service group {name}", "it holds itself")

    def _holds_itself(self, name: str) -> bool:
        if name not in self._circular:
            seen: set[str] = set()
            todo = [name]
            while todo and name not in seen:
                group = self.vdom.find("firewall service group", todo.pop())
                members = [member for member in (group.words("member") if group else ()) if member not in seen]
                seen.update(members)
                todo += members
            self._circular[name] = name in seen
        return self._circular[name]

    def _custom(self, service: Block, gathered: _Gathered) -> None:
        protocol = service.word("protocol", "TCP/UDP/SCTP")
        if protocol in _WITHOUT_TCP:
            return
        if service.word("app-service-type", "disable") != "disable":
            text = f"service {service.name}"
            gathered.others.append(_doubts.by_application(text, self.vdom.at(service.at), kept=NEVER))
            return
        narrowed = [key for key in ("fqdn", "iprange") if service.word(key, ZERO) not in (ZERO, "")]
        own = gathered
        if narrowed:
            own = _Gathered()
        if protocol == "IP":
            own.ranges += _EVERY if service.word("protocol-number", "0") in ("0", "6") else ()
        elif protocol in _PROXIED and "tcp-portrange" not in service.settings:
            own.ranges += _EVERY
        else:
            self._ports(service, own)
        if narrowed:
            text = f"the addresses that service {service.name!r} is bound to"
            bound = _doubts.not_modelled(text, self.vdom.at(service.place(narrowed[0])))
            gathered.others.append(All((own.condition(), bound)))

    def _ports(self, service: Block, gathered: _Gathered) -> None:
        for text in service.words("tcp-portrange"):
            target, colon, source = text.partition(":")
            ports = port_range(target)
            if ports is None:
                self.vdom.not_understood(service.place("tcp-portrange"), "tcp-portrange", f"no range of ports: {text}")
                reason = f"the ports of service {service.name!r}"
                gathered.others.append(_doubts.not_modelled(reason, self.vdom.at(service.place("tcp-portrange"))))
                continue
            own = port_range(source) if colon else (0, 65535)
            if own is None or own[0] > _EPHEMERAL[0] or own[1] < _EPHEMERAL[1]:
                reason = f"the ports from which clients connect (service {service.name!r})"
                untold = _doubts.not_modelled(reason, self.vdom.at(service.place("tcp-portrange")))
                gathered.others.append(All((PortIn((ports,)), untold)))
                continue
            gathered.ranges.append(ports)


def port_range(text: str) -> tuple[int, int] | None:
    """``443`` or ``8443-8444`` as a range; None for anything else."""
    low, dash, high = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in ((low, high) if dash else (low,))):
        return None
    first, last = int(low), int(high or low)
    return (first, last) if first <= last <= 65535 else None
