"""The entries of a configuration that almost say what a requirement needs.

An index is built once for a device. It keeps only entries of lists that a rule grants something, or that no rule uses at all, and
of those only what shares the end of its name with a requirement, so that a list of a million names costs one look at each.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from allowlint.checks import Examined
from allowlint.checks._findings import Fault, spelled
from allowlint.checks._rules import line, owned, uses
from allowlint.checks._typos import LIMIT, alike, letters, slip
from allowlint.model.device import Entry, LongList, Stage
from allowlint.model.location import Location
from allowlint.model.namelist import ancestors
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered

FEW = 20_000
"""Entries up to which slips are looked for in names with another ending too."""
MOST = 5_000
"""Names that are compared letter by letter with one requirement."""


class Miss(NamedTuple):
    """Something that almost covers a requirement, and why it does not."""

    rank: int
    """0 where it is surely meant for the requirement, 1 where it looks so, 2 where it is worth a look."""
    distance: int
    location: Location
    message: str
    fix: str = ""
    """What to do about it."""


class Meant(NamedTuple):
    """What the author of an entry seems to have meant."""

    name: str
    below: bool
    """Everything below the name."""
    entry: Entry
    used: bool
    """Whether a rule of the stage grants its list something."""


class Index(NamedTuple):
    """The entries of one device that a stage's rules grant something, and those that no rule uses."""

    by_name: dict[str, list[tuple[Entry, bool]]]
    """The entries by the name that they seem to be about, each with whether a rule uses it."""
    by_end: dict[str, list[str]]
    """The names by their last two labels."""
    by_length: dict[tuple[str, int], list[tuple[int, str]]]
    """(letters, name) of what is not required itself, by (last two labels, length); no labels where the names are few."""
    few: bool

    def meant(self, name: str) -> Iterator[Meant]:
        """What the entries about a name mean."""
        for entry, used in self.by_name.get(name, ()):
            found = _meant(entry, used=used)
            if found is not None:
                yield found


def end_of(name: str) -> str:
    """The last two labels, by which entries are kept."""
    return ".".join(name.rsplit(".", 2)[-2:])


@remembered
def _for_access(examined: Examined) -> Index:
    return _index(examined, Stage.ACCESS)


@remembered
def _for_inspection(examined: Examined) -> Index:
    return _index(examined, Stage.INSPECTION)


def index_of(examined: Examined, stage: Stage) -> Index:
    """The entries that may concern a stage."""
    return _for_inspection(examined) if stage is Stage.INSPECTION else _for_access(examined)


def _index(examined: Examined, stage: Stage) -> Index:
    hosts = [verdict.requirement.host for verdict in examined.verdicts]
    wide = frozenset(host.lstrip("*.") for host in hosts if host.startswith("*"))
    required = frozenset(hosts) | wide
    ends = frozenset(end_of(name) for name in required)
    candidates = _granted_or_unused(examined, stage)
    index = Index({}, {}, {}, candidates.few)
    for entry, used in chain(candidates.entries, candidates.listed(("",) if index.few else ends)):
        name = plain(entry.advice or entry.text) if entry.fault else entry.text.lower().lstrip("*.")
        end = end_of(name)
        if not index.few and end not in ends:
            continue
        same = index.by_name.setdefault(name, [])
        if not same:
            index.by_end.setdefault(end, []).append(name)
            if name not in required and wide.isdisjoint(ancestors(name)):
                near = index.by_length.setdefault(("" if index.few else end, len(name)), [])
                near.append((letters(name), name))
        same.append((entry, used))
    return index


class Candidates(NamedTuple):
    """What may have been meant for a requirement, each with whether a rule of the stage grants its list something."""

    entries: list[tuple[Entry, bool]]
    lists: list[tuple[LongList, bool]]

    @property
    def few(self) -> bool:
        """Whether slips are looked for in all of them."""
        return len(self.entries) + sum(len(listed.names) for listed, _ in self.lists) <= FEW

    def listed(self, ends: Collection[str]) -> Iterator[tuple[Entry, bool]]:
        """The entries of long lists with one of some endings, and perhaps others."""
        return ((listed.entry(place), used) for listed, used in self.lists for place in listed.names.ending(ends))


def _granted_or_unused(examined: Examined, stage: Stage) -> Candidates:
    known = uses(examined.device)
    owners: dict[str, tuple[bool, bool]] = {}

    def use(owner: str) -> tuple[bool, bool]:
        """Whether it is granted something, and whether it is a candidate at all."""
        if owner not in owners:
            granted = owned(owner, known.granted[stage])
            owners[owner] = (granted, granted or not owned(owner, known.every))
        return owners[owner]

    device = examined.device
    return Candidates(
        [(entry, granted) for entry in device.written for granted, kept in [use(entry.owner)] if kept],
        [(listed, granted) for listed in device.long_lists for granted, kept in [use(listed.owner)] if kept],
    )


