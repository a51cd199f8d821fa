"""Long lists of names, as products keep them in files."""

from collections.abc import Iterator

from allowlint.model.hosts import HostSet, covering

FEW = 8
"""Entries up to which a list is taken whole; a longer one is asked only for what concerns the question."""


class NameList:
    """A possibly very long list of names, each with how far it reaches, as products keep them in files.

    Only the entries that can concern a question are ever made into a set, so a list of a million domains costs one
    dictionary entry each.
    """

    __slots__ = ("_inside", "exact", "lower", "under", "whole")

    def __init__(self) -> None:
        self.exact: dict[str, int] = {}
        """Names that reach only themselves, with the line or index where each stands."""
        self.lower: dict[str, int] = {}
        """Names that reach everything below them, but not themselves."""
        self.whole: dict[str, int] = {}
        """Names that reach themselves and everything below."""
        self.under: tuple[str, ...] = ()
        """Names below which every entry stands, where that is known."""
        self._inside: dict[frozenset[str], list[tuple[str, bool, bool]]] = {}

    def __len__(self) -> int:
        return len(self.exact) + len(self.lower) + len(self.whole)

    def __contains__(self, host: str) -> bool:
        if host in self.exact or host in self.whole:
            return True
        return any(above in self.lower or above in self.whole for above in ancestors(host.partition(".")[2]))

    def within(self, region: HostSet) -> HostSet:
        """The members of ``region`` that the list covers."""
        if len(self) <= FEW:
            return covering(self.entries()) & region
        anchors = list(region.anchors())
        found = {entry for host, _ in anchors for entry in self._concerning(host)}
        found.update(self._below(frozenset(host for host, whole in anchors if whole)))
        return covering(found) & region

    def entries(self) -> Iterator[tuple[str, bool, bool]]:
        """Yield (name, the name itself, everything below it) for every entry."""
        yield from ((entry, True, False) for entry in self.exact)
        yield from ((entry, False, True) for entry in self.lower)
        yield from ((entry, True, True) for entry in self.whole)

    def _concerning(self, host: str) -> Iterator[tuple[str, bool, bool]]:
        """Yield the entries that reach a name."""
        if host in self.exact:
            yield host, True, False
        for ancestor in ancestors(host):
            if ancestor in self.whole:
                yield ancestor, True, True
            if ancestor in self.lower:
                yield ancestor, False, True

    def _below(self, hosts: frozenset[str]) -> list[tuple[str, bool, bool]]:
        """The entries strictly below one of the hosts (everything for ``""``): one look at each entry, however many hosts."""
        found = self._inside.get(hosts)
        if found is None:
            found = self._inside[hosts] = list(self._looked_through(hosts)) if hosts else []
        return found

    def _looked_through(self, hosts: frozenset[str]) -> Iterator[tuple[str, bool, bool]]:
        if "" in hosts:
            yield from self.entries()
            return
        tails = {f".{host}" for host in hosts}
        shortest = min(map(len, tails))
        ends = frozenset(tail[-shortest:] for tail in tails)
        for part, at, below in ((self.exact, True, False), (self.lower, False, True), (self.whole, True, True)):
            for entry in part:
                # Few entries end as one of the hosts does.
                if entry[-shortest:] in ends and any(name in hosts for name in ancestors(entry.partition(".")[2])):
                    yield entry, at, below


def ancestors(host: str) -> Iterator[str]:
    """Yield ``host``, then each of its parents: ``a.b.c``, ``b.c``, ``c``."""
    while host:
        yield host
        _, _, host = host.partition(".")
