"""Sorts the blocked requirements by what is wrong, so that one fault gives one finding."""

from collections.abc import Iterator
from typing import NamedTuple

from allowlint.checks import Examined
from allowlint.checks._findings import Fault, attempt_of, decider, faults
from allowlint.checks._nearest import only_by_path
from allowlint.checks._rules import Place, decides, granting, remembered
from allowlint.engine.judge import judge
from allowlint.model.condition import All, AnyOf, Condition, Named, PortIn
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
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
    ports = _other_ports(examined, [each.fault for each in found if each.by_path is None])
    return tuple(
        each if each.by_path else each._replace(elsewhere=ports.get(index_of(each.fault), 0)) for each in found
    )


def index_of(fault: Fault) -> tuple[str, int]:
    """What tells one question from another."""
    return fault.id, fault.verdict.port


def _by_path(fault: Fault) -> Place | None:
    """The first rule that would allow the host if the path of a tunnel were seen, with nothing above it that decides."""
    attempt = attempt_of(fault)
    step = decider(fault.answer, Stage.ACCESS)
    for place in granting(fault.examined.device):
        if place.rulebase.stage is Stage.ACCESS and only_by_path(place, attempt):
            rules = place.rulebase.rules[: place.position]
            if step is not None and not any(decides(rule.condition, attempt) for rule in rules):
                return place
    return None


def _other_ports(examined: Examined, faults_: list[Fault]) -> dict[tuple[str, int], int]:
    """The first other port on which each host is allowed, where there is one."""
    found: dict[tuple[str, int], int] = {}
    for port, protocol in _candidates(examined) if faults_ else ():
        asked = [fault for fault in faults_ if index_of(fault) not in found and fault.verdict.port != port]
        questions = [_on(fault.requirement, port, protocol) for fault in asked]
        for fault, verdict in zip(asked, judge(examined.device, questions, examined.flow), strict=True):
            if verdict.stages[Stage.ACCESS].answer is Answer.SATISFIED:
                found[index_of(fault)] = port
    return found


def _on(requirement: Requirement, port: int, protocol: str) -> Requirement:
    return requirement._replace(ports=(port,), protocol=protocol, path="")


def _candidates(examined: Examined) -> list[tuple[int, str]]:
    """The usual two, and single ports that a rule allows by number."""
    ranges = (r for place in granting(examined.device) for r in _ports(place.rule.condition))
    numbers = dict.fromkeys(first for first, last in ranges if first == last and first not in (80, 443))
    return [(443, "https"), (80, "http"), *((port, "https") for port in list(numbers)[:MOST_PORTS])]


def _ports(condition: Condition) -> Iterator[tuple[int, int]]:
    match condition:
        case Named(_, inner, _):
            yield from _ports(inner)
        case All(conditions) | AnyOf(conditions):
            for inner in conditions:
                yield from _ports(inner)
        case PortIn(ranges):
            yield from ranges
        case _:
            return
