"""The functions that every PAC engine provides.

Semantics are those of the helper code that Mozilla published and that Chromium, pacparser and others took over; where
engines differ (other characters than ``*`` and ``?`` in a glob, masks that are no addresses) both readings are followed.
"""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.addresses import AddressSet, not_public, parse_addresses
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, NEVER, ClientIn, Condition, Unmodelled
from allowlint.platforms.pac import numbers, patterns
from allowlint.platforms.pac.logic import all_of, any_of, either
from allowlint.platforms.pac.machine import Kind
from allowlint.platforms.pac.members import Membership
from allowlint.platforms.pac.numbers import Where
from allowlint.platforms.pac.patterns import ANYTHING, choice, sequence, word
from allowlint.platforms.pac.texts import Unsupported
from allowlint.platforms.pac.values import (
    NULL,
    UNDEFINED,
    Base,
    Const,
    Number,
    Opaque,
    Pattern,
    Text,
    Value,
    cases,
    condition_of,
    truth_of,
)
from allowlint.syntax.ecmascript import parse_ecmascript
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_SPECIAL = frozenset("|()[]{}+^$\\")
_LINE_ENDS = frozenset("\n\r\u2028\u2029")
"""Characters that the ``*`` of Mozilla's code does not go over."""
_PUBLIC = "--assume public_dns"
_TEXTS = {"dnsDomainIs": 2, "localHostOrDomainIs": 2, "shExpMatch": 2, "isPlainHostName": 1, "dnsDomainLevels": 1}
"""How many arguments of a function must be texts."""
_CLOCK = frozenset(("weekdayRange", "dateRange", "timeRange"))
_MAX_RANGES = 4096
_EXACT = 15
"""Digits of a number that JavaScript holds exactly; what becomes of the bits of a longer one is not modelled."""


