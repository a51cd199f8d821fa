"""What TestCloudConnection prints: the tool of the Microsoft Monitoring Agent that names the accounts its workspace needs.

No text of it is published (Microsoft's articles show pictures), only that a section ``Firewall Rule: *.blob.core.windows.net``
has the names by which that wildcard can be replaced. So it is read leniently: a heading opens a section, blank lines do not
close it, and every name below the wildcard counts, wherever it stands on its line. One name too many asks for too much; one
that was overlooked would be a machine that is cut off, so whatever in a section looks like a name and is none is reported.
"""

import os
import re
from collections.abc import Iterator

from allowlint.errors import PolicyError
from allowlint.model.location import Location
from allowlint.model.monitoring_agent import NAMED_BY_WORKSPACE, STORAGE, WorkspaceHost, workspace_id
from allowlint.model.record import NamedTuple
from allowlint.model.tree import LONGEST_NAME

MAX_BYTES = 4 * 1024 * 1024
MAX_HOSTS = 1_000
"""Accounts in one output; a workspace needs about a dozen."""
_MOST = 5
"""Lines that are reported one by one."""

_HEADING = re.compile(r"firewall\s*rule", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_BETWEEN = re.compile(r"[\s\x01-\x1f\x7f\"'“”‘’«»<>()\[\]{},;|`:/?#&=@\\]+")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){2,}")
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_HINT = "run TestCloudConnection.exe on a machine of the workspace, and keep all that it prints as text"


class Output(NamedTuple):
    """What one run of the tool says."""

    hosts: tuple[WorkspaceHost, ...]
    workspaces: tuple[str, ...]
    """The IDs of the workspaces that it names, wherever it does."""
    notices: tuple[str, ...]
    """Lines of the sections that could not be read."""
    cut: tuple[str, ...] = ()
    """The stores in whose sections a name is not whole."""


def read_output(path: str, folder: str = "") -> Output:
    """Read the output of one run, in UTF-16 or any encoding that has ASCII in it. A relative path is one below ``folder``.

    Raises PolicyError for a file that cannot be read, is too large or no text, and for one that names no account: its wildcard
    would silently stay, or go.
    """
    hosts: dict[str, WorkspaceHost] = {}
    unread: list[str] = []
    cut: dict[str, None] = {}
    text = _text(path, os.path.join(folder, path))
    sections = 0
    for number, line, store in _lines(text):
        sections += bool(_HEADING.search(line))
        if not store:
            continue
        found = [name for name in _names(line) if name.endswith(f".{store}")]
        for name in found:
            hosts.setdefault(name, WorkspaceHost(name, Location(path, number)))
        if _hides_a_name(line, store, len(found)):
            cut |= dict.fromkeys([store] if _has_part_of_a_name(line, store) else [])
            unread.append(f"{path}:{number}: no account of {store} could be read in {line.strip()[:80]!r}")
        if len(hosts) > MAX_HOSTS:
            raise PolicyError(f"more than {MAX_HOSTS} accounts; a workspace needs about a dozen", path=path, hint=_HINT)
    if not hosts:
        missing = "its section 'Firewall Rule' names no account" if sections else "no section 'Firewall Rule' in it"
        raise PolicyError(f"{missing} of {' or '.join(STORAGE)}", path=path, hint=_HINT)
    more = [f"{path}: {len(unread) - _MOST} more lines could not be read"] if len(unread) > _MOST else []
    return Output(tuple(hosts.values()), tuple(_workspaces(text)), (*unread[:_MOST], *more), tuple(cut))


def _text(path: str, place: str) -> str:
    try:
        if not os.path.isfile(place):
            raise PolicyError("no such file" if not os.path.exists(place) else "is no file", path=path, hint=_HINT)
        with open(place, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"larger than {MAX_BYTES // 1024 // 1024} MB", path=path, hint=_HINT)
    # The names are ASCII; what else there is depends on the console's code page and does not matter.
    text = data.decode(_encoding(data), errors="replace")
    if "\0" in text:
        raise PolicyError("is no text", path=path, hint=_HINT)
    return text


def _encoding(data: bytes) -> str:
    """PowerShell 5 redirects as UTF-16 with a mark; the mark is lost where files are joined or cut."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    head = data[:4096]
    if head[1::2].count(0) * 2 > len(head[1::2]):
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) * 2 > len(head[::2]) else "utf-8"


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines, each with its number and the store below which the section that it stands in has its names."""
    store = ""
    for number, line in enumerate(_LINE_END.split(text), 1):
        low = line.lower()
        named = next((name for name in STORAGE if f"*.{name}" in low or f"*{name}" in low), "")
        # In Microsoft's client analyzer, which repeats the output, the next part begins below a line of hashes.
        if named or _HEADING.search(low) or low.lstrip().startswith("####"):
            store = named
        yield number, line, store


def _words(line: str) -> Iterator[str]:
    return (word.rstrip(".!") for word in _BETWEEN.split(line.lower()))


def _names(line: str) -> Iterator[str]:
    return (word for word in _words(line) if len(word) <= LONGEST_NAME and _NAME.fullmatch(word))


def _hides_a_name(line: str, store: str, found: int) -> bool:
    """Whether more than what was found may have been meant as a name; the wildcard of the heading is none."""
    meant = sum("blob" in word and word not in (store, f"*{store}", f"*.{store}") for word in _words(line))
    return meant > found or (not found and any(_names(line)))


def _has_part_of_a_name(line: str, store: str) -> bool:
    """Whether a word is the beginning of a name below a store, or one with something odd in it: an account that is not known."""
    words = (word for word in _words(line) if not (word.endswith(f".{store}") and _NAME.fullmatch(word)))
    return any(".blob" in word and word.partition(".blob")[0].strip("*.") for word in words)


def _workspaces(text: str) -> Iterator[str]:
    seen = set()
    for line in _LINE_END.split(text):
        for name in _names(line):
            first, _, rest = name.partition(".")
            if rest in NAMED_BY_WORKSPACE and first not in seen and _is_id(first):
                seen.add(first)
                yield first


def _is_id(text: str) -> bool:
    try:
        return bool(workspace_id(text))
    except ValueError:
        return False
