"""URL categories of rules and profiles: custom ones, external lists of URLs, and those by which the vendor rates hosts.

docs.paloaltonetworks.com, "Create a Custom URL Category": a list of URLs, or ("Category Match") everything that is in all of some
categories. Without decryption the URL is the name in the handshake ("URL Category as Policy Match Criteria"), so that an entry with
a path is seen in plain HTTP and in decrypted TLS alone.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from allowlint.model.automaton import Automaton, Budget
from allowlint.model.automaton import Expression as Tree
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Condition,
    Doubt,
    Expression,
    Frame,
    HostIn,
    Named,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import Entry, Note
from allowlint.model.flow import View
from allowlint.model.hosts import covering, requirement_entry
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms import Endpoint, _doubts
from allowlint.platforms.paloalto_panos.open_ends import OpenEnds
from allowlint.platforms.paloalto_panos.ratings import BESIDE, PREDEFINED, UNRELATED
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.platforms.paloalto_panos.url_patterns import Pattern, beyond, either, read_pattern
from allowlint.syntax.files import Missing
from allowlint.syntax.xml_tree import BLANKS, Node, decoded

_HOSTS = {View.TUNNEL: Frame(), View.PLAIN: Frame(), View.DECRYPTED: Frame()}
_URLS = {View.PLAIN: Frame(path=True), View.DECRYPTED: Frame(path=True)}
MOST_NAMED = 6
"""Rated categories that a reason lists."""
MOST_UNUSED = 500
"""Categories that nothing uses and that are looked at all the same."""
STEP = 50
"""Entries that are matched at once."""
MOST_SINGLE = 20
"""Entries with an open end that are named one by one in reasons."""
_MARK = "\ufeff"


class Categories:
    """The URL categories of one device."""

    __slots__ = ("_budget", "_ends", "_made", "used", "world")

    def __init__(self, world: World, endpoints: Iterable[Endpoint]) -> None:
        self.world = world
        self._ends = OpenEnds(endpoints)
        self._made: dict[str, Condition] = {}
        self._budget = Budget()
        self.used: set[str] = set()
        """The names that something has asked for."""

    def any_of(self, names: tuple[str, ...], place: Location) -> Condition:
        """The host is in one of the categories; without any, or with ``any``, always."""
        if not names or "any" in names:
            return ALWAYS
        parts = [self._one(name, place) for name in names if name not in PREDEFINED or self.is_own(name)]
        if ALWAYS in parts:
            return ALWAYS
        parts.append(self.rated((name for name in names if name in PREDEFINED), place))
        return _any(parts)

    def is_own(self, name: str) -> bool:
        """Whether a category or an external list of one's own has the name."""
        return any(self.world.find(kind, name) is not None for kind in ("custom-url-category", "external-list"))

    def _one(self, name: str, place: Location) -> Condition:
        """What a name stands for that is not the vendor's, or not the vendor's alone."""
        found = self._known(name) or self._undefined(name, place)
        if name not in PREDEFINED:
            return found
        # The vendor's categories grow by content updates, so that an older one of somebody's own may have the name of a new one.
        reason = f"whether '{name}' is the category of one's own or the vendor's"
        return All((found, _doubts.not_modelled(reason, place, settle="give the category of your own another name")))

    def custom(self, name: str) -> Condition | None:
        """What a category of one's own, or an external list, holds; None where there is none of that name."""
        return self._known(name)

    def rated(self, names: Iterable[str], place: Location) -> Condition:
        """The vendor rates the host as one of these; none of it is ever rated as what has nothing to do with it."""
        wanted = sorted(name for name in names if name not in UNRELATED)
        if not wanted:
            return NEVER
        if not self.world.ratings:
            return _doubts.by_rating(wanted, _listed(wanted), place, {})
        # Each URL has a risk beside its category, and may be marked on top of both: one of them tells nothing of the others.
        kinds: dict[frozenset[str], list[str]] = {}
        for name in wanted:
            kinds.setdefault(next((kind for kind in BESIDE if name in kind), frozenset()), []).append(name)
        return _any([self._rated(kind, found, place) for kind, found in kinds.items()])

    def _rated(self, kind: frozenset[str], names: list[str], place: Location) -> Condition:
        """The vendor rates the host as one of these, which are of one kind; none: the category proper."""
        beside = frozenset().union(*BESIDE)
        return _doubts.by_rating(
            names,
            _listed(names),
            place,
            self.world.ratings,
            lambda said: said in kind if kind else said not in beside,
        )

    def unused(self, asked: Iterable[str]) -> Iterator[Note]:
        """Yield a note for each category that holds what is asked about, and that nothing uses."""
        wanted = covering(map(requirement_entry, asked))
        unknown = (node for scope in self.world.scopes for node in scope.all("custom-url-category"))
        for node in islice((node for node in unknown if node.name not in self.used), MOST_UNUSED):
            names = NameList()
            for text, place in _members(node.find("list") or node):
                reach = read_pattern(text, appended=True).reach
                if reach is not None:
                    (names.exact if reach[1] else names.lower)[reach[0]] = place.line
            if names.within(wanted):
                text = f"URL category '{node.name}' holds names that are required, and no rule uses it"
                yield Note("unused-exemption", node.location, text, "name it in a no-decrypt rule, or remove it")

    def _undefined(self, name: str, place: Location) -> Condition:
        world = self.world
        if name in self._made:
            return self._made[name]
        if name.startswith("panw-") and name.endswith("-url-list"):
            return _doubts.by_feed(f"the list '{name}'", place)
        world.undefined("URL category", name, place)
        if world.partial:
            reason = f"the URL category '{name}', which {world.partial}"
            return _doubts.not_modelled(reason, place, Doubt.MISSING_PART)
        made = self._made[name] = _doubts.unresolved("URL category", name, place)
        return made

    def _known(self, name: str) -> Condition | None:
        self.used.add(name)
        made = self._made.get(name)
        if made is None:
            node = self.world.find("custom-url-category", name)
            if node is not None and ("custom-url-category", name) in self.world.repeated:
                made = self.world.ambiguous("URL category", name, node.location)
            elif node is not None:
                made = self._custom(node, name)
            else:
                node = self.world.find("external-list", name)
                made = self._external(node, name) if node is not None else None
            if made is not None:
                self._made[name] = made
        return made

    def _custom(self, node: Node, name: str) -> Condition:
        place = node.location
        owner = f"URL category '{name}'"
        members = node.members("list")
        self.world.unfamiliar(node, "list", "type")
        kind = node.text("type")
        if kind not in ("", "URL List", "Category Match"):
            return _doubts.not_modelled(f"what a category of type {kind!r} holds ({owner})", place)
        if kind == "Category Match":
            return Named(owner, self._in_all(members, owner, place), place)
        if not members:
            self.world.empty("URL category", name, place)
        return self.listed(node, "list", owner)

    def listed(self, node: Node, path: str, owner: str) -> Condition:
        """The host is in a list of URLs that stands in another object."""
        held = node.find(path)
        if held is None or not (held.children or held.text()):
            return NEVER
        return Named(owner, self._listed(_members(held), owner), held.location)

    def _in_all(self, names: tuple[str, ...], owner: str, place: Location) -> Condition:
        """The host is rated as each of the categories; these are the vendor's."""
        if not names:
            # What is in all of no categories may be everything or nothing; the documents do not say.
            return _doubts.not_modelled(f"what the {owner} matches, which is about all of no categories", place)
        foreign = _doubts.not_modelled(f"what else than the vendor's categories is in the {owner}", place)
        return All(tuple(self.rated([name], place) if name in PREDEFINED else foreign for name in names))

    def _external(self, node: Node, name: str) -> Condition | None:
        kind, place = node.choice("type"), node.location
        owner = f"external list '{name}'"
        if kind not in ("url", "predefined-url"):
            reason = f"a list of type {kind or 'unknown'} among URL categories ('{name}')"
            return Named(owner, _doubts.not_modelled(reason, place), place)
        content = self.world.side_file(name) if kind == "url" else None
        if not isinstance(content, bytes):
            settle = content.hint if isinstance(content, Missing) else ""
            return Named(owner, _doubts.by_feed(f"the {owner}", place, settle), place)
        excepted = {text.lower() for text in node.members("type/url/exception-list")}
        shown = self.world.files.shown(self.world.files.read_paths[-1]) if self.world.files.read_paths else ""
        lines = content.decode("utf-8", "replace").splitlines()
        texts = ((line.split("#", 1)[0].strip(BLANKS), Location(shown, number)) for number, line in enumerate(lines, 1))
        return Named(owner, self._listed(((t, p) for t, p in texts if t and t.lower() not in excepted), owner), place)

    def _listed(self, texts: Iterable[tuple[str, Location]], owner: str) -> Condition:
        """One of the entries matches."""
        listed = _Listed(self._budget, self._ends)
        for text, place in texts:
            if text.startswith(_MARK):
                listed.add_marked(text, place, appended=self.world.appends)
                continue
            pattern = read_pattern(text, appended=self.world.appends)
            listed.add(pattern, place)
            self.world.entries.append(self._entry(pattern, place, owner))
        return listed.condition()

    def _entry(self, pattern: Pattern, place: Location, owner: str) -> Entry:
        # Of the firewalls of a newer Panorama, none may be an older release.
        if not pattern.open_end or self.world.version.appends or pattern.reach is None:
            return Entry(pattern.text, place, owner, pattern.reach, pattern.fault, pattern.advice)
        host = f"x.{pattern.reach[0]}" if pattern.reach[2] else pattern.reach[0]
        where = "" if self.world.version.known else " (PAN-OS 10.1 and earlier)"
        advice = f"{pattern.text.strip()}/"
        return Entry(pattern.text, place, owner, pattern.reach, advice=advice, beyond=f"{host}.evil.test{where}")


