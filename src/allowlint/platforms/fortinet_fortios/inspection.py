"""SSL inspection profiles: what a policy decrypts, and what is exempt from it.

Sources: docs.fortinet.com, "config firewall ssl-ssh-profile" (CLI references 6.0 to 7.6: ``https status`` is deep-inspection where it
is not set, ``ssl inspect-all`` is disable, ``ssl-exempt type`` is fortiguard-category) and "SSL & SSH inspection" (administration
guide 7.4: profiles that are not changed); community.fortinet.com 387569 ("SSL Exemption based on FQDN in Proxy-based Inspection": in
flow mode the name in the handshake is compared, in proxy mode the address that names resolve to, a local category by name in both)
and 191170 (security profiles are not applied to what is exempt; in proxy mode exempt from decryption alone).
"""

from allowlint.model.condition import NEVER, All, Assumable, Condition, Doubt, HostIn, Not, PortIn, Unmodelled, ViewIn
from allowlint.model.device import Action, Entry, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.exemptions import RESOLVED, Exemptions
from allowlint.platforms.fortinet_fortios.factory import BUILT_IN, DEEP, EXEMPT_NAMES
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.services import port_range
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

NOT_DECRYPTED = frozenset(("certificate-inspection", "disable"))
EVERY_PORT = (0, 65535)
PLAIN = ViewIn(frozenset((View.PLAIN,)))


class Behind(NamedTuple):
    """What a connection meets behind the inspection: the profiles that look at URLs, by what they see of one."""

    seen: tuple[Rulebase, ...]
    decrypted: tuple[Rulebase, ...]
    exempt: tuple[Rulebase, ...] = ()
    """What even a connection meets to which flow mode applies no profile."""


