"""Policy-based NGFW mode: ``firewall policy`` says what is decrypted and who must log in, ``firewall security-policy`` what passes.

A connection must match one of each; what matches none is denied. Policies of the first kind have no action and no schedule
(docs.fortinet.com, "NGFW policy mode", new features 6.2.1; "NGFW policy", administration guide 7.4). Until 6.2.0 there was one table,
whose policies named applications and categories themselves.
"""

from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.platforms.fortinet_fortios.policies import Objects, Policies, Policy, joined, title
from allowlint.syntax.blocks import Block

_FIRST = ("firewall policy", "firewall consolidated policy")
_SECOND = "firewall security-policy"


class _First(Policies):
    """Policies that say how connections are looked at. They let through unless they say otherwise."""

    _usual = frozenset()

    def policy(self, block: Block) -> Policy:
        """One policy; what it lets through goes on to the security policies."""
        text = title(block)
        grants = block.word("action", "accept") != "deny"
        condition = joined(list(self.criteria(block, text, grants=grants, scheduled=False)))
        condition = self.objects.intended.of(condition) if grants else condition
        action = Action.PROCEED if grants else Action.BLOCK
        return Policy(self.between(block), Rule(condition, action, self.vdom.at(block.at), text), block)


class _Second(Policies):
    """Policies that let through or deny."""

    _usual = frozenset(("srcaddr", "dstaddr"))

    def policy(self, block: Block) -> Policy:
        """One policy."""
        text = title(block, "security-policy")
        grants = block.word("action", "deny") == "accept"
        condition = joined(list(self.criteria(block, text, grants=grants)))
        condition = self.objects.intended.of(condition) if grants else condition
        looking = self.objects.profiles.looking(block) if grants else ()
        action = Action.ALLOW if grants else Action.BLOCK
        return Policy(self.between(block), Rule(condition, action, self.vdom.at(block.at), text, looking), block)


class PolicyBased:
    """The two tables of a VDOM in policy-based mode."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.vdom = objects.vdom
        self._first = _First(objects)
        self.table = next((name for name in reversed(_FIRST) if self.vdom.table(name).has_entries), _FIRST[0])

    def read(self) -> tuple[list[Policy], list[Policy]]:
        """The policies of both tables, in order."""
        return list(self._first.read(self.table)), list(_Second(self.objects).read(_SECOND))

    def rulebases(self, first: list[Policy], second: list[Policy], portal: Rulebase | None) -> tuple[Rulebase, ...]:
        """What connections between two zones meet."""
        place = self.vdom.at(self.vdom.table(_SECOND).at)
        deny = default_rule(Action.BLOCK, place, "implicit deny: no security policy matched")
        behind = (Rulebase(Stage.ACCESS, _SECOND, tuple(policy.rule for policy in second), deny),)
        rules = tuple(self._rule(policy, behind, portal) for policy in first)
        place = self.vdom.at(self.vdom.table(self.table).at)
        deny = default_rule(Action.BLOCK, place, "implicit deny: no policy matched")
        return (Rulebase(Stage.ACCESS, self.table, rules, deny),)

    def _rule(self, policy: Policy, behind: tuple[Rulebase, ...], portal: Rulebase | None) -> Rule:
        rule = policy.rule
        if rule.action is Action.BLOCK:
            return rule
        pages = self._first.pages(policy.block, rule.text)
        if portal is not None and policy.portal:
            pages = (portal, *pages)
        inspected = self.objects.profiles.rulebases(policy.block, "flow", behind=behind, applied=True)
        return rule._replace(then=(*pages, *inspected))
