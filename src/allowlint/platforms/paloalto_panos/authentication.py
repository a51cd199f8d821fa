"""Authentication rules, and the captive-portal rules of PAN-OS 7.1 and earlier.

docs.paloaltonetworks.com, "Authentication Policy" and "Device > User Identification > Captive Portal Settings": the first rule that
matches says how users are asked who they are; the portal must be enabled to enforce it. A rule without services is about
``service-http`` (schema of PAN-OS 10.0). The predefined enforcement objects are ``default-no-captive-portal``, ``default-web-form``
and ``default-browser-challenge``.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.condition import ALWAYS, NEVER, All, Condition, Doubt, Identity
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms._zones import Between
from allowlint.platforms.paloalto_panos.layers import Layer, missing
from allowlint.platforms.paloalto_panos.rules import Match, Matcher
from allowlint.platforms.paloalto_panos.security import Ruled
from allowlint.syntax.xml_tree import Node

_PORTAL = "captive portal"
_PREDEFINED = {
    "default-no-captive-portal": "no-captive-portal",
    "default-web-form": "web-form",
    "default-browser-challenge": "browser-challenge",
}
_ASKING = ("web-form", "browser-challenge", "ntlm-auth", "captive-portal")
_KINDS = ("authentication", "captive-portal")


class Authentication:
    """The authentication rules of one device."""

    __slots__ = ("_enabled", "_matcher", "_place", "count", "rules")

    def __init__(self, layers: Iterable[Layer], matcher: Matcher, enabled: str, place: Location) -> None:
        self._matcher = matcher
        self._place = place
        self.rules: list[Ruled] = []
        self.count = 0
        self._enabled: Condition = ALWAYS if enabled == "yes" else NEVER
        if enabled not in ("yes", "no"):
            reason = "whether the authentication portal is enabled, which this export does not say"
            self._enabled = _doubts.not_modelled(reason, place, Doubt.MISSING_PART)
        if self._enabled is NEVER:
            return
        for layer in layers:
            for rule in missing(layer, (Action.CHALLENGE, Action.PROCEED), "authentication"):
                self.rules.append(Ruled(Between(), rule))
            for kind in _KINDS:
                for node in layer.rules(kind):
                    self.count += 1
                    match = matcher.read(node)
                    if match is not None and match.condition is not NEVER:
                        home = layer.home(kind)
                        self.rules += [Ruled(match.between, rule._replace(home=home)) for rule in self._read(match)]

    def _read(self, match: Match) -> Iterator[Rule]:
        text = f"authentication rule '{match.name}'"
        method, doubt = self._method(match)
        if method == "no-captive-portal" and doubt is None:
            yield Rule(match.condition, Action.PROCEED, match.location, text)
            return
        asked = Identity(_PORTAL, f"the {_PORTAL} ({text})", match.location)
        wanted = [match.condition, self._enabled, doubt or ALWAYS, asked]
        yield Rule(All(tuple(each for each in wanted if each is not ALWAYS)), Action.PROCEED, match.location, text)
        if doubt is not None:
            yield Rule(match.condition, Action.PROCEED, match.location, text)

    def _method(self, match: Match) -> tuple[str, Condition | None]:
        """How a rule asks, and what cannot be told of it."""
        name = match.text("authentication-enforcement") or match.text("action")
        if name in _ASKING or name == "no-captive-portal":
            return name, None
        world = self._matcher.parts.world
        node = world.find("authentication-object", name)
        if node is not None:
            world.unfamiliar(node, "authentication-method", "authentication-profile", "message")
            return node.text("authentication-method") or "no-captive-portal", None
        if name in _PREDEFINED:
            return _PREDEFINED[name], None
        if not name:
            return "", _doubts.not_modelled("how an authentication rule without enforcement asks", match.location)
        world.undefined("authentication object", name, match.location)
        return "", _doubts.unresolved("authentication object", name, match.location)

    def rulebase(self, source: str, target: str, view: View | None) -> tuple[Rulebase, ...]:
        """The rules for connections from one zone to another, as seen in one way."""
        rules = tuple(rule for between, rule, *_ in self.rules if between.holds(source, target))
        if not rules:
            return ()
        default = default_rule(Action.PROCEED, self._place, "no authentication rule")
        return (Rulebase(Stage.AUTHENTICATION, "authentication rules", rules, default, view),)


_OTHER_PROXIES = frozenset(("dns-proxy", "proxy-id", "ndp-proxy"))


def web_proxy(networks: Iterable[Node]) -> list[Ruled]:
    """What the web proxy of PAN-OS 11.0 and later ("Configure a Web Proxy") may ask of whoever uses it.

    The roles of administrators call it ``secure-web-gateway`` (terraform-provider-panos, "panos_admin_role"); how it is written in a
    configuration is not documented, so anything with such a name counts, beside the proxies that are none for the web.
    """
    found: list[Ruled] = []
    for node in (child for network in networks for child in network.children):
        if ("proxy" in node.tag or "web-gateway" in node.tag) and node.tag not in _OTHER_PROXIES and node.inner.strip():
            reason = (
                f"whether clients use the web proxy of the firewall, and whom it asks ('{node.tag}', which is not read)"
            )
            untold = _doubts.not_modelled(reason, node.location, settle=_TRAFFIC)
            asked = Identity(f"web proxy {node.tag}", "the web proxy of the firewall", node.location)
            rule = Rule(All((untold, asked)), Action.PROCEED, node.location, "web proxy of the firewall")
            found.append(Ruled(Between(), rule))
    return found


_TRAFFIC = "look into its authentication settings: required hosts must be let through without"
