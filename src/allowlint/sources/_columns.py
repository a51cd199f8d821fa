"""What the columns of a URL table mean, found by their headings, whatever their order."""

import re
from collections.abc import Mapping, Sequence

from allowlint.model.monitoring_agent import OLD_AGENT
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import SYSTEMS

WINDOWS_OLD = ("windows-1607", "windows-1703", "windows-1709", "windows-1803")
WINDOWS_CURRENT = ("windows", *WINDOWS_OLD)
"""'Windows 10' in a heading means every version of it; remarks on single rows set the bounds."""
WINDOWS_ALL = (*WINDOWS_CURRENT, *OLD_AGENT)
ALL_SYSTEMS = tuple(SYSTEMS)

_ROLES: Mapping[str, tuple[str, ...]] = {
    "service": ("service",),
    "geography": ("geography",),
    "category": ("category",),
    "port": ("port",),
    "url": (
        "endpoint/url", "endpoint/urls", "endpoint or url", "endpoint or urls", "endpoint", "endpoints", "url", "urls",
        "agent resource", "agent destination",
    ),
    "description": ("endpoint/url description", "endpoint or url description", "description"),
    "need": ("required or optional", "required / optional", "required/optional", "required", "type"),
    "comment": ("comments", "comment"),
    "os": ("os", "operating system"),
}  # fmt: skip
_ROLE_OF = {heading: role for role, headings in _ROLES.items() for heading in headings}
_YES = {"yes": True, "yes*": True, "x": True, "": False, "no": False, "-": False, "n/a": False}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "all": ALL_SYSTEMS,
    "windows": WINDOWS_ALL,
    "linux": ("linux",),
    "macos": ("macos",),
    "mac": ("macos",),
}


class Columns(NamedTuple):
    """Which column plays which role. Indexes count from 0."""

    roles: Mapping[str, int]
    systems: Mapping[int, tuple[str, ...]]
    """Column of yes/no flags to the systems that it stands for."""
    width: int
    unknown: tuple[str, ...]
    """Headings that were not understood."""

    def cell(self, cells: Sequence[str], role: str) -> str:
        """Text of a role in a row; empty when the table has no such column or the row is too short."""
        index = self.roles.get(role, -1)
        return cells[index] if 0 <= index < len(cells) else ""


def heading_key(text: str) -> str:
    """A heading without case, line ends, invisible blanks and mark-up."""
    text = text.replace("\u00a0", " ").replace("\\", "").replace("`", "").replace("*", "")
    return " ".join(text.split()).casefold()


def read_header(cells: Sequence[str]) -> Columns | None:
    """The columns of a header row, or None when the row is no header of a URL table.

    A header names the URL column and at least one other known role.
    """
    keys = [heading_key(cell) for cell in cells]
    roles: dict[str, int] = {}
    systems: dict[int, tuple[str, ...]] = {}
    unknown = []
    for index, key in enumerate(keys):
        role = _ROLE_OF.get(key)
        if role is not None:
            roles.setdefault(role, index)
        elif flagged := flag_column(key):
            systems[index] = flagged
        elif key:
            unknown.append(cells[index].strip())
    if "url" not in roles or len(roles) + len(systems) < 2:
        return None
    width = max((index + 1 for index, key in enumerate(keys) if key), default=0)
    return Columns(roles, systems, width, tuple(unknown))


def flag_column(key: str) -> tuple[str, ...]:
    """Systems that a heading of a yes/no column stands for; empty when it is none.

    In the 2021 workbook 'Windows Server 2008 R2 / 2012 R2 / 2016' means machines on the Microsoft Monitoring Agent,
    because the unified agent did not exist yet.
    """
    if len(key) > 120:
        return ()
    if re.fullmatch(r"mac|macos|mac os", key):
        return ("macos",)
    if key == "linux":
        return ("linux",)
    if not re.match(r"win(dows)?\b|server\b", key):
        return ()
    if "mma" in key or "2008" in key:
        return ("windows-server-mma",)
    if re.search(r"unified|\b1[01]\b|server 2019", key):
        return WINDOWS_CURRENT
    return ("windows-legacy",) if re.search(r"\b7\b|8\.1", key) else ()


def section_systems(title: str) -> tuple[str, ...]:
    """Systems that the name of a sheet or heading limits its rows to; empty when it sets no limit."""
    key = heading_key(title)
    if "1607" in key and "1803" in key:
        return WINDOWS_OLD
    return OLD_AGENT if "(mma" in key else ()


def is_portal(title: str) -> bool:
    """Whether a sheet or heading lists addresses of administrators' portals."""
    key = heading_key(title)
    return "portal" in key or "security center" in key


def flag(text: str) -> bool | None:
    """Yes, no, or None for a word that is neither. Empty is no."""
    return _YES.get("".join(text.split()).casefold())


def os_words(text: str) -> tuple[str, ...] | None:
    """Systems of a single OS cell ('All', 'Windows', 'Linux, macOS'), or None when a word is unknown."""
    found: list[str] = []
    for word in re.split(r"[,/;&\n]+|\band\b", text.casefold()):
        if word := word.strip(" *."):
            if word not in _WORDS:
                return None
            found.extend(_WORDS[word])
    return ordered(found) or None


def ordered(systems: Sequence[str]) -> tuple[str, ...]:
    """The systems without repetition, in the order of the vocabulary."""
    return tuple(name for name in ALL_SYSTEMS if name in systems)
