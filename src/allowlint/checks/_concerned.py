"""The rules that may concern a required endpoint, so that checks of large devices look at few of many."""

from __future__ import annotations

from collections.abc import Iterator

from allowlint.checks import Examined
from allowlint.checks._rules import Asking, Attempt, Place, asking, decides, granting, rulebases
from allowlint.engine.concerning import positions
from allowlint.model.device import Rule
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import covering, requirement_entry
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered


class Concerned(NamedTuple):
    """What is left of a device."""

    granting: tuple[Place, ...]
    asking: tuple[Asking, ...]
    """Of these, whatever else they ask for than names."""
    above: dict[int, tuple[int, ...]]
    """The positions of the rules that may decide, by rulebase."""


@remembered
def concerned(examined: Examined) -> Concerned:
    """The rules of a device that may concern one of the requirements that it was asked about."""
    device = examined.device
    flows = _flows(examined)
    bases = rulebases(device)
    named = dict(zip(map(id, bases), map(frozenset, positions(bases, flows, names_only=True)), strict=True))
    whole = dict(zip(map(id, bases), positions(bases, flows), strict=True))
    return Concerned(
        tuple(place for place in granting(device) if place.position in named[id(place.rulebase)]),
        tuple(each for each in asking(device) if each.place.position in named[id(each.place.rulebase)]),
        whole,
    )


def _flows(examined: Examined) -> list[Flow]:
    """Every connection that a check may try for the requirements."""
    hosts = covering(requirement_entry(verdict.requirement.host) for verdict in examined.verdicts)
    asked = {
        (verdict.port, View.PLAIN if verdict.requirement.protocol == "http" else View.TUNNEL)
        for verdict in examined.verdicts
    }
    flow = examined.flow._replace(hosts=hosts)
    return [
        flow._replace(port=port, view=view) for port, view in sorted({*asked, (443, View.TUNNEL), (80, View.PLAIN)})
    ]


def first_above(examined: Examined, place: Place, attempt: Attempt) -> Rule | None:
    """The first rule above one that surely matches the connection, so that the one below never gets to decide."""
    return next((rule for rule in _above(examined, place) if decides(rule.condition, attempt)), None)


def _above(examined: Examined, place: Place) -> Iterator[Rule]:
    for position in concerned(examined).above[id(place.rulebase)]:
        if position >= place.position:
            return
        yield place.rulebase.rules[position]
