"""A quick look through very long rulebases for rules that surely concern no public host.

Of a hundred thousand rules most are about servers inside. A rule that is disabled, or about inside addresses alone, or about other
protocols alone, matches nothing that is asked; it is told by its bytes, without being taken apart. Whatever is not as plain as that
is left to the reader of rules (:mod:`.rules`), which would find the same; a test holds the two together.
"""

import re
from collections.abc import Iterator

from allowlint.platforms.paloalto_panos.applications import NEVER_THIS
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node, entry_at

LONG = 1 << 20
"""Bytes of a rulebase from which on it is sifted; of a shorter one every rule is read, with all that may be said of it."""
_INSIDE = (
    rb"(?:10\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/(?:[89]|[12]\d|3[0-2]))?"
    rb"|192\.168\.\d{1,3}\.\d{1,3}(?:/(?:1[6-9]|2\d|3[0-2]))?"
    rb"|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}(?:/(?:1[2-9]|2\d|3[0-2]))?)"
)
_OBJECT = re.compile(rb"<entry name=\"([^\"&]+)\">\s*<ip-netmask>" + _INSIDE + rb"</ip-netmask>")
_MEMBER = re.compile(rb"<member>([^<&]*)</member>")
_NAME = re.compile(rb"<entry\s[^>]*?name=\"([^\"]*)\"")


def sifted(rules: Node, world: World, outside: frozenset[str]) -> Iterator[Node]:
    """Yield the entries of a rulebase but for those that surely match no connection to a public host.

    ``outside`` are the zones behind which the internet is, where that is known; rules to others are not met.
    """
    document = rules.document
    known = _Known(_inside_objects(world), _others(world), frozenset((b"any", *(zone.encode() for zone in outside))))
    place = rules.begin
    passed = place
    for piece in document.data[rules.begin : rules.end].split(b"</entry>"):
        start = place + max(piece.find(b"<entry"), 0)
        place += len(piece) + len(b"</entry>")
        if start < passed or piece.count(b"<entry") != 1:
            # An entry that holds others, or that has no content, is read whole.
            while passed < place and (start := document.data.find(b"<entry", passed, min(place, rules.end))) >= 0:
                node = entry_at(document, start, rules.end)
                passed = node.end
                yield node
            continue
        passed = place
        if b"<disabled>yes</disabled>" in piece or (outside and known.elsewhere(piece)):
            continue
        if not known.inside(piece) and not known.foreign(piece):
            yield entry_at(document, start, rules.end)


class _Known:
    """What rules are compared with; what many rules say in the same words is compared once."""

    __slots__ = ("_elsewhere", "_foreign", "_inside", "_others", "_zones")

    def __init__(self, inside: frozenset[bytes], others: frozenset[bytes], zones: frozenset[bytes]) -> None:
        self._inside = inside
        self._others = others
        self._zones = zones
        self._elsewhere: dict[bytes, bool] = {}
        self._foreign: dict[bytes, bool] = {}

    def elsewhere(self, rule: bytes) -> bool:
        """Whether a rule is surely about other zones to go to."""
        raw = _field(rule, b"<to>", b"</to>")
        known = self._elsewhere.get(raw)
        if known is None:
            names = _names(raw)
            known = self._elsewhere[raw] = bool(names) and self._zones.isdisjoint(names)
        return known

    def foreign(self, rule: bytes) -> bool:
        """Whether a rule is surely about other protocols alone."""
        raw = _field(rule, b"<application>", b"</application>")
        known = self._foreign.get(raw)
        if known is None:
            names = _names(raw)
            known = self._foreign[raw] = bool(names) and self._others.issuperset(names)
        return known

    def inside(self, rule: bytes) -> bool:
        """Whether a rule is surely about inside addresses alone."""
        names = _names(_field(rule, b"<destination>", b"</destination>"))
        return bool(names) and self._inside.issuperset(names) and b"<negate-destination>" not in rule


def _field(rule: bytes, opening: bytes, closing: bytes) -> bytes:
    """The content of the only element of a kind in a rule; else nothing."""
    begin = rule.find(opening)
    if begin < 0 or rule.find(opening, begin + 1) >= 0:
        return b""
    return rule[begin + len(opening) : rule.find(closing, begin)]


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


def _inside_objects(world: World) -> frozenset[bytes]:
    """The names of address objects that are surely inside, wherever the name is looked up."""
    found: set[bytes] = set()
    nearer: set[bytes] = set()
    containers = [held for scope in world.scopes if (held := scope.container("address")) is not None]
    for container in containers:
        data = container.document.data
        names = _OBJECT.findall(data, container.begin, container.end)
        # What a nearer level defines in another way is not what a farther one says.
        found.update(name for name in names if name not in nearer) if nearer else found.update(names)
        if container is not containers[-1]:
            nearer.update(_NAME.findall(data, container.begin, container.end))
    return frozenset(found - {name.encode() for _, name in world.repeated})
