"""What rules of every kind ask of a connection: zones, addresses, services, categories, users, machines, times, firewalls.

"Building Blocks in a Security Policy Rule" (docs.paloaltonetworks.com): all criteria must hold, values of one criterion are
alternatives. What a rule does not say has the default of the vendor's schema (PAN-OS 10.0): ``any``, but for services.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from allowlint.model.condition import ALWAYS, NEVER, All, Condition, Doubt, Identity, Not
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms import Endpoint, _doubts
from allowlint.platforms._zones import Between
from allowlint.platforms.paloalto_panos.addresses import Addresses
from allowlint.platforms.paloalto_panos.applications import Applications
from allowlint.platforms.paloalto_panos.categories import Categories
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.platforms.paloalto_panos.services import Services
from allowlint.syntax.xml_tree import Node, members_in, only_members, text_in

_FIELD = re.compile(rb"<([\w.-]+)(?:\s[^<>]*)?(?:/>|>(.*?)</\1\s*>)|(\S)", re.DOTALL)
"""One part of a rule; what is left over shows that the quick look is not enough."""
ASIDE = frozenset(
    """
    action description disabled disable-inspect disable-server-response-inspection group-tag icmp-unreachable log-end log-fail
    log-setting log-start log-success negate-destination negate-source option packet-broker-profile profile profile-setting qos
    rule-type tag target type uuid authentication-enforcement timeout log-authentication-timeout forwarding-profile
    """.split()
)
"""What says nothing of which connections a rule is about, or is read elsewhere."""
_WORDS = {
    "disabled": ("yes", "no"),
    "negate-source": ("yes", "no"),
    "negate-destination": ("yes", "no"),
    "rule-type": ("universal", "intrazone", "interzone"),
}
"""Fields of which the schema has few values."""
_POSTURE = frozenset(("hip-profiles", "source-hip", "destination-hip", "source-imsi", "source-imei", "source-nw-slice"))


_KNOWN = _POSTURE | frozenset("from to source destination source-user category application service schedule".split())


class Match(NamedTuple):
    """What one rule is about."""

    name: str
    location: Location
    between: Between
    condition: Condition
    fields: Mapping[str, bytes]
    """The content of each element of the rule, as it is written."""
    node: Node

    def text(self, field: str) -> str:
        """The text of a field; empty where the rule has none."""
        raw = self.fields.get(field)
        return text_in(raw) if raw is not None else ""


class Parts(NamedTuple):
    """The readers of criteria of one device."""

    world: World
    addresses: Addresses
    services: Services
    applications: Applications
    categories: Categories


def parts_of(world: World, endpoints: tuple[Endpoint, ...]) -> Parts:
    """The readers for one device, of which these endpoints will be asked."""
    return Parts(world, Addresses(world), Services(world), Applications(world), Categories(world, endpoints))


Reader = Callable[[tuple[str, ...], Location], Condition]
"""What the members of a criterion ask for."""


class Matcher:
    """Reads what the rules of one rulebase are about."""

    __slots__ = ("_aside", "_betweens", "_criteria", "_joined", "_readers", "grants", "parts", "serials", "service")

    def __init__(
        self,
        parts: Parts,
        *,
        grants: str = "",
        service: str = "any",
        users: Reader | None = None,
        aside: frozenset[str] = ASIDE,
    ) -> None:
        self.parts = parts
        self._aside = aside
        """What says nothing of which connections a rule is about, or is read elsewhere."""
        self.grants = grants
        """The action that lets connections through, for whom the device knows."""
        self.service = service
        """The service of a rule that names none."""
        self.serials: frozenset[str] | None = None
        """The firewalls that the rules may be sent to, where they are known."""
        self._readers: Mapping[str, Reader] = {
            "service": parts.services.any_of,
            "category": parts.categories.any_of,
            "application": parts.applications.any_of,
            "source-user": users or mapped_users,
            "granted-user": granted_users,
            "schedule": _scheduled,
        }
        self._criteria: dict[tuple[str, bytes], Condition] = {}
        self._joined: dict[tuple[int, ...], Condition] = {}
        self._betweens: dict[tuple[bytes, ...], Between] = {}

    def read(self, node: Node) -> Match | None:
        """What a rule is about; None for one that is disabled."""
        fields = fields_of(node)
        disabled = fields.get("disabled")
        if disabled is not None and text_in(disabled) == "yes":
            return None
        place = node.location
        condition = self._condition(node, fields, place)
        return Match(node.name, place, self._between(fields), condition, fields, node)

    def _between(self, fields: Mapping[str, bytes]) -> Between:
        key = tuple(fields.get(field, b"") for field in ("from", "to", "rule-type"))
        known = self._betweens.get(key)
        if known is None:
            kind = text_in(key[2])
            same = {"intrazone": True, "interzone": False}.get(kind)
            known = self._betweens[key] = Between(_zones(key[0]), _zones(key[1]), same)
        return known

    def _condition(self, node: Node, fields: Mapping[str, bytes], place: Location) -> Condition:
        told = {field: raw for field, raw in fields.items() if field not in self._aside}
        odd = {} if told.keys() <= _KNOWN else {child.tag: child for child in reversed(node.children)}
        found = [
            self._criterion(field, raw, fields, odd[field].location if field in odd and field not in _KNOWN else place)
            for field, raw in told.items()
        ]
        if "service" not in fields:
            found.append(self.parts.services.any_of((self.service,), place))
        if "target" in fields:
            found.append(self._target(node, place))
        found += self._odd_words(fields, place)
        wanted = [condition for condition in found if condition is not ALWAYS]
        if NEVER in wanted:
            return NEVER
        if len(wanted) < 2:
            return wanted[0] if wanted else ALWAYS
        wanted.sort(key=_rank)
        key = tuple(map(id, wanted))
        known = self._joined.get(key)
        if known is None:
            known = self._joined[key] = All(tuple(wanted))
        return known

    def _odd_words(self, fields: Mapping[str, bytes], place: Location) -> Iterator[Condition]:
        for field, words in _WORDS.items():
            raw = fields.get(field)
            if raw is not None and (text := text_in(raw)) and text not in words:
                yield self._other(f"{field} {text}", (), place)

    def _criterion(self, field: str, raw: bytes, fields: Mapping[str, bytes], place: Location) -> Condition:
        negated = False
        if field in ("source", "destination"):
            negated = text_in(fields.get(f"negate-{field}", b"")) == "yes"
        if field == "source-user" and self.grants and text_in(fields.get("action", b"")) == self.grants:
            field = "granted-user"
        key = (f"{field} negated" if negated else field, raw)
        known = self._criteria.get(key)
        if known is None:
            known = self._criteria[key] = self._made(field, raw, place, negated=negated)
        return known

    def _made(self, field: str, raw: bytes, place: Location, *, negated: bool) -> Condition:
        addresses = self.parts.addresses
        members = members_in(raw)
        if not only_members(raw):
            return self._other(field, members, place)
        match field:
            case "from" | "to":
                return ALWAYS
            case "source":
                return addresses.source(members, place, negated=negated)
            case "destination":
                return addresses.destination(members, place, negated=negated)
        if field == "service" and not members:
            return _doubts.not_modelled("what a rule with an empty list of services is about", place)
        if not members or "any" in members:
            return ALWAYS
        known = self._readers.get(field)
        return known(members, place) if known is not None else self._other(field, members, place)

    def _other(self, field: str, members: tuple[str, ...], place: Location) -> Condition:
        if field in _POSTURE:
            return _doubts.by_posture(f"{field} {', '.join(members[:3])}", place)
        self.parts.world.unknown(place, field, "this part of a rule is not known")
        return _doubts.not_modelled(f"'{field}' in a rule, which is not known", place)

    def _target(self, node: Node, place: Location) -> Condition:
        """For which firewalls a rule of Panorama is meant."""
        target = node.find("target")
        if target is None or not target.children:
            return ALWAYS
        named = frozenset(entry.name for each in [target.find("devices")] if each for entry in each.entries())
        negated = target.text("negate") == "yes"
        # By tags, and whatever later releases ask of a firewall.
        otherwise = any(child.children for child in target.children if child.tag not in ("devices", "negate"))
        if not named and not otherwise and not negated:
            return ALWAYS
        if named and self.serials and not otherwise:
            meant = self.serials - named if negated else self.serials & named
            if not meant and not (negated and _limited(node)):
                return NEVER
            if meant == self.serials and not _limited(node):
                return ALWAYS
        reason = "which firewall it is: the rule is meant for some of them"
        return _doubts.not_modelled(reason, place, Doubt.MISSING_PART)


def _limited(node: Node) -> bool:
    """Whether a target names single virtual systems."""
    held = node.find("target/devices")
    return held is not None and any(entry.find("vsys") is not None for entry in held.entries())


_ORDER = (
    "PortIn",
    "ViewIn",
    "HostIn",
    "Named",
    "AnyOf",
    "All",
    "ClientIn",
    "Not",
    "Assumable",
    "Unmodelled",
    "Identity",
)


def _rank(condition: Condition) -> int:
    """What decides most comes first, so that what cannot be told is asked for the rest only; an identity comes last."""
    kind = type(condition).__name__
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER) // 2


def fields_of(node: Node) -> Mapping[str, bytes]:
    """The content of each element of a rule, as it is written; ``tests`` hold the quick look to what the tree says."""
    # In a comment stand tags without an end, and the end of each would be looked for.
    if b"<!" not in node.inner:
        found = _FIELD.findall(node.inner)
        if not any(left or b"<" + field in raw for field, raw, left in found):
            return {field.decode("utf-8", "replace"): raw for field, raw, _ in found}
    return {child.tag: child.inner for child in node.children}


def _zones(raw: bytes) -> frozenset[str] | None:
    names = members_in(raw)
    return None if not names or "any" in names else frozenset(names)


def _scheduled(members: tuple[str, ...], place: Location) -> Condition:
    return _doubts.by_schedule(members[0], place)


def granted_users(members: tuple[str, ...], place: Location) -> Condition:
    """For whom a rule lets connections through: a service has no user, unless the device takes it for whoever is logged on."""
    if "unknown" in members:
        return mapped_users(members, place)
    text = ", ".join(members[:3])
    known = "known-user" in members
    return Identity(f"user {text}", f"source user {text}", place, challenges=False, any_identity=known)


def asked_users(members: tuple[str, ...], place: Location) -> Condition:
    """Whom an authentication rule asks: ``unknown`` is whoever the device takes for no user, as a service before anybody logs on."""
    return ALWAYS if "unknown" in members else mapped_users(members, place)


def mapped_users(members: tuple[str, ...], place: Location) -> Condition:
    """For whom a rule does anything else: whoever the device takes the machine for."""
    named = sorted(member for member in members if member not in ("unknown", "known-user"))
    if "unknown" in members:
        if "known-user" in members:
            return ALWAYS
        return Not(_doubts.by_mapped_user(f"another one than {', '.join(named[:3])}" if named else _ANYBODY, place))
    return _doubts.by_mapped_user(_ANYBODY if "known-user" in members else ", ".join(named[:3]), place)


_ANYBODY = "any user"
