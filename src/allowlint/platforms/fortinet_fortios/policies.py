"""``firewall policy``: what a policy asks of a connection, and what it does with it.

The order of the ``edit`` blocks is the order in which policies are asked, whatever their numbers; the first that matches decides, and
nothing matching is denied. A policy without ``set action`` denies (docs.fortinet.com, "config firewall policy": the default of
``action`` is deny; "Firewall policy", administration guide 7.4).
"""

from collections.abc import Callable, Iterable, Iterator

from allowlint.model.condition import ALWAYS, NEVER, All, AnyOf, Condition, Doubt
from allowlint.model.device import Action, Rule, Rulebase
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms._zones import Between
from allowlint.platforms.fortinet_fortios import profiles as of_profiles
from allowlint.platforms.fortinet_fortios.authentication import USER_KEYS, Users, click
from allowlint.platforms.fortinet_fortios.interfaces import between_of
from allowlint.platforms.fortinet_fortios.internet_services import KINDS, InternetServices
from allowlint.platforms.fortinet_fortios.objects import Addresses
from allowlint.platforms.fortinet_fortios.profiles import Profiles
from allowlint.platforms.fortinet_fortios.ratings import HARMLESS, numbers
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.schedules import Schedules
from allowlint.platforms.fortinet_fortios.schema import HARMLESS_VALUES, IGNORED, NOTHING
from allowlint.platforms.fortinet_fortios.services import Services
from allowlint.syntax.blocks import Block, split_words

_SIDES = {"srcaddr": ("srcaddr", "srcaddr4"), "dstaddr": ("dstaddr", "dstaddr4")}
_READ = frozenset(
    """
    status srcintf dstintf srcaddr srcaddr4 srcaddr-negate dstaddr dstaddr4 dstaddr-negate service service-negate schedule
    internet-service-negate internet-service-src-negate network-service-dynamic network-service-src-dynamic
    devices src-vendor-mac ztna-ems-tag ztna-ems-tag-secondary ztna-geo-tag application app-category app-group url-category
    enforce-default-app-port captive-portal-exempt webproxy-forward-server vpntunnel proxy scim-users scim-groups scim sgt
    """.split()
).union(
    USER_KEYS,
    of_profiles.KEYS,
    HARMLESS_VALUES,
    (f"internet-service{side}-{kind}" for side in ("", "-src") for kind in KINDS),
)


_KNOWN = IGNORED | _READ
_RECOGNISED = frozenset(("application", "app-category", "app-group", "url-category"))


class Policy(NamedTuple):
    """A policy as a rule, with the zones that it is about."""

    between: Between
    rule: Rule
    block: Block
    """What it was read from."""

    @property
    def portal(self) -> bool:
        """Whether the captive portal of the interface holds for it."""
        return self.block.word("captive-portal-exempt", "disable") != "enable"


