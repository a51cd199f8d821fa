"""Asks one condition about many hosts at once.

A condition parts the hosts that meet it: those for which it surely holds, those for which it surely does not, and, where it
cannot be told, the same hosts twice, with the answer that was assumed. The parts together are always the whole.
"""

from collections.abc import Iterable

from allowlint.model.addresses import INSIDE, AddressSet
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    Assumable,
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
from allowlint.model.device import Hop, Rule, Rulebase
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, empty, narrowed
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular
from allowlint.model.verdict import Reason

MAX_REASONS = 300
"""Reasons that a state carries: a condition may have a hundred thousand parts that are not modelled."""
MAX_QUESTIONS = 50_000
"""Conditions asked in one walk, beside some for every rule: groups of groups can multiply without end."""

MAX_KNOWN = 256
"""Lists and groups of which a look remembers how they part what met them."""
LONG = 8
"""Conditions of a group from which on it is worth remembering."""

Answer = bool | Identity
"""Yes, no, or: the client was challenged for its identity."""

CLIENT_KEY = "client address"


class Allowance:
    """What several walks may do together, in conditions asked and rules looked through."""

    __slots__ = ("left",)

    def __init__(self, units: int) -> None:
        self.left = units


class State(NamedTuple):
    """Hosts that are still on their way, with what was assumed to get them there."""

    hosts: HostSet
    client: AddressSet
    answers: frozenset[tuple[str, bool]]
    reasons: tuple[Reason, ...]
    leans: frozenset[str] = frozenset()
    """The user's assumptions that were made use of."""


