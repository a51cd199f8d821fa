"""The security profiles of a policy, put together: inspection, and what looks at a connection behind it.

Profiles hang on a policy one by one or as a group (``profile-type group``), and are applied where ``utm-status`` is enabled
(docs.fortinet.com, "config firewall policy" and "config firewall profile-group", CLI reference 7.4). Without a profile nothing is
decrypted; before 6.2 a policy with ``utm-status`` and without one was inspected in some way that the file does not say.
"""

from allowlint.model.device import Rulebase
from allowlint.model.flow import View
from allowlint.platforms.fortinet_fortios.applications import Applications
from allowlint.platforms.fortinet_fortios.inspection import Behind, Inspection
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.unknowns import untold_profile
from allowlint.platforms.fortinet_fortios.versions import mode_of
from allowlint.platforms.fortinet_fortios.webfilter import WebFilters
from allowlint.syntax.blocks import Block

KEYS = (
    "utm-status",
    "profile-type",
    "profile-group",
    "ssl-ssh-profile",
    "webfilter-profile",
    "application-list",
    "inspection-mode",
)
"""The settings of a policy that say how its connections are looked at."""


class Profiles:
    """The security profiles of a VDOM."""

    def __init__(self, vdom: Vdom) -> None:
        self.vdom = vdom
        self.inspection = Inspection(vdom)
        self.webfilters = WebFilters(vdom, self.inspection.exemptions.ratings, self.inspection.exemptions.patterns)
        self.applications = Applications(vdom)
        self._system_mode = vdom.table("system settings").word("inspection-mode")
        self._known: dict[tuple[object, ...], tuple[Rulebase, ...]] = {}
        self._behind: dict[tuple[tuple[int, ...], tuple[int, ...]], Behind] = {}
        self._kept: list[tuple[Rulebase, ...]] = []

    def rulebases(
        self, policy: Block, mode: str = "", *, behind: tuple[Rulebase, ...] = (), applied: bool = False
    ) -> tuple[Rulebase, ...]:
        """What connections meet that a policy lets through.

        ``mode`` is the inspection mode where the policy has no say; ``behind``: what connections meet then, whatever the
        profiles; ``applied``: whether profiles are applied even without ``utm-status``.
        """
        settings = policy.settings
        written = tuple(settings.get(key, "") for key in KEYS)
        key = (mode, applied, tuple(map(id, behind)), written)
        if key not in self._known:
            self._kept.append(behind)
            self._known[key] = self._converted(policy, mode, behind, applied=applied)
        return self._known[key]

    def _converted(
        self, policy: Block, mode: str, behind: tuple[Rulebase, ...], *, applied: bool
    ) -> tuple[Rulebase, ...]:
        mode = mode or mode_of(self.vdom.version, policy.word("inspection-mode"), self._system_mode)
        applied = applied or policy.word("utm-status", "disable") == "enable"
        holder = self._holder(policy)
        if holder is None:
            name, at = policy.word("profile-group"), policy.place("profile-group")
            label = f"profile-group {name}"
            after = self._seen_both_ways((untold_profile(self.vdom, "profile-group", name, at),), behind)
            return (self.inspection.untold(f"what profile-group {name!r} inspects", self.vdom.at(at), label, after),)
        applied = applied or holder is not policy
        after = self._seen_both_ways(self._looking(holder, mode) if applied else (), behind)
        profile = holder.word("ssl-ssh-profile")
        if profile:
            at = holder.place("ssl-ssh-profile")
            return self.inspection.rulebases(profile, mode, at, after, applied=applied)
        if applied and self.vdom.version.before(6, 2):
            reason = f"how FortiOS {self.vdom.version} inspects where a policy names no ssl-ssh-profile"
            return (self.inspection.untold(reason, self.vdom.at(holder.at), "ssl-ssh-profile not set", after),)
        return after.seen

    def _holder(self, policy: Block) -> Block | None:
        """What names the profiles: the policy, or its group; None for a group that is not defined."""
        if policy.word("profile-type", "single") == "group" and policy.word("profile-group"):
            return self.vdom.find("firewall profile-group", policy.word("profile-group"))
        return policy

    def looking(self, policy: Block) -> tuple[Rulebase, ...]:
        """What looks at the URLs and applications of connections, where something else says what is decrypted."""
        holder = self._holder(policy)
        if holder is None:
            name, at = policy.word("profile-group"), policy.place("profile-group")
            return (untold_profile(self.vdom, "profile-group", name, at),)
        return self._looking(holder, "flow")

    def _looking(self, holder: Block, mode: str) -> tuple[Rulebase, ...]:
        found: tuple[Rulebase, ...] = ()
        if name := holder.word("webfilter-profile"):
            found += self.webfilters.rulebases(name, holder.place("webfilter-profile"), mode)
        if name := holder.word("application-list"):
            found += self.applications.rulebases(name, holder.place("application-list"))
        return found

    def _seen_both_ways(self, looking: tuple[Rulebase, ...], behind: tuple[Rulebase, ...]) -> Behind:
        """The same rules, as they see what is not decrypted and what is."""
        key = (tuple(map(id, looking)), tuple(map(id, behind)))
        if key not in self._behind:
            seen = looking + behind
            self._kept.append(seen)
            memo: dict[int, Rulebase] = {}
            decrypted = tuple(_decrypted(rulebase, memo) for rulebase in seen)
            self._behind[key] = Behind(seen, decrypted, behind)
        return self._behind[key]


def _decrypted(rulebase: Rulebase, memo: dict[int, Rulebase]) -> Rulebase:
    """Rules as they see the requests inside of inspected TLS."""
    known = memo.get(id(rulebase))
    if known is None:
        rules = tuple(
            rule._replace(then=tuple(_decrypted(then, memo) for then in rule.then)) if rule.then else rule
            for rule in rulebase.rules
        )
        default = rulebase.default
        default = default._replace(then=tuple(_decrypted(then, memo) for then in default.then))
        known = memo[id(rulebase)] = rulebase._replace(rules=rules, default=default, view=View.DECRYPTED)
    return known
