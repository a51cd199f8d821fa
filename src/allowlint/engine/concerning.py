"""Leaves out the rules that surely concern none of the connections that are asked about.

A device may have a hundred thousand rules, of which a few dozen can ever decide about the endpoints in question. What surely
does not match is found by looking at each part of a condition once (platforms share equal parts), so that the walk meets only
the rest. Left out is only what the walk itself would pass over without a question: the verdicts are the same, the traces are
those of the rules that matter.
"""

from collections.abc import Iterable, Sequence

from allowlint.engine.sieving import FEW, Sieve
from allowlint.model.condition import (
    All,
    Always,
    AnyOf,
    ClientIn,
    Condition,
    HostIn,
    Identity,
    Named,
    Not,
    PortIn,
    TextMatches,
    parts,
)
from allowlint.model.device import Entrance, Rule, Rulebase
from allowlint.model.flow import Flow
from allowlint.model.hosts import HostSet
from allowlint.model.namelist import NameList, ancestors
from allowlint.model.remembered import remembered

LONGER = 200
"""Entries by which a list may be longer than what it is compared with."""


def concerning(entrances: Sequence[Entrance], flows: Sequence[Flow]) -> list[Entrance]:
    """The entrances with the rules that may concern one of the flows; those that have become alike are one.

    Behind a proxy of a path the client is the proxy, which is left to the walk.
    """
    narrowing = _Narrowing(flows)
    kept: dict[tuple[object, ...], Entrance] = {}
    for entrance in entrances:
        narrowed = entrance._replace(rulebases=narrowing.all(entrance.rulebases))
        views = frozenset(flow.view for flow in flows) & entrance.views
        alike = (*map(narrowing.signature, narrowed.rulebases), views, entrance.explicit, entrance.own_name)
        kept[alike] = _joined(kept[alike], narrowed) if alike in kept else narrowed
    return list(kept.values())


def positions(
    rulebases: Sequence[Rulebase], flows: Sequence[Flow], *, names_only: bool = False
) -> list[tuple[int, ...]]:
    """Where the rules of each rulebase stand that may concern a flow; with ``names_only``, by the hosts that they ask for alone."""
    narrowing = _Narrowing(flows, names_only=names_only)
    return [narrowing.kept(rulebase) for rulebase in rulebases]


def _joined(one: Entrance, other: Entrance) -> Entrance:
    return one._replace(
        views=one.views | other.views,
        labels=one.labels | other.labels,
        exits=one.exits | other.exits,
        pairs=one.pairs | other.pairs,
    )


class _Region:
    """The hosts of flows, as names that an entry can be compared with."""

    def __init__(self, *hosts: HostSet) -> None:
        self.above = frozenset(name for some in hosts for name in some.spelled())
        """The hosts and every name above them: an entry that is one of these may cover a host."""
        self.wide = frozenset(host for some in hosts for host, whole in some.anchors() if whole)
        """Names of which everything below is asked about."""

    def meets(self, names: NameList) -> bool:
        """Whether a list may hold one of the hosts."""
        if "" in self.wide or len(names) > len(self.above) + LONGER:
            return True
        return any(name in self.above or not self.wide.isdisjoint(ancestors(name)) for name in names.names())


