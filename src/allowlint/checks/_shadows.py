"""Finds rules that never get to decide, by walking their list with the names that they are about."""

from collections.abc import Iterator

from allowlint.checks import Examined
from allowlint.checks._concerned import concerned
from allowlint.checks._rules import Asking, Lists, Place, attempt_at, decides, fails, rulebases
from allowlint.engine.concerning import positions
from allowlint.engine.evaluate import outcomes
from allowlint.model.addresses import EVERY_ADDRESS
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Action, Entrance, Rule, Rulebase, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, covering, requirement_entry, requirement_hosts
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

MOST_NAMES = 500
"""Names of one rule that are followed; a longer list is taken to have others that are not shadowed."""
MOST_RULES = 50
"""Rules of one list that are followed name by name."""
Spelled = tuple[str, bool, bool]
"""A name, whether it is meant itself, and whether everything below it is."""
_BOTH = ((443, View.TUNNEL), (80, View.PLAIN))


class Shadow(NamedTuple):
    """A rule that never decides."""

    place: Place
    above: tuple[Rule, ...]
    """The rules that decide first, in their order."""
    required: tuple[str, ...]
    """Required names that it is about."""


def shadows(examined: Examined) -> Iterator[Shadow]:
    """Yield the granting rules that name something required and decide at none of the moments at which they are asked."""
    hosts = dict.fromkeys(verdict.requirement.host for verdict in examined.verdicts)
    required = _Required(tuple(hosts))
    lists = [rulebase for rulebase in rulebases(examined.device) if _refuses(rulebase)]
    idle: dict[Location, list[Asking]] = {}
    for each in _asking(examined, lists):
        if required.named(each):
            idle.setdefault(each.place.rule.location, []).append(each)
    busy: set[Location] = set()
    for rulebase in lists:
        # At another moment the rule may ask for what is not a list of names, and decide all the same.
        if any(rule.location in idle for rule in rulebase.rules):
            active = _active(rulebase, required.hosts)
            busy |= {rule.location for position, rule in enumerate(rulebase.rules) if position in active}
    walks = _Walks()
    for location, found in list(idle.items())[:MOST_RULES]:
        above = () if location in busy else _above(found, walks)
        if above:
            names = required.named(found[0])
            yield Shadow(found[0].place, _sure(examined, above, names), names)


def _refuses(rulebase: Rulebase) -> bool:
    """Whether a list can refuse at all; every list about inspection is looked at."""
    rules = (*rulebase.rules, rulebase.default)
    return rulebase.stage is not Stage.ACCESS or any(rule.action is Action.BLOCK for rule in rules)


def _asking(examined: Examined, lists: list[Rulebase]) -> Iterator[Asking]:
    """Yield the granting rules of the lists that may name something required."""
    by_list: dict[int, list[Asking]] = {}
    for each in concerned(examined).asking:
        by_list.setdefault(id(each.place.rulebase), []).append(each)
    yield from (each for rulebase in lists for each in by_list.get(id(rulebase), ()))


class _Required:
    """The required names, and which of them each list holds: rules may share their lists."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.hosts = covering(map(requirement_entry, names))
        self._names = [(name, requirement_hosts(name)) for name in names]
        self._held: dict[int, frozenset[str]] = {}

    def named(self, asking: Asking) -> tuple[str, ...]:
        """Those that a rule names: by lists that it asks for, not by everything but a list."""
        held = [self._of(part) for part in asking.parts]
        return tuple(name for name, _ in self._names if any(name in some for some in held))

    def _of(self, part: Lists) -> frozenset[str]:
        if id(part) not in self._held:
            lists = list(filter(None, (names.within(self.hosts) for names in part.held())))
            named = (name for name, hosts in self._names if any(hosts & some for some in lists))
            self._held[id(part)] = frozenset(named)
        return self._held[id(part)]


def _active(rulebase: Rulebase, hosts: HostSet) -> set[int]:
    """The rules that decide for some of the hosts, for some client."""
    return {position for position, _ in _deciding(rulebase, hosts)}


def _above(asking: list[Asking], walks: "_Walks") -> tuple[Rule, ...]:
    """The rules that decide first for every name of a rule; none where it decides for one of them itself."""
    found: dict[Location, Rule] = {}
    for each in asking:
        entries = _all_names(each)
        if entries is None:
            return ()
        for position, rule in walks.first(each.place, entries):
            if position >= each.place.position:
                return ()
            found.setdefault(rule.location, rule)
    return tuple(found.values())


class _Walks:
    """Which rules decide for names, walked once for all rules with the same names."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[tuple[int, Rule], ...]] = {}

    def first(self, place: Place, entries: tuple[Spelled, ...]) -> tuple[tuple[int, Rule], ...]:
        """(position, rule) of those that decide for some of the names, at the connections for which a rule may hold."""
        hosts = covering(entries)
        asked = _asked(place.rule, hosts)
        key = (id(place.rulebase), entries, asked)
        if key not in self._known:
            self._known[key] = tuple(_deciding(place.rulebase, hosts, asked))
        return self._known[key]


