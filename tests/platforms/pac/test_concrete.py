"""What rules come to for single hosts, all asked about at once."""

import pytest

from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Condition,
    HostIn,
    Named,
    Not,
    PortIn,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import DIRECT, Route, Way
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms.pac import concrete
from allowlint.platforms.pac.concrete import Asked, possible
from allowlint.platforms.pac.reading import rule_of

HERE = Location("proxy.pac", 1)
PROXY = Route(Way.PROXY, "proxy.example:80")
UNKNOWN = Unmodelled("what", "it is", HERE)
ASKED = (Asked("a.example", 443, View.TUNNEL), Asked("b.example", 80, View.PLAIN))


def listed(*hosts: str) -> HostIn:
    names = NameList()
    names.exact.update((host, index) for index, host in enumerate(hosts))
    return HostIn(names)


A, NONE, ALL = listed("a.example"), listed(), listed("a.example", "b.example")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (ALWAYS, (True, True)),
        (NEVER, (False, False)),
        (A, (True, False)),
        (Named("a", A, HERE), (True, False)),
        (Not(A), (False, True)),
        (PortIn(((80, 90),)), (False, True)),
        (ViewIn(frozenset((View.TUNNEL,))), (True, False)),
        (UNKNOWN, (None, None)),
        (Not(UNKNOWN), (None, None)),
        (All((UNKNOWN, A)), (None, False)),
        (All((A, UNKNOWN)), (None, False)),
        (All((ALL, A)), (True, False)),
        (AnyOf((UNKNOWN, A)), (True, None)),
        (AnyOf((A, UNKNOWN)), (True, None)),
        (AnyOf((NONE, A)), (True, False)),
        (Not(AnyOf((UNKNOWN, A))), (False, None)),
    ],
)
def test_a_condition_holds_or_fails_or_is_open_for_each_host_by_itself(
    condition: Condition, holds: tuple[bool | None, bool | None]
) -> None:
    rules = (rule_of(condition, (PROXY,), HERE, "first"), rule_of(ALWAYS, (DIRECT,), HERE, "last"))
    ways = {True: {(PROXY,)}, False: {(DIRECT,)}, None: {(PROXY,), (DIRECT,)}}
    assert possible(rules, ASKED) == [ways[each] for each in holds]


def test_each_condition_is_looked_at_once_however_many_hosts_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    holds = concrete._Telling.holds

    def counted(telling: concrete._Telling, condition: Condition, among: int) -> tuple[int, int]:
        nonlocal looked
        looked += 1
        return holds(telling, condition, among)

    monkeypatch.setattr(concrete._Telling, "holds", counted)
    first = [rule_of(AnyOf((A, UNKNOWN)), (PROXY,), HERE, "first") for _ in range(100)]
    asked = [Asked(f"x{number}.example", 443, View.TUNNEL) for number in range(100)]
    possible((*first, rule_of(ALWAYS, (DIRECT,), HERE, "last")), asked)
    # A rule has five parts: the whole, the opposites of both, and both themselves.
    assert looked <= 100 * 5 + 1
