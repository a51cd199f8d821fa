"""What a walk remembers of groups and lists that rule after rule asks for: nothing else comes of it, and less is asked."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine import looking
from allowlint.engine.asking import split
from allowlint.engine.evaluate import outcomes
from allowlint.engine.looking import Look, State
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import AddressSet
from allowlint.model.condition import All, AnyOf, Condition, HostIn, Not
from allowlint.model.device import Entrance, Rule, Rulebase
from allowlint.model.hosts import requirement_hosts
from tests.engine.test_evaluate import (
    ACTIONS,
    CLIENTS,
    CONDITIONS,
    HERE,
    PATTERNS,
    UNIVERSE,
    UNKNOWNS,
    brute,
    names,
    rulebase_of,
)


def _asking_for(pool: Sequence[Condition]) -> st.SearchStrategy[tuple[Rulebase, ...]]:
    """Rulebases whose rules ask for conditions of a pool, which are the same objects wherever they are asked for."""
    one = st.sampled_from(pool)
    asked = st.one_of(one, one.map(Not), st.tuples(one, one).map(All), st.tuples(one, one).map(AnyOf))
    rules = st.builds(lambda condition, action: Rule(condition, action, HERE, "rule"), asked, ACTIONS)
    inner = st.builds(rulebase_of, st.lists(rules, max_size=2), ACTIONS)
    leading = st.builds(lambda rule, then: rule._replace(then=tuple(then)), rules, st.lists(inner, max_size=1))
    return st.lists(st.builds(rulebase_of, st.lists(leading, max_size=5), ACTIONS), min_size=1, max_size=3).map(tuple)


GROUPS = st.lists(CONDITIONS, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found)))
SHARING = st.lists(GROUPS, min_size=1, max_size=3).flatmap(_asking_for)


@pytest.mark.parametrize("most", [1, 256])
@given(rulebases=SHARING, pattern=PATTERNS)
@settings(max_examples=400, deadline=None)
def test_rules_that_share_groups_end_as_trying_shows(rulebases: tuple[Rulebase, ...], pattern: str, most: int) -> None:
    flow = flow_for(AddressSet([found.ranges[0] for found in CLIENTS]))
    flow = flow._replace(hosts=requirement_hosts(pattern), port=443)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "LONG", 1)
        patch.setattr(looking, "MAX_KNOWN", most)
        found, _ = outcomes(Entrance("", rulebases), flow)

    for host in (name for name in UNIVERSE if name in flow.hosts):
        possible = {
            brute(rulebases, host, dict(zip(UNKNOWNS, told, strict=True)), client)
            for told in product((True, False), repeat=len(UNKNOWNS))
            for client in CLIENTS
        }
        assert {(one.end, one.inspected) for one in found if host in one.hosts and not one.exhausted} == possible, host


def test_a_group_that_parts_nothing_more_is_asked_once() -> None:
    group = AnyOf(tuple(HostIn(names([f"h{number}.a"], [], [])) for number in range(looking.LONG)))
    flow = flow_for()._replace(hosts=requirement_hosts("*.a"))
    look = Look(flow, None)
    (inside,) = (
        after
        for after, answer in split(Not(group), State(flow.hosts, flow.client, frozenset(), ()), look)
        if not answer
    )
    asked = []

    for _ in range(3):
        before = look.questions
        ((inside, answer),) = split(Not(group), inside, look)
        assert answer is False
        asked.append(before - look.questions)

    assert asked[0] > asked[1] == asked[2] == 2
