"""Who the client must be: users and groups of a policy, captive portals, disclaimers.

A client that has not said who it is passes a policy that names users over; only where no later policy matches is it asked to log in,
unless ``auth-on-demand always`` makes the first such policy ask (docs.fortinet.com, "Authentication policy extensions", 6.2;
community.fortinet.com, "Active authentication firewall policy fall-through", releases 5.2 to 7.6). A service that runs before
anybody logs on says nothing about itself. Portals: "config user security-exempt-list" and "captive-portal-exempt" of "config
firewall policy"; a disclaimer has to be clicked.
"""

from collections.abc import Callable

from allowlint.model.condition import ALWAYS, All, Condition, Identity
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.interfaces import Interfaces, Portal
from allowlint.platforms.fortinet_fortios.objects import Addresses
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.schema import NOTHING
from allowlint.platforms.fortinet_fortios.services import Services
from allowlint.syntax.blocks import Block

_EXEMPTING = frozenset(("id", "srcaddr", "dstaddr", "service", "devices"))
PORTAL = "captive portal"
"""The name of the list that says whom a portal asks."""
PAGE = "page to be clicked"
"""The name of the list that says who meets a disclaimer."""
USER_KEYS = ("groups", "users", "fsso-groups")


class Users:
    """The users that policies name."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.always = vdom.table("user setting").word("auth-on-demand", "implicitly") == "always"

    def condition(self, policy: Block, *, grants: bool, challenges: bool | None = None) -> Condition | None:
        """The client is one of the users of a policy; None where it names none.

        ``challenges``: whether who says nothing is asked; None for what ``auth-on-demand`` says.
        """
        named = {key: policy.words(key) for key in USER_KEYS if policy.raw(key)}
        named = {key: names for key, names in named.items() if any(names)}
        if not named:
            return None
        place = self.vdom.at(policy.place(next(iter(named))))
        text = ", ".join(name for names in named.values() for name in names)
        asked = self.always if challenges is None else challenges
        if not grants and not asked:
            return _doubts.by_mapped_user(text, place)
        only_users = named.keys() == {"users"}
        return Identity(
            key=f"users {sorted(named.items())}",
            text=text,
            location=place,
            challenges=asked,
            any_identity=False,
            members=frozenset(named["users"]) if only_users else None,
        )


def asked_in(condition: Condition) -> Condition | None:
    """The same condition with a login where it passed over who has not said who it is; None where it does not."""
    match condition:
        case Identity(challenges=False):
            return condition._replace(challenges=True)
        case All(parts):
            asked = [asked_in(part) for part in parts]
            if any(part is not None for part in asked):
                return All(tuple(new or old for new, old in zip(asked, parts, strict=True)))
    return None


def click(text: str, policy: Block, key: str, vdom: Vdom) -> Rulebase:
    """A page that somebody must answer before a connection goes on (a disclaimer, a warning, an address to be left)."""
    place = vdom.at(policy.place(key))
    asked = Identity(f"{text} {place.line}", text, place)
    rule = Rule(asked, Action.PROCEED, place, text)
    return Rulebase(Stage.AUTHENTICATION, PAGE, (rule,), default_rule(Action.PROCEED, place, f"no {text}"))


class Portals:
    """Captive portals of interfaces and SSIDs."""

    def __init__(self, vdom: Vdom, interfaces: Interfaces, services: Services, sources: Addresses) -> None:
        self.vdom = vdom
        self.interfaces = interfaces
        self.services = services
        self.sources = sources
        self.destinations = Addresses(vdom, source=False)
        self._known: dict[str, Rulebase | None] = {}

    def at(self, zone: str) -> Rulebase | None:
        """The portal that clients of a zone meet; None where there is none."""
        if zone not in self._known:
            names = self.interfaces.members.get(zone) or [zone]
            asking = [portal for portal in map(self.interfaces.portal_of, names) if portal is not None]
            self._known[zone] = self._portal(asking, every=len(asking) == len(names)) if asking else None
        return self._known[zone]

    def _portal(self, portals: list[Portal], *, every: bool) -> Rulebase:
        rules: list[Rule] = []
        for portal in portals:
            place = self.vdom.at(portal.block.place(portal.key))
            text = f"captive portal of {portal.shown}"
            here: Condition = ALWAYS
            if not every or len(portals) > 1:
                reason = f"by which interface of the zone clients come in ({portal.shown} has a captive portal)"
                here = _doubts.not_modelled(reason, place, settle="--from-zone")
            exempt = self._exempt(portal.block, portal.shown)
            rules += [rule._replace(condition=_both(here, rule.condition)) for rule in exempt]
            asked = Identity(f"portal {portal.shown}", text, place, any_identity=not portal.groups)
            rules.append(Rule(_both(here, asked), Action.PROCEED, place, text))
        default = default_rule(Action.PROCEED, self.vdom.at(portals[0].block.at), "no captive portal")
        return Rulebase(Stage.AUTHENTICATION, PORTAL, tuple(rules), default)

    def _exempt(self, interface: Block, shown: str) -> list[Rule]:
        """What the portal of an interface leaves alone."""
        name = interface.word("security-exempt-list")
        if not name:
            return []
        found = self.vdom.find("user security-exempt-list", name)
        if found is None:
            at = interface.place("security-exempt-list")
            unknown = self.vdom.undefined("security-exempt-list", name, at, shown)
            return [Rule(unknown, Action.PROCEED, self.vdom.at(at), f"security-exempt-list {name}")]
        return [
            Rule(self._exemption(rule, name), Action.PROCEED, self.vdom.at(rule.at), f"{name} rule {rule.name}")
            for rule in found.block("rule").entries.values()
        ]

    def _exemption(self, rule: Block, name: str) -> Condition:
        user = f"security-exempt-list {name}"
        sides: tuple[tuple[str, Callable[[tuple[str, ...], int, str], Condition]], ...] = (
            ("srcaddr", self.sources.condition),
            ("dstaddr", self.destinations.condition),
            ("service", self.services.condition),
        )
        parts = [convert(rule.words(key), rule.place(key), user) for key, convert in sides if rule.words(key)]
        for key in sorted(rule.settings.keys() - _EXEMPTING):
            if rule.word(key) not in NOTHING:
                self.vdom.not_understood(rule.at, f"set {key}", f"no setting of a rule of {user} that is known")
                parts.append(_doubts.not_modelled(f"what `set {key}` of {user} asks for", self.vdom.at(rule.at)))
        if rule.words("devices"):
            parts.append(_doubts.by_posture(f"devices of {user}", self.vdom.at(rule.place("devices"))))
        found = All(tuple(parts)) if len(parts) > 1 else parts[0] if parts else ALWAYS
        return _doubts.Intended().of(found)


def _both(first: Condition, second: Condition) -> Condition:
    return second if first is ALWAYS else All((first, second))
