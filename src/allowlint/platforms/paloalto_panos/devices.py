"""From the parts of an export that belong to one virtual system or device group to a device."""

import re
from collections.abc import Iterable, Iterator, Sequence

from allowlint.model.device import Device, Entrance, Rulebase
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms import Options, _doubts
from allowlint.platforms._zones import entrances
from allowlint.platforms.paloalto_panos.authentication import Authentication, web_proxy
from allowlint.platforms.paloalto_panos.decryption import Decryption, Exclusions
from allowlint.platforms.paloalto_panos.layers import Layer, refuse_doubles, strange
from allowlint.platforms.paloalto_panos.overrides import overrides
from allowlint.platforms.paloalto_panos.profiles import Profiles
from allowlint.platforms.paloalto_panos.rules import Matcher, asked_users, parts_of
from allowlint.platforms.paloalto_panos.scopes import Scope, Version, World
from allowlint.platforms.paloalto_panos.sections import may_rule, unknown
from allowlint.platforms.paloalto_panos.security import Ruled, Security
from allowlint.platforms.paloalto_panos.zones import NOBODY, defined_zones, leading_out, networks_of, zones_of
from allowlint.syntax.files import Files
from allowlint.syntax.xml_tree import Node

_FEW = 4
"""Zones that a command names one by one."""
_BARE = re.compile(r"[\w.@/+-]+", re.ASCII)
_CATEGORY = """set {objects}profiles custom-url-category MDE-required type "URL List"
set {objects}profiles custom-url-category MDE-required list {entry}
"""
_PAIR = "from {from} to {to} source any destination any category MDE-required"
_BEFORE = "move {home} rules {new} before {rule}"
VOCABULARY = {
    "below": "*.{name}/",
    "entry": "{host}/",
    "service 443": "service-https",
    "service 80": "service-http",
    "move": "move {home} rules {moved} before {rule}",
    "allow": f"""{_CATEGORY}set {{home}} rules MDE-required-allow {_PAIR} application any action allow
set {{home}} rules MDE-required-allow service {{service}}
{_BEFORE.replace("{new}", "MDE-required-allow")}""",
    "bypass": f"""{_CATEGORY}set {{home}} rules MDE-required-no-decrypt {_PAIR} service any type ssl-forward-proxy action no-decrypt
{_BEFORE.replace("{new}", "MDE-required-no-decrypt")}""",
    "in authentication rules": f"""{_CATEGORY}set {{home}} rules MDE-required-no-login {_PAIR} service any
set {{home}} rules MDE-required-no-login authentication-enforcement default-no-captive-portal
{_BEFORE.replace("{new}", "MDE-required-no-login")}""",
}
"""How one writes an allow and an exemption, in set commands ("PAN-OS CLI Quick Start")."""


class Source(NamedTuple):
    """What one device is made from."""

    name: str
    place: Location
    layers: tuple[Layer, ...]
    """The rules, in the order in which a connection meets them."""
    scopes: tuple[Scope, ...]
    """Where names are looked up, nearest first."""
    version: Version
    appends: bool = False
    """Whether the device surely appends a slash to entries of URL lists that have none."""
    home: str = ""
    """Where a rule of one's own belongs that is not about another one, as commands call it."""
    tops: tuple[Node, ...] = ()
    """Configurations and entries of devices, of which the sections have names that are known."""
    levels: tuple[Node, ...] = ()
    """What defines zones."""
    networks: tuple[Node, ...] = ()
    """What has interfaces and routes."""
    exclusions: Exclusions = Exclusions()
    portal: str = ""
    """Whether authentication rules are enforced (yes, no); empty where that is not told."""
    serials: frozenset[str] | None = None
    """The firewalls for which the rules are meant, where they are known."""
    partial: str = ""
    """Why objects may be missing, in words that follow "which"; empty where all are here."""


