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


FEW = 40
"""Names that are looked up by searching the text; for more it pays to take the text apart."""


@lru_cache(maxsize=1)
def _text() -> str:
    """The file: a line for each shared name, and ``parent=example`` for the names above them."""
    path = os.path.join(os.path.dirname(__file__), "_suffixes.txt")
    loader = getattr(__spec__, "loader", None)
    if loader is None or not hasattr(loader, "get_data"):
        raise FileNotFoundError(path)
    # The loader also reads from a zip file.
    return str(loader.get_data(path), "ascii")


@lru_cache(maxsize=1)
def _parents() -> dict[str, str]:
    """The names above our own list, with an example of what is below."""
    return {parent: name for name in reversed(OURS) for parent in list(ancestors(name))[1:]}


def shared_below(name: str) -> str:
    """The shared name that an entry for ``name`` and everything below it opens; empty where there is none."""
    text = _text()
    if name in OURS or f"\n{name}\n" in text:
        return name
    _, found, rest = text.partition(f"\n{name}=")
    return rest.partition("\n")[0] if found else _parents().get(name, "")


def registrable(name: str) -> str:
    """The part of a name that one owner has: a label more than the longest shared name above it; empty where there is none."""
    text = _text()
    owned = ""
    for parent in reversed(list(ancestors(name))):
        if "." in parent and not owned:
            owned = parent
        if parent in OURS or f"\n{parent}\n" in text:
            owned = ""
    return owned


def _sieved(names: Iterable[str]) -> set[str]:
    """Those of many names that are shared, or have a shared one below them."""
    shared, _, above = _text().partition("\n[above]\n")
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
