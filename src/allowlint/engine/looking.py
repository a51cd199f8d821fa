"""What one walk over the rules knows: how it sees the flow, who the client is, and what was found out on the way."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from allowlint.model.addresses import AddressSet
from allowlint.model.condition import AnyOf, Frame, Identity, TextMatches
from allowlint.model.device import Hop, Rule, Rulebase
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, empty, narrowed
from allowlint.model.namelist import NameList
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular
from allowlint.model.verdict import Reason

MAX_QUESTIONS = 50_000
"""Conditions asked in one walk, beside some for every rule: groups of groups can multiply without end."""

MAX_KNOWN = 256
"""Lists and groups of which a look remembers how they part what met them."""
LONG = 8
"""Conditions of a group from which on it is worth remembering."""

Answer = bool | Identity
"""Yes, no, or: the client was challenged for its identity."""


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

    def __init__(self, flow: Flow, assumed: frozenset[str] | None, met: list[Meeting] | None = None) -> None:
        self.flow = flow
        self.questions = MAX_QUESTIONS
        """How many more conditions may be asked."""
        self.recurring: AbstractSet[str] | None = None
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

    def grouped(
        self, group: AnyOf, state: State, ask: Callable[[], list[tuple[State, Answer]]]
    ) -> list[tuple[State, Answer]]:
        """How a group parts a state; asked once where rule after rule asks for one group."""
        if len(group.conditions) < LONG:
            return ask()
        key = (id(group), id(state), self.view, id(self.hop))
        found = self._groups.get(key)
        if found is None:
            if len(self._groups) >= MAX_KNOWN:
                self._groups.clear()
            # Who is not parted stays the same object, so that the next rule's answer is known too.
            parts = [(state if _is_same(after, state) else after, answer) for after, answer in ask()]
            # What is asked about is kept with the answer, so that nothing else gets its identity meanwhile.
            found = self._groups[key] = (parts, group, state)
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


def _is_same(one: State, other: State) -> bool:
    """Whether two states are written alike; those that only mean the same need not be told."""
    return one.hosts.pieces == other.hosts.pieces and one[1:] == other[1:]
