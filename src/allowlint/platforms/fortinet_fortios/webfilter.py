"""Web filter profiles: URL filters and FortiGuard categories.

The first entry of a URL filter that matches decides. ``block`` refuses; ``exempt`` skips the categories and what follows; ``allow``
and ``monitor`` do not, so that a blocked category still blocks (docs.fortinet.com, "URL filter", administration guide 7.4;
community.fortinet.com 196494). Where nothing is set, the action of an entry is ``exempt`` and its type ``simple``; that of a category
is ``monitor``, and an entry without category is about what is unrated ("config webfilter urlfilter", "config webfilter profile").
With ``rate-server-ip`` the rating of the server's address may weigh more than that of the host ("Rating options", 7.2).
Lists of words and of content types are compared with what is not encrypted ("config webfilter content", "config webfilter
content-header"); a WISP server and FortiSandbox' list decide elsewhere ("config web-proxy wisp").
"""

from collections.abc import Collection

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Doubt, Identity, Named, ViewIn
from allowlint.model.device import Action, Entry, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.patterns import Patterns, Reading
from allowlint.platforms.fortinet_fortios.ratings import HARMLESS, Ratings, numbers
from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.spelling import reach_of
from allowlint.platforms.fortinet_fortios.unknowns import unsteady, untold_profile
from allowlint.platforms.fortinet_fortios.words import understood
from allowlint.syntax.blocks import Block

RATED = "FortiGuard categories"
"""The name of the list that says what is done by rating."""
SHIPPED_OPEN = frozenset(("monitor-all",))
"""Profiles as shipped that refuse nothing."""
_EVERY_FEATURE = frozenset(("all", "fortiguard"))
_PASSING = frozenset(("allow", "monitor", "exempt", "pass"))
_READABLE = ViewIn(frozenset((View.PLAIN, View.DECRYPTED)))
_ASKING = {"warning": "warning page", "authenticate": "login page"}


