"""Security rules: which connections are allowed.

docs.paloaltonetworks.com, "Security Policy": rules are looked up from top to bottom, the first that matches decides; connections
within a zone are allowed in the end and those between zones are not, unless the two default rules are overridden. Names are compared
in the second lookup, when the handshake has shown them (knowledge base, "URL category in a security rule"), so a rule above that
denies without asking for more than addresses and ports decides before.
"""

from collections.abc import Iterable

from allowlint.model.condition import NEVER, All, Condition, Doubt
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms._zones import Between
from allowlint.platforms.paloalto_panos.layers import Layer, missing
from allowlint.platforms.paloalto_panos.profiles import Profiles
from allowlint.platforms.paloalto_panos.rules import Match, Matcher
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.platforms.paloalto_panos.sifting import LONG, sifted
from allowlint.syntax.xml_tree import Node

_DENYING = frozenset(("deny", "drop", "reset-client", "reset-server", "reset-both"))


class Ruled(NamedTuple):
    """A rule with the zones that it is about, and the profiles of what it allows."""

    between: Between
    rule: Rule
    node: Node | None = None
    profiles: bytes | None = None


class Security:
    """The security rules of one device."""

    __slots__ = ("_defaults", "_home", "_intended", "_outside", "_place", "count", "profiles", "rules", "sifted")

    def __init__(
        self,
        layers: Iterable[Layer],
        matcher: Matcher,
        profiles: Profiles,
        place: Location,
        outside: frozenset[str] = frozenset(),
        home: str = "",
    ) -> None:
        self.profiles = profiles
        self._intended = _doubts.Intended()
        self._outside = outside
        self._home = f"{home} security"
        """The zones behind which the internet is, where that is known."""
        self.rules: list[Ruled] = []
        self.count = 0
        self.sifted = False
        """Whether some rules were passed over that surely are not met."""
        self._place = place
        self._defaults: dict[str, Node] = {}
        """The overridden default rules by name."""
        for layer in layers:
            for rule in missing(layer, (Action.BLOCK, Action.ALLOW), "security"):
                self.rules.append(Ruled(Between(), rule))
            home = layer.home("security")
            for node in self._entries(layer, matcher):
                if node.tag != "entry":
                    self.rules.insert(0, _strange(node, matcher.parts.world))
                    continue
                match = matcher.read(node)
                if match is not None and match.condition is not NEVER:
                    self.rules += self._ruled(match, home)
            for node in layer.rules("default-security-rules"):
                self._defaults.setdefault(node.name, node)

    def _entries(self, layer: Layer, matcher: Matcher) -> Iterable[Node]:
        """The rules of a layer; of very many, those that may concern anything that is asked."""
        held = layer.held("security")
        if held is None:
            return ()
        if held.end - held.begin < LONG:
            self.count += sum(1 for _ in held.entries())
            return held.entries()
        self.sifted = True
        self.count += held.document.data.count(b"<entry name=", held.begin, held.end)
        return sifted(held, matcher.parts.world, self._outside)

    def _ruled(self, match: Match, home: str) -> list[Ruled]:
        action = match.text("action")
        text = f"security rule '{match.name}'"
        if action in _DENYING:
            return [Ruled(match.between, Rule(match.condition, Action.BLOCK, match.location, text, home=home))]
        allowing = Ruled(
            match.between,
            Rule(self._intended.of(match.condition), Action.ALLOW, match.location, text, home=home),
            match.node,
            match.fields.get("profile-setting"),
        )
        if action == "allow":
            return [allowing]
        untold = _unknown_action(action, match.location)
        denying = Rule(All((match.condition, untold)), Action.BLOCK, match.location, text, home=home)
        return [Ruled(match.between, denying), allowing]

    def rulebase(self, source: str, target: str, view: View | None) -> Rulebase:
        """The rules for connections from one zone to another, as seen in one way."""
        rules = []
        for ruled in self.rules:
            if ruled.between.holds(source, target):
                then = self.profiles.of(ruled.node, ruled.profiles, view) if ruled.node is not None else ()
                rules.append(ruled.rule._replace(then=then) if then else ruled.rule)
        return Rulebase(Stage.ACCESS, "security rules", tuple(rules), self._default(source, target, view), view)

    def _default(self, source: str, target: str, view: View | None) -> Rule:
        name = "intrazone-default" if source == target else "interzone-default"
        node = self._defaults.get(name)
        action = node.text("action") if node is not None else ""
        allowed = action == "allow" if action else source == target
        if node is None or not action:
            built_in = default_rule(Action.ALLOW if allowed else Action.BLOCK, self._place, f"{name} (built in)")
            return built_in._replace(home=self._home)
        then = self.profiles.of(node, _setting(node), view) if allowed else ()
        own = default_rule(Action.ALLOW if allowed else Action.BLOCK, node.location, f"security rule '{name}'", then)
        return own._replace(home=self._home)


def _strange(node: Node, world: World) -> Ruled:
    """What stands among the rules of a long rulebase and is none: it may stop anything, before them all."""
    world.unknown(node.location, node.tag, "nothing of this name is known among rules")
    untold = _doubts.not_modelled(f"what '{node.tag}' does among the rules", node.location)
    return Ruled(Between(), Rule(untold, Action.BLOCK, node.location, f"'{node.tag}' among the security rules"))


def _setting(node: Node) -> bytes | None:
    held = node.find("profile-setting")
    return held.inner if held is not None else None


def _unknown_action(action: str, place: Location) -> Condition:
    reason = f"what the action {action!r} does" if action else "what a rule without an action does"
    return _doubts.not_modelled(reason, place, Doubt.NOT_MODELLED)