class Inspection:
    """The SSL inspection profiles of a VDOM, each converted once for each way in which it is used."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.exemptions = Exemptions(vdom)
        self.used: set[str] = set()
        """Profiles that something uses."""
        self._known: dict[tuple[object, ...], tuple[Behind, tuple[Rulebase, ...]]] = {}

    def rulebases(self, name: str, mode: str, at: int, behind: Behind, *, applied: bool) -> tuple[Rulebase, ...]:
        """What a connection meets that a policy hands to a profile.

        ``mode`` is ``flow``, ``proxy`` or empty; ``applied``: whether the policy surely applies it.
        """
        self.used.add(name)
        key = (name, mode, applied, id(behind))
        if key not in self._known:
            # "behind" is kept too, so that it stays the only one of its id.
            self._known[key] = (behind, self._profile(name, mode, at, behind, applied=applied))
        return self._known[key][1]

    def _profile(self, name: str, mode: str, at: int, behind: Behind, *, applied: bool) -> tuple[Rulebase, ...]:
        profile = self.vdom.find("firewall ssl-ssh-profile", name)
        if profile is None and name not in BUILT_IN:
            help = f"define ssl-ssh-profile {name}, or export it too"  # noqa: A001 - the word of the model
            self.vdom.note("unresolved", at, f"ssl-ssh-profile {name!r}", help)
            return (self._unknown(name, at, behind),)
        if profile is None:
            return (self._factory(name, mode, at, behind, applied=applied),) if name in DEEP else behind.seen
        parts = (profile.block("https"), "https"), (profile.block("ssl"), "ssl")
        exempt = [(entry, "ssl-exempt") for entry in profile.block("ssl-exempt").entries.values()]
        looked_into = [understood(self.vdom, *part) for part in ((profile, "ssl-ssh-profile"), *parts, *exempt)]
        if not all(looked_into):
            return (self._unknown(name, at, behind),)
        ports = self._ports(profile)
        if ports is None:
            return (*self._certificates(profile), *behind.seen)
        return (self._deep(profile, ports, mode, behind, applied=applied),)

    def _ports(self, profile: Block) -> Condition | None:
        """The ports on which the profile decrypts; None where it does on none."""
        every = profile.block("ssl").word("inspect-all", "disable")
        if every != "disable":
            return PortIn((EVERY_PORT,)) if every not in NOT_DECRYPTED else None
        https = profile.block("https")
        if https.word("status", "deep-inspection") in NOT_DECRYPTED:
            return None
        ranges = tuple(port_range(word) or EVERY_PORT for word in https.words("ports") or ("443",))
        if EVERY_PORT in ranges:
            # What is no port could be any.
            self.vdom.not_understood(https.place("ports"), "set ports", "no list of ports")
        return PortIn(ranges)

    def _deep(self, profile: Block, ports: Condition, mode: str, behind: Behind, *, applied: bool) -> Rulebase:
        place = self.vdom.at(profile.at)
        label = f"ssl-ssh-profile {profile.name}"
        rules = [
            Rule(PLAIN, Action.PROCEED, place, "plain HTTP has no TLS to look at", behind.seen),
            Rule(Not(ports), Action.BYPASS, place, f"{label}: not a port that it decrypts", behind.seen),
        ]
        if not applied:
            rules.append(self._unapplied(label, profile, behind))
        # An exempt connection meets no other profile in flow mode.
        after = behind.exempt if mode == "flow" else behind.seen
        rules += [
            Rule(exemption.condition, Action.BYPASS, self.vdom.at(exemption.at), exemption.text, after)
            for exemption in self.exemptions.of(profile, mode)
        ]
        default = default_rule(Action.INSPECT, place, f"{label}: deep inspection", behind.decrypted)
        return Rulebase(Stage.INSPECTION, label, tuple(rules), default)

    def _unapplied(self, label: str, profile: Block, behind: Behind) -> Rule:
        place = self.vdom.at(profile.at)
        reason = f"whether {label} is applied by a policy without utm-status"
        settle = "set utm-status enable, or give the policy the profile no-inspection"
        condition = _doubts.not_modelled(reason, place, Doubt.VERSION, settle)
        return Rule(condition, Action.BYPASS, place, f"{label} is not applied", behind.seen)

    def _factory(self, name: str, mode: str, at: int, behind: Behind, *, applied: bool) -> Rulebase:
        """A deep profile as it is shipped, where the file leaves it out."""
        place = self.vdom.at(at)
        names = NameList()
        names.lower.update(dict.fromkeys(EXEMPT_NAMES.lower, 0))
        names.exact.update(dict.fromkeys(EXEMPT_NAMES.exact, 0))
        exempt: Condition = HostIn(names)
        if mode != "flow":
            resolved = _doubts.by_resolved_name(names, f"the factory exemptions of {name}", place, RESOLVED)
            exempt = All((exempt, resolved))
        if self.vdom.version.known and not self.vdom.version.before(7, 4):
            reason = f"what {name} exempts as shipped with FortiOS {self.vdom.version}"
            settle = f"export firewall ssl-ssh-profile {name} too"
            exempt = All((exempt, _doubts.not_modelled(reason, place, Doubt.VERSION, settle)))
        label = f"ssl-ssh-profile {name} (as shipped)"
        after = behind.exempt if mode == "flow" else behind.seen
        rules = [
            Rule(PLAIN, Action.PROCEED, place, "plain HTTP has no TLS to look at", behind.seen),
            Rule(
                Not(PortIn(((443, 443),))), Action.BYPASS, place, f"{label}: not a port that it decrypts", behind.seen
            ),
            Rule(exempt, Action.BYPASS, place, f"{label}: exempt names", after),
        ]
        if not applied:
            reason = f"whether {label} is applied by a policy without utm-status"
            condition = _doubts.not_modelled(reason, place, Doubt.VERSION)
            rules.insert(2, Rule(condition, Action.BYPASS, place, f"{label} is not applied", behind.seen))
        default = default_rule(Action.INSPECT, place, f"{label}: deep inspection", behind.decrypted)
        return Rulebase(Stage.INSPECTION, label, tuple(rules), default)

    def _certificates(self, profile: Block) -> tuple[Rulebase, ...]:
        """Servers of an authority that the FortiGate does not know, where the profile was told to refuse them."""
        for section in (profile.block("https"), profile.block("ssl")):
            for key in ("untrusted-server-cert", "untrusted-cert"):
                if section.word(key) == "block":
                    place = self.vdom.at(section.place(key))
                    text = f"ssl-ssh-profile {profile.name}: {key} block"
                    rule = Rule(_untrusted(place, text), Action.BLOCK, place, text)
                    plain = Rule(PLAIN, Action.PROCEED, place, "plain HTTP has no certificate")
                    default = default_rule(Action.PROCEED, place, "a certificate that is trusted")
                    return (Rulebase(Stage.ACCESS, "server certificates", (plain, rule), default),)
        return ()

    def _unknown(self, name: str, at: int, behind: Behind) -> Rulebase:
        """A profile that is not in the file, or not understood, may decrypt or not."""
        place = self.vdom.at(at)
        missing = self.vdom.find("firewall ssl-ssh-profile", name) is None
        why = "is not in this export" if missing else "is not understood"
        reason = f"what ssl-ssh-profile {name!r} does, which {why}"
        settle = "export it too, or correct the name" if missing else ""
        return self.untold(reason, place, f"ssl-ssh-profile {name}", behind, Doubt.PROFILE_UNKNOWN, settle)

    def untold(
        self,
        reason: str,
        place: Location,
        label: str,
        behind: Behind,
        doubt: Doubt = Doubt.NOT_MODELLED,
        settle: str = "",
    ) -> Rulebase:
        """Whether TLS is decrypted cannot be told; plain HTTP has none."""
        unknown = _doubts.not_modelled(reason, place, doubt, settle)
        rules = (
            Rule(PLAIN, Action.PROCEED, place, "plain HTTP has no TLS to look at", behind.seen),
            Rule(unknown, Action.INSPECT, place, label, behind.decrypted),
        )
        return Rulebase(Stage.INSPECTION, label, rules, default_rule(Action.BYPASS, place, label, behind.seen))

    def unused(self) -> None:
        """Note exemptions that were added to profiles which nothing uses."""
        if not any(map(self._decrypts, self.used)):
            return
        for profile in self.vdom.table("firewall ssl-ssh-profile").entries.values():
            if profile.name in self.used:
                continue
            added = self.exemptions.added(profile)
            if added is not None:
                text = f"ssl-ssh-profile {profile.name!r} exempts {added.shown}, and no policy uses it"
                others = ", ".join(sorted(filter(self._decrypts, self.used))[:4])
                help = f"add the exemption to a profile that policies use ({others})"  # noqa: A001 - the word of the model
                self.vdom.note("unused-exemption", added.at, text, help)

    def _decrypts(self, name: str) -> bool:
        profile = self.vdom.find("firewall ssl-ssh-profile", name)
        return name in DEEP if profile is None else self._ports(profile) is not None

    def entries(self) -> list[Entry]:
        """The patterns of the exemptions that were converted."""
        return self.exemptions.entries


def _untrusted(place: Location, text: str) -> Condition:
    reason = f"whether the FortiGate trusts the server's certificate ({text})"
    settle = "--assume trusted_servers, or let untrusted-server-cert be allow"
    untold = Unmodelled("server certificate", reason, place, settle=settle, doubt=Doubt.CERT_CHECK)
    return Assumable("trusted_servers", untold, NEVER)