def _meant(entry: Entry, *, used: bool) -> Meant | None:
    if not entry.fault:
        return Meant(entry.reach[0], entry.reach[2], entry, used) if entry.reach and entry.reach[0] else None
    text = entry.advice or entry.text
    name = plain(text)
    return Meant(name, text.startswith((".", "*")), entry, used) if name else None


def plain(text: str) -> str:
    """The name in an entry, without stars and dots, scheme, path, port, and what one does not see."""
    kept = "".join(char for char in text.lower() if char.isascii() and char.isprintable() and char != " ")
    return kept.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0].lstrip("*.").rstrip(".")


def entry_misses(fault: Fault) -> Iterator[Miss]:
    """Yield the entries that almost cover a requirement."""
    index = index_of(fault.local, fault.stage)
    host = fault.requirement.host
    base, wide = host.lstrip("*."), host.startswith("*")
    for depth, name in enumerate(ancestors(base)):
        for meant in index.meant(name):
            miss = _same_name(fault, meant, wide=wide) if not depth else _above(fault, meant, depth)
            if miss is not None:
                yield miss
    if wide:
        yield from _parts(fault, index, base)
    yield from _slips(fault, index, base, wide=wide)


def _shown(meant: Meant) -> str:
    return f"`{meant.entry.text}`"


def _same_name(fault: Fault, meant: Meant, *, wide: bool) -> Miss | None:
    """An entry for the very name."""
    entry, host = meant.entry, fault.requirement.host
    right = spelled(fault.local.device, host)
    # The platform's own spelling may cover more than this host, and was meant to.
    mended = entry.advice if entry.advice and (meant.below or not wide) else right
    write = f"write `{mended}` in {line(entry.location)}"
    if entry.fault:
        return Miss(0, 0, entry.location, f"{_shown(meant)} never matches: {entry.fault}", write)
    if wide and not meant.below:
        return Miss(0, 0, entry.location, f"{_shown(meant)} is that one name, not the names below it", write)
    if not wide and entry.hosts and host not in entry.hosts:
        return Miss(
            0, 0, entry.location, f"{_shown(meant)} is the names below it, not the name itself", f"add `{right}`"
        )
    return _unused(meant)


def _above(fault: Fault, meant: Meant, depth: int) -> Miss | None:
    """An entry for a name above."""
    entry = meant.entry
    if meant.below:
        if entry.fault:
            message = f"{_shown(meant)} never matches: {entry.fault}"
            fix = f"write `{entry.advice}` in {line(entry.location)}" if entry.advice else ""
            return Miss(0, depth, entry.location, message, fix)
        return _unused(meant)
    if entry.fault or "." not in meant.name:
        return None
    right = spelled(fault.local.device, f"*.{meant.name}")
    message = f"{_shown(meant)} is that one name, not the names below it"
    # Opening all of a domain for one name below it is rarely what is wanted; the direct parent often was meant so.
    rank = 1 if depth == 1 and meant.name.count(".") > 1 else 2
    return Miss(rank, depth, entry.location, message, f"write `{right}` in {line(entry.location)}" if rank == 1 else "")


def _unused(meant: Meant) -> Miss | None:
    if meant.used:
        return None
    return Miss(
        0,
        0,
        meant.entry.location,
        f"{_shown(meant)} would cover it, but no rule uses {meant.entry.owner}",
        f"use {meant.entry.owner} in a rule",
    )


def _parts(fault: Fault, index: Index, base: str) -> Iterator[Miss]:
    """Entries for a part of a wildcard."""
    tail = f".{base}"
    names = index.by_end.get(end_of(base), ())
    inside = [
        meant
        for name in names
        if name.endswith(tail)
        for meant in index.meant(name)
        if not meant.entry.fault and meant.used
    ]
    if inside:
        more = f" and {len(inside) - 1} more" if len(inside) > 1 else ""
        right = spelled(fault.local.device, fault.requirement.host)
        message = f"{_shown(inside[0])}{more} covers a part only"
        yield Miss(
            2,
            0,
            inside[0].entry.location,
            message,
            f"write `{right}` instead",
        )


def _slips(fault: Fault, index: Index, base: str, *, wide: bool) -> Iterator[Miss]:
    """Entries that are a slip of the keyboard away."""
    right = spelled(fault.local.device, fault.requirement.host)
    for name in _comparable(index, base):
        edits = slip(name, base)
        for meant in index.meant(name) if edits else ():
            if wide and not meant.below and not meant.entry.fault:
                continue
            message = f"{_shown(meant)} is {'one letter' if edits == 1 else 'two letters'} away from `{right}`"
            yield Miss(1, edits, meant.entry.location, message, f"write `{right}` in {line(meant.entry.location)}")


def _comparable(index: Index, base: str) -> Iterable[str]:
    """The names of nearly the same length and letters: all of them while they are few, else those with the same end."""
    end, own = "" if index.few else end_of(base), letters(base)
    near = (index.by_length.get((end, length), ()) for length in range(len(base) - LIMIT, len(base) + LIMIT + 1))
    return (name for found, name in islice(chain.from_iterable(near), MOST) if alike(found, own))
