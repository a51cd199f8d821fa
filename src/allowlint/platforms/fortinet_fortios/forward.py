"""The ways through a VDOM: policies by pair of zones, as connections meet them."""

from collections.abc import Callable, Collection, Sequence

from allowlint.model.device import Action, Entrance, Rule, Rulebase, Stage, default_rule
from allowlint.model.location import Location
from allowlint.platforms import _zones
from allowlint.platforms.fortinet_fortios.access_lists import AccessLists
from allowlint.platforms.fortinet_fortios.authentication import Portals, asked_in
from allowlint.platforms.fortinet_fortios.interfaces import Interfaces
from allowlint.platforms.fortinet_fortios.policies import Objects, Policy
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.sifting import policies_of


class Forward:
    """What passes through a VDOM on its way."""

    def __init__(self, vdom: Vdom, objects: Objects) -> None:
        self.vdom = vdom
        self.objects = objects
        self.interfaces = Interfaces(vdom)
        self.portals = Portals(vdom, self.interfaces, objects.services, objects.sources)
        self.access_lists = AccessLists(objects, self.interfaces)
        self.rule_count = 0

    def entrances(self) -> tuple[Entrance, ...]:
        """The ways through; none where nothing is configured that could let anything through."""
        old = self.vdom.version.before(6, 2)
        if self.vdom.table("system settings").word("ngfw-mode", "profile-based") == "policy-based" and not old:
            return self._policy_based()
        # Until 6.2.0 policies of policy-based mode named applications themselves, in the one table.
        consolidated = "firewall consolidated policy"
        table = consolidated if self.vdom.has(consolidated) else "firewall policy"
        reader = policies_of(self.objects, table)
        policies = list(reader.read(table))
        self.rule_count += reader.count
        place = self.vdom.at(self.vdom.table(table).at)
        default = default_rule(Action.BLOCK, place, "implicit deny: no policy matched")

        def rulebases(source: str, target: str) -> tuple[Rulebase, ...]:
            portal = self.portals.at(source)
            here = _between(policies, source, target)
            rules = tuple(_behind_portal(policy, portal) for policy in here)
            return (Rulebase(Stage.ACCESS, table, rules + asking(here), default),)

        return self._entrances(reader.betweens, rulebases) if reader.count else ()

    def _policy_based(self) -> tuple[Entrance, ...]:
        from allowlint.platforms.fortinet_fortios.ngfw import PolicyBased

        mode = PolicyBased(self.objects)
        first, second = mode.read()
        self.rule_count += len(first) + len(second)

        def rulebases(source: str, target: str) -> tuple[Rulebase, ...]:
            chosen = _between(first, source, target), _between(second, source, target)
            return mode.rulebases(*chosen, self.portals.at(source))

        betweens = dict.fromkeys(policy.between for policy in (*first, *second))
        return self._entrances(betweens, rulebases) if first or second else ()

    def _entrances(
        self, betweens: Collection[_zones.Between], rulebases: Callable[[str, str], tuple[Rulebase, ...]]
    ) -> tuple[Entrance, ...]:
        sources, targets = self.interfaces.sides(betweens)
        members: dict[str, Collection[str]] = dict(self.interfaces.members)
        special = [zone for zone in sources if self.portals.at(zone) or self.access_lists.at(zone)]
        asked = [*betweens, *(_zones.Between(frozenset((zone,))) for zone in special)]
        by_targets: dict[tuple[str, ...], list[str]] = {}
        for source in sources:
            ways = tuple(dict.fromkeys((*targets, *self.interfaces.further_ways(source))))
            by_targets.setdefault(ways, []).append(source)
        return tuple(
            entrance
            for ways, alike in by_targets.items()
            for entrance in _zones.entrances(
                alike,
                ways,
                asked,
                lambda source, target: self.access_lists.at(source) + rulebases(source, target),
                members,
            )
        )


def _between(policies: Sequence[Policy], source: str, target: str) -> list[Policy]:
    return [policy for policy in policies if policy.between.holds(source, target)]


def asking(policies: Sequence[Policy]) -> tuple[Rule, ...]:
    """What a client that has not said who it is meets where no policy lets it through: a login, of the policies that name users.

    Users whom only a domain controller tells are not asked.
    """
    found = []
    for policy in policies:
        asked = asked_in(policy.rule.condition)
        if policy.rule.action is Action.ALLOW and asked is not None and not policy.block.raw("fsso-groups"):
            found.append(policy.rule._replace(condition=asked))
    return tuple(found)


def _behind_portal(policy: Policy, portal: Rulebase | None) -> Rule:
    if portal is None or policy.rule.action is Action.BLOCK or not policy.portal:
        return policy.rule
    return policy.rule._replace(then=(portal, *policy.rule.then))


def nothing_configured(place: Location) -> tuple[Entrance, ...]:
    """The way through a VDOM that has no policy: nothing passes."""
    default = default_rule(Action.BLOCK, place, "implicit deny: there is no policy")
    return (Entrance("no policy", (Rulebase(Stage.ACCESS, "firewall policy", (), default),)),)
