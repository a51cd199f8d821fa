"""Decryption rules, the SSL decryption exclusion list, and profiles for what is not decrypted.

docs.paloaltonetworks.com, "Decryption Policy": rules are looked up apart from the security rules, the first that matches decides, and
what matches none is not decrypted. "Decryption Exclusions": hosts on the exclusion list are not decrypted whatever the rules say; its
asterisk is one label. Each entry says whether it counts (``exclude``, which has no default in the schema of PAN-OS 10.0), and which of a
virtual system and ``shared`` is heard is not documented. Which hosts the vendor's own part of the list holds is not in an export, so it exempts nothing here. "Decryption
Profile": a profile on a no-decrypt rule may still stop sessions with untrusted or expired certificates.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.automaton import Automaton, Budget
from allowlint.model.condition import (
    NEVER,
    All,
    AnyOf,
    Assumable,
    Condition,
    Doubt,
    Expression,
    Frame,
    HostIn,
    Named,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import Action, Entry, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms._zones import Between
from allowlint.platforms.paloalto_panos.layers import Layer, missing
from allowlint.platforms.paloalto_panos.rules import Match, Matcher
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.platforms.paloalto_panos.security import Ruled
from allowlint.platforms.paloalto_panos.url_patterns import read_exclusion
from allowlint.syntax.xml_tree import Node

OWNER = "SSL decryption exclusion list"
_DECRYPTING = ("decrypt", "decrypt-and-forward")
_FORWARD = "ssl-forward-proxy"
_OTHER_TYPES = ("ssh-proxy", "ssl-inbound-inspection")


class Exclusions(NamedTuple):
    """Lists of hosts that are never decrypted."""

    levels: tuple[tuple[Node, ...], ...] = ()
    """The lists of each level; of those of one level the first that has an entry says whether it counts."""
    doubt: str = ""
    """Why it cannot be told whether all firewalls have them; empty where they do."""


class Decryption:
    """The decryption rules of one device."""

    __slots__ = ("_intended", "_place", "count", "excluded", "rules", "world")

    def __init__(self, layers: Iterable[Layer], matcher: Matcher, exclusions: Exclusions, place: Location) -> None:
        self.world = matcher.parts.world
        self.excluded = _excluded(exclusions, self.world)
        self._intended = _doubts.Intended()
        self.rules: list[Ruled] = []
        self.count = 0
        self._place = place
        for layer in layers:
            for rule in missing(layer, (Action.INSPECT, Action.BYPASS), "decryption"):
                self.rules.append(Ruled(Between(), rule._replace(condition=All((_TLS, rule.condition)))))
            for node in layer.rules("decryption"):
                self.count += 1
                match = matcher.read(node)
                if match is not None and match.condition is not NEVER:
                    home = layer.home("decryption")
                    self.rules += [Ruled(match.between, rule._replace(home=home)) for rule in self._read(match)]

    @property
    def inspects(self) -> bool:
        """Whether any rule may decrypt."""
        return any(ruled.rule.action is Action.INSPECT for ruled in self.rules)

    def _read(self, match: Match) -> Iterator[Rule]:
        kind = match.node.choice("type")
        if kind in _OTHER_TYPES:
            return
        if kind not in ("", _FORWARD):
            untold = _doubts.not_modelled(f"what a decryption rule of type {kind!r} is about", match.location)
            self.world.unknown(match.location, kind, "this type of decryption rule is not known")
            match = match._replace(condition=All((match.condition, untold)))
        action = match.text("action") or "no-decrypt"
        condition = All((_TLS, match.condition))
        text = f"decryption rule '{match.name}'"
        if action in _DECRYPTING:
            if self.excluded is not NEVER:
                exempt = All((_TLS, match.condition, self.excluded))
                yield Rule(exempt, Action.BYPASS, match.location, f"{text}, but for the {OWNER}")
            yield Rule(condition, Action.INSPECT, match.location, text)
            return
        if action != "no-decrypt":
            reason = f"what the action {action!r} of a decryption rule does"
            untold = Unmodelled(f"decryption action {action}", reason, match.location, doubt=Doubt.NOT_MODELLED)
            self.world.unknown(match.location, action, "this action of a decryption rule is not known")
            yield Rule(All((condition, untold)), Action.INSPECT, match.location, text)
        yield Rule(self._intended.of(condition), Action.BYPASS, match.location, text, self._checks(match))

    def _checks(self, match: Match) -> tuple[Rulebase, ...]:
        """What a profile stops although nothing is decrypted."""
        name = match.text("profile")
        if not name or name == "None":
            return ()
        node = self.world.find("decryption", name)
        checks = node.find("ssl-no-proxy") if node is not None else None
        # Every switch there stops something: untrusted issuers, expired certificates, and what later releases add.
        if node is not None and not any(check.text() == "yes" for check in (checks.children if checks else ())):
            return ()
        place = match.location if node is None else node.location
        reason = f"whether the device trusts the server's certificate (decryption profile '{name}')"
        if node is None and name != "default":
            self.world.undefined("decryption profile", name, place)
        untold = Unmodelled(
            f"server certificate {name}", reason, place, settle="--assume trusted_servers", doubt=Doubt.CERT_CHECK
        )
        text = f"decryption profile '{name}'"
        rule = Rule(Assumable("trusted_servers", untold, NEVER), Action.BLOCK, place, text)
        return (Rulebase(Stage.ACCESS, text, (rule,), default_rule(Action.PROCEED, place, text)),)

    def rulebase(
        self, source: str, target: str, plain: tuple[Rulebase, ...], decrypted: tuple[Rulebase, ...]
    ) -> Rulebase:
        """The rules for connections from one zone to another; what follows them sees a connection plain or decrypted."""
        rules = [
            rule._replace(then=(*rule.then, *(decrypted if rule.action is Action.INSPECT else plain)))
            for between, rule, *_ in self.rules
            if between.holds(source, target)
        ]
        default = default_rule(Action.PROCEED, self._place, "no decryption rule", plain)
        return Rulebase(Stage.INSPECTION, "decryption rules", tuple(rules), default)


_TLS = ViewIn(frozenset((View.TUNNEL,)))


def _excluded(held: Exclusions, world: World) -> Condition:
    """The hosts that are never decrypted."""
    sure, unsure = _Hosts(world), _Hosts(world)
    for name, (place, said) in _entries(held).items():
        if said != {"no"}:
            (sure if said == {"yes"} and not held.doubt else unsure).add(name, place)
    parts: list[Condition] = [sure.condition()] if sure.place else []
    if unsure.place:
        reason = held.doubt or f"whether an entry of the {OWNER} is switched on"
        untold = _doubts.not_modelled(reason, unsure.place, Doubt.MISSING_PART if held.doubt else Doubt.NOT_MODELLED)
        parts.append(All((unsure.condition(), untold)))
    where = sure.place or unsure.place
    return NEVER if where is None else Named(OWNER, parts[0] if len(parts) == 1 else AnyOf(tuple(parts)), where)


def _entries(held: Exclusions) -> dict[str, tuple[Location, set[str]]]:
    """The entries by name: the place of one that counts, and what each level says of it; ``exclude`` has no default."""
    found: dict[str, tuple[Location, set[str]]] = {}
    for nodes in held.levels:
        first: set[str] = set()
        for entry in (entry for node in nodes for entry in node.entries()):
            if entry.name.lower() not in first:
                first.add(entry.name.lower())
                said = entry.text("exclude")
                place, known = found.get(entry.name, (entry.location, set()))
                found[entry.name] = (place if known and said == "no" else entry.location, known | {said})
    return found


class _Hosts:
    """Entries of the list that are alike, gathered."""

    __slots__ = ("_expressions", "_names", "_world", "place")

    def __init__(self, world: World) -> None:
        self._world = world
        self._names = NameList()
        self._expressions: list[Expression] = []
        self.place: Location | None = None
        """Where the first of them stands."""

    def add(self, text: str, place: Location) -> None:
        """Take up an entry."""
        self.place = self.place or place
        pattern = read_exclusion(text)
        self._world.entries.append(Entry(text, place, OWNER, pattern.reach, pattern.fault, pattern.advice))
        if pattern.reach is not None:
            self._names.exact[pattern.reach[0]] = place.line
        elif pattern.hosts is not None:
            self._expressions.append(Expression(text, Automaton(pattern.hosts, Budget()), place))

    def condition(self) -> Condition:
        """The host is one of them."""
        parts: list[Condition] = [HostIn(self._names)] if len(self._names) else []
        if self._expressions:
            automata = tuple(expression.automaton for expression in self._expressions)
            text = ", ".join(expression.text for expression in self._expressions[:3])
            parts.append(TextMatches(tuple(self._expressions), automata, {View.TUNNEL: Frame()}, text))
        return NEVER if not parts else parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