class Helpers(Membership):
    """A machine that knows the functions of PAC."""

    def helper(self, name: str, arguments: list[Value], node: Node) -> Value | None:
        """The value of a call; None where there is no such function."""
        if name in _CLOCK:
            return self.opaque(node, f"the time ({name} in line {node.start_point[0] + 1})")
        handler = _HELPERS.get(name)
        if handler is None:
            return None
        padded = [*arguments, UNDEFINED, UNDEFINED, UNDEFINED]
        for argument in padded[: _TEXTS.get(name, 0)]:
            self.each(lambda each: self._needed(each, node), argument)
        return handler(self, padded, node)

    def _needed(self, value: Value, node: Node) -> Value:
        """An argument that must be a text: for anything else Mozilla's code fails, and others need not."""
        if isinstance(value, Opaque):
            self.needed(value, node)
        if isinstance(value, Const) and not isinstance(value.value, str):
            self.leave(self.some_clients(node), Kind.THROW, node, f"{self.script.shown(node, 50)}: not a text")
        return value

    def _with_constant(self, value: Value, node: Node, function: Callable[[str], Value]) -> Value:
        def one(each: Value) -> Value:
            text = self.constant_text(each)
            return self._opaque_or(node, each) if text is None else function(text)

        return self.each(one, value)

    def _domain_is(self, arguments: list[Value], node: Node) -> Value:
        """``dnsDomainIs``: the host ends in the text, whether a label begins there or not."""
        host, domain = arguments[:2]
        return self._with_constant(domain, node, lambda end: self.matches(host, sequence(ANYTHING, word(end)), node))

    def _local_or(self, arguments: list[Value], node: Node) -> Value:
        """``localHostOrDomainIs``: the name as a whole, or its first label alone.

        Mozilla's code takes every beginning that ends before a dot; the documents speak of the first label.
        """
        host, full = arguments[:2]

        def one(name: str) -> Value:
            labels = name.split(".")
            sure = dict.fromkeys((name, labels[0]))
            starts = [".".join(labels[:count]) for count in range(2, len(labels))]
            certain = self.matches(host, choice(*map(word, sure)), node)
            middle = self.matches(host, choice(*(word(start) for start in starts)), node)
            if any(isinstance(value, Opaque) for value in (certain, middle)):
                return certain if isinstance(certain, Opaque) else middle
            return truth_of(any_of(condition_of(certain), all_of(condition_of(middle), self.some_clients(node))))

        return self._with_constant(full, node, one)

    def some_clients(self, node: Node) -> Unmodelled:
        """Whether the client does it in one of two ways."""
        reason = f"the client: engines differ in `{self.script.shown(node, 60)}`"
        return Unmodelled(f"engine {self.script.source(node)}", reason, self.place(node))

    def _plain(self, arguments: list[Value], node: Node) -> Value:
        """``isPlainHostName``: no dot in it."""
        answer = self.matches(arguments[0], sequence(ANYTHING, word("."), ANYTHING), node)
        return self.negation(answer, node) if not isinstance(answer, Opaque) else answer

    def negation(self, value: Value, _node: Node) -> Value:
        """``!value``; see the expressions."""
        raise NotImplementedError

    def _levels(self, arguments: list[Value], node: Node) -> Value:
        host = arguments[0]
        if isinstance(host, Text):
            return Number("dots", host, ".")
        text = self.constant_text(host)
        return Const(float(text.count("."))) if text is not None else self._opaque_or(node, host)

    def _glob(self, arguments: list[Value], node: Node) -> Value:
        text, pattern = arguments[:2]
        return self._with_constant(pattern, node, lambda written: self._globbed(text, written, node))

    def _globbed(self, text: Value, pattern: str, node: Node) -> Value:
        if not _LINE_ENDS.isdisjoint(self.constant_text(text) or ""):
            return self.unsupported(node, "line ends")
        literal = self.matches(text, patterns.glob(pattern), node)
        if _SPECIAL.isdisjoint(pattern) or isinstance(literal, Opaque):
            return literal
        where = f"`{self.script.shown(node, 50)}`"
        reason = f"the client: {where} holds characters that some engines read as a regular expression"
        which = Unmodelled(f"glob {self.script.path}", reason, self.place(node))
        try:
            parse_ecmascript(_as_regex(pattern))
        except InvalidPattern:
            self.leave(which, Kind.THROW, node, f"{where} is no valid expression in Mozilla's code")
            return literal
        except (UnmodelledPattern, TooComplex):
            # What it comes to is not known; searching says so.
            pass
        regex = self.searched(text, Pattern(_as_regex(pattern), ""), node)
        one, other = condition_of(literal), condition_of(regex)
        if isinstance(text, Text) and text.base is Base.URL:
            # A path that is not known is another question each time: it is asked once for each reading.
            return truth_of(either(which, other, one))
        return truth_of(any_of(all_of(one, other), all_of(any_of(one, other), either(which, other, one))))

    def _in_net(self, arguments: list[Value], node: Node) -> Value:
        """``isInNet``: of a name, the address that it resolves to."""
        address, net, mask = arguments[:3]
        wanted = self.constant_text(net), self.constant_text(mask)
        if wanted[0] is None or wanted[1] is None:
            return self._opaque_or(node, net, mask)
        sure, maybe = _network(wanted[0], wanted[1])
        if maybe is None:
            return self.unsupported(node, "an odd mask")
        return self.each(lambda each: self._address_in(each, (sure, maybe), node), address)

    def _address_in(self, value: Value, nets: tuple[AddressSet, AddressSet], node: Node) -> Value:
        sure, maybe = nets
        if value == Text(Base.CLIENT):
            return truth_of(self._either_net(ClientIn(sure), ClientIn(maybe), nets, node))
        if isinstance(value, Text) and (value.base is Base.RESOLVED or value == Text(Base.HOST)) and not value.cuts:
            return self._resolved_in(maybe, node)
        text = self.constant_text(value)
        if text is not None:
            try:
                own = parse_addresses(text)
            except ValueError:
                return self.unsupported(node, "a name that is resolved")
            inside = [ALWAYS if own & part else NEVER for part in nets]
            return truth_of(self._either_net(inside[0], inside[1], nets, node))
        return Const(False) if value == NULL else self._opaque_or(node, value)

    def _either_net(
        self, sure: Condition, maybe: Condition, nets: tuple[AddressSet, AddressSet], node: Node
    ) -> Condition:
        return sure if nets[0] == nets[1] else all_of(maybe, self.some_clients(node))

    def _resolved_in(self, net: AddressSet, node: Node) -> Value:
        if self.facts.public_dns and not net - not_public():
            return Const(False)
        reason = f"the address that the host resolves to (`{self.script.shown(node, 60)}`)"
        return self.opaque(node, reason, key=f"host in {net} {net.ranges}", settle=_PUBLIC)

    def has_addition(self, name: str) -> Unmodelled:
        """Whether the client has one of Microsoft's additions; they come together."""
        return Unmodelled("additions", f"the client: only some have `{name}`", self.asker.place)

    def _in_net_ex(self, arguments: list[Value], node: Node) -> Value:
        address, net = arguments[:2]
        text = self.constant_text(net)
        try:
            wanted = parse_addresses(text or "")
        except ValueError:
            return self.unsupported(node)
        return self.each(lambda each: self._address_in(each, (wanted, wanted), node), address)

    def _resolvable(self, arguments: list[Value], node: Node) -> Value:
        if not isinstance(arguments[0], Text) or arguments[0].base is not Base.HOST:
            return self._opaque_or(node, arguments[0])
        if self.facts.public_dns:
            return Const(True)
        reason = f"whether the client resolves the host (`{self.script.shown(node, 40)}`)"
        return self.opaque(node, reason, key=f"resolvable {arguments[0]}", settle=_PUBLIC)

    def _resolve(self, arguments: list[Value], node: Node) -> Value:
        host = arguments[0]
        if host == Text(Base.HOST):
            if self.facts.public_dns:
                return Text(Base.RESOLVED)
            name = self.script.shown(node, 40)
            resolves = Unmodelled(
                f"resolvable {host}",
                f"whether the client resolves the host (`{name}`)",
                self.place(node),
                settle=_PUBLIC,
            )
            nothing = self.opaque(node, f"what `{name}` gives for a name that does not resolve", settle=_PUBLIC)
            return cases([(resolves, Text(Base.RESOLVED)), (ALWAYS, nothing)])
        text = self.constant_text(host)
        if text is not None:
            return self.opaque(node, f"the address that {text[:60]} resolves to", key=f"address of {text}")
        return self.unsupported(node)

    def _own(self, _arguments: list[Value], _node: Node) -> Value:
        return Text(Base.CLIENT)

    def _no_answer(self, _arguments: list[Value], _node: Node) -> Value:
        return UNDEFINED


