"""Where names are looked up: the objects of a virtual system or device group, then those of its ancestors, then the shared ones.

"Objects > Move, Clone, Override, or Revert Objects" (PAN-OS web interface help): an object of a device group stands before one of
the same name in an ancestor, unless Panorama is told that ancestors take precedence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from allowlint.model.condition import Doubt, Unmodelled
from allowlint.model.device import Entry, Note, Unread
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.syntax.files import Files, Missing
from allowlint.syntax.xml_tree import Node, elements, only_members

_DEFINE = "define it, or correct the name"
CONTAINERS = {
    "address": "address",
    "address-group": "address-group",
    "service": "service",
    "service-group": "service-group",
    "application": "application",
    "application-group": "application-group",
    "application-filter": "application-filter",
    "external-list": "external-list",
    "region": "region",
    "custom-url-category": "profiles/custom-url-category",
    "url-filtering": "profiles/url-filtering",
    "decryption": "profiles/decryption",
    "profile-group": "profile-group",
    "authentication-object": "authentication-object",
    "schedule": "schedule",
}
"""Where the objects of each kind stand below a virtual system, a device group or ``shared``."""
_APPENDING = (10, 2)
"""docs.paloaltonetworks.com, "Guidelines for URL Category Exceptions": from 10.2 on by default."""
_ENTRY = re.compile(rb"<entry\s[^<>]*?name=\"([^\"]*)\"")


class Version(NamedTuple):
    """The feature release that an export names; zeros where it names none."""

    major: int = 0
    minor: int = 0

    @property
    def known(self) -> bool:
        """Whether the export names one."""
        return self.major > 0

    @property
    def appends(self) -> bool:
        """Whether a firewall of this release appends a slash to entries of URL lists unless that is switched off."""
        return tuple(self) >= _APPENDING


class Scope:
    """The objects of one level."""

    __slots__ = ("_indexes", "label", "node")

    def __init__(self, node: Node, label: str) -> None:
        self.node = node
        self.label = label
        """What the level is called in messages."""
        self._indexes: dict[str, Mapping[bytes, int]] = {}

    def container(self, kind: str) -> Node | None:
        """The element that holds the objects of a kind."""
        return self.node.find(CONTAINERS[kind])

    def find(self, kind: str, name: str) -> Node | None:
        """An object by its name; None where this level has none."""
        place = self.place(kind, name.encode("utf-8", "surrogateescape"))
        return next(elements(self.node.document, place, self.node.end)) if place is not None else None

    def place(self, kind: str, name: bytes) -> int | None:
        """Where an object begins in the text of its document; None where this level has none."""
        return self._index(kind).get(name)

    def _index(self, kind: str) -> Mapping[bytes, int]:
        """The places of the objects of a kind by name."""
        index = self._indexes.get(kind)
        if index is None:
            container = self.container(kind)
            index = self._indexes[kind] = _indexed(container) if container is not None else {}
        return index

    def all(self, kind: str) -> Iterator[Node]:
        """Yield every object of a kind."""
        container = self.container(kind)
        if container is not None:
            yield from container.entries()

    def repeated(self) -> Iterator[tuple[str, Node]]:
        """Yield (kind, object) for the names that stand twice in one container, which no device writes."""
        for kind in CONTAINERS:
            container = self.container(kind)
            if container is None or (_is_plain(container) and len(self._index(kind)) == _counted(container)):
                continue
            seen: set[str] = set()
            for entry in container.entries():
                if entry.name in seen:
                    yield kind, entry
                seen.add(entry.name)


def _indexed(container: Node) -> Mapping[bytes, int]:
    """The places of the objects by name.

    In a list of addresses and the like nothing but the objects themselves is an ``entry``; others are read one by one.
    """
    if not _is_plain(container):
        entries = container.entries()
        return {entry.name.encode("utf-8", "surrogateescape"): entry.start for entry in entries}
    data, begin, end = container.document.data, container.begin, container.end
    return {match[1]: match.start() for match in _ENTRY.finditer(data, begin, end)}


def _is_plain(container: Node) -> bool:
    """Whether names can be told by their bytes alone."""
    data, begin, end = container.document.data, container.begin, container.end
    return container.tag in _FLAT and data.find(b"&", begin, end) < 0 and data.find(b"'", begin, end) < 0


def _counted(container: Node) -> int:
    """How many entries there are in a list."""
    return container.document.data.count(b"<entry ", container.begin, container.end)


_FLAT = frozenset(("address", "address-group", "service", "service-group", "custom-url-category"))


class World:
    """What the parts of one device share: where names are looked up, and what is found on the way."""

    __slots__ = (
        "appends",
        "bound",
        "entries",
        "files",
        "found",
        "notes",
        "partial",
        "path",
        "ratings",
        "repeated",
        "scopes",
        "unread",
        "version",
    )

    def __init__(self, path: str, scopes: Iterable[Scope], files: Files, version: Version) -> None:
        self.path = path
        self.scopes = tuple(scopes)
        """Nearest first."""
        self.files = files
        self.version = version
        self.appends = False
        """Whether the device surely appends a slash to entries of URL lists."""
        self.partial = ""
        """Why objects may be missing that the device has; empty where all are here."""
        self.ratings: Mapping[str, tuple[str, ...]] = {}
        self.unread: list[Unread] = []
        self.entries: list[Entry] = []
        self.notes: list[Note] = []
        self.found: set[tuple[str, str]] = set()
        """(kind, name) of what has been reported as undefined."""
        self.repeated: set[tuple[str, str]] = set()
        """(kind, name) of what stands twice in one list, which no device writes."""
        self.bound = 1_000_000
        """Members of groups that are still followed."""

    def find(self, kind: str, name: str) -> Node | None:
        """An object, as the device would find it."""
        for scope in self.scopes:
            node = scope.find(kind, name)
            if node is not None:
                return node
        return None

    def unknown(self, place: Location, text: str, why: str, *, matters: bool = True) -> None:
        """Something was not understood."""
        self.unread.append(Unread(place, text, why, matters))

    def unfamiliar(self, node: Node, *known: str) -> None:
        """Report the parts of an object that are none of those known, and lists that hold something beside members."""
        for child in node.children:
            if child.tag not in (*known, "description", "tag", "disable-override"):
                self.unknown(child.location, child.tag, f"this part of '{node.name}' is not known")
            elif child.tag != "dynamic" and not only_members(child.inner):
                self.unknown(child.location, child.tag, f"what is in this part of '{node.name}' is not known")

    def undefined(self, kind: str, name: str, place: Location) -> None:
        """A name is used that nothing defines; said once."""
        if not self.partial and (kind, name) not in self.found:
            self.found.add((kind, name))
            self.notes.append(Note("unresolved", place, f"{kind} '{name}' is used and not defined", _DEFINE))

    def exhausted(self, place: Location) -> Unmodelled:
        """Groups are followed no further; said once."""
        reason = "groups of groups with more members than are followed"
        if ("bound", "") not in self.found:
            self.found.add(("bound", ""))
            self.unknown(place, "groups", reason)
        return Unmodelled("groups without end", reason, place, doubt=Doubt.NOT_MODELLED)

    def ambiguous(self, kind: str, name: str, place: Location) -> Unmodelled:
        """What a name that stands twice means."""
        reason = f"which of the two called '{name}' is meant ({kind})"
        return Unmodelled(f"ambiguous {kind} {name}", reason, place, doubt=Doubt.NOT_MODELLED)

    def empty(self, kind: str, name: str, place: Location) -> None:
        """A list without members is used; said once."""
        if (f"empty {kind}", name) not in self.found:
            self.found.add((f"empty {kind}", name))
            text = f"{kind} '{name}' has no members: what uses it never matches"
            self.notes.append(Note("empty", place, text, "fill it, or remove it with what uses it"))

    def hollow(self, kind: str, name: str, place: Location) -> Unmodelled:
        """A group without members, which no commit accepts; said once."""
        if (f"empty {kind}", name) not in self.found:
            self.found.add((f"empty {kind}", name))
            text = f"{kind} '{name}' has no members: what a rule that names it is about cannot be told"
            self.notes.append(Note("empty", place, text, "fill it, or remove it with what uses it"))
        reason = f"the {kind} '{name}', which has no members"
        return Unmodelled(f"empty {kind} {name}", reason, place, doubt=Doubt.NOT_MODELLED)

    def circular(self, kind: str, name: str, place: Location) -> None:
        """A group is a member of itself; said once."""
        if (f"circular {kind}", name) not in self.found:
            self.found.add((f"circular {kind}", name))
            self.unknown(place, f"{kind} '{name}'", "it is a member of itself")

    def side_file(self, name: str) -> bytes | Missing | None:
        """What an external list holds, where somebody put a file ``name.txt`` beside the configuration."""
        if "/" in name or name.startswith("."):
            return None
        found = self.files.find(f"{name}.txt")
        if isinstance(found, Missing):
            return found._replace(
                hint=f"put its content beside the configuration as {name}.txt, or --assume feeds_unrelated"
            )
        return self.files.read(found)
