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
        self._inside: dict[str, list[tuple[str, int]]] = {}

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
        return covering({found for host, whole in region.anchors() for found in self._concerning(host, whole)}) & region

    def entries(self) -> Iterator[tuple[str, bool, bool]]:
        """Yield (name, the name itself, everything below it) for every entry."""
        yield from ((entry, True, False) for entry in self.exact)
        yield from ((entry, False, True) for entry in self.lower)
        yield from ((entry, True, True) for entry in self.whole)

    def _concerning(self, host: str, whole: bool) -> Iterator[tuple[str, bool, bool]]:
        if host in self.exact:
            yield host, True, False
        for ancestor in ancestors(host):
            if ancestor in self.whole:
                yield ancestor, True, True
            if ancestor in self.lower:
                yield ancestor, False, True
        if whole:
            for entry, kind in self.inside(host):
                yield entry, kind != 1, kind != 0

    def inside(self, host: str) -> list[tuple[str, int]]:
        """The entries strictly below ``host`` (everything for ``""``), with 0 exact, 1 lower, 2 whole."""
        found = self._inside.get(host)
        if found is None:
            tail = f".{host}" if host else ""
            found = [
                (e, kind)
                for kind, part in enumerate((self.exact, self.lower, self.whole))
                for e in part
                if e.endswith(tail)
            ]
            self._inside[host] = found
        return found


def ancestors(host: str) -> Iterator[str]:
    """Yield ``host``, then each of its parents: ``a.b.c``, ``b.c``, ``c``."""
    while host:
        yield host
        _, _, host = host.partition(".")
