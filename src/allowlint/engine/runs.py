"""What happens to a flow at a device, for every kind of client: the outcomes, gathered by how they end."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice

from allowlint.engine.asking import SOME_GROUPS, kept_elsewhere
from allowlint.engine.evaluate import outcomes
from allowlint.engine.looking import Allowance
from allowlint.model.addresses import INSIDE, AddressSet
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import Identity, parts
from allowlint.model.device import Action, Device, Entrance, Way, chosen_ways, zone_of
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, empty
from allowlint.model.namelist import ancestors
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import Outcome, Reason

FEW = 200
"""Rules up to which there is nothing to gain from leaving some out."""
FEW_PARTS = 1_000
"""Parts of all conditions up to which there is nothing to gain either."""
FEW_WAYS = 3
"""Entrances that a reason names."""
MAX_CLIENTS = 1_000
"""Kinds of users that are tried; users whom no rule tells apart are of one kind."""
MAX_IDENTITIES = 4
"""Groups of which every combination is tried; beyond, none, each, all, and a client of whom nobody says in which it is."""

FEW_OUTCOMES = 20
"""Outcomes of which each is looked at for every requirement."""

Ending = tuple[Action, bool, bool, bool, Way | None]
"""How hosts end (action, inspected), whether that is certain, whether the work was cut short, and the way they were sent."""


class Run(NamedTuple):
    """The outcomes for one kind of client, and the hosts of each kind of ending: outcomes may be thousands, endings are few."""

    outcomes: tuple[Outcome, ...]
    endings: Mapping[Ending, HostSet]
    places: Mapping[str, list[int]] = {}
    """Where the outcomes stand by the names that their hosts are built from; empty where they are few."""

    def ending(self, *ends: Action, certain: bool = False) -> HostSet:
        """The hosts that may end so (with ``certain``: for which a concrete flow surely does)."""
        found = empty()
        for (end, _, sure, exhausted, _), hosts in self.endings.items():
            # Work that was cut short may have ended in any way.
            if (exhausted and not certain) or (end in ends and (sure or not certain)):
                found = found | hosts
        return found

    def sent(self, *, direct: bool, certain: bool = False) -> HostSet:
        """The hosts that something may send (with ``certain``: surely sends) directly, or not directly.

        What is given no way may go either way: most clients go straight to the server then, some give up.
        """
        found = empty()
        for (_, _, sure, exhausted, way), hosts in self.endings.items():
            fits = (way is Way.DIRECT) is direct and (sure or not certain)
            chosen = way is not None and (fits if way not in (Way.NOWHERE, Way.UNTOLD) else not certain)
            if chosen or (exhausted and not certain and self.routed):
                found = found | hosts
        return found

    @property
    def routed(self) -> bool:
        """Whether something chooses the way at all."""
        return any(way is not None for *_, way in self.endings)

    def within(self, pattern: str, hosts: HostSet) -> "Run":
        """What concerns one requirement: its pattern, and the hosts that this stands for."""
        if pattern.startswith("*"):
            narrowed = {key: ended & hosts for key, ended in self.endings.items()}
            return Run(self.outcomes, {key: ended for key, ended in narrowed.items() if ended})
        return Run(self._about(pattern), {key: hosts for key, ended in self.endings.items() if pattern in ended})

    def _about(self, host: str) -> tuple[Outcome, ...]:
        """The outcomes that may hold one host."""
        if not self.places:
            return self.outcomes
        near = {place for name in (*ancestors(host), "") for place in self.places.get(name, ())}
        return tuple(self.outcomes[place] for place in sorted(near))


def gathered(outcomes: Iterable[Outcome]) -> Run:
    """A run of these outcomes."""
    together: dict[Ending, HostSet] = {}
    kept = tuple(outcomes)
    joined: set[tuple[Ending, int]] = set()
    for outcome in kept:
        way = outcome.routes[0].way if outcome.routes else None
        key = (outcome.end, outcome.inspected, outcome.certain, outcome.exhausted, way)
        # Outcomes that another question than that for the name has parted share their hosts.
        if (key, id(outcome.hosts)) not in joined:
            joined.add((key, id(outcome.hosts)))
            together[key] = together[key] | outcome.hosts if key in together else outcome.hosts
    return Run(kept, together, _places(kept) if len(kept) > FEW_OUTCOMES else {})


def _places(outcomes: Sequence[Outcome]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    names: dict[int, tuple[str, ...]] = {}
    for place, outcome in enumerate(outcomes):
        hosts = outcome.hosts
        if id(hosts) not in names:
            names[id(hosts)] = tuple(name for name, _ in hosts.anchors())
        for name in names[id(hosts)]:
            found.setdefault(name, []).append(place)
    return found


def flow_for(client: AddressSet = INSIDE, *, client_chosen: bool = False, zones: tuple[str, str] = ("", "")) -> Flow:
    """Who connects; hosts, port and view are filled in from the requirements."""
    return Flow(empty(), 0, View.TUNNEL, "", client, client_chosen, zones)


def entrances_for(device: Device, flow: Flow) -> list[Entrance]:
    """The ways in that take the flow: those that the user named, or in which the client's network is, else all."""
    fitting = [entrance for entrance in device.entrances if flow.view in entrance.views]
    coming, leaving = flow.zones
    if not coming and flow.client_chosen:
        coming = zone_of(device, flow.client)
    return chosen_ways(fitting, (coming, leaving))