class WebFilters:
    """The web filter profiles of a VDOM, each converted once."""

    def __init__(self, vdom: Vdom, ratings: Ratings, patterns: Patterns) -> None:
        self.vdom = vdom
        self.ratings = ratings
        self.patterns = patterns
        self.entries: list[Entry] = []
        self._known: dict[tuple[str, str], tuple[Rulebase, ...]] = {}

    def rulebases(self, name: str, at: int, mode: str) -> tuple[Rulebase, ...]:
        """What a connection meets that a policy hands to a profile; ``mode`` is ``flow``, ``proxy`` or empty."""
        key = (name, mode)
        if key not in self._known:
            profile = self.vdom.find("webfilter profile", name)
            if profile is not None and not self._understood(profile):
                reason = f"what webfilter profile {name!r} does, which is not understood"
                actions = (Action.BLOCK, Action.CHALLENGE)
                label = f"webfilter profile {name}"
                self._known[key] = (_doubts.anything(reason, self.vdom.at(profile.at), label, actions=actions),)
            elif profile is not None:
                self._known[key] = (*self._elsewhere(profile), *self._profile(profile, mode))
            elif name in SHIPPED_OPEN:
                self._known[key] = ()
            else:
                self._known[key] = (untold_profile(self.vdom, "webfilter-profile", name, at),)
        return self._known[key]

    def _understood(self, profile: Block) -> bool:
        """Whether every word of a profile and of its URL filter is known."""
        rated, web = profile.block("ftgd-wf"), profile.block("web")
        parts = [(profile, "webfilter profile"), (rated, "ftgd-wf"), (web, "web")]
        parts += [(entry, "filters") for entry in rated.block("filters").entries.values()]
        table = self.vdom.find("webfilter urlfilter", web.word("urlfilter-table") or profile.word("urlfilter-table"))
        if table is not None:
            parts.append((table, "urlfilter"))
            parts += [(entry, "entries") for entry in table.block("entries").entries.values()]
        known = [understood(self.vdom, *part) for part in parts]
        return all(known)

    def _elsewhere(self, profile: Block) -> tuple[Rulebase, ...]:
        """What a profile refuses by lists and servers that are kept elsewhere, and by what pages hold."""
        web, label = profile.block("web"), f"webfilter profile {profile.name}"
        rules: list[Rule] = []
        if profile.word("wisp", "disable") == "enable":
            place = self.vdom.at(profile.place("wisp"))
            rules.append(
                Rule(_untold("what the WISP server says of the URL", place), Action.BLOCK, place, f"{label}: wisp")
            )
        for key in ("blocklist", "blacklist"):
            if web.word(key, "disable") == "enable":
                place = self.vdom.at(web.place(key))
                feed = _doubts.by_feed("FortiSandbox' list of malicious URLs", place)
                rules.append(Rule(feed, Action.BLOCK, place, f"{label}: {key}"))
        for key, shown in (("bword-table", "words"), ("content-header-list", "content types")):
            if web.word(key, "0") != "0":
                place = self.vdom.at(web.place(key))
                content = All((_READABLE, _untold(f"the {shown} of what the server answers ({label})", place)))
                rules.append(Rule(content, Action.BLOCK, place, f"{label}: {key}"))
        if not rules:
            return ()
        default = default_rule(Action.PROCEED, self.vdom.at(profile.at), label)
        return (Rulebase(Stage.ACCESS, label, tuple(rules), default),)

    def _profile(self, profile: Block, mode: str) -> tuple[Rulebase, ...]:
        categories = self._categories(profile)
        table = profile.block("web").word("urlfilter-table") or profile.word("urlfilter-table")
        if not table or table == "0":
            return categories
        user = f"webfilter profile {profile.name}"
        found = self.vdom.find("webfilter urlfilter", table)
        at = profile.block("web").place("urlfilter-table")
        if found is None:
            unknown = self.vdom.undefined("urlfilter", table, at, user)
            rule = Rule(unknown, Action.BLOCK, self.vdom.at(at), f"urlfilter {table}")
            default = default_rule(Action.PROCEED, self.vdom.at(at), user, categories)
            return (Rulebase(Stage.ACCESS, f"urlfilter {table}", (rule,), default),)
        name = found.word("name", table)
        if not found.block("entries").entries:
            self.vdom.empty(found.at, f"urlfilter {name!r}")
        reading = Reading(mode, self._subdomains(found), self.vdom.version.before(7, 4))
        rules = [
            self._entry(entry, name, categories, reading)
            for entry in found.block("entries").entries.values()
            if entry.word("status", "enable") == "enable" and entry.word("url")
        ]
        default = default_rule(Action.PROCEED, self.vdom.at(profile.at), f"{user}: no URL filter entry", categories)
        return (Rulebase(Stage.ACCESS, f"urlfilter {name}", tuple(rules), default),)

    def _subdomains(self, table: Block) -> bool | None:
        """Whether simple entries of proxy mode are about subdomains; before 7.4 there was no such setting, and they were not.

        It is enabled where it is not set (schema of 7.6). With which build of 7.4 that began is not known.
        """
        said, version = table.word("include-subdomains"), self.vdom.version
        if said:
            return said == "enable"
        return False if version.before(7, 4) else True if version.known and not version.before(7, 6) else None

    def _entry(self, entry: Block, table: str, categories: tuple[Rulebase, ...], reading: Reading) -> Rule:
        url, kind, action = entry.word("url"), entry.word("type", "simple"), entry.word("action", "exempt")
        place = self.vdom.at(entry.at)
        self._write(entry, url, kind, table)
        found = self.patterns.url(url, kind, self.vdom.at(entry.place("url")), reading)
        condition: Condition = Named(f"urlfilter {table}", found, place)
        if entry.word("referrer-host"):
            untold = _doubts.not_modelled(
                "the page that a request comes from", self.vdom.at(entry.place("referrer-host"))
            )
            condition = All((condition, untold))
        text = f"urlfilter {table} entry {entry.name} ({action} {url})"
        if action == "block":
            return Rule(condition, Action.BLOCK, place, text)
        if action not in _PASSING:
            self.vdom.not_understood(
                entry.place("action"), f"set action {action}", "no action of a URL filter that is known"
            )
            untold = _untold(f"what {text} does", place)
            return Rule(All((condition, untold)), Action.BLOCK, place, text)
        features = entry.words("exempt")
        skips = action == "exempt" and (not features or not _EVERY_FEATURE.isdisjoint(features))
        return Rule(condition, Action.PROCEED, place, text, () if skips else categories)

    def _write(self, entry: Block, url: str, kind: str, table: str) -> None:
        """Tell the checks what was written."""
        bare = url.strip().split("://", 1)[-1].split("/", 1)[0].lower()
        if kind == "regex" or not bare:
            return
        fault = "a star is a literal character in an entry of type simple" if kind == "simple" and "*" in url else ""
        reach = reach_of(bare)
        help = "set type wildcard" if fault else ""  # noqa: A001 - the word of the model
        place = self.vdom.at(entry.place("url"))
        owner = f"urlfilter {table}"
        self.entries.append(Entry(url, place, owner, None if fault else reach, fault, help=help))

    def _categories(self, profile: Block) -> tuple[Rulebase, ...]:
        block = profile.block("ftgd-wf")
        if "ftgd-disable" in block.words("options"):
            return ()
        filters: list[tuple[str, int, Block]] = []
        active = set(numbers(block.words("category-override")))
        for entry in block.block("filters").entries.values():
            action = entry.word("action", "monitor")
            number = (numbers(entry.words("category")) or [0])[0]
            active.add(number)
            if action in ("block", "warning", "authenticate"):
                filters.append((action, number, entry))
        # Until 6.2.4 local ratings took the place of FortiGuard's whatever the profile names.
        counting = None if self.vdom.version.before(6, 2, 5) else active
        rules = list(self._filters(profile, filters, counting))
        rules += self._quotas(block, profile, counting)
        rules += self._risks(block, profile)
        if not rules:
            return ()
        label = f"webfilter profile {profile.name}"
        default = default_rule(Action.PROCEED, self.vdom.at(profile.at), f"{label}: no category that it refuses")
        stage = Stage.ACCESS if any(rule.action is Action.BLOCK for rule in rules) else Stage.AUTHENTICATION
        return (Rulebase(stage, RATED, tuple(rules), default),)

    def _filters(
        self, profile: Block, filters: list[tuple[str, int, Block]], active: Collection[int] | None
    ) -> list[Rule]:
        """A rule for each action: a host has one rating, so their order means nothing."""
        rules = []
        for action in ("block", *_ASKING):
            same = [(number, entry) for what, number, entry in filters if what == action]
            if not same:
                continue
            place = self.vdom.at(same[0][1].at)
            rated = self.ratings.condition([number for number, _ in same], place, HARMLESS, active)
            if "rate-server-ip" in profile.block("ftgd-wf").words("options"):
                reason = (
                    f"how FortiGuard rates the server's address (rate-server-ip of webfilter profile {profile.name})"
                )
                settle = "remove rate-server-ip from the options of ftgd-wf"
                rated = AnyOf((rated, _doubts.not_modelled(reason, place, Doubt.VENDOR_CATEGORY, settle)))
            if rated is NEVER:
                continue
            text = f"webfilter profile {profile.name}: {action} categories"
            rules.append(_refusing(action, rated, place, text))
        return rules

    def _quotas(self, block: Block, profile: Block, active: Collection[int] | None) -> list[Rule]:
        quota = [
            number for entry in block.block("quota").entries.values() for number in numbers(entry.words("category"))
        ]
        if not quota:
            return []
        place = self.vdom.at(block.block("quota").at)
        used_up = unsteady("whether the client's quota is used up", place)
        rated = self.ratings.condition(quota, place, active=active)
        return [Rule(All((rated, used_up)), Action.BLOCK, place, f"webfilter profile {profile.name}: quota")]

    def _risks(self, block: Block, profile: Block) -> list[Rule]:
        rules = []
        for entry in block.block("risk").entries.values():
            if entry.word("action") == "block":
                place = self.vdom.at(entry.at)
                text = f"webfilter profile {profile.name}: risk {entry.word('risk-level')}"
                risk = _doubts.not_modelled("FortiGuard's risk of the URL", place, Doubt.VENDOR_CATEGORY)
                rules.append(Rule(risk, Action.BLOCK, place, text))
        return rules


def _untold(reason: str, place: Location) -> Condition:
    return _doubts.not_modelled(reason, place)


def _refusing(action: str, rated: Condition, place: Location, text: str) -> Rule:
    if action == "block":
        return Rule(rated, Action.BLOCK, place, text)
    asked = Identity(f"{text} {place.line}", f"{_ASKING[action]} ({text})", place)
    return Rule(All((rated, asked)), Action.PROCEED, place, text)
