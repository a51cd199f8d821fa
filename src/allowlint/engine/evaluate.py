"""Walks a device's rules with a set of hosts, all at once.

The walk is symbolic: at each rule the hosts that surely match are decided, the hosts that surely do not go on, and what
cannot be told is followed both ways, remembering the answer that was assumed so that the same question gets the same answer
further down. The result is a partition of the hosts into :class:`~allowlint.model.verdict.Outcome`. Since all requirements of
one port are walked together, the cost is that of the configuration, not of rules times requirements.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.addresses import AddressSet
from allowlint.model.automaton import Regular, TooComplex
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    ClientIn,
    Condition,
    Frame,
    HostIn,
    Identity,
    Named,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import ENDING, Action, Entrance, Rule, Rulebase
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, empty, narrowed
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import Outcome, Reason, Step

MAX_OUTCOMES = 1_000
"""Outcomes of one walk; a configuration with more unmodelled conditions than this can part is answered "unknown"."""
MAX_PENDING = 200
"""States carried from rule to rule, for the same reason."""
MAX_QUESTIONS = 50_000
"""Conditions asked in one walk, beside some for every rule: groups of groups can multiply without end."""

Answer = bool | Identity
"""Yes, no, or: the client was challenged for its identity."""

CLIENT_KEY = "client address"


class State(NamedTuple):
    """Hosts that are still on their way, with what was assumed to get them there."""

    hosts: HostSet
    client: AddressSet
    answers: frozenset[tuple[str, bool]]
    reasons: tuple[Reason, ...]


class Look:
    """One walk's view of the flow: how the current rulebase sees it, and who the client is."""

    __slots__ = (
        "_lists",
        "_texts",
        "assumed",
        "flow",
        "identities",
        "met",
        "outcomes",
        "questions",
        "recurring",
        "view",
    )

    def __init__(self, flow: Flow, assumed: frozenset[str] | None, met: "list[Meeting] | None" = None) -> None:
        self.flow = flow
        self.questions = MAX_QUESTIONS
        """How many more conditions may be asked."""
        self.recurring: frozenset[str] | None = None
        """Unknowns that more than one rule asks for; None: any may be. Only their answers need be remembered."""
        self.met = met
        """Every rule that was asked, in order, where somebody wants to know."""
        self.view = flow.view
        self.assumed = assumed
        """None for an anonymous client; else the selective identities that it has."""
        self.identities: dict[str, Identity] = {}
        self.outcomes = 0
        self._lists: dict[int, HostSet] = {}
        self._texts: dict[tuple[int, View], tuple[HostSet, HostSet]] = {}

    def meet(self, rulebase: Rulebase, rule: Rule, before: State, after: State, answer: Answer) -> None:
        """Note an answer, if somebody wants to know."""
        if self.met is not None:
            self.met.append(Meeting(rulebase, rule, before, after, answer))

    def within(self, names: NameList) -> HostSet:
        """The flow's hosts that a list covers."""
        found = self._lists.get(id(names))
        if found is None:
            found = self._lists[id(names)] = names.within(self.flow.hosts)
        return found

    def matching(self, condition: TextMatches) -> tuple[HostSet, HostSet]:
        """The flow's hosts for which the text surely matches, and for which it may (some path does)."""
        key = (id(condition), self.view)
        found = self._texts.get(key)
        if found is None:
            frame = condition.frames.get(self.view)
            found = (empty(), empty()) if frame is None else self._match(condition, frame)
            self._texts[key] = found
        return found

    def _match(self, condition: TextMatches, frame: Frame) -> tuple[HostSet, HostSet]:
        tail, open_tail = self._tail(frame)
        sure, possible = empty(), empty()
        for automaton in condition.automata:
            for every in (True, False) if open_tail else (True,):
                pattern = Regular(
                    automaton,
                    text=condition.text,
                    head=frame.head if frame.host else "",
                    tail=tail,
                    open_tail=open_tail,
                    every=every,
                )
                if frame.host:
                    hosts = narrowed(self.flow.hosts, pattern)
                else:
                    hosts = self.flow.hosts if pattern.accepts(pattern.start) else empty()
                sure = sure | hosts if every else sure
                possible = possible | hosts
        return sure, possible

    def _tail(self, frame: Frame) -> tuple[str, bool]:
        """The text to the right of the host, and whether anything may follow it."""
        tail = frame.end(self.flow.port, self.view)
        if not frame.path:
            return tail, False
        path = self.flow.path or "/*"
        if frame.unescaped and "%" in path:
            from urllib.parse import unquote

            path = unquote(path, "latin-1")
        return (tail + path[:-1], True) if path.endswith("*") else (tail + path, False)


class Meeting(NamedTuple):
    """A rule that a flow met, with one of the answers it gave."""

    rulebase: Rulebase
    rule: Rule
    before: State
    after: State
    answer: Answer


