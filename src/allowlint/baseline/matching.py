"""Which findings a set of entries knows: one entry knows one finding."""

from collections.abc import Iterable, Sequence

from allowlint.baseline.entries import Entry
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple


class Matched(NamedTuple):
    """Which entry knows which finding, by their places in the two lists."""

    entry_of: dict[int, int]
    """By finding."""
    unmatched: tuple[int, ...]
    """Entries that know none."""


def matched(findings: Sequence[Finding], entries: Sequence[Entry]) -> Matched:
    """Give each finding the entry that knows it: first the one that is just this fault, then one that it is a part of."""
    free: dict[tuple[str, ...], list[int]] = {}
    for index, entry in enumerate(entries):
        free.setdefault(entry.key, []).append(index)
    current = {index: Entry.of(finding) for index, finding in enumerate(findings)} if entries else {}
    found: dict[int, int] = {}
    for same in (True, False):
        for index, entry in current.items():
            if index not in found:
                among = free.get(entry.key, [])
                known = next(
                    (i for i in among if entries[i].knows(entry) and (not same or _same(entries[i], entry))), None
                )
                if known is not None:
                    among.remove(known)
                    found[index] = known
    return Matched(found, _left(free.values()))


def _same(entry: Entry, other: Entry) -> bool:
    return (entry.extent, entry.object, entry.occurrence) == (other.extent, other.object, other.occurrence)


def _left(lists: Iterable[list[int]]) -> tuple[int, ...]:
    return tuple(sorted(index for each in lists for index in each))
