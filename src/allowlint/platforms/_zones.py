"""The ways through a device that tells zones or interfaces apart: one entrance for each kind of pair.

Which zone the clients stand in, and which one leads to the internet, may not be in an export. Then every pair is a way in of its
own, and what they do not have in common cannot be told until the user names the zones. Pairs for which the same rules hold are
one entrance.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import product

from allowlint.model.device import Entrance, Rulebase
from allowlint.model.record import NamedTuple

MANY = 4
"""Zones that the name of an entrance lists."""


class Between(NamedTuple):
    """The zones that a rule is about; None stands for any."""

    sources: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    same: bool | None = None
    """Whether it holds only within one zone (True), only between two (False), or both (None)."""

    def holds(self, source: str, target: str) -> bool:
        """Whether the rule is about connections from one zone to another."""
        if self.same is not None and (source == target) is not self.same:
            return False
        return (self.sources is None or source in self.sources) and (self.targets is None or target in self.targets)


ANYWHERE = Between()


def entrances(
    sources: Sequence[str],
    targets: Sequence[str],
    betweens: Iterable[Between],
    rulebases: Callable[[str, str], tuple[Rulebase, ...]],
    members: Mapping[str, Collection[str]] | None = None,
) -> tuple[Entrance, ...]:
    """One entrance for each kind of pair of zones.

    ``betweens`` are what the rules ask of zones, each at least once; ``rulebases`` gives the rules for one pair; ``members``
    names what else a zone may be called by (its interfaces). Connections within one zone count only where there is no other.
    """
    asked = tuple(dict.fromkeys(betweens))
    kinds: dict[tuple[bool, ...], list[tuple[str, str]]] = {}
    pairs = [(source, target) for source in sources for target in targets if source != target]
    for pair in pairs or [(source, target) for source in sources for target in targets]:
        kinds.setdefault(tuple(between.holds(*pair) for between in asked), []).append(pair)
    return tuple(_entrance(alike, rulebases(*alike[0]), members or {}) for alike in kinds.values())


def _entrance(
    pairs: list[tuple[str, str]], rulebases: tuple[Rulebase, ...], members: Mapping[str, Collection[str]]
) -> Entrance:
    ways_in, ways_out = (tuple(dict.fromkeys(pair[side] for pair in pairs)) for side in (0, 1))
    return Entrance(
        name=f"{_listed(ways_in)} to {_listed(ways_out)}",
        rulebases=rulebases,
        labels=_names(ways_in, members),
        exits=_names(ways_out, members),
        pairs=frozenset(
            pair for source, target in pairs for pair in product(_names((source,), members), _names((target,), members))
        ),
    )


def _names(zones: tuple[str, ...], members: Mapping[str, Collection[str]]) -> frozenset[str]:
    return frozenset(zones).union(*(members.get(zone, ()) for zone in zones))


def _listed(zones: tuple[str, ...]) -> str:
    shown = ", ".join(zones[:MANY])
    return shown if len(zones) <= MANY else f"{shown} and {len(zones) - MANY} more"