def outcomes(
    entrance: Entrance, flow: Flow, assumed: frozenset[str] | None = None, met: list[Meeting] | None = None
) -> tuple[tuple[Outcome, ...], dict[str, Identity]]:
    """Everything that can happen to the flow's hosts at one entrance, and the identities that were asked for on the way.

    ``assumed`` is None for a client without identity; else the keys of the selective identities that the client has.
    ``met`` collects every rule that was asked.
    """
    look = Look(flow, assumed, met)
    look.recurring, rules = recurring(entrance)
    look.questions += 50 * rules
    state = State(flow.hosts, flow.client, frozenset(), ())
    found = tuple(_walk(entrance.rulebases, state, look, False, (), entrance.name))
    return found, look.identities


_KNOWN_ENTRANCES: list[tuple[Entrance, tuple[frozenset[str], int]]] = []
"""The last few entrances that were looked through: the same ones are walked again and again."""


def recurring(entrance: Entrance) -> tuple[frozenset[str], int]:
    """The unknowns that more than one rule of an entrance asks for, and how many rules there are."""
    for known, answer in _KNOWN_ENTRANCES:
        if known is entrance:
            return answer
    seen: set[str] = set()
    again: set[str] = set()
    visited: set[int] = set()
    memo: dict[int, frozenset[str]] = {}
    todo = list(entrance.rulebases)
    rules = 0
    while todo:
        rulebase = todo.pop()
        if id(rulebase) in visited:
            continue
        visited.add(id(rulebase))
        for rule in (*rulebase.rules, rulebase.default):
            rules += 1
            keys = _unknowns(rule.condition, memo, again)
            again |= keys & seen
            seen |= keys
            todo += rule.then
    answer = (frozenset(again), rules)
    _KNOWN_ENTRANCES.append((entrance, answer))
    del _KNOWN_ENTRANCES[:-8]
    return answer


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
            for part in conditions:
                keys = _unknowns(part, memo, again)
                again |= found & keys
                found |= keys
        case Unmodelled(key):
            found = frozenset((key,))
    memo[id(condition)] = found
    return found


def _walk(
    rulebases: tuple[Rulebase, ...], state: State, look: Look, inspected: bool, steps: tuple[Step, ...], entrance: str
) -> Iterator[Outcome]:
    if not rulebases:
        look.outcomes += 1
        yield Outcome(state.hosts, Action.ALLOW, inspected, steps, state.reasons, entrance)
        return
    rulebase, rest = rulebases[0], rulebases[1:]
    for rule, decided, answer in _decisions(rulebase, state, look):
        if look.outcomes > MAX_OUTCOMES:
            yield Outcome(
                decided.hosts, Action.BLOCK, inspected, steps, (*decided.reasons, _EXHAUSTED), entrance, exhausted=True
            )
            return
        challenged = isinstance(answer, Identity)
        deciding = rule
        if challenged and rulebase.unidentified is not None:
            deciding, challenged = rulebase.unidentified, False
        effect = Action.CHALLENGE if challenged else deciding.action
        step = Step(deciding, rulebase.stage, effect, not decided.reasons, rulebase.name, deciding is rulebase.default)
        if effect in ENDING:
            look.outcomes += 1
            yield Outcome(
                decided.hosts,
                effect,
                inspected,
                (*steps, step),
                decided.reasons,
                entrance,
                challenged_by=answer if challenged else None,
            )
            continue
        after = inspected if effect not in (Action.INSPECT, Action.BYPASS) else effect is Action.INSPECT
        kept = (*steps, step) if effect is not Action.PROCEED or not deciding.then else steps
        yield from _walk(deciding.then + rest, decided, look, after, kept, entrance)


_EXHAUSTED = Reason("more combinations of what cannot be told than can be followed")


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
        pending = _merged(remaining)
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
        look.view = rulebase.view or look.flow.view
        for after, answer in split(rule.condition, current, look):
            yield current, after, answer


def _merged(states: list[State]) -> list[State]:
    """Join states that can no longer be told apart, so that their number does not grow with every unmodelled rule."""
    if len(states) < 2:
        return states
    joined: dict[tuple[object, ...], State] = {}
    for state in states:
        key = (state.client, state.answers, bool(state.reasons))
        known = joined.get(key)
        if known is None:
            joined[key] = state
        else:
            reasons = known.reasons + tuple(r for r in state.reasons if r not in known.reasons)
            joined[key] = State(known.hosts | state.hosts, state.client, state.answers, reasons[:12])
    return list(joined.values())


