"""The explicit web proxy: ``web-proxy explicit``, ``firewall proxy-policy`` and ``authentication rule``.

Clients address the proxy by its port; it goes on in its own name. Policies are asked in order, and what matches none meets
``sec-default-action``, which is to deny. Authentication rules are asked in order by source, and in newer releases by destination; one
without a method asks nobody (docs.fortinet.com, "Explicit web proxy", "Explicit proxy authentication", administration guide 7.6;
"Proxy authentication", handbook 6.0; "config web-proxy explicit" and "config authentication rule", CLI reference 7.4). Whether a rule
makes the proxy ask before a policy that names no user is not documented, and unknown.
"""

from collections.abc import Iterator

from allowlint.model.condition import ALWAYS, NEVER, Condition, Identity
from allowlint.model.device import Action, Entrance, Rule, Rulebase, Stage, default_rule
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.interfaces import ANY, Interfaces
from allowlint.platforms.fortinet_fortios.policies import Objects, Policies, Policy, joined, title
from allowlint.platforms.fortinet_fortios.proxy_addresses import ProxyAddresses
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.schema import NOTHING
from allowlint.platforms.fortinet_fortios.services import port_range
from allowlint.syntax.blocks import Block

_TABLE = "firewall proxy-policy"
MANY = 100
"""Ports of a range up to which each is a way in by its own name."""
_METHODS = ("active-auth-method", "sso-auth-method")


_ASKING_NOTHING = frozenset(
    """name status protocol srcaddr srcaddr6 dstaddr dstaddr6 ip-based active-auth-method sso-auth-method web-auth-cookie
    transaction-based web-portal comments cert-auth-cookie cors-stateful cors-depth session-logout""".split()
)
"""Settings of an authentication rule that are read, or do not say whom it is about."""


class Proxy(NamedTuple):
    """The ways into the explicit proxy, and how many rules they have."""

    entrances: tuple[Entrance, ...] = ()
    rule_count: int = 0


def explicit_proxy(vdom: Vdom, objects: Objects) -> Proxy:
    """The explicit web proxy of a VDOM, where it has one that somebody can reach."""
    settings = vdom.table("web-proxy explicit")
    if settings.word("status", "disable") != "enable":
        return Proxy()
    listening = list(Interfaces(vdom).blocks())
    open_to = [block for block in listening if block.word("explicit-web-proxy", "disable") == "enable"]
    if listening and not open_to:
        return Proxy()
    policies = list(_ProxyPolicies(objects).read(_TABLE))
    rules = tuple(policy.rule for policy in policies if policy.rule.condition is not NEVER)
    place = vdom.at(settings.place("status"))
    accepts = settings.word("sec-default-action", "deny") == "accept"
    text = f"sec-default-action {'accept' if accepts else 'deny'}: no proxy policy matched"
    default = default_rule(
        Action.ALLOW if accepts else Action.BLOCK, vdom.at(settings.place("sec-default-action")), text
    )
    ports = _ports(settings)
    rulebases: tuple[Rulebase, ...] = (Rulebase(Stage.ACCESS, _TABLE, rules, default),)
    if vdom.table("firewall explicit-proxy-policy").entries:
        old = vdom.table("firewall explicit-proxy-policy")
        vdom.not_understood(
            old.at, "config firewall explicit-proxy-policy", "the proxy policies of FortiOS 5.4 are not read"
        )
        rulebases = (
            _doubts.anything("what the proxy policies of FortiOS 5.4 do", vdom.at(old.at), "explicit-proxy-policy"),
        )
    entrance = Entrance(
        f"explicit web proxy, port {', '.join(ports)}",
        rulebases,
        place,
        labels=frozenset((*ports, "explicit-web-proxy")),
        explicit=True,
        own_name=True,
    )
    return Proxy((entrance,), len(policies))


def _ports(settings: Block) -> list[str]:
    """The ports that clients address, each for itself."""
    words = settings.words("http-incoming-port") or ("8080",)
    for_tls = [word for word in settings.words("https-incoming-port") if word != "0"]
    found: list[str] = []
    for word in (*words, *for_tls):
        low, high = port_range(word) or (0, 0)
        found += map(str, range(low, high + 1)) if 0 < high - low < MANY else (word,)
    return list(dict.fromkeys(found))


