"""Walks a device's rules with a set of hosts, all at once.

The walk is symbolic: at each rule the hosts that surely match are decided, the hosts that surely do not go on, and what
cannot be told is followed both ways, remembering the answer that was assumed so that the same question gets the same answer
further down. The result is a partition of the hosts into :class:`~allowlint.model.verdict.Outcome`. Since all requirements of
one port are walked together, the cost is that of the configuration, not of rules times requirements.
"""

from collections.abc import Iterator

from allowlint.engine.asking import kept_elsewhere, membership, merged, scoped, split
from allowlint.engine.looking import MAX_QUESTIONS, Allowance, Answer, Look, Meeting, State
from allowlint.model.condition import (
    All,
    AnyOf,
    Assumable,
    Condition,
    Identity,
    Named,
    Not,
    Unmodelled,
)
from allowlint.model.device import ENDING, Action, Entrance, Rule, Rulebase
from allowlint.model.flow import Flow
from allowlint.model.verdict import Outcome, Reason, Step

MAX_OUTCOMES = 1_000
"""Outcomes of one walk; a configuration with more unmodelled conditions than this can part is answered "unknown"."""
MAX_PENDING = 200
"""States carried from rule to rule, for the same reason."""


def outcomes(
    entrance: Entrance,
    flow: Flow,
    assumed: frozenset[str] | None = None,
    met: list[Meeting] | None = None,
    allowance: Allowance | None = None,
) -> tuple[tuple[Outcome, ...], dict[str, Identity]]:
    """Everything that can happen to the flow's hosts at one entrance, and the identities that were asked for on the way.

    ``assumed`` is None for a client without identity; else the keys of the selective identities that the client has.
    ``met`` collects every rule that was asked. ``allowance`` is what this walk and others may do together.

    Raises :class:`TooComplex` where a walk has asked too many questions.
    """
    look = Look(flow, assumed, met)
    look.recurring, rules = recurring(entrance)
    most = MAX_QUESTIONS + 50 * rules
    look.questions = most if allowance is None else min(most, allowance.left)
    before = look.questions
    state = State(flow.hosts, flow.client, frozenset(), ())
    try:
        found = tuple(_walk(entrance.rulebases, state, look, frozenset(), (), entrance.name))
    finally:
        if allowance is not None:
            allowance.left -= rules + before - look.questions
    return found, look.identities


def recurring(entrance: Entrance) -> tuple[frozenset[str], int]:
    """The unknowns that more than one rule of an entrance asks for, and how many rules there are."""
    seen: set[str] = set()
    again: set[str] = set()
    visited: set[int] = set()
    devices: dict[str, _Asked] = {}
    todo = list(entrance.rulebases)
    rules = 0
    while todo:
        rulebase = todo.pop()
        if id(rulebase) in visited:
            continue
        visited.add(id(rulebase))
        asked = devices.setdefault(rulebase.hop.device if rulebase.hop else "", _Asked())
        for rule in (*rulebase.rules, rulebase.default):
            rules += 1
            for part in _shared(rule.condition):
                repeated: set[str] = set()
                keys = {scoped(key, rulebase.hop) for key in asked.unknowns(part, repeated)}
                again |= {scoped(key, rulebase.hop) for key in repeated} | (keys & seen)
                seen |= keys
            todo += rule.then
    return frozenset(again), rules


class Repeated:
    """The unknowns that a condition asks for more than once, of one condition after the other."""

    __slots__ = ("_memo", "keys")

    def __init__(self) -> None:
        self.keys: set[str] = set()
        """Those of all conditions until now."""
        self._memo: dict[int, frozenset[str]] = {}

    def add(self, condition: Condition) -> None:
        """Look through one more condition; what it shares with earlier ones is known."""
        together: frozenset[str] = frozenset()
        for part in _shared(condition):
            keys = _unknowns(part, self._memo, self.keys)
            self.keys |= together & keys
            together = together | keys if together and keys else together or keys


class _Asked:
    """What the rules of one device ask for."""

    __slots__ = ("_memo", "_times")

    def __init__(self) -> None:
        self._memo: dict[int, frozenset[str]] = {}
        self._times: dict[int, int] = {}

    def unknowns(self, part: Condition, again: set[str]) -> frozenset[str]:
        """The keys of a part's unknowns; none from the third time on, when nothing about it is new."""
        times = self._times[id(part)] = self._times.get(id(part), 0) + 1
        return _unknowns(part, self._memo, again) if times < 3 else frozenset()


