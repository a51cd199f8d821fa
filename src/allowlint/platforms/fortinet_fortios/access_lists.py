"""What stops a connection at an interface, before any policy is asked.

``firewall acl`` drops what matches one of its entries (docs.fortinet.com, "config firewall acl", CLI reference 7.4);
``firewall interface-policy`` looks at what comes in with an application list or a web filter, which is not followed.
That either may name ``any`` as its interface is not documented; an entry that does is taken to hold everywhere.
"""

from allowlint.model.condition import Condition
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.interfaces import ANY, Interfaces
from allowlint.platforms.fortinet_fortios.policies import Objects, joined
from allowlint.platforms.fortinet_fortios.unknowns import unsteady
from allowlint.syntax.blocks import Block

_ACL = "firewall acl"
_INTERFACE = "firewall interface-policy"
_LOOKING = ("application-list-status", "webfilter-profile-status")


class AccessLists:
    """The access lists of a VDOM."""

    def __init__(self, objects: Objects, interfaces: Interfaces) -> None:
        self.objects = objects
        self.vdom = objects.vdom
        self.interfaces = interfaces
        self.acls = list(self._enabled(_ACL))
        looking = (block for block in self._enabled(_INTERFACE) if "enable" in map(block.word, _LOOKING))
        self.looking = list(looking)

    def _enabled(self, table: str) -> list[Block]:
        blocks = self.vdom.table(table).entries.values()
        return [block for block in blocks if block.word("status", "enable") == "enable"]

    def zones(self) -> set[str]:
        """The zones in which something is stopped before policies are asked."""
        names = [name for block in (*self.acls, *self.looking) for name in block.words("interface")]
        return {zone for name in names for zone in (name, self.interfaces.zone_of.get(name, name))}

    def at(self, zone: str) -> tuple[Rulebase, ...]:
        """What clients of a zone meet first."""
        if zone == ANY:
            rules = [self._rule(block, maybe=True) for block in self.acls]
        else:
            members = self.interfaces.members.get(zone, ())
            rules = [
                self._rule(block, maybe={zone, ANY}.isdisjoint(block.words("interface")))
                for block in self.acls
                if not {zone, ANY, *members}.isdisjoint(block.words("interface"))
            ]
        if zone == ANY or not self.zones().isdisjoint((zone, ANY)):
            rules += map(self._looked_at, self.looking)
        if not rules:
            return ()
        default = default_rule(Action.PROCEED, rules[0].location, "no access list stops it")
        return (Rulebase(Stage.ACCESS, _ACL, tuple(rules), default),)

    def _rule(self, block: Block, *, maybe: bool) -> Rule:
        """``maybe``: whether clients may come in by another interface."""
        text, place = f"acl {block.name}", self.vdom.at(block.at)
        conditions: list[Condition] = []
        if maybe:
            reason = f"whether clients come in by {' '.join(block.words('interface'))} ({text})"
            conditions.append(_doubts.not_modelled(reason, place, settle="--from-zone"))
        if block.raw("service"):
            conditions.append(self.objects.services.of(block, text))
        if block.raw("srcaddr"):
            conditions.append(self.objects.sources.of(block, "srcaddr", text))
        if block.raw("dstaddr"):
            conditions.append(self.objects.destinations.of(block, "dstaddr", text))
        return Rule(joined(conditions), Action.BLOCK, place, text)

    def _looked_at(self, block: Block) -> Rule:
        place = self.vdom.at(block.at)
        text = f"interface-policy {block.name}"
        self.vdom.not_understood(block.at, text, "what its profiles stop is not followed")
        return Rule(unsteady(f"what the profiles of {text} stop", place), Action.BLOCK, place, text)
