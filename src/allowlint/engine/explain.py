"""Every rule that one flow meets, in order, with why it matched or not."""

from collections.abc import Iterable, Mapping

from allowlint.engine.asking import split
from allowlint.engine.evaluate import outcomes
from allowlint.engine.judge import judge
from allowlint.engine.looking import Look, Meeting, State
from allowlint.engine.runs import entrances_for
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    Assumable,
    ClientIn,
    Condition,
    HostIn,
    Identity,
    Named,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import Device, Rule, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import requirement_hosts
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Verdict

VIEW_NAMES = {
    View.TUNNEL: "a tunnel (CONNECT)",
    View.PLAIN: "plain HTTP",
    View.DECRYPTED: "a request inside inspected TLS",
}
_PASSING = VIEW_NAMES | {View.TUNNEL: "TLS that is not decrypted"}
"""What a device sees whose clients do not address it."""


class Met(NamedTuple):
    """A rule that the flow met."""

    rule: Rule
    rulebase: str
    stage: Stage
    answer: str
    """``yes``, ``no``, ``maybe`` (cannot be told), ``partly`` (for some of the hosts) or ``challenged``."""
    why: str
    decides: bool
    default: bool = False
    device: str = ""
    """The device of a path whose rule it is; empty for the first, and for a device on its own."""


class Explanation(NamedTuple):
    """What one entrance of a device does with one flow."""

    verdict: Verdict
    """The verdict of the whole device."""
    entrance: str
    steps: tuple[Met, ...]


def explain(device: Device, requirement: Requirement, port: int, flow: Flow) -> tuple[Explanation, ...]:
    """The way of a flow through ``device``, one explanation for each entrance that takes it."""
    verdict = judge(device, (requirement._replace(ports=(port,)),), flow)[0]
    view = View.PLAIN if requirement.protocol == "http" else View.TUNNEL
    path = requirement.path if view is View.PLAIN else ""
    flow = flow._replace(hosts=requirement_hosts(requirement.host), port=port, view=view, path=path)
    entrances = entrances_for(device, flow)
    explained = []
    for entrance in entrances if not device.load_faults else ():
        meetings: list[Meeting] = []
        try:
            outcomes(entrance, flow, None, meetings)
        except TooComplex:
            # The verdict says so, and what was met until then is still worth showing.
            meetings = meetings[:]
        explained.append(
            Explanation(
                verdict, entrance.name, tuple(_met(meetings, flow, VIEW_NAMES if entrance.explicit else _PASSING))
            )
        )
    return tuple(explained) or (Explanation(verdict, "", ()),)


def _met(meetings: list[Meeting], flow: Flow, views: Mapping[View, str]) -> list[Met]:
    grouped: dict[tuple[int, int], list[Meeting]] = {}
    for meeting in meetings:
        grouped.setdefault((id(meeting.rulebase), id(meeting.rule)), []).append(meeting)
    # The walk goes down each branch before the next one; a reader wants list by list, in the order they are first met.
    order = {key: position for position, key in enumerate(dict.fromkeys(rulebase for rulebase, _ in grouped))}
    met = []
    for _, group in sorted(grouped.items(), key=lambda item: order[item[0][0]]):
        rulebase, rule = group[0].rulebase, group[0].rule
        answer = _answer(group)
        if answer == "no" and isinstance(rule.condition, ViewIn):
            # Made by the platform's reader to steer the walk; nobody wrote it.
            continue
        default = rule is rulebase.default
        look = Look(flow, None)
        look.meets(rulebase)
        why = "no rule before it matched" if default else _why(rule.condition, group[0].before, Eyes(look, views))
        device = rulebase.hop.device if rulebase.hop else ""
        met.append(Met(rule, rulebase.name, rulebase.stage, answer, why, answer != "no", default, device))
    return met


def _answer(group: list[Meeting]) -> str:
    answers = {"challenged" if isinstance(m.answer, Identity) else "yes" if m.answer else "no" for m in group}
    if len(answers) == 1:
        return answers.pop()
    told = all(m.after.reasons == m.before.reasons for m in group)
    return "partly" if told else "maybe"