class _Narrowing:
    """One look over the rules of a device. A mask has a bit for every flow."""

    def __init__(self, flows: Sequence[Flow], *, names_only: bool = False) -> None:
        self.flows = flows
        self.names_only = names_only
        self.every = (1 << len(flows)) - 1
        self._everybody = _Region(*{id(flow.hosts): flow.hosts for flow in flows}.values())
        self._regions: dict[int, _Region] = {}
        self._masks: dict[tuple[int, bool], int] = {}
        self._challenging: dict[int, bool] = {}
        self._behind = False
        """Whether a proxy of a path stands before the rules that are looked at."""
        self._rulebases: dict[int, Rulebase] = {}
        self._originals: dict[int, tuple[object, ...]] = {}
        self._kept: list[object] = []
        """What was looked at, so that no identity is used again meanwhile."""

    def all(self, rulebases: Iterable[Rulebase]) -> tuple[Rulebase, ...]:
        """Rulebases with the rules that may concern a flow."""
        return tuple(map(self.rulebase, rulebases))

    def signature(self, rulebase: Rulebase) -> tuple[object, ...]:
        """What two rulebases have in common that are the same for these flows."""
        return self._originals[id(rulebase)]

    def rulebase(self, rulebase: Rulebase) -> Rulebase:
        """One of them."""
        known = self._rulebases.get(id(rulebase))
        if known is None:
            rules = [rulebase.rules[position] for position in self.kept(rulebase)]
            known = rulebase._replace(rules=tuple(map(self._rule, rules)), default=self._rule(rulebase.default))
            self._rulebases[id(rulebase)] = known
            self._originals[id(known)] = _identity(rulebase, rules)
            self._kept += (rulebase, known)
        return known

    def kept(self, rulebase: Rulebase) -> tuple[int, ...]:
        """Where its rules stand that may concern a flow."""
        self._behind = rulebase.hop is not None
        self._bar(rulebase)
        return tuple(position for position, rule in enumerate(rulebase.rules) if self._mask(rule.condition))

    def _bar(self, rulebase: Rulebase) -> None:
        """Note the expressions that find no host: asked one by one they would take longer than all the rest."""
        for text in _sieve(rulebase).barred(self.flows):
            self._masks[id(text), self._behind] = 0
            self._kept.append(text)

    def _rule(self, rule: Rule) -> Rule:
        return rule._replace(then=self.all(rule.then)) if rule.then else rule

    def _mask(self, condition: Condition) -> int:
        """The flows for which a condition may hold."""
        key = (id(condition), self._behind)
        known = self._masks.get(key)
        if known is None:
            known = self._masks[key] = self._found(condition)
            self._kept.append(condition)
        return known

    def _found(self, condition: Condition) -> int:
        match condition:
            case Named(_, inner, _):
                return self._mask(inner)
            case All(conditions):
                return self._together(conditions)
            case AnyOf(conditions):
                return self._either(conditions)
            case HostIn(names):
                # Most lists concern nobody, which one look tells.
                return self._named(names) if self._everybody.meets(names) else 0
            case Always() | PortIn() | ClientIn() if not self._left_open(condition):
                return self._bits(_may_be(condition, flow) for flow in self.flows)
        return self.every

    def _named(self, names: NameList) -> int:
        hosts = {id(flow.hosts): flow for flow in self.flows}
        met = {id_ for id_, flow in hosts.items() if self._region(flow).meets(names)}
        return self._bits(id(flow.hosts) in met for flow in self.flows)

    def _left_open(self, condition: Always | PortIn | ClientIn) -> bool:
        return self.names_only or (self._behind and isinstance(condition, ClientIn))

    def _together(self, conditions: tuple[Condition, ...]) -> int:
        mask = self.every
        for condition in conditions:
            if self._challenges(condition):
                # Whoever gets as far as this is asked for an identity, whatever comes behind.
                break
            mask &= self._mask(condition)
            if not mask:
                break
        return mask

    def _challenges(self, condition: Condition) -> bool:
        """Whether an identity is asked for; conditions share their parts, each of which is looked at once."""
        match condition:
            case Identity():
                return condition.challenges
            case Named(_, inner, _) | Not(inner):
                return self._challenges(inner)
            case All(conditions) | AnyOf(conditions):
                known = self._challenging.get(id(condition))
                if known is None:
                    known = self._challenging[id(condition)] = any(map(self._challenges, conditions))
                    self._kept.append(condition)
                return known
        return False

    def _either(self, conditions: tuple[Condition, ...]) -> int:
        mask = 0
        for condition in conditions:
            mask |= self._mask(condition)
        return mask

    def _bits(self, answers: Iterable[bool]) -> int:
        return sum(1 << index for index, answer in enumerate(answers) if answer)

    def _region(self, flow: Flow) -> _Region:
        """The region of a flow: those of a group of requirements differ in ports and views more often than in hosts."""
        found = self._regions.get(id(flow.hosts))
        if found is None:
            found = self._regions[id(flow.hosts)] = _Region(flow.hosts)
        return found


@remembered
def _sieve(rulebase: Rulebase) -> Sieve:
    texts = [part for part in parts(*(rule.condition for rule in rulebase.rules)) if isinstance(part, TextMatches)]
    return Sieve(texts if len(texts) > FEW else ())


def _identity(rulebase: Rulebase, rules: Iterable[Rule]) -> tuple[object, ...]:
    default = rulebase.default
    return (
        (rulebase.stage, rulebase.name, rulebase.view, rulebase.stands_for, rulebase.hop, id(rulebase.unidentified)),
        tuple(map(id, rules)),
        (default.action, default.text, default.location, default.routes, *map(id, default.then)),
    )


def _may_be(condition: Always | PortIn | ClientIn, flow: Flow) -> bool:
    match condition:
        case Always(holds):
            return holds
        case PortIn(ranges):
            return any(first <= flow.port <= last for first, last in ranges)
        case ClientIn(addresses):
            return bool(flow.client & addresses)
