"""Entries without a slash, and the names behind them to which they go on where the device appends none.

docs.paloaltonetworks.com, "Custom URL Categories" (PAN-OS 10.0) and "Guidelines for URL Category Exceptions": without the ending token
"the firewall assumes an implicit asterisk and interprets that entry as ``example.com.*``", so that ``example.com.test.info`` matches;
CVE-2022-0011 says the same. The tokens of the entry are the first of the name, and one or more follow.

For a name that is asked for by itself, that is decided. So it is for a pattern where the entry reaches into what all its names end
with (``shop.app`` in ``*.app.example.com``). In the part that varies a whole domain name of somebody else is
not looked for, as in the URL filters of FortiOS: nobody's host is called ``facebook.com.endpoint.security.microsoft.com``, and every list
of sites that are blocked would else leave all patterns open. What may be a part of a name (``eu.events``), or is so short that regions
make it up (``*.eu`` in ``edr-weu.eu.endpoint.security.microsoft.com``), may be there.
"""

from collections import defaultdict
from collections.abc import Iterable

from allowlint.model.condition import ALWAYS, NEVER, Condition, HostIn
from allowlint.model.hosts import requirement_entry
from allowlint.model.namelist import NameList, ancestors
from allowlint.platforms import Endpoint
from allowlint.platforms._public_names import MIDDLE, SHORT, SITES, TOP

_PRIVATE = frozenset("test example invalid local localhost internal lan".split())
"""Ends of names that are nobody's on the internet."""
_QUADS = 4


class OpenEnds:
    """The endpoints that will be asked about, as names that may go on behind entries."""

    __slots__ = ("_below", "_exact", "_heads", "_inner", "_known", "_starts")

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        entries = list(dict.fromkeys(requirement_entry(endpoint.host.lower()) for endpoint in endpoints))
        self._known = bool(entries)
        self._exact = dict.fromkeys((name for name, itself, _ in entries if itself), 0)
        self._below = dict.fromkeys((name for name, _, below in entries if below), 0)
        self._heads: dict[str, list[str]] = defaultdict(list)
        """Names by what they begin with."""
        self._inner: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        """Names, and what patterns end with, by the labels in their middle, before which something stands."""
        self._starts: dict[str, list[str]] = defaultdict(list)
        """What patterns end with, by what that begins with."""
        for name in self._exact:
            labels = name.split(".")
            for end in range(1, len(labels)):
                self._heads[".".join(labels[:end])].append(name)
                for begin in range(1, end):
                    self._inner[".".join(labels[begin:end])][0].append(name)
        for name in self._below:
            labels = name.split(".")
            for end in range(1, len(labels)):
                self._starts[".".join(labels[:end])].append(name)
                for begin in range(end):
                    self._inner[".".join(labels[begin:end])][1].append(name)

    def behind(self, host: str) -> Condition:
        """The host is one of those asked for that may go on behind an entry; the entry's own tokens are not compared."""
        if not self._known:
            return ALWAYS
        labels = host.split(".")
        while labels and labels[-1] == "^":
            labels.pop()
        begin = max((at + 1 for at, label in enumerate(labels) if label in {"*", "^"}), default=0)
        tail, whole = labels[begin:], ".".join(labels[begin:])
        names = NameList()
        if not tail:
            names.exact.update(self._exact)
        elif not begin:
            names.exact.update(dict.fromkeys(self._heads.get(whole, ()), 0))
        elif whole in self._inner:
            exact, below = self._inner[whole]
            names.exact.update(dict.fromkeys(exact, 0))
            names.lower.update(dict.fromkeys(below, 0))
        for cut in range(1, len(tail)):
            names.lower.update(dict.fromkeys(self._starts.get(".".join(tail[cut:]), ()), 0))
        if not is_somebodys(tail, below=begin > 0):
            names.lower.update(self._below)
        return HostIn(names) if len(names) else NEVER

    def on(self, host: str) -> Condition:
        """Whether what is asked for may be on a host of an entry, as far as the host tells."""
        wild = not {"*", "^"}.isdisjoint(host.split("."))
        below = any(above in self._below for above in ancestors(host.partition(".")[2]))
        return ALWAYS if not self._known or wild or below or host in self._exact else NEVER


def is_somebodys(labels: list[str], *, below: bool) -> bool:
    """Whether labels are a whole name of somebody, or an address, rather than a part of a name.

    ``below``: whether a wildcard stands before them, so that a top-level domain alone will do.
    """
    if len(labels) == _QUADS and all(map(str.isdecimal, labels)):
        return True
    *others, top = labels or [""]
    if top not in TOP and top not in _PRIVATE and not (top in SITES and others):
        return False
    return (bool(others) or below) and not (top in MIDDLE and len(".".join(others)) <= SHORT)