class Eyes(NamedTuple):
    """How conditions are looked at, and what they see."""

    look: Look
    views: Mapping[View, str]

    def answers(self, condition: Condition, state: State) -> set[str]:
        """What a condition may answer: ``True``, ``False``, ``challenged``."""
        found = split(condition, state, self.look)
        return {str(answer) if isinstance(answer, bool) else "challenged" for _, answer in found}


def _why(condition: Condition, state: State, eyes: Eyes) -> str:
    """The first part of the condition that does not hold, else all of it."""
    terms = condition.conditions if isinstance(condition, All) else (condition,)
    # What an earlier rule was supposed to answer is no reason where another part fails by itself.
    failing = _failing(terms, state._replace(answers=frozenset()), eyes)
    if failing:
        return failing
    if failing := _failing(terms, state, eyes):
        return f"{failing}, if it did not above"
    held = []
    for term in terms:
        answers = eyes.answers(term, state)
        text = _describe(term, state, eyes)
        held.append(
            text
            if answers == {"True"}
            else f"{text} ({'asks for an identity' if 'challenged' in answers else 'cannot be told for all'})"
        )
        if "challenged" in answers:
            break
    return ", ".join(held)


def _failing(terms: Iterable[Condition], state: State, eyes: Eyes) -> str:
    """The first of several terms that does not hold; nothing where none surely fails, or one asks for an identity before."""
    for term in terms:
        answers = eyes.answers(term, state)
        if answers == {"False"}:
            text = _describe(term, state, eyes)
            return text + " does not match" if isinstance(term, Named) else text
        if "challenged" in answers:
            break
    return ""


def _describe(condition: Condition, state: State, eyes: Eyes) -> str:
    match condition:
        case Named(name, inner, _):
            return f"{name} ({_describe(inner, state, eyes)})" if not isinstance(inner, Named) else name
        case Not(inner):
            return f"not {_describe(inner, state, eyes)}"
        case All(conditions):
            return " and ".join(_describe(part, state, eyes) for part in conditions[:4])
        case AnyOf(conditions):
            return " or ".join(_describe(part, state, eyes) for part in _telling(conditions, state, eyes)[:4])
        case Unmodelled(_, reason, _) | Assumable(_, Unmodelled(_, reason, _), _):
            assumed = isinstance(condition, Assumable) and condition.assumption in eyes.look.flow.accepted
            return f"assumed: {reason}" if assumed else f"cannot be told: {reason}"
        case Identity(_, text, _):
            return text
        case Always(holds):
            return "always" if holds else "never"
    return _describe_flow(condition, eyes)


def _telling(conditions: tuple[Condition, ...], state: State, eyes: Eyes) -> tuple[Condition, ...]:
    """Of alternatives the one that holds; else those that may hold; else all."""
    answers = [eyes.answers(part, state) for part in conditions]
    holding = tuple(part for part, said in zip(conditions, answers, strict=True) if said == {"True"})[:1]
    possible = tuple(part for part, said in zip(conditions, answers, strict=True) if said != {"False"})
    return holding or possible or conditions


def _describe_flow(condition: HostIn | TextMatches | PortIn | ViewIn | ClientIn, eyes: Eyes) -> str:
    look = eyes.look
    match condition:
        case HostIn(names):
            return f"the host, {len(names)} entr{'y' if len(names) == 1 else 'ies'}"
        case TextMatches():
            seen = look.view in condition.frames
            return condition.text if seen else f"{condition.text}, which sees nothing of {eyes.views[look.view]}"
        case PortIn(ranges):
            listed = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges[:4])
            return f"port {look.flow.port} in {listed}{', ...' if len(ranges) > 4 else ''}"
        case ViewIn():
            return eyes.views[look.view]
        case ClientIn(addresses):
            return f"client in {addresses}"