def narrowed(device: Device, flows: Sequence[Flow]) -> Device:
    """The device without the rules that concern none of the flows, where it is large or has several ways in."""
    rules = sum(member.rule_count for member in (device, *device.members.values()))
    if len(device.entrances) == 1 and rules < FEW and not _long(device.entrances[0]):
        return device
    from allowlint.engine.concerning import concerning

    return device._replace(entrances=tuple(concerning(device.entrances, flows)))


def _long(entrance: Entrance) -> bool:
    """Whether few rules ask for much: groups of groups, or of expressions one by one."""
    asked = parts(*(rule.condition for rulebase in entrance.rulebases for rule in rulebase.rules))
    return next(islice(asked, FEW_PARTS, None), None) is not None


def runs_of(device: Device, flow: Flow, allowance: Allowance | None = None) -> tuple[Run, ...]:
    """The outcomes for an anonymous client (always first), then for clients with the identities that rules ask for.

    ``allowance`` is what these walks and others may do together.
    """
    entrances = entrances_for(narrowed(device, [flow]), flow)
    if not entrances:
        reason = Reason(f"no entrance of this device takes {'plain HTTP' if flow.view is View.PLAIN else 'TLS'}")
        return (gathered([Outcome(flow.hosts, Action.BLOCK, False, (), (reason,), exhausted=True)]),)
    anonymous, identities = _through(entrances, flow, None, allowance)
    runs: dict[frozenset[str], Run] = {}
    clients = _assumptions(identities)
    while untried := [client for client in clients if client not in runs]:
        for client in untried:
            runs[client], further = _through(entrances, flow, client, allowance)
            identities |= further
        # A client that gets further may be asked for more, which may show that there is no such client.
        clients = _assumptions(identities)
    return (anonymous, *(runs[client] for client in clients))


def _assumptions(identities: Mapping[str, Identity]) -> list[frozenset[str]]:
    """The clients to try, each as the selective identities that it has.

    Every user that the configuration names, and somebody else; of groups that are kept elsewhere, every combination while
    they are few; else some of them, and all others at once.
    """
    if not identities:
        return []
    selective = {key: identity for key, identity in identities.items() if not identity.any_identity}
    of_user: dict[str, set[str]] = {}
    for key, one in selective.items():
        for user in one.members or ():
            of_user.setdefault(user, set()).add(key)
    people = set(map(frozenset, of_user.values()))
    groups = sorted(key for key, identity in selective.items() if kept_elsewhere(identity))
    few = len(groups) <= MAX_IDENTITIES
    if (len(people) + 1) * (2 ** len(groups) if few else len(groups) + 3) > MAX_CLIENTS:
        raise TooComplex(f"more than {MAX_CLIENTS} kinds of users are told apart, of whom each would have to be tried")
    sizes = range(len(groups) + 1) if few else (0, 1, len(groups))
    memberships = [frozenset(chosen) for size in sizes for chosen in combinations(groups, size)]
    if not few:
        # What only some combination meets is not missed: the walk follows both answers of every group.
        memberships.append(frozenset((SOME_GROUPS,)))
    return sorted({one | other for one in (*people, frozenset()) for other in memberships}, key=sorted)


def _through(
    entrances: list[Entrance], flow: Flow, assumed: frozenset[str] | None, allowance: Allowance | None
) -> tuple[Run, dict[str, Identity]]:
    found: list[Outcome] = []
    identities: dict[str, Identity] = {}
    which = _which(entrances) if len(entrances) > 1 else None
    for entrance in entrances:
        try:
            here, asked = outcomes(entrance, flow, assumed, allowance=allowance)
        except TooComplex as error:
            here, asked = (
                (Outcome(flow.hosts, Action.BLOCK, False, (), (Reason(str(error)),), entrance.name, exhausted=True),),
                {},
            )
        if which is not None:
            # Which of the ways in a client takes is not in the configuration.
            reason = which._replace(location=entrance.location)
            here = tuple(outcome._replace(reasons=(*outcome.reasons, reason)) for outcome in here)
        found += here
        identities |= asked
    return gathered(found), identities


def _which(entrances: list[Entrance]) -> Reason:
    shown = [entrance.name for entrance in entrances[:FEW_WAYS] if entrance.name]
    more = [f"{len(entrances) - FEW_WAYS} more"] if len(entrances) > FEW_WAYS else []
    zones = any(entrance.exits for entrance in entrances)
    listed = "; ".join((*shown, *more))
    text = f"which way in the clients use ({listed})" if shown else "which way in the clients use"
    return Reason(text, key="entrance", settle="--from-zone and --to-zone" if zones else "")
