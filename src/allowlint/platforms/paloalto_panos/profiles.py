"""Security profiles that an allowing rule carries: of these, URL filtering decides about connections by name.

docs.paloaltonetworks.com, "URL Filtering Profiles": each category has an action; of several categories the most severe action counts
(block, override, continue, alert, allow). ``continue`` and ``override`` answer with a page that somebody must click on. Up to PAN-OS
8.1 a profile has a block list and an allow list of its own, which come first. Other profiles look at content, and are not read.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.condition import NEVER, All, AnyOf, Condition, Doubt, Identity, Not
from allowlint.model.device import Action, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.categories import Categories
from allowlint.platforms.paloalto_panos.ratings import PREDEFINED
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node, only_members

_BUILT_IN = frozenset(("default",))
"""Blocks drugs, adult, gambling, hacking, malware, phishing, questionable and weapons ("URL Filtering Profiles")."""
_GROUP, _KIND = " (group)", " (kind)"
"""What marks a name that is no profile's."""
_PASSING = ("allow", "alert")
_ASKING = ("override", "continue")
_APART = "let the required hosts through by a rule above without a URL filtering profile, or say the category in assume: ratings"
_OTHERS = frozenset(
    "virus spyware vulnerability file-blocking data-filtering wildfire-analysis gtp sctp ai-security dns-security".split()
)
"""Kinds of profiles that look at content, or at other protocols."""
_KNOWN = _OTHERS | frozenset(("url-filtering", "description", "disable-override", "tag"))
_LISTS = frozenset(("block", "block-list", "allow-list", "mlav-category-exception", *_PASSING, *_ASKING))