def _members(held: Node) -> Iterator[tuple[str, Location]]:
    for member in held.children:
        yield decoded(member.inner), member.location
    if not held.children and held.text():
        yield held.text(), held.location


class _Listed:
    """The entries of one list, gathered by how they are matched."""

    __slots__ = ("budget", "doubts", "ends", "everything", "hosts", "names", "open", "urls")

    def __init__(self, budget: Budget, ends: OpenEnds) -> None:
        self.budget = budget
        self.ends = ends
        self.names = NameList()
        self.hosts: list[tuple[Pattern, Tree, Location]] = []
        self.urls: list[tuple[Pattern, Tree, Location]] = []
        self.doubts: list[Condition] = []
        self.open: dict[bool, list[tuple[Condition, Pattern, Location]]] = {False: [], True: []}
        """Entries that may go on to what is asked for, by whether they have a path."""
        self.everything = False

    def add(self, pattern: Pattern, place: Location) -> None:
        """Take up one entry."""
        if pattern.open_end:
            # Of thousands, next to none concerns what is asked for.
            further = self.ends.on(pattern.open_end) if pattern.open_path else self.ends.behind(pattern.open_end)
            if further is not NEVER:
                self.open[bool(pattern.open_path)].append((further, pattern, place))
        self._add_itself(pattern, place)

    def _add_itself(self, pattern: Pattern, place: Location) -> None:
        """What an entry matches in any case."""
        if pattern.doubt:
            self.doubts.append(self._odd(pattern, place))
        elif pattern.whole_site:
            self._whole_site(pattern, place)
        elif pattern.everything:
            self.everything = True
        elif pattern.reach is not None:
            name, itself, _ = pattern.reach
            (self.names.exact if itself else self.names.lower)[name] = place.line
        elif pattern.hosts is not None:
            self.hosts.append((pattern, pattern.hosts, place))
        elif pattern.url is not None:
            self.urls.append((pattern, pattern.url, place))

    def _going_on(self) -> Iterator[Condition]:
        """What entries go on to where the device appends no slash; of many, several at once, as the same patterns are then in doubt."""
        for with_path, found in self.open.items():
            step = 1 if len(found) <= MOST_SINGLE else STEP
            for part in (found[at : at + step] for at in range(0, len(found), step)):
                further = _any([each for each, _, _ in part])
                behind = [(pattern, beyond(pattern), place) for _, pattern, place in part]
                _, first, place = part[0]
                reason = (
                    f"whether the device appends a slash to {first.text!r} (PAN-OS 10.1 and earlier do not by default)"
                )
                unsure = _unsure("append ending token", reason, place, Doubt.VERSION)
                yield All((further, self._matches(behind, _URLS if with_path else _HOSTS), unsure))

    def _odd(self, pattern: Pattern, place: Location) -> Condition:
        """An entry of which the reading is not documented."""
        untold = _doubts.not_modelled(pattern.doubt, place)
        return untold if pattern.most is None else All((_reached(pattern.most, place), untold))

    def add_marked(self, text: str, place: Location, *, appended: bool) -> None:
        """The first entry of a file that begins with a byte order mark."""
        rest = _Listed(self.budget, self.ends)
        rest.add(read_pattern(text.removeprefix(_MARK), appended=appended), place)
        reason = "whether the device passes over the byte order mark at the beginning of the list"
        untold = _doubts.not_modelled(reason, place, settle="save the list without a byte order mark")
        self.doubts.append(All((rest.condition(), untold)))

    def _whole_site(self, pattern: Pattern, place: Location) -> None:
        """``host/*``: every page of the site; whether it takes in the bare name of a handshake is not documented."""
        bare = _Listed(self.budget, self.ends)
        bare.add(pattern._replace(whole_site=False), place)
        hosts = bare.condition()
        reason = f"whether {pattern.text!r} matches a host without a path"
        unsure = _unsure("star after slash", reason, place, Doubt.NOT_MODELLED)
        seen = ViewIn(frozenset((View.PLAIN, View.DECRYPTED)))
        self.doubts.append(All((hosts, AnyOf((seen, unsure)))))

    def _matches(self, found: list[tuple[Pattern, Tree, Location]], frames: dict[View, Frame]) -> TextMatches:
        expressions = tuple(
            Expression(pattern.text, Automaton(tree, self.budget), place) for pattern, tree, place in found
        )
        joined = Automaton(either([tree for _, tree, _ in found]), self.budget)
        text = ", ".join(pattern.text for pattern, _, _ in found[:3])
        return TextMatches(expressions, (joined,), frames, text if len(found) <= 3 else f"{text}, ...")

    def condition(self) -> Condition:
        """One of the entries matches."""
        if self.everything:
            return ALWAYS
        parts: list[Condition] = []
        if len(self.names):
            parts.append(HostIn(self.names))
        for found, frames in ((self.hosts, _HOSTS), (self.urls, _URLS)):
            parts += [self._matches(found[at : at + STEP], frames) for at in range(0, len(found), STEP)]
        return _any([*parts, *self.doubts, *self._going_on()])


def _reached(reach: tuple[str, bool, bool], place: Location) -> Condition:
    names = NameList()
    name, itself, _ = reach
    (names.exact if itself else names.lower)[name] = place.line
    return HostIn(names)


def _unsure(key: str, reason: str, place: Location, doubt: Doubt) -> Unmodelled:
    return Unmodelled(key, reason, place, settle="end the entry with a slash", doubt=doubt)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _any(parts: list[Condition]) -> Condition:
    kept = [part for part in parts if part is not NEVER]
    if not kept:
        return NEVER
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept))
