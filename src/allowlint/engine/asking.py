"""Asks one condition about many hosts at once.

A condition parts the hosts that meet it: those for which it surely holds, those for which it surely does not, and, where it
cannot be told, the same hosts twice, with the answer that was assumed. The parts together are always the whole.
"""

from collections.abc import Iterable

from allowlint.engine.looking import Answer, Look, State
from allowlint.model.addresses import INSIDE, AddressSet
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    Assumable,
    ClientIn,
    Condition,
    Doubt,
    HostIn,
    Identity,
    Named,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import Hop
from allowlint.model.hosts import HostSet
from allowlint.model.verdict import Reason

MAX_REASONS = 300
"""Reasons that a state carries: a condition may have a hundred thousand parts that are not modelled."""
MAX_JOINED_REASONS = 12
"""Reasons of states that are joined to one."""

CLIENT_KEY = "client address"
SOME_GROUPS = "\x1fsome groups"
"""In place of the identities that a client has: it is in some of the groups that are kept elsewhere, and nobody says in which."""


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
        case AnyOf(conditions):
            return look.grouped(condition, state, lambda: _in_turn(conditions, state, look, going_on=False))
        case Not(inner):
            parts = split(inner, state, look)
            return [(after, not answer if isinstance(answer, bool) else answer) for after, answer in parts]
        case Identity():
            return _identified(condition, state, look)
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
            reasons = known.reasons[:MAX_JOINED_REASONS]
            if len(reasons) < MAX_JOINED_REASONS:
                reasons += tuple(r for r in state.reasons if r not in known.reasons)
            leans = known.leans | state.leans
            hosts = known.hosts | state.hosts
            joined[key] = State(hosts, state.client, state.answers, reasons[:MAX_JOINED_REASONS], leans)
    return list(joined.values())


_KNOWN = "the client's identity"
"""Remembered once a client has said who it is."""


def _identified(condition: Identity, state: State, look: Look) -> list[tuple[State, Answer]]:
    if look.hop is not None and look.hop.proxied:
        # A proxy logs in nowhere, and keeps what the client says about itself to itself.
        return [(state, condition if condition.challenges else False)]
    key = scoped(condition.key, look.hop)
    known = (scoped(_KNOWN, look.hop), True)
    look.identities[key] = condition
    if look.assumed is None or (condition.carried and known not in state.answers):
        return [(state, condition if condition.challenges else False)]
    state = state._replace(answers=state.answers | {known})
    if SOME_GROUPS in look.assumed and kept_elsewhere(condition):
        key = scoped(membership(condition.key), look.hop)
        text = f"who is a member ({condition.text})"
        reason = Reason(text, location=condition.location, key=key, doubt=Doubt.USER_BOUND)
        remembered = look.recurring is None or key in look.recurring
        return _both_ways(state, key if remembered else "", reason)
    return [(state, condition.any_identity or key in look.assumed)]


def kept_elsewhere(identity: Identity) -> bool:
    """Whether who is wanted is a group whose members the configuration does not name."""
    return not identity.any_identity and identity.members is None


def membership(key: str) -> str:
    """The key of the answer to the question whether a client is in a group."""
    return f"member of {key}"