class Profiles:
    """The profiles of one device."""

    __slots__ = ("_followed", "_made", "categories", "world")

    def __init__(self, world: World, categories: Categories) -> None:
        self.world = world
        self.categories = categories
        self._followed: dict[bytes, tuple[str, ...]] = {}
        self._made: dict[tuple[str, View | None], tuple[Rulebase, ...]] = {}

    def of(self, rule: Node, raw: bytes | None, view: View | None) -> tuple[Rulebase, ...]:
        """What the profiles of a rule do with what it allows; ``raw`` is the content of its ``profile-setting``."""
        if not raw or b"<" not in raw:
            return ()
        names = self._followed.get(raw)
        if names is None:
            names = self._followed[raw] = self._names(rule)
        return tuple(rulebase for name in names for rulebase in self._profile(name, rule.location, view))

    def _names(self, rule: Node) -> tuple[str, ...]:
        setting = rule.find("profile-setting")
        names = list(rule.members("profile-setting/profiles/url-filtering"))
        names += [name for each in [rule.find("profile-setting/profiles")] if each for name in self._unknown(each)]
        names += self._unknown(setting, frozenset(("profiles", "group"))) if setting is not None else []
        for group in rule.members("profile-setting/group"):
            node = self.world.find("profile-group", group)
            if node is not None:
                names += (*node.members("url-filtering"), *self._unknown(node))
            elif group.lower() != "none":
                self.world.undefined("profile group", group, rule.location)
                names.append(f"{group}{_GROUP}")
        return tuple(dict.fromkeys(name for name in names if name and name.lower() != "none"))

    def _unknown(self, held: Node, known: frozenset[str] = _KNOWN) -> list[str]:
        """The kinds of profiles that a rule or a group names and that are not known."""
        found = [
            child
            for child in held.children
            if child.inner.strip()
            and (child.tag not in known or (child.tag == "url-filtering" and not only_members(child.inner)))
        ]
        for child in found:
            self.world.unknown(child.location, child.tag, "this kind of profile is not known")
        return [f"{child.tag}{_KIND}" for child in found]

    def _profile(self, name: str, place: Location, view: View | None) -> tuple[Rulebase, ...]:
        made = self._made.get((name, view))
        if made is None:
            node = self.world.find("url-filtering", name)
            if node is not None:
                made = self._read(node, name, view)
            elif name in _BUILT_IN:
                made = ()
            else:
                made = self._undefined(name, place, view)
            self._made[name, view] = made
        return made

    def _undefined(self, name: str, place: Location, view: View | None) -> tuple[Rulebase, ...]:
        text = f"URL filtering profile '{name}'"
        if name.endswith(_KIND):
            text = f"profile of the kind '{name.removesuffix(_KIND)}'"
            untold = _doubts.not_modelled(f"what a {text} blocks, which is not known", place)
        else:
            if not name.endswith(_GROUP):
                self.world.undefined("URL filtering profile", name, place)
            doubt = Doubt.MISSING_PART if self.world.partial else Doubt.PROFILE_UNKNOWN
            untold = _doubts.not_modelled(f"what the {text} blocks, which this export does not define", place, doubt)
        rule = Rule(untold, Action.BLOCK, place, text)
        return (Rulebase(Stage.ACCESS, text, (rule,), default_rule(Action.PROCEED, place, text), view),)

    def _read(self, node: Node, name: str, view: View | None) -> tuple[Rulebase, ...]:
        place = node.location
        text = f"URL filtering profile '{name}'"
        asking = self._asking(node, text, place, view)
        passed = default_rule(Action.PROCEED, place, text, asking)
        rules = [*self._strange(node, text), *self._lists(node, text, place)]
        blocked = self._matching(node, ("block",), place)
        if blocked is not NEVER:
            rules.append(Rule(blocked, Action.BLOCK, place, f"{text}: block"))
        if not rules and not asking:
            return ()
        return (Rulebase(Stage.ACCESS, text, tuple(rules), passed, view),)

    def _strange(self, node: Node, text: str) -> Iterator[Rule]:
        """Yield a rule for each list of which nothing is known: what is in it may be blocked."""
        for child in node.children:
            listed = any(each.tag == "member" for each in child.children)
            if (listed and child.tag not in _LISTS) or (child.tag in _LISTS and not only_members(child.inner)):
                self.world.unknown(child.location, child.tag, f"this part of the {text} is not known")
                untold = _doubts.not_modelled(f"'{child.tag}' in the {text}, which is not known", child.location)
                yield Rule(untold, Action.BLOCK, child.location, f"{text}: {child.tag}")

    def _asking(self, node: Node, text: str, place: Location, view: View | None) -> tuple[Rulebase, ...]:
        matching = self._matching(node, _ASKING, place)
        if matching is NEVER:
            return ()
        page = Identity(f"page of {text}", f"a page that somebody must click on ({text})", place)
        rule = Rule(All((matching, page)), Action.PROCEED, place, f"{text}: continue or override")
        default = default_rule(Action.PROCEED, place, text)
        return (Rulebase(Stage.AUTHENTICATION, text, (rule,), default, view),)

    def _lists(self, node: Node, text: str, place: Location) -> list[Rule]:
        """The block list and the allow list of PAN-OS 8.1 and earlier."""
        rules: list[Rule] = []
        blocked = self.categories.listed(node, "block-list", text)
        if blocked is not NEVER:
            action = node.text("action") or "block"
            if action in _ASKING:
                page = Identity(f"page of {text} list", f"a page that somebody must click on ({text})", place)
                rules.append(Rule(All((blocked, page)), Action.PROCEED, place, f"{text}: block list"))
            elif action == "block":
                rules.append(Rule(blocked, Action.BLOCK, place, f"{text}: block list"))
        allowed = self.categories.listed(node, "allow-list", text)
        if allowed is not NEVER:
            rules.append(Rule(allowed, Action.PROCEED, place, f"{text}: allow list"))
        return rules

    def _matching(self, node: Node, actions: Iterable[str], place: Location) -> Condition:
        """The host is in a category with one of the actions."""
        names = [name for action in actions for name in node.members(action)]
        own = [name for name in names if self.categories.is_own(name)]
        rated = [name for name in names if name not in own]
        parts = [self.categories.any_of((name,), place) for name in own]
        foreign = self.categories.rated(rated, place)
        if foreign is not NEVER:
            parts.append(self._unless_listed(node, foreign, place))
        if not parts:
            return NEVER
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _unless_listed(self, node: Node, rated: Condition, place: Location) -> Condition:
        """Documents disagree on whether a category of one's own that is allowed stands before a rated one that is not."""
        names = [name for action in _PASSING for name in node.members(action) if name not in PREDEFINED]
        own = [condition for condition in map(self.categories.custom, names) if condition is not None]
        if not own:
            return rated
        reason = "whether a category of one's own that is allowed stands before a rated one that is blocked"
        untold = _doubts.not_modelled(reason, place, Doubt.VENDOR_CATEGORY, _APART)
        return All((rated, AnyOf((Not(AnyOf(tuple(own))), untold))))
