"""How far a fault reaches, in a form that can be kept in a file and compared with what is found later."""

from __future__ import annotations

from collections.abc import Iterable

from allowlint.model import tree
from allowlint.model.hosts import HostSet
from allowlint.model.record import NamedTuple

MOST = 24
"""Lines of one kind that are kept as words; of more, their hash."""
_HASH = "sha256:"
_OPAQUE = "~"
"""What begins a part of a set that only equals itself: one that regular expressions cut."""


class Extent(NamedTuple):
    """How far a fault reaches: whom it concerns, which hosts fail or may fail, by which rules, for which reasons.

    All of it is sorted and free of line numbers, so that equal faults give equal extents wherever they stand.
    """

    client: str = ""
    """Who connects, where somebody said so."""
    fails: tuple[str, ...] = ()
    """The hosts that surely fail (``x``, ``*.x``, and ``!x`` for what works all the same)."""
    doubtful: tuple[str, ...] = ()
    """The hosts that fail or may fail, where they are more."""
    ways: tuple[str, ...] = ()
    """The rules by which they do."""
    reasons: tuple[str, ...] = ()
    """What is not told of them."""

    def within(self, other: Extent) -> bool:
        """Whether all of the fault was a part of another one: it has become smaller, or is what it was."""
        return (
            self.client == other.client
            and inside(self.fails, other.fails)
            and inside(self.doubtful or self.fails, other.doubtful or other.fails)
            and _among(self.ways, other.ways)
            and _among(self.reasons, other.reasons)
        )


def hosts_in_words(hosts: HostSet | None) -> tuple[str, ...]:
    """A set of hosts as lines: equal sets of names and wildcards give equal lines."""
    if not hosts:
        return ()
    lines: list[str] = []
    for cube, node in hosts.pieces:
        if cube:
            narrowing = " and ".join(sorted(f"{'' if wanted else 'not '}{regular.spelled}" for regular, wanted in cube))
            lines.append(f"{_OPAQUE}{' '.join(sorted(tree.written(node)))} matching {narrowing}")
        else:
            lines += tree.written(node)
    return kept(lines)


def kept(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines in order, each once; of many, their hash."""
    found = sorted(set(lines))
    if len(found) <= MOST:
        return tuple(found)
    from hashlib import sha256

    digest = sha256("\n".join(found).encode("utf-8", "surrogatepass")).hexdigest()
    return (f"{_HASH}{digest[:32]} ({len(found)} of them)",)


def _among(now: tuple[str, ...], then: tuple[str, ...]) -> bool:
    return set(now) <= set(then)


def inside(now: tuple[str, ...], then: tuple[str, ...]) -> bool:
    """Whether hosts, as lines, were among others. What is not made of names only must be what it was."""
    if now == then or not now:
        return True
    if any(line.startswith((_OPAQUE, _HASH)) for line in (*now, *then)):
        return False
    none = tree.minus(tree.read(now), tree.read(then))
    return not tree.has_members(none)