class Objects:
    """All that the policies of a VDOM refer to."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.sources = Addresses(vdom, source=True)
        self.destinations = Addresses(vdom, source=False)
        self.internet_services = InternetServices(vdom, self.destinations)
        self.services = Services(vdom)
        self.schedules = Schedules(vdom)
        self.users = Users(vdom)
        self.intended = _doubts.Intended()
        self.profiles = Profiles(vdom)


class Policies:
    """Converts the policies of a VDOM."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.vdom = objects.vdom
        self._betweens: dict[tuple[str, str], Between] = {}
        self.count = 0
        """Policies that are enabled."""
        self.betweens: dict[Between, None] = {}
        """The zones that they are about, but for those that concern no public address; in order."""

    def read(self, table: str) -> Iterator[Policy]:
        """Yield the policies of a table that are enabled, in order, without those that surely concern no public address."""
        for block in self.blocks(table):
            if block.word("status", "enable") != "disable":
                self.count += 1
                if not self._elsewhere(block):
                    policy = self.policy(block)
                    self.betweens[policy.between] = None
                    yield policy

    def blocks(self, table: str) -> Iterator[Block]:
        """Yield the policies of a table, in order."""
        yield from self.vdom.table(table).entries.values()

    def _elsewhere(self, block: Block) -> bool:
        """Whether a policy is about inside destinations alone; most policies of a large firewall are."""
        settings = block.settings
        if not settings.get("dstaddr") or "enable" in (
            settings.get("dstaddr-negate"),
            settings.get("internet-service"),
        ):
            return False
        return self.objects.destinations.inside(block, "dstaddr")

    def policy(self, block: Block) -> Policy:
        """One policy."""
        word = block.word("action", "deny")
        text = title(block) if "action" in block.settings else f"{title(block)} (sets no action, which denies)"
        condition = self.about(self.criteria(block, text, grants=word == "accept"), word)
        action, then = (Action.BLOCK, ()) if word == "deny" else (Action.ALLOW, self.then(block, text))
        return Policy(self.between(block), Rule(condition, action, self.vdom.at(block.at), text, then, ()), block)

    def about(self, criteria: Iterable[Condition], action: str) -> Condition:
        """What a policy asks, all in one; what accepts is not meant for hosts that share an address with a name."""
        condition = joined(list(criteria))
        return self.objects.intended.of(condition) if action == "accept" else condition

    def between(self, block: Block) -> Between:
        """The zones that a policy is about; equal ones are one object."""
        return self.between_zones(block.raw("srcintf"), block.raw("dstintf"))

    def between_zones(self, come: str, go: str) -> Between:
        """The zones of two lists of interfaces as they are written."""
        found = self._betweens.get((come, go))
        if found is None:
            found = self._betweens[(come, go)] = between_of(split_words(come), split_words(go))
        return found

    def criteria(self, block: Block, text: str, *, grants: bool, scheduled: bool = True) -> Iterator[Condition]:
        """Yield what a policy asks, what is sure first and who the client is last."""
        settings = block.settings
        for kind in sorted(block.blocks.keys() - {"identity-based-policy"}):
            yield self._unknown_block(block.block(kind), kind, text)
        for key in sorted(settings.keys() - _KNOWN):
            if block.word(key) not in NOTHING:
                yield self._unknown(block, key, text)
        by_entry = "identity-based-policy" in block.blocks
        if not by_entry:
            yield self._service(block, text)
        yield self.address(block, "srcaddr", text)
        yield self.address(block, "dstaddr", text)
        if not by_entry and (scheduled or "schedule" in settings):
            yield self.objects.schedules.condition(block, text)
        yield from self._rare(block, text)
        if not settings.keys().isdisjoint(_RECOGNISED):
            yield from self._recognised(block)
        users = self.users(block, grants=grants)
        if users is not None:
            yield users

    def _service(self, block: Block, text: str) -> Condition:
        if block.word("internet-service", "disable") == "enable" and "service" not in block.settings:
            return ALWAYS
        if not block.raw("service"):
            if block.word("enforce-default-app-port") or "service" not in self._usual:
                return ALWAYS
            self.vdom.empty(block.at, f"the service list of {text}")
            return _doubts.not_modelled(f"the service of {text}, which names none", self.vdom.at(block.at))
        negated = block.word("service-negate", "disable") == "enable"
        return self.objects.services.of(block, text, negated=negated)

    _usual: frozenset[str] = frozenset(("service", "srcaddr", "dstaddr"))
    """Settings without which a policy is not complete."""

    def users(self, block: Block, *, grants: bool) -> Condition | None:
        """Who the client must be; None for anybody."""
        return self.objects.users.condition(block, grants=grants)

    def address(self, block: Block, side: str, text: str) -> Condition:
        """The source or destination that a policy asks for."""
        prefix = "internet-service" if side == "dstaddr" else "internet-service-src"
        if block.word(prefix, "disable") == "enable":
            return self.objects.internet_services.condition(block, prefix)
        key = next((key for key in _SIDES[side] if key in block.settings), side)
        if not block.raw(key):
            if f"{side}6" in block.settings:
                # A policy for IPv6 alone; connections are judged for IPv4.
                return NEVER
            if side not in self._usual:
                return ALWAYS
            self.vdom.empty(block.at, f"the {side} list of {text}")
            return _doubts.not_modelled(f"the {side} of {text}, which names none", self.vdom.at(block.at))
        negated = block.word(f"{side}-negate", "disable") == "enable"
        addresses = self.objects.sources if side == "srcaddr" else self.objects.destinations
        return addresses.of(block, key, text, negated=negated)

    def _rare(self, block: Block, text: str) -> Iterator[Condition]:
        """Yield what few policies ask for."""
        for key in sorted(block.settings.keys() & _RARE.keys()):
            if block.word(key) not in HARMLESS_VALUES.get(key, ()):
                yield _RARE[key](f"{key} of {text}", self, block.place(key))

    def _recognised(self, block: Block) -> Iterator[Condition]:
        """Yield what the IPS engine says: applications and categories (policies of policy-based mode)."""
        keys = [key for key in ("application", "app-category", "app-group") if block.words(key)]
        applications = [word for key in keys for word in block.words(key)]
        categories = numbers(block.words("url-category"))
        found: list[Condition] = []
        if applications:
            place = self.vdom.at(block.place(keys[0]))
            text = f"{keys[0]} {', '.join(applications[:4])}"
            found.append(_doubts.by_application(text, place, kept=NEVER))
        if categories:
            place = self.vdom.at(block.place("url-category"))
            found.append(self.objects.profiles.inspection.exemptions.ratings.condition(categories, place, HARMLESS))
        elif block.words("url-category"):
            text = f"url-category {' '.join(block.words('url-category')[:4])}"
            found.append(_doubts.not_modelled(text, self.vdom.at(block.place("url-category")), Doubt.VENDOR_CATEGORY))
        if found:
            yield found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _unknown(self, block: Block, key: str, text: str) -> Condition:
        line = self.vdom.file.line(block.place(key))
        why = f"line {line}: no setting of a policy that is known ({text}): whether the policy matches is unknown"
        # Reports show the line that a place points at, and the value may be a secret.
        self.vdom.not_understood(block.at, f"set {key}", why)
        return _doubts.not_modelled(f"what `set {key}` of {text} asks for", self.vdom.at(block.at))

    def _unknown_block(self, block: Block, kind: str, text: str) -> Condition:
        self.vdom.not_understood(block.at, f"config {kind}", f"no part of a policy that is known ({text})")
        return _doubts.not_modelled(f"what `config {kind}` of {text} asks for", self.vdom.at(block.at))

    def then(self, block: Block, text: str) -> tuple[Rulebase, ...]:
        """What a connection meets that a policy lets through."""
        return (*self.pages(block, text), *self.objects.profiles.rulebases(block))

    def pages(self, block: Block, text: str) -> tuple[Rulebase, ...]:
        """What a connection meets before the profiles: pages to be clicked, other proxies and tunnels."""
        found: tuple[Rulebase, ...] = ()
        action = block.word("action", "accept")
        if action not in ("accept", "deny"):
            # A tunnel (ipsec), another page (redirect), a browser elsewhere (isolate), or what later releases have.
            reason = f"where {text} sends its connections (action {action})"
            found += (_doubts.anything(reason, self.vdom.at(block.place("action")), f"action {action}"),)
        if block.word("identity-based", "disable") == "enable" or "identity-based-policy" in block.blocks:
            # FortiOS 5.0: who matches must log in as one of the users of the entries, which also name services and schedules.
            reason = f"who gets through by config identity-based-policy of {text}, which is not read"
            settle = "use users and groups of policies (FortiOS 5.2 and later)"
            refusing = (Action.BLOCK, Action.CHALLENGE)
            place = self.vdom.at(block.at)
            found += (_doubts.anything(reason, place, "identity-based-policy", Doubt.USER_BOUND, refusing, settle),)
        for key in ("disclaimer", "email-collect"):
            if block.word(key, "disable") == "enable":
                found += (click(f"{key} page of {text}", block, key, self.vdom),)
        if block.word("http-policy-redirect", "disable") == "enable":
            place = self.vdom.at(block.place("http-policy-redirect"))
            found += (
                _doubts.anything(
                    f"what the transparent proxy policies do behind {text}", place, "http-policy-redirect"
                ),
            )
        if block.word("webproxy-forward-server"):
            place = self.vdom.at(block.place("webproxy-forward-server"))
            found += (_doubts.anything(f"what the forwarding server of {text} does", place, "webproxy-forward-server"),)
        return found