def device_of(source: Source, path: str, files: Files, options: Options) -> Device:
    """The device, with an entrance for each kind of pair of zones."""
    world = World(path, source.scopes, files, source.version)
    world.partial = source.partial
    world.appends = source.appends
    world.ratings = options.ratings
    _note_repeated(world)
    strangers = list(_strangers(source, world))
    parts = parts_of(world, options.endpoints)
    matchers = [
        Matcher(parts, grants="allow"),
        Matcher(parts),
        Matcher(parts, service="service-http", users=asked_users),
    ]
    refuse_doubles(source.layers, source.scopes)
    for matcher in matchers:
        matcher.serials = source.serials
    outside = frozenset(leading_out(source.levels, source.networks))
    security = Security(
        source.layers, matchers[0], Profiles(world, parts.categories), source.place, outside, source.home
    )
    security.rules[:0] = overrides(source.layers, parts, source.serials)
    decryption = Decryption(source.layers, matchers[1], source.exclusions, source.place)
    authentication = Authentication(source.layers, matchers[2], source.portal, source.place)
    authentication.rules[:0] = web_proxy(source.networks)
    ways = _Ways(security, decryption, authentication)
    betweens = list(dict.fromkeys(ruled.between for ruled in ways.ruled()))
    zones = zones_of(source.levels, source.networks, betweens)
    whole = not any(layer.lacking for layer in source.layers)
    if whole:
        _note_undefined_zones(source, ways, world)
    found = entrances(zones.inside, zones.outside, betweens, ways.rulebases, zones.interfaces)
    if decryption.inspects and not source.partial and not security.sifted:
        world.notes += parts.categories.unused(endpoint.host for endpoint in options.endpoints)
    return Device(
        name=source.name,
        platform="paloalto_panos",
        entrances=tuple(beside(entrance, strangers[0].location) for entrance in found) if strangers else found,
        written=tuple(world.entries),
        unread=tuple(world.unread),
        rule_count=security.count + decryption.count + authentication.count,
        vocabulary={**VOCABULARY, "from": _listed(zones.inside), "to": _listed(zones.outside)},
        files=tuple(files.read_paths),
        notes=tuple(world.notes),
        networks=networks_of(source.levels, source.networks) if whole else {},
    )


def _strangers(source: Source, world: World) -> Iterator[Node]:
    """Report what is not known by its name, and yield what of it may hold rules."""
    for node in (node for layer in source.layers for node in strange(layer)):
        world.unknown(node.location, node.tag, "nothing of this name is known among rules")
        yield node
    levels = (*(scope.node for scope in source.scopes), *source.levels)
    read = (node for layer in source.layers for node in [layer.node.find(layer.base)] if node is not None)
    for node in unknown(source.tops, levels, source.networks, read):
        world.unknown(
            node.location, node.tag, "no section of this name is known: what is in it is not taken into account"
        )
        if may_rule(node):
            yield node


def beside(entrance: Entrance, place: Location) -> Entrance:
    """An entrance with rules that were not understood: wherever they stand, they may do anything to what others let through."""
    untold = _doubts.anything("what rules do that are not understood", place, "rules that are not understood")
    return entrance._replace(rulebases=(*entrance.rulebases, untold))


class _Ways:
    """The rules met on the ways through a device."""

    __slots__ = ("authentication", "decryption", "security")

    def __init__(self, security: Security, decryption: Decryption, authentication: Authentication) -> None:
        self.security = security
        self.decryption = decryption
        self.authentication = authentication

    def ruled(self) -> Iterable[Ruled]:
        """Every rule with its zones."""
        return (*self.security.rules, *self.decryption.rules, *self.authentication.rules)

    def rulebases(self, source: str, target: str) -> tuple[Rulebase, ...]:
        """The rulebases met from one zone to another: what is decrypted is seen whole by those that follow."""
        plain = self._seen(source, target, None)
        if not self.decryption.rules:
            return plain
        decrypted = self._seen(source, target, View.DECRYPTED) if self.decryption.inspects else ()
        return (self.decryption.rulebase(source, target, plain, decrypted),)

    def _seen(self, source: str, target: str, view: View | None) -> tuple[Rulebase, ...]:
        asked = self.authentication.rulebase(source, target, view)
        return (*asked, self.security.rulebase(source, target, view))


def _note_repeated(world: World) -> None:
    for scope in world.scopes:
        for kind, node in scope.repeated():
            world.repeated.add((kind, node.name))
            world.unknown(node.location, f"{kind} '{node.name}'", f"the name stands twice in {scope.label}")


def _note_undefined_zones(source: Source, ways: _Ways, world: World) -> None:
    """Note the zones that rules name and that nothing defines, where any are defined at all."""
    defined = defined_zones(source.levels)
    for ruled in ways.ruled() if defined else ():
        named = (ruled.between.sources or frozenset()) | (ruled.between.targets or frozenset())
        for name in sorted(named - defined):
            world.undefined("zone", name, ruled.rule.location)


def word(name: str) -> str:
    """A name as commands have it."""
    return name if _BARE.fullmatch(name) else f'"{name}"'


def _listed(zones: Sequence[str]) -> str:
    """Zones as a command lists them; of many, or where none is known, any."""
    if len(zones) > _FEW or not set(zones).isdisjoint(NOBODY):
        return "any"
    names = [word(zone) for zone in zones]
    return names[0] if len(names) == 1 else f"[ {' '.join(names)} ]"


def first(nodes: Sequence[Node], path: str) -> str:
    """The text along a path below the first of several elements that has one."""
    return next((text for node in nodes if (text := node.text(path))), "")
