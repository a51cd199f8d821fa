"""Finds rules that never get to decide, by walking their list with the names that they are about."""

from collections.abc import Iterator

from allowlint.checks import Examined
from allowlint.checks._concerned import concerned
from allowlint.checks._rules import Place, attempt_at, decides, fails, namings, rulebases
from allowlint.engine.concerning import positions
from allowlint.engine.evaluate import outcomes
from allowlint.model.addresses import EVERY_ADDRESS
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import HostIn
from allowlint.model.device import Action, Entrance, Rule, Rulebase, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, covering, requirement_entry, requirement_hosts
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

MOST_NAMES = 500
"""Names of one rule that are followed; a longer list is taken to have others that are not shadowed."""
MOST_RULES = 50
"""Rules of one list that are followed name by name."""
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
    required = covering(map(requirement_entry, hosts))
    lists = [rulebase for rulebase in rulebases(examined.device) if _refuses(rulebase)]
    named = [place for rulebase in lists for place in _naming(examined, rulebase) if _names(place.rule, required)]
    idle: dict[Location, list[Place]] = {}
    for place in named:
        idle.setdefault(place.rule.location, []).append(place)
    busy: set[Location] = set()
    for rulebase in lists:
        # At another moment the rule may ask for what is not a list of names, and decide all the same.
        if any(rule.location in idle for rule in rulebase.rules):
            active = _active(rulebase, required)
            busy |= {rule.location for position, rule in enumerate(rulebase.rules) if position in active}
    for location, places in list(idle.items())[:MOST_RULES]:
        above = () if location in busy else _above(places)
        if above:
            names = tuple(text for text in hosts if _names(places[0].rule, requirement_hosts(text)))
            yield Shadow(places[0], _sure(examined, above, names), names)


def _refuses(rulebase: Rulebase) -> bool:
    """Whether a list can refuse at all; every list about inspection is looked at."""
    rules = (*rulebase.rules, rulebase.default)
    return rulebase.stage is not Stage.ACCESS or any(rule.action is Action.BLOCK for rule in rules)


def _naming(examined: Examined, rulebase: Rulebase) -> Iterator[Place]:
    """Yield the granting rules that may name something required."""
    yield from (place for place in concerned(examined).granting if place.rulebase is rulebase)


def _names(rule: Rule, required: HostSet) -> bool:
    """Whether a rule names one of the hosts: by a list that it asks for, not by everything but a list."""
    return any(
        naming.positive and isinstance(naming.condition, HostIn) and bool(naming.condition.names.within(required))
        for naming in namings(rule.condition)
    )


def _active(rulebase: Rulebase, hosts: HostSet) -> set[int]:
    """The rules that decide for some of the hosts, for some client."""
    return {position for position, _ in _deciding(rulebase, hosts)}


def _above(places: list[Place]) -> tuple[Rule, ...]:
    """The rules that decide first for every name of a rule; none where it decides for one of them itself."""
    found: dict[Location, Rule] = {}
    for place in places:
        hosts = _all_names(place.rule)
        if hosts is None:
            return ()
        for position, rule in _deciding(place.rulebase, hosts, _asked(place.rule, hosts)):
            if position >= place.position:
                return ()
            found.setdefault(rule.location, rule)
    return tuple(found.values())


def _asked(rule: Rule, hosts: HostSet) -> tuple[tuple[int, View], ...]:
    """The kinds of connections for which a rule may hold, of tunnels and plain HTTP; both where it holds for neither."""
    host = hosts.witness() or ""
    flows = {both: Flow(hosts, *both, "", EVERY_ADDRESS) for both in _BOTH}
    fitting = tuple(both for both, flow in flows.items() if not fails(rule.condition, attempt_at(flow, host)))
    return fitting or _BOTH


def _all_names(rule: Rule) -> HostSet | None:
    """Every name that a rule's lists hold; None where they are too many, or not names alone."""
    lists = [naming for naming in namings(rule.condition) if naming.positive]
    if not all(isinstance(naming.condition, HostIn) for naming in lists):
        return None
    entries: list[tuple[str, bool, bool]] = []
    for naming in lists:
        names = naming.condition.names if isinstance(naming.condition, HostIn) else None
        if names is None or len(entries) + len(names) > MOST_NAMES:
            return None
        entries += names.entries()
    return covering(entries)


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
