"""Tells which of many expressions may find a host that is asked about, by asking many of them at once.

Of a thousand rules with an expression each, nearly all find none of the hosts. Joined to one automaton they say so together;
where one of them may find something, the halves are asked again. What cannot be told in bounded work may find anything.
"""

from collections.abc import Iterable, Iterator, Sequence

from allowlint.model.automaton import Automaton, Budget, Choice, TooComplex, size
from allowlint.model.condition import Frame, TextMatches
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, meets
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular

FEW = 20
"""Conditions that are not worth joining."""
JOINED = 2_000
"""States of expressions that are asked together."""
WORK = 20
"""Steps for each state of all expressions together."""
PATH_WORK = 150
"""Steps for each state of expressions that are compared with URLs: of those any may follow, at two ports, by two schemes."""


class _Member(NamedTuple):
    """A condition, with its expressions as one."""

    text: TextMatches
    expression: Choice
    size: int


class Sieve:
    """Conditions that ask for expressions, as those are joined."""

    def __init__(self, texts: Iterable[TextMatches]) -> None:
        alike: dict[frozenset[tuple[View, Frame]], list[_Member]] = {}
        for text in texts:
            together = Choice(tuple(automaton.expression for automaton in text.automata))
            member = _Member(text, together, size(together))
            # A path may be anything, and a long list is joined already.
            if member.size < JOINED and all(frame.host for frame in text.frames.values()):
                alike.setdefault(frozenset(text.frames.items()), []).append(member)
        self._groups: list[tuple[frozenset[tuple[View, Frame]], _Group]] = []
        for frames, members in alike.items():
            work = PATH_WORK if any(frame.path for _, frame in frames) else WORK
            budget = Budget(work * sum(member.size for member in members))
            self._groups += [(frames, _Group(group, budget)) for group in _parted(members)]

    def barred(self, flows: Sequence[Flow]) -> Iterator[TextMatches]:
        """Yield the conditions that surely find no host of the flows, however a flow is seen and whatever its path.

        They find nothing in the host alone either, which is what an author may have meant.
        """
        for frames, group in self._groups:
            texts = {(frame.head, frame.end(flow.port, view), frame.path) for view, frame in frames for flow in flows}
            hosts = {id(flow.hosts): flow.hosts for flow in flows}.values()
            yield from group.barred([(each, *text) for each in hosts for text in sorted({*texts, ("", "", False)})])


def _parted(members: Iterable[_Member]) -> Iterator[list[_Member]]:
    """Yield as many at a time as stay small together."""
    group: list[_Member] = []
    total = 0
    for member in members:
        if total + member.size > JOINED:
            yield group
            group, total = [], 0
        group.append(member)
        total += member.size
    yield group


class _Group:
    """Conditions that are asked together, and by halves where together they may find something."""

    def __init__(self, members: list[_Member], budget: Budget) -> None:
        self._members = members
        self._budget = budget
        self._automaton = Automaton(Choice(tuple(member.expression for member in members)), budget)
        self._halves: list[_Group] = []

    def barred(self, asked: Sequence[tuple[HostSet, str, str, bool]]) -> Iterator[TextMatches]:
        """Yield those that find nothing of what is asked: hosts, and what stands before and behind them."""
        if not any(self._may_find(*each) for each in asked):
            yield from (member.text for member in self._members)
        elif len(self._members) > 1:
            for half in self._parts():
                yield from half.barred(asked)

    def _parts(self) -> "list[_Group]":
        if not self._halves:
            middle = len(self._members) // 2
            halves = self._members[:middle], self._members[middle:]
            self._halves = [_Group(half, self._budget) for half in halves]
        return self._halves

    def _may_find(self, hosts: HostSet, head: str, tail: str, path: bool) -> bool:
        try:
            return meets(hosts, Regular(self._automaton, head=head, tail=tail, open_tail=path))
        except TooComplex:
            return True