class Look:
    """One walk's view of the flow: how the current rulebase sees it, and who the client is."""

    __slots__ = (
        "_groups",
        "_lists",
        "_parted",
        "_texts",
        "assumed",
        "flow",
        "hop",
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
        self.hop: Hop | None = None
        """Whose rules are asked, where the devices of a path are walked one after the other."""
        self.assumed = assumed
        """None for an anonymous client; else the selective identities that it has."""
        self.identities: dict[str, Identity] = {}
        self.outcomes = 0
        self._lists: dict[int, HostSet] = {}
        self._groups: dict[tuple[object, ...], tuple[list[tuple[State, Answer]], AnyOf, State]] = {}
        self._parted: dict[tuple[int, int], tuple[HostSet, HostSet, HostSet]] = {}
        self._texts: dict[tuple[int, View], tuple[HostSet, HostSet]] = {}

    def meet(self, rulebase: Rulebase, rule: Rule, before: State, after: State, answer: Answer) -> None:
        """Note an answer, if somebody wants to know."""
        if self.met is not None:
            self.met.append(Meeting(rulebase, rule, before, after, answer))

    def meets(self, rulebase: Rulebase) -> None:
        """Look as the device does whose rulebase is asked next."""
        self.view = rulebase.view or self.flow.view
        self.hop = rulebase.hop

    def within(self, names: NameList) -> HostSet:
        """The flow's hosts that a list covers."""
        found = self._lists.get(id(names))
        if found is None:
            found = self._lists[id(names)] = names.within(self.flow.hosts)
        return found

    def grouped(self, group: AnyOf, state: State) -> "list[tuple[State, Answer]]":
        """How a group parts a state; asked once where rule after rule asks for one group."""
        if len(group.conditions) < LONG:
            return _in_turn(group.conditions, state, self, going_on=False)
        key = (id(group), id(state), self.view, id(self.hop))
        found = self._groups.get(key)
        if found is None:
            if len(self._groups) >= MAX_KNOWN:
                self._groups.clear()
            # What is asked about is kept with the answer, so that nothing else gets its identity meanwhile.
            found = self._groups[key] = (_in_turn(group.conditions, state, self, going_on=False), group, state)
        return found[0]

    def parted(self, names: NameList, hosts: HostSet) -> tuple[HostSet, HostSet]:
        """Those of the hosts that a list covers, and the others; worked out once where rule after rule asks for one list."""
        key = (id(names), id(hosts))
        found = self._parted.get(key)
        if found is None:
            if len(self._parted) >= MAX_KNOWN:
                self._parted.clear()
            inside = self.within(names) & hosts
            outside = hosts - inside if inside else hosts
            found = self._parted[key] = (inside if outside else hosts, outside, hosts)
        return found[:2]

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
            return _by_hosts(state, *look.parted(names, state.hosts))
        case All(conditions):
            return _in_turn(conditions, state, look, going_on=True)
        case AnyOf():
            return look.grouped(condition, state)
        case Not(inner):
            parts = split(inner, state, look)
            return [(after, not answer if isinstance(answer, bool) else answer) for after, answer in parts]
        case Identity():
            return [_identified(condition, state, look)]
    return _by_flow(condition, state, look)


def _by_flow(
    condition: Always | PortIn | ViewIn | ClientIn | TextMatches | Unmodelled | Assumable, state: State, look: Look
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
        case Unmodelled():
            return _by_chance(state, condition, look)
        case Assumable():
            return _assuming(state, condition, look)


def _by_chance(state: State, condition: Unmodelled, look: Look) -> list[tuple[State, Answer]]:
    key = scoped(condition.key, look.hop)
    doubt = condition.doubt or ""
    reason = Reason(condition.reason, settle=condition.settle, location=condition.location, key=key, doubt=doubt)
    remembered = condition.steady and (look.recurring is None or key in look.recurring)
    return _both_ways(state, key if remembered else "", reason)


def _assuming(state: State, condition: Assumable, look: Look) -> list[tuple[State, Answer]]:
    """Where the user accepts the assumption, what follows from it; the answer leans on it either way."""
    if condition.assumption not in look.flow.accepted:
        return _by_chance(state, condition.unmodelled, look)
    return split(condition.condition, state._replace(leans=state.leans | {condition.assumption}), look)


def _by_hosts(state: State, inside: HostSet, outside: HostSet) -> list[tuple[State, Answer]]:
    if not inside or not outside:
        return [(state, bool(inside))]
    return [(state._replace(hosts=inside), True), (state._replace(hosts=outside), False)]


def _by_client(state: State, addresses: AddressSet, look: Look) -> list[tuple[State, Answer]]:
    if look.hop is not None and look.hop.proxied:
        return _by_proxy(state, addresses, look.hop)
    inside = state.client & addresses
    outside = state.client - addresses
    if not inside or not outside:
        return [(state, bool(inside))]
    reasons = state.reasons
    if not look.flow.client_chosen:
        # Only where the user named a network does the network say that clients really stand on both sides.
        reasons = _with(reasons, Reason("the client's address", settle="--client ADDRESS", key=CLIENT_KEY))
    return [
        (state._replace(client=inside, reasons=reasons), True),
        (state._replace(client=outside, reasons=reasons), False),
    ]


def _by_proxy(state: State, addresses: AddressSet, hop: Hop) -> list[tuple[State, Answer]]:
    """Behind a proxy, the proxy is the client."""
    client = INSIDE if hop.client is None else hop.client
    inside = client & addresses
    if not inside or not client - addresses:
        return [(state, bool(inside))]
    reason = Reason(
        f"the address from which the traffic comes to {hop.device}",
        settle="say it in the path (address)",
        key=scoped(f"{CLIENT_KEY} {addresses}", hop),
    )
    return _both_ways(state, reason.key, reason)


def scoped(key: str, hop: Hop | None) -> str:
    """A key among those of its own device: two devices may give one name to different things."""
    return key if hop is None else f"{hop.device}\x1f{key}"


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
        (state._replace(answers=state.answers | {(key, answer)} if key else state.answers, reasons=reasons), answer)
        for answer in (True, False)
    ]


def _with(reasons: tuple[Reason, ...], reason: Reason) -> tuple[Reason, ...]:
    """The reasons with one more; of so many that nobody reads them, the first ones."""
    return reasons if len(reasons) >= MAX_REASONS or reason in reasons else (*reasons, reason)


def _in_turn(
    conditions: Iterable[Condition], state: State, look: Look, *, going_on: bool
) -> list[tuple[State, Answer]]:
    """Ask the conditions in order as long as each answers ``going_on``; every other answer is final."""
    current = [state]
    final: list[tuple[State, Answer]] = []
    for condition in conditions:
        following = []
        for part in current:
            for after, answer in split(condition, part, look):
                if answer is going_on:
                    following.append(after)
                else:
                    final.append((after, answer))
        current = merged(following)
        if not current:
            break
    if len(final) > 1:
        stopped = merged([part for part, answer in final if answer is not going_on and isinstance(answer, bool)])
        challenged = [(part, answer) for part, answer in final if not isinstance(answer, bool)]
        final = [*((part, not going_on) for part in stopped), *challenged]
    return [*final, *((part, going_on) for part in current)]


def merged(states: list[State]) -> list[State]:
    """Join states that can no longer be told apart, so that their number does not grow with everything that is unmodelled."""
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
            leans = known.leans | state.leans
            joined[key] = State(known.hosts | state.hosts, state.client, state.answers, reasons[:12], leans)
    return list(joined.values())


_KNOWN = "the client's identity"
"""Remembered once a client has said who it is."""


def _identified(condition: Identity, state: State, look: Look) -> tuple[State, Answer]:
    if look.hop is not None and look.hop.proxied:
        # A proxy logs in nowhere, and keeps what the client says about itself to itself.
        return state, condition if condition.challenges else False
    key = scoped(condition.key, look.hop)
    known = (scoped(_KNOWN, look.hop), True)
    look.identities[key] = condition
    if look.assumed is None or (condition.carried and known not in state.answers):
        return state, condition if condition.challenges else False
    holds = condition.any_identity or key in look.assumed
    return state._replace(answers=state.answers | {known}), holds
