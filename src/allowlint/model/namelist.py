"""Long lists of names, as products keep them in files."""

from collections.abc import Iterable, Iterator

from allowlint.model import tree
from allowlint.model.hosts import HostSet, gathered, narrowed_piece


class NameList:
    """A possibly very long list of names, each with how far it reaches, as products keep them in files.

    Only the entries that can concern a question are ever made into a set, so a list of a million domains costs one
    dictionary entry each.
    """

    __slots__ = ("_inside", "exact", "lower", "whole")

    def __init__(self) -> None:
        self.exact: dict[str, int] = {}
        """Names that reach only themselves, with the line or index where each stands."""
        self.lower: dict[str, int] = {}
        """Names that reach everything below them, but not themselves."""
        self.whole: dict[str, int] = {}
        """Names that reach themselves and everything below."""
        self._inside: dict[str, list[tuple[str, int]]] = {}

    def __len__(self) -> int:
        return len(self.exact) + len(self.lower) + len(self.whole)

    def within(self, region: HostSet) -> HostSet:
        """The members of ``region`` that the list covers."""
        if len(self) <= 8:
            entries: Iterable[tuple[str, bool, bool]] = list(self._all())
        else:
            entries = {found for host, whole in region.anchors() for found in self._concerning(host, whole)}
        pieces = [
            (cube, part) for cube, node in region.pieces for part in [tree.covered(node, entries)] if part is not None
        ]
        if not pieces:
            return HostSet()
        return gathered([piece for cube, part in pieces for piece in narrowed_piece(cube, part)])

    def _all(self) -> Iterator[tuple[str, bool, bool]]:
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