def title(block: Block, kind: str = "policy") -> str:
    """A policy in the vendor's words: ``policy 40 (Web out)``."""
    name = block.word("name")
    return f"{kind} {block.name} ({name})" if name else f"{kind} {block.name}"


def joined(conditions: list[Condition]) -> Condition:
    """All of them, without those that always hold."""
    kept = [condition for condition in conditions if condition is not ALWAYS]
    if any(condition is NEVER for condition in kept):
        return NEVER
    return kept[0] if len(kept) == 1 else All(tuple(kept)) if kept else ALWAYS


Ask = Callable[[str, Policies, int], Condition]


def _posture(text: str, policies: Policies, at: int) -> Condition:
    return _doubts.by_posture(text, policies.vdom.at(at))


def _schedule(text: str, policies: Policies, at: int) -> Condition:
    return _doubts.by_schedule(text, policies.vdom.at(at))


def _feed(text: str, policies: Policies, at: int) -> Condition:
    return _doubts.by_feed(text, policies.vdom.at(at))


def _untold(text: str, policies: Policies, at: int) -> Condition:
    return _doubts.not_modelled(text, policies.vdom.at(at))


_RARE: dict[str, Ask] = {
    **dict.fromkeys(("devices", "src-vendor-mac", "ztna-status", "ztna-ems-tag", "ztna-ems-tag-secondary"), _posture),
    **dict.fromkeys(("ztna-geo-tag", "ztna-device-ownership", "device-ownership", "sgt-check", "scim"), _posture),
    **dict.fromkeys(("scim-users", "scim-groups"), _posture),
    "policy-expiry": _schedule,
    **dict.fromkeys(("network-service-dynamic", "network-service-src-dynamic", "reputation-minimum"), _feed),
    **dict.fromkeys(("rtp-nat", "dscp-match", "tos-mask", "vlan-filter", "ntlm", "url-risk"), _untold),
}
"""Settings that narrow a policy down to what no export tells."""
