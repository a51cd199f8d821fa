"""Names below which anybody can get a name: public suffixes and shared hosting.

``_suffixes.txt`` is made from the Public Suffix List as tldextract ships it, private section included (``make golden``). It is read
only when a wildcard has to be looked up.
"""

import os
from collections.abc import Iterable
from functools import lru_cache

from allowlint.model.namelist import ancestors
from allowlint.model.record import NamedTuple

OURS = """
blob.core.usgovcloudapi.net dfs.core.windows.net file.core.windows.net queue.core.windows.net table.core.windows.net
web.core.windows.net azurecr.io cloudapp.azure.com database.windows.net msecnd.net onmicrosoft.com sharepoint.com vault.azure.net
vo.msecnd.net amazonaws.com storage.googleapis.com googleusercontent.com dropboxusercontent.com aliyuncs.com myqcloud.com
oraclecloud.com backblazeb2.com wasabisys.com b-cdn.net hwcdn.net llnwd.net
""".split()
"""Shared hosting that the Public Suffix List does not name, reviewed by hand: customers choose the names below these."""


FEW = 1_000
"""Names that are looked up by searching the text; for more it pays to take the text apart."""


LONGEST = 512
"""Characters of a line, at most: two names."""


@lru_cache(maxsize=1)
def _texts() -> tuple[str, str]:
    """The two parts of the file: a line for each shared name, and ``parent=example`` for the names above them, in order."""
    path = os.path.join(os.path.dirname(__file__), "_suffixes.txt")
    loader = getattr(__spec__, "loader", None)
    if loader is None or not hasattr(loader, "get_data"):
        raise FileNotFoundError(path)
    # The loader also reads from a zip file.
    text = str(loader.get_data(path), "ascii")
    shared, _, above = text.partition("\n[above]\n")
    return shared.partition("[shared]\n")[2], above


def _line(text: str, name: str) -> str:
    """The line about a name, by halving the text; empty where there is none."""
    low, high = 0, len(text)
    while low < high:
        begin = max(low, text.rfind("\n", low, (low + high) // 2) + 1)
        line, _, _ = text[begin : begin + LONGEST].partition("\n")
        found, _, _ = line.partition("=")
        if found == name:
            return line
        low, high = (begin + len(line) + 1, high) if found < name else (low, begin)
    return ""


@lru_cache(maxsize=1)
def _parents() -> dict[str, str]:
    """The names above our own list, with an example of what is below."""
    return {parent: name for name in reversed(OURS) for parent in list(ancestors(name))[1:]}


def shared_below(name: str) -> str:
    """The shared name that an entry for ``name`` and everything below it opens; empty where there is none."""
    shared, above = _texts()
    if name in OURS or _line(shared, name):
        return name
    _, _, example = _line(above, name).partition("=")
    return example or _parents().get(name, "")


def registrable(name: str) -> str:
    """The part of a name that one owner has: a label more than the longest shared name above it; empty where there is none."""
    shared, _ = _texts()
    owned = ""
    for parent in reversed(list(ancestors(name))):
        if "." in parent and not owned:
            owned = parent
        if parent in OURS or _line(shared, parent):
            owned = ""
    return owned


def _sieved(names: Iterable[str]) -> set[str]:
    """Those of many names that are shared, or have a shared one below them."""
    shared, above = _texts()
    known = {*shared.split("\n"), *OURS, *_parents(), *(line.partition("=")[0] for line in above.split("\n"))}
    return known.intersection(names)


class Broad(NamedTuple):
    """A name of which everything below is covered, and what that opens."""

    name: str
    why: str


def judge_suffix(name: str) -> Broad | None:
    """What an entry opens that covers everything below a name; None where the name has one owner."""
    if not name:
        return Broad(name, "every name")
    if "." not in name:
        return Broad(name, f"the whole top-level domain .{name}")
    shared = shared_below(name)
    if not shared:
        return None
    return Broad(name, f"everything below {shared}{'' if shared == name else ' too'}, where anybody can get a name")


def broad_names(names: Iterable[str]) -> list[Broad]:
    """Those of some names that open too much where everything below them is covered, however many they are."""
    wide = set(names)
    if len(wide) > FEW:
        wide = _sieved(wide) | {name for name in wide if "." not in name}
    return [broad for name in sorted(wide) if (broad := judge_suffix(name)) is not None]
