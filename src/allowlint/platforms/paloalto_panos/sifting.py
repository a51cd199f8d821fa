"""A quick look through very long rulebases for rules that surely concern no public host.

Of a hundred thousand rules most are about servers inside. A rule that is disabled, or about inside addresses alone, or about other
protocols alone, matches nothing that is asked; it is told by its bytes, without being taken apart. Whatever is not as plain as that
is left to the reader of rules (:mod:`.rules`), which would find the same; a test holds the two together.
"""

import re
from collections.abc import Callable, Iterator

from allowlint.platforms.paloalto_panos.applications import NEVER_THIS
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node, elements, entry_at

LONG = 1 << 20
"""Bytes of a rulebase from which on it is sifted; of a shorter one every rule is read, with all that may be said of it."""
_OCTET = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_INSIDE = re.compile(
    rb"10(?:\.O){3}(?:/(?:[89]|[12]\d|3[0-2]))?|192\.168(?:\.O){2}(?:/(?:1[6-9]|2\d|3[0-2]))?"
    rb"|172\.(?:1[6-9]|2\d|3[01])(?:\.O){2}(?:/(?:1[2-9]|2\d|3[0-2]))?".replace(b"O", _OCTET)
)
"""An address or network that surely is none of the internet's."""
_OBJECT = re.compile(rb"<entry name=\"[^\"]+\">\s*<ip-netmask>(?:" + _INSIDE.pattern + rb")</ip-netmask>")
_MEMBER = re.compile(rb"<member>(?!\s)([^<&]*)(?<!\s)</member>")


def sifted(rules: Node, world: World, outside: frozenset[str]) -> Iterator[Node]:
    """Yield what is in a rulebase but for the entries that surely match no connection to a public host.

    ``outside`` are the zones behind which the internet is, where that is known; rules to others are not met.
    """
    document, end = rules.document, rules.end
    data = document.data
    known = _Known(world, frozenset((b"any", *(zone.encode() for zone in outside))) if outside else frozenset())
    begin = rules.begin
    while (place := data.find(b"<entry", begin, end)) >= 0:
        after = data.find(b"</entry>", place, end)
        rule = data[place:after]
        if after < 0 or rule.find(b"<entry", 1) >= 0 or data[begin:place].strip():
            # An entry that holds others, that has no content, or that something else stands before, is read whole.
            node = next(elements(document, begin, end))
            begin = node.after
            yield node
            continue
        begin = after + len(b"</entry>")
        if not known.unmet(rule):
            yield entry_at(document, place, end)
    yield from elements(document, begin, end)


class _Known:
    """What rules are compared with; what many rules say in the same words is compared once."""

    __slots__ = ("_elsewhere", "_foreign", "_inside", "_others", "_zones")

    def __init__(self, world: World, zones: frozenset[bytes]) -> None:
        self._inside = _Inside(world)
        self._others = _others(world)
        self._zones = zones
        """What rules that are met name as their zones to go to; nothing where any zone may be."""
        self._elsewhere: dict[bytes, bool] = {}
        self._foreign: dict[bytes, bool] = {}

    def unmet(self, rule: bytes) -> bool:
        """Whether a rule surely matches nothing that is asked."""
        # What most rules are left out for is asked first.
        return (
            (bool(self._zones) and _says(rule, b"<to>", b"</to>", self._leads_elsewhere))
            or (
                _says(rule, b"<destination>", b"</destination>", self._is_inside)
                and b"<negate-destination>" not in rule
            )
            or _says(rule, b"<application>", b"</application>", self._is_foreign)
            or _says(rule, b"<disabled>", b"</disabled>", b"yes".__eq__)
        )

    def _leads_elsewhere(self, raw: bytes) -> bool:
        """Whether these are surely other zones to go to."""
        known = self._elsewhere.get(raw)
        if known is None:
            names = _names(raw)
            known = self._elsewhere[raw] = bool(names) and self._zones.isdisjoint(names)
        return known

    def _is_foreign(self, raw: bytes) -> bool:
        """Whether these are surely other protocols alone."""
        known = self._foreign.get(raw)
        if known is None:
            names = _names(raw)
            known = self._foreign[raw] = bool(names) and self._others.issuperset(names)
        return known

    def _is_inside(self, raw: bytes) -> bool:
        """Whether these are surely inside addresses alone."""
        names = _names(raw)
        return bool(names) and all(map(self._inside.__getitem__, names))


class _Inside(dict[bytes, bool]):
    """Whether what stands for an address in a rule is surely inside: an object, or an address as it is; looked up once."""

    __slots__ = ("_repeated", "_world")

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._repeated = {name.encode() for _, name in world.repeated}

    def __missing__(self, name: bytes) -> bool:
        known = self[name] = name not in self._repeated and self._found(name)
        return known

    def _found(self, name: bytes) -> bool:
        for scope in self._world.scopes:
            place = scope.place("address", name)
            if place is not None:
                return _OBJECT.match(scope.node.document.data, place) is not None
        if not _INSIDE.fullmatch(name):
            return False
        return not any(scope.place(kind, name) for scope in self._world.scopes for kind in _NAMED_AS_ADDRESSES)


_NAMED_AS_ADDRESSES = ("address-group", "external-list", "region")
"""What else may have the name that a rule says; only where none has, it is an address."""


def _says(rule: bytes, opening: bytes, closing: bytes, settles: Callable[[bytes], bool]) -> bool:
    """Whether the content of the only element of a kind in a rule settles a question."""
    place = rule.find(opening)
    begin = place + len(opening)
    if place < 0 or not settles(rule[begin : rule.find(closing, begin)]):
        return False
    # Looked at last, because it costs most. Where something else than the rule has no end before it, it is a part of that.
    return rule.find(opening, begin) < 0 and rule.count(b"<", 0, place) == 2 * rule.count(b"</", 0, place) + 1


def _names(raw: bytes) -> list[bytes]:
    """The members in the content of an element, if it holds nothing else; else none."""
    names: list[bytes] = _MEMBER.findall(raw)
    return names if raw.count(b"<") == 2 * len(names) else []


def _others(world: World) -> frozenset[bytes]:
    """The applications that are other protocols, but for those that the configuration gives another meaning."""
    return frozenset(name.encode() for name in NEVER_THIS if not _own(world, name))


def _own(world: World, name: str) -> bool:
    """Whether somebody has given the name of one of the vendor's applications to something else."""
    return any(
        world.find(kind, name) is not None for kind in ("application-group", "application-filter", "application")
    )