def _asked(rule: Rule, hosts: HostSet) -> tuple[tuple[int, View], ...]:
    """The kinds of connections for which a rule may hold, of tunnels and plain HTTP; both where it holds for neither."""
    host = hosts.witness() or ""
    flows = {both: Flow(hosts, *both, "", EVERY_ADDRESS) for both in _BOTH}
    fitting = tuple(both for both, flow in flows.items() if not fails(rule.condition, attempt_at(flow, host)))
    return fitting or _BOTH


def _all_names(asking: Asking) -> tuple[Spelled, ...] | None:
    """Every name that a rule's lists hold; None where they are too many, or not names alone."""
    if asking.expressions:
        return None
    entries: list[Spelled] = []
    for names in (names for part in asking.parts for names in part.held()):
        if len(entries) + len(names) > MOST_NAMES:
            return None
        entries += names.entries()
    return tuple(entries)


def _sure(examined: Examined, above: tuple[Rule, ...], required: tuple[str, ...]) -> tuple[Rule, ...]:
    """Those of the rules that surely decide for a required name, rather than for clients from elsewhere."""
    host = next((requirement_hosts(text).witness() for text in required), None) or ""
    for port, view in _BOTH:
        attempt = attempt_at(examined.flow._replace(port=port, view=view), host, anonymous=True)
        found = tuple(rule for rule in above if decides(rule.condition, attempt))
        if found:
            return found
    return above


def _deciding(
    rulebase: Rulebase, hosts: HostSet, asked: tuple[tuple[int, View], ...] = _BOTH
) -> Iterator[tuple[int, Rule]]:
    """Yield (position, rule) for each rule that decides for some of the hosts; the default stands after the last.

    ``asked``: ports, and how they are seen. Asked for any client, with and without an identity.
    """
    flows = [Flow(hosts, port, view, "", EVERY_ADDRESS) for port, view in asked]
    rules = (*rulebase.rules, rulebase.default)
    (concerning,) = positions([rulebase], flows)
    alone = {position: rules[position]._replace(then=()) for position in (*concerning, len(rules) - 1)}
    places = {id(rule): position for position, rule in alone.items()}
    *others, default = alone.values()
    entrance = Entrance(rulebase.name, (rulebase._replace(rules=tuple(others), default=default),))
    seen: set[int] = set()
    for flow in flows:
        for rule in _deciders(entrance, flow):
            seen |= alone.keys() if rule is None else {places[id(rule)]}
    yield from ((position, alone[position]) for position in sorted(seen))


def _deciders(entrance: Entrance, flow: Flow) -> Iterator[Rule | None]:
    """Yield the rules that decide something; None where it could be any."""
    try:
        found, identities = outcomes(entrance, flow)
        if identities:
            found += outcomes(entrance, flow, frozenset())[0] + outcomes(entrance, flow, frozenset(identities))[0]
    except TooComplex:
        yield None
        return
    for outcome in found:
        yield from (step.rule for step in outcome.steps)
        if outcome.exhausted:
            yield None