def _shared(condition: Condition) -> Iterator[Condition]:
    """Yield the parts that a rule may have in common with others, such as a group that is named in many rules."""
    match condition:
        case Named(_, inner, _) | Not(inner):
            yield from _shared(inner)
        case All(conditions):
            for each in conditions:
                yield from _shared(each)
        case _:
            yield condition


def _unknowns(condition: Condition, memo: dict[int, frozenset[str]], again: set[str]) -> frozenset[str]:
    """The keys of a condition's unknowns; those that it asks for more than once are added to ``again``."""
    known = memo.get(id(condition))
    if known is not None:
        return known
    found: frozenset[str] = frozenset()
    match condition:
        case Named(_, inner, _) | Not(inner):
            found = _unknowns(inner, memo, again)
        case All(conditions) | AnyOf(conditions):
            together: set[str] = set()
            for part in conditions:
                keys = _unknowns(part, memo, again)
                again |= together & keys
                together |= keys
            found = frozenset(together)
        case Unmodelled(key):
            found = frozenset((key,))
        case Identity() if kept_elsewhere(condition):
            found = frozenset((membership(condition.key),))
        case Assumable(_, unmodelled, inner):
            found = frozenset((unmodelled.key,)) | _unknowns(inner, memo, again)
    memo[id(condition)] = found
    return found


def _walk(
    rulebases: tuple[Rulebase, ...],
    state: State,
    look: Look,
    inspecting: frozenset[str],
    steps: tuple[Step, ...],
    entrance: str,
) -> Iterator[Outcome]:
    """Yield what becomes of a state; ``inspecting`` are the devices that have opened its TLS."""
    if not rulebases:
        look.outcomes += 1
        yield Outcome(state.hosts, Action.ALLOW, bool(inspecting), steps, state.reasons, entrance, leans=state.leans)
        return
    rulebase, rest = rulebases[0], rulebases[1:]
    for rule, decided, answer in _decisions(rulebase, state, look):
        if look.outcomes > MAX_OUTCOMES:
            reasons = (*decided.reasons, _EXHAUSTED)
            yield Outcome(decided.hosts, Action.BLOCK, bool(inspecting), steps, reasons, entrance, exhausted=True)
            return
        challenged = isinstance(answer, Identity)
        deciding = rule
        if challenged and rulebase.unidentified is not None:
            deciding, challenged = rulebase.unidentified, False
        effect = Action.CHALLENGE if challenged else deciding.action
        device = rulebase.hop.device if rulebase.hop else ""
        default = deciding is rulebase.default
        step = Step(deciding, rulebase.stage, effect, not decided.reasons, rulebase.name, default, device)
        if effect in ENDING:
            look.outcomes += 1
            yield Outcome(
                decided.hosts,
                effect,
                bool(inspecting),
                (*steps, step),
                decided.reasons,
                entrance,
                challenged_by=answer if challenged else None,
                leans=decided.leans,
            )
            continue
        after = _opened(inspecting, device, effect)
        telling = effect is not Action.PROCEED or not deciding.then or bool(deciding.routes)
        kept = (*steps, step) if telling else steps
        yield from _walk(deciding.then + rest, decided, look, after, kept, entrance)


_EXHAUSTED = Reason("more combinations of what cannot be told than can be followed")


def _opened(inspecting: frozenset[str], device: str, effect: Action) -> frozenset[str]:
    """The devices that have opened the TLS: what one has opened stays open, whatever a later one does."""
    if effect is Action.INSPECT:
        return inspecting | {device}
    return inspecting - {device} if effect is Action.BYPASS else inspecting


def _decisions(rulebase: Rulebase, state: State, look: Look) -> Iterator[tuple[Rule, State, Answer]]:
    """Yield each rule that decides something, with the hosts that it decides."""
    pending = [state]
    for rule in rulebase.rules:
        remaining: list[State] = []
        for current, after, answer in _answers(rulebase, rule, pending, look):
            look.meet(rulebase, rule, current, after, answer)
            if answer is False:
                remaining.append(after)
            else:
                yield rule, after, answer
        pending = merged(remaining)
        if not pending:
            return
        if len(pending) > MAX_PENDING:
            look.outcomes = MAX_OUTCOMES + 1
            break
    for current in pending:
        look.meet(rulebase, rulebase.default, current, current, True)
        yield rulebase.default, current, True


def _answers(rulebase: Rulebase, rule: Rule, pending: list[State], look: Look) -> Iterator[tuple[State, State, Answer]]:
    """Yield (state before, state after, answer) for every state that meets the rule."""
    for current in pending:
        # Rulebases nest (a rule can lead into another with its own view), so the view is set anew for every question.
        look.meets(rulebase)
        for after, answer in split(rule.condition, current, look):
            yield current, after, answer