def split(condition: Condition, state: State, look: Look) -> list[tuple[State, Answer]]:
    """Part the state by what a condition answers. The parts together are the whole state.

    Raises :class:`TooComplex` where a walk has asked too many questions.
    """
    look.questions -= 1
    if look.questions < 0:
        raise TooComplex("groups of conditions multiply beyond what can be followed")
    match condition:
        case Named(_, inner, _):
            return split(inner, state, look)
        case HostIn(names):
            return _by_hosts(state, look.within(names) & state.hosts)
        case All(conditions):
            return _in_turn(conditions, state, look, going_on=True)
        case AnyOf(conditions):
            return _in_turn(conditions, state, look, going_on=False)
        case Not(inner):
            parts = split(inner, state, look)
            return [(after, not answer if isinstance(answer, bool) else answer) for after, answer in parts]
        case Identity():
            return [_identified(condition, state, look)]
    return _by_flow(condition, state, look)


def _by_flow(
    condition: Always | PortIn | ViewIn | ClientIn | TextMatches | Unmodelled, state: State, look: Look
) -> list[tuple[State, Answer]]:
    match condition:
        case Always(holds):
            return [(state, holds)]
        case PortIn(ranges):
            return [(state, any(first <= look.flow.port <= last for first, last in ranges))]
        case ViewIn(views):
            return [(state, look.view in views)]
        case ClientIn(addresses):
            return _by_client(state, addresses, look)
        case TextMatches():
            return _by_text(state, condition, look)
        case Unmodelled(key, _, _, steady):
            reason = Reason(condition.reason, settle=condition.settle, location=condition.location, key=key)
            remembered = steady and (look.recurring is None or key in look.recurring)
            return _both_ways(state, key if remembered else "", reason)


def _by_hosts(state: State, inside: HostSet) -> list[tuple[State, Answer]]:
    if not inside:
        return [(state, False)]
    outside = state.hosts - inside
    parts: list[tuple[State, Answer]] = [(state._replace(hosts=inside), True)]
    return [*parts, (state._replace(hosts=outside), False)] if outside else parts


def _by_client(state: State, addresses: AddressSet, look: Look) -> list[tuple[State, Answer]]:
    inside = state.client & addresses
    outside = state.client - addresses
    if not inside or not outside:
        return [(state, bool(inside))]
    reasons = state.reasons
    if not look.flow.client_chosen:
        # Only where the user named a network does the network say that clients really stand on both sides.
        reasons = _with(reasons, Reason("the client's address", settle="--client ADDRESS", key=CLIENT_KEY))
    return [
        (State(state.hosts, inside, state.answers, reasons), True),
        (State(state.hosts, outside, state.answers, reasons), False),
    ]


def _by_text(state: State, condition: TextMatches, look: Look) -> list[tuple[State, Answer]]:
    try:
        sure, possible = look.matching(condition)
        inside, undecided = sure & state.hosts, (possible - sure) & state.hosts
        outside = state.hosts - possible
    except TooComplex as error:
        reason = Reason(f"{condition.text}: {error}", key=f"text {id(condition)}")
        return _both_ways(state, reason.key, reason)
    parts: list[tuple[State, Answer]] = []
    if inside:
        parts.append((state._replace(hosts=inside), True))
    if outside:
        parts.append((state._replace(hosts=outside), False))
    if undecided:
        reason = Reason(f"the path of the request ({condition.text})", key=f"path {id(condition)}")
        parts += _both_ways(state._replace(hosts=undecided), "", reason)
    return parts


def _both_ways(state: State, key: str, reason: Reason) -> list[tuple[State, Answer]]:
    """Follow a question that cannot be told both ways; with a key, its answer is remembered."""
    for answer in (True, False):
        if key and (key, answer) in state.answers:
            return [(state, answer)]
    reasons = _with(state.reasons, reason)
    return [
        (State(state.hosts, state.client, state.answers | {(key, answer)} if key else state.answers, reasons), answer)
        for answer in (True, False)
    ]


def _with(reasons: tuple[Reason, ...], reason: Reason) -> tuple[Reason, ...]:
    return reasons if reason in reasons else (*reasons, reason)


def _in_turn(
    conditions: Iterable[Condition], state: State, look: Look, *, going_on: bool
) -> list[tuple[State, Answer]]:
    """Ask the conditions in order as long as each answers ``going_on``; every other answer is final."""
    current, final = [state], []
    for condition in conditions:
        following = []
        for part in current:
            for after, answer in split(condition, part, look):
                if answer is going_on:
                    following.append(after)
                else:
                    final.append((after, answer))
        current = following
        if not current:
            break
    return [*final, *((part, going_on) for part in current)]


_KNOWN = ("the client's identity", True)
"""Remembered once a client has said who it is."""


def _identified(condition: Identity, state: State, look: Look) -> tuple[State, Answer]:
    look.identities[condition.key] = condition
    if look.assumed is None or (condition.carried and _KNOWN not in state.answers):
        return state, condition if condition.challenges else False
    holds = condition.any_identity or condition.key in look.assumed
    return state._replace(answers=state.answers | {_KNOWN}), holds
