"""Lists of names, also long ones."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from allowlint.model.hosts import HostSet, covering
from allowlint.model.nametext import NameText

FEW = 8
"""Entries up to which a list is taken whole; a longer one is asked only for what concerns the question."""


class NameList:
    """A possibly very long list of names, each with how far it reaches.

    Only the entries that can concern a question are ever made into a set.
    """

    __slots__ = ("_inside", "exact", "lower", "texts", "under", "whole")

    def __init__(self) -> None:
        self.exact: dict[str, int] = {}
        """Names that reach only themselves, with the line or index where each stands."""
        self.lower: dict[str, int] = {}
        """Names that reach everything below them, but not themselves."""
        self.whole: dict[str, int] = {}
        """Names that reach themselves and everything below."""
        self.texts: list[NameText] = []
        """Very many of the first and last kind, kept as they are."""
        self.under: tuple[str, ...] = ()
        """Names below which every entry stands, where that is known."""
        self._inside: dict[frozenset[str], list[tuple[str, bool, bool]]] = {}

    def __len__(self) -> int:
        return len(self.exact) + len(self.lower) + len(self.whole) + sum(map(len, self.texts))

    def __contains__(self, host: str) -> bool:
        return self.reaches(tuple(ancestors(host)))

    def reaches(self, names: Sequence[str]) -> bool:
        """Whether it holds a host, of which the names are given with those above it."""
        if not self.exact.keys().isdisjoint(names[:1]) or not self.whole.keys().isdisjoint(names):
            return True
        if self.lower and not self.lower.keys().isdisjoint(names[1:]):
            return True
        parts = (part for text in self.texts for part in text.about(names[:1]))
        return any(not exact.keys().isdisjoint(names[:1]) or not wide.keys().isdisjoint(names) for exact, wide in parts)

    def lists(self, name: str) -> bool:
        """Whether a name has an entry that reaches it alone."""
        return name in self.exact or any(name in exact for text in self.texts for exact, _ in text.about((name,)))

    def names(self) -> Iterator[str]:
        """Yield the name in each entry, however far it reaches."""
        written = (name.removeprefix(".") for text in self.texts for _, name in text.names())
        return chain(self.exact, self.lower, self.whole, written)

    def wide(self) -> Iterator[str]:
        """Yield the names that reach what is below them."""
        return chain(self.whole, self.lower, *(text.wide for text in self.texts))

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
        for _, name in (each for text in self.texts for each in text.names()):
            yield (name[1:], True, True) if name[0] == "." else (name, True, False)

    def _concerning(self, host: str) -> Iterator[tuple[str, bool, bool]]:
        """Yield the entries that reach a name."""
        above = tuple(ancestors(host))
        for part, at, below in self._parts((host,)):
            yield from ((name, at, below) for name in (above if below else (host,)) if name in part)

    def _parts(self, hosts: Iterable[str]) -> Iterator[tuple[Collection[str], bool, bool]]:
        """Yield names with how far they reach, among them all that have to do with some hosts."""
        yield self.exact, True, False
        yield self.lower, False, True
        yield self.whole, True, True
        for exact, whole in (part for text in self.texts for part in text.about(hosts)):
            yield exact, True, False
            yield whole, True, True

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
        for part, at, below in self._parts(hosts):
            for entry in part:
                # Few entries end as one of the hosts does.
                if entry[-shortest:] in ends and any(name in hosts for name in ancestors(entry.partition(".")[2])):
                    yield entry, at, below


def ancestors(host: str) -> Iterator[str]:
    """Yield ``host``, then each of its parents: ``a.b.c``, ``b.c``, ``c``."""
    while host:
        yield host
        _, _, host = host.partition(".")
