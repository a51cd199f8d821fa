"""Sorts the blocked requirements by what is wrong, so that one fault gives one finding."""

from collections.abc import Iterator

from allowlint.checks import Examined
from allowlint.checks._concerned import concerned, first_above
from allowlint.checks._findings import Fault, attempt_of, decider, faults
from allowlint.checks._nearest import only_by_path
from allowlint.checks._rules import Place, granting
from allowlint.engine.runs import runs_of
from allowlint.model.condition import All, AnyOf, Condition, Named, PortIn
from allowlint.model.device import Action, Stage
from allowlint.model.flow import View
from allowlint.model.hosts import HostSet, covering, requirement_entry, requirement_hosts
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered
from allowlint.model.verdict import Answer

MOST_PORTS = 3
"""Ports beside 80 and 443 that are tried."""


class Blocked(NamedTuple):
    """A requirement that no client reaches."""

    fault: Fault
    by_path: Place | None = None
    """The rule that allows it only by a path that cannot be seen."""
    elsewhere: int = 0
    """Another port on which the host is allowed."""


@remembered
def blocked(examined: Examined) -> tuple[Blocked, ...]:
    """Every requirement that is blocked as a whole."""
    found = [Blocked(fault, _by_path(fault)) for fault in faults(examined, Stage.ACCESS, Answer.VIOLATED)]
    ports = _other_ports(examined, [each.fault for each in found if each.by_path is None and _by_access(each.fault)])
    return tuple(
        each if each.by_path else each._replace(elsewhere=ports.get(index_of(each.fault), 0)) for each in found
    )


def _by_access(fault: Fault) -> bool:
    """Whether a rule about access refuses it, rather than one that looks at its TLS."""
    step = decider(fault.answer, Stage.ACCESS)
    return step is not None and step.stage is Stage.ACCESS


def index_of(fault: Fault) -> tuple[str, int]:
    """What tells one question from another."""
    return fault.id, fault.verdict.port


def _by_path(fault: Fault) -> Place | None:
    """The first rule that would allow the host if the path of a tunnel were seen, with nothing above it that decides."""
    attempt = attempt_of(fault)
    step = decider(fault.answer, Stage.ACCESS)
    for each in concerned(fault.local).asking:
        place = each.place
        allows = each.expressions and place.rulebase.stage is Stage.ACCESS and only_by_path(place, attempt)
        if allows and step is not None and first_above(fault.local, place, attempt) is None:
            return place
    return None


def _other_ports(examined: Examined, refused: list[Fault]) -> dict[tuple[str, int], int]:
    """The first other port on which each host is surely allowed, where there is one."""
    found: dict[tuple[str, int], int] = {}
    for port, view in _candidates(examined) if refused else ():
        asked = {index_of(fault): fault.requirement.host for fault in refused if fault.verdict.port != port}
        stopped = _stopped(examined, covering(map(requirement_entry, asked.values())), port, view)
        fitting = {index: port for index, host in asked.items() if not requirement_hosts(host) & stopped}
        found = fitting | found
    return found


def _stopped(examined: Examined, hosts: HostSet, port: int, view: View) -> HostSet:
    """Those of the hosts that no client is sure to reach."""
    for run in runs_of(examined.device, examined.flow._replace(hosts=hosts, port=port, view=view, path="")):
        hosts = hosts & run.ending(Action.BLOCK, Action.CHALLENGE)
    return hosts


def _candidates(examined: Examined) -> list[tuple[int, View]]:
    """The usual two, and single ports that a rule allows by number."""
    ranges = _ports([place.rule.condition for place in granting(examined.device)])
    numbers = dict.fromkeys(first for first, last in ranges if first == last and first not in (80, 443))
    return [(443, View.TUNNEL), (80, View.PLAIN), *((port, View.TUNNEL) for port in list(numbers)[:MOST_PORTS])]


def _ports(asked: list[Condition]) -> Iterator[tuple[int, int]]:
    """Yield the ranges that conditions ask for; of parts that they share, once."""
    seen: set[int] = set()
    todo = asked[::-1]
    while todo:
        part = todo.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        match part:
            case Named(_, inner, _):
                todo.append(inner)
            case All(conditions) | AnyOf(conditions):
                todo += reversed(conditions)
            case PortIn(ranges):
                yield from ranges