def _as_regex(pattern: str) -> str:
    """What Mozilla's ``shExpMatch`` makes of a glob."""
    return "^" + pattern.replace(".", "\\.").replace("*", ".*").replace("?", ".") + "$"


def _network(net: str, mask: str) -> tuple[AddressSet, AddressSet | None]:
    """The addresses of a network: for clients that check the arguments, and for those that read ``8`` as ``8.0.0.0``."""
    if any(len(part) > _EXACT for part in (*net.split("."), *mask.split("."))):
        return AddressSet(), None
    base, bits = _number(net), _number(mask)
    if base is None or bits is None:
        # Mozilla's code counts what is no number as 0 (``10.0.0.0/8``), and others refuse it.
        return AddressSet(), None
    size = 1 << (32 if not bits else (bits & -bits).bit_length() - 1)
    free = [1 << bit for bit in range(32) if not bits >> bit & 1 and 1 << bit >= size]
    if 1 << len(free) > _MAX_RANGES:
        return AddressSet(), None
    starts = [base & bits]
    for bit in free:
        starts += [start | bit for start in starts]
    first = 0xFFFF_0000_0000
    found = AddressSet((first + start, first + start + size - 1) for start in starts)
    return (found if _full(net) and _full(mask) else AddressSet()), found


def _full(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isascii() and part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts
    )


def _number(text: str) -> int | None:
    parts = text.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts[:4]):
        return None
    value = 0
    for part in (*parts, "0", "0", "0")[:4]:
        value = value << 8 | int(part) & 255
    return value


_HELPERS: dict[str, Callable[[Helpers, list[Value], Node], Value]] = {
    "dnsDomainIs": Helpers._domain_is,
    "localHostOrDomainIs": Helpers._local_or,
    "isPlainHostName": Helpers._plain,
    "dnsDomainLevels": Helpers._levels,
    "shExpMatch": Helpers._glob,
    "isInNet": Helpers._in_net,
    "isInNetEx": Helpers._in_net_ex,
    "isResolvable": Helpers._resolvable,
    "isResolvableEx": Helpers._resolvable,
    "dnsResolve": Helpers._resolve,
    "dnsResolveEx": Helpers._resolve,
    "myIpAddress": Helpers._own,
    "myIpAddressEx": Helpers._own,
    "alert": Helpers._no_answer,
}
HELPERS = frozenset(_HELPERS) | _CLOCK
ADDITIONS = frozenset(name for name in _HELPERS if name.endswith("Ex"))
"""Microsoft's, which Firefox lacks, and Windows too outside of ``FindProxyForURLEx`` (learn.microsoft.com, "IPv6-Aware Proxy Helper
API Definitions": "Only from the new FindProxyForURLEx function")."""
__all__ = ["HELPERS", "Helpers", "Unsupported", "Where", "numbers"]