class _ProxyPolicies(Policies):
    """Policies of the explicit web proxy."""

    _usual = frozenset(("service", "srcaddr", "dstaddr"))

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self.named = ProxyAddresses(objects)
        self.rules = list(self._authentication())
        self.asks = any(method for _, method, _ in self.rules)
        interfaces = Interfaces(self.vdom)
        self.outside = {name for zone in interfaces.outside() for name in (zone, *interfaces.members.get(zone, ()))}

    def read(self, table: str) -> Iterator[Policy]:
        """Yield the policies of the explicit web proxy that are enabled, in order."""
        for block in self.vdom.table(table).entries.values():
            if block.word("status", "enable") != "disable" and block.word("proxy") == "explicit-web":
                yield self.policy(block)

    def policy(self, block: Block) -> Policy:
        """One policy."""
        text = title(block, "proxy-policy")
        word = block.word("action", "deny")
        criteria = [*self.criteria(block, text, grants=word == "accept"), self._way_out(block, text)]
        action, then = Action.BLOCK, tuple[Rulebase, ...]()
        if word != "deny":
            action, then = Action.ALLOW, (*self._asked(block), *self.pages(block, text))
            then += self.objects.profiles.rulebases(block, "proxy")
        rule = Rule(self.about(criteria, word), action, self.vdom.at(block.at), text, then)
        return Policy(self.between(block), rule, block)

    def users(self, block: Block, *, grants: bool) -> Condition | None:
        """Who the client must be; it is asked where an authentication rule has a method."""
        return self.objects.users.condition(block, grants=grants, challenges=self.asks)

    def address(self, block: Block, side: str, text: str) -> Condition:
        """An address, which may be one that only the proxy knows."""
        names = block.words(side)
        if not self.named.knows(names):
            return super().address(block, side, text)
        negated = block.word(f"{side}-negate", "disable") == "enable"
        return self.named.condition(names, block.place(side), text, source=side == "srcaddr", negated=negated)

    def _way_out(self, block: Block, text: str) -> Condition:
        names = block.words("dstintf")
        if not names or ANY in names or not self.outside.isdisjoint(names):
            return ALWAYS
        if self.outside:
            return NEVER
        reason = f"by which interface the proxy goes out ({text} is about {', '.join(names[:4])})"
        return _doubts.not_modelled(reason, self.vdom.at(block.place("dstintf")))

    def _authentication(self) -> Iterator[tuple[Condition, str, Block]]:
        """Yield what each authentication rule asks for, its method, and the rule."""
        for block in self.vdom.table("authentication rule").entries.values():
            if block.word("status", "enable") == "disable" or block.word("protocol", "http") != "http":
                continue
            text = f"authentication rule {block.name}"
            parts = [
                self.named.condition(block.words(key), block.place(key), text, source=key == "srcaddr")
                for key in ("srcaddr", "dstaddr")
                if block.words(key)
            ]
            parts += self._narrowed(block, text)
            method = next((block.word(key) for key in _METHODS if block.word(key)), "")
            yield joined(parts), method, block

    def _narrowed(self, block: Block, text: str) -> Iterator[Condition]:
        """What else an authentication rule asks for, which is not followed."""
        for key in sorted(block.settings.keys() - _ASKING_NOTHING):
            if key == "srcintf" and ANY in block.words(key):
                continue
            if block.word(key) not in NOTHING:
                if key != "srcintf":
                    self.vdom.not_understood(block.at, f"set {key}", f"no setting of {text} that is known")
                yield _doubts.not_modelled(f"what `set {key}` of {text} asks for", self.vdom.at(block.at))

    def _asked(self, block: Block) -> tuple[Rulebase, ...]:
        """What a policy without users meets of the authentication rules."""
        if not self.asks or any(block.words(key) for key in ("users", "groups", "fsso-groups")):
            return ()
        rules = []
        for match, method, rule in self.rules:
            condition = match
            place = self.vdom.at(rule.at)
            text = f"authentication rule {rule.name}"
            if method:
                reason = f"whether {text} asks for a login before a policy that names no user"
                untold = _doubts.not_modelled(
                    reason, place, settle="exempt the endpoints in an authentication rule before it"
                )
                condition = joined([match, untold, Identity(f"rule {rule.name}", f"{text} ({method})", place)])
            rules.append(Rule(condition, Action.PROCEED, place, text))
        default = default_rule(Action.PROCEED, self.vdom.at(block.at), "no authentication rule")
        return (Rulebase(Stage.AUTHENTICATION, "authentication rules", tuple(rules), default),)
