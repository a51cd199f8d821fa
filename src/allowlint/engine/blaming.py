"""By which rules a requirement fails, and what is not told of it: for all of its hosts, where a verdict shows one of them.

A verdict names one host with its rules. Whoever has accepted a fault has accepted that one and no other, so it must be told
from what comes to it later: another rule that blocks another part, another way in, another thing that cannot be told.
"""

from collections.abc import Iterable

from allowlint.engine.runs import Run
from allowlint.model import tree
from allowlint.model.device import Action, Stage
from allowlint.model.hosts import HostSet
from allowlint.model.location import without_lines
from allowlint.model.verdict import Outcome

FEW = 64
"""Hosts of a set that are looked up one by one."""


def told_of(
    runs: Iterable[Run], bad: HostSet, ends: tuple[Action, ...], *, every: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules by which some of the hosts end so, and the reasons that this depends on; both in words and in order.

    ``every``: with the way in, and with the reasons, which count only where some hosts or clients fare better.
    """
    ways: set[str] = set()
    reasons: set[str] = set()
    names = bad.listed() if all(tree.finite(node) is not None for _, node in bad.pieces) else None
    known: dict[int, bool] = {}
    outcomes = {id(outcome): outcome for run in runs for outcome in run.outcomes}.values()
    # The only way in says nothing, and its options may change.
    several = every and len({outcome.entrance for outcome in outcomes}) > 1
    for outcome in outcomes:
        if outcome.end not in ends and not outcome.exhausted:
            continue
        if id(outcome.hosts) not in known:
            known[id(outcome.hosts)] = _meets(outcome.hosts, bad, names)
        if known[id(outcome.hosts)]:
            rule = _decider(outcome, ends)
            ways.add(f"{outcome.entrance}: {rule}" if several else rule)
            if every:
                reasons.update(str(reason) for reason in outcome.reasons)
    return tuple(sorted(ways)), tuple(sorted(reasons))


def _meets(hosts: HostSet, bad: HostSet, names: list[str] | None) -> bool:
    """Whether two sets may have a host in common. Patterns are not walked for it: that takes from what verdicts may cost."""
    if names is not None and len(names) <= FEW:
        return any(
            tree.holds(node, name) and all(regular.matches(name) is wanted for regular, wanted in cube)
            for cube, node in hosts.pieces
            for name in names
        )
    return any(tree.has_members(tree.both(one, other)) for _, one in hosts.pieces for _, other in bad.pieces)


def _decider(outcome: Outcome, ends: tuple[Action, ...]) -> str:
    """The rule that decides how an outcome ends, in the configuration's words."""
    if not outcome.steps:
        return ""
    step = outcome.steps[-1]
    if Action.ALLOW in ends:
        # What gets through is asked for because it is inspected, or for where it is sent.
        inspecting = (one for one in reversed(outcome.steps) if one.effect is Action.INSPECT)
        sending = (one for one in outcome.steps if one.stage is Stage.ROUTING and one.rule.routes)
        step = next(inspecting, next(sending, step))
    rule = without_lines(step.rule.text, step.rule.location.line)
    return f"{step.device}: {rule}" if step.device else rule
