"""What a device does with a requirement at every stage, against brute force: host by host, client by client.

Where everything can be told, the verdict is exactly what trying each connection shows; where something cannot, a verdict that
is sure holds under every answer to it.
"""

from itertools import product
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine import runs
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model import hosts
from allowlint.model.condition import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    HostIn,
    Identity,
    Not,
    Unmodelled,
)
from allowlint.model.device import (
    DIRECT,
    Action,
    Device,
    Entrance,
    Route,
    Rule,
    Rulebase,
    Stage,
    Way,
    default_rule,
)
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from tests.engine.test_evaluate import CLIENTS as ADDRESSES
from tests.engine.test_evaluate import HERE, HOSTS, PATTERNS, UNIVERSE, holds, names

LOGIN = Identity("login", "a login", HERE)
PASSIVE = Identity("known", "a known user", HERE, challenges=False)
STAFF = Identity("staff", "group staff", HERE, any_identity=False)
GUESTS = Identity("guests", "group guests", HERE, challenges=False, any_identity=False)
UNKNOWNS = (Unmodelled("p", "unknown p", HERE), Unmodelled("q", "unknown q", HERE))
CLIENTS: tuple[frozenset[str] | None, ...] = (None, *map(frozenset, ((), ("staff",), ("guests",), ("staff", "guests"))))
"""Nobody known, and every kind of user that the groups tell apart."""
PROXY = Route(Way.PROXY, "proxy.test:80")
NAMES = (*UNIVERSE, *(f"x.{name}" for name in UNIVERSE), *(f"x{name}" for name in UNIVERSE))
"""Every name behaves like one of these: a listed one, one below it, or one that is only spelled alike."""

HOST_LISTS = st.builds(HostIn, st.builds(names, HOSTS, HOSTS, HOSTS))
TOLD: st.SearchStrategy[Condition] = st.one_of(HOST_LISTS, HOST_LISTS, st.sampled_from([LOGIN, PASSIVE, STAFF, GUESTS]))


def conditions(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=1, max_size=3).map(lambda found: All(tuple(found))),
            st.lists(inner, min_size=1, max_size=2).map(lambda found: AnyOf(tuple(found))),
        ),
        max_leaves=4,
    )


def devices(*unknowns: Condition) -> st.SearchStrategy[Device]:
    """A choice of the way, rules that refuse and inspect, and rules that refuse again; ``unknowns`` may be asked for anywhere."""
    tests = conditions(st.one_of(TOLD, st.sampled_from(unknowns)) if unknowns else TOLD)
    choices = st.one_of(HOST_LISTS, st.sampled_from(unknowns)) if unknowns else HOST_LISTS

    def ruled(stage: Stage, *actions: Action) -> st.SearchStrategy[Rulebase]:
        action = st.sampled_from(actions)
        rule = st.builds(lambda condition, action: Rule(condition, action, HERE, "rule"), tests, action)
        rules = st.lists(rule, max_size=3)
        return st.builds(
            lambda rules, action: Rulebase(stage, stage.value, tuple(rules), default_rule(action, HERE, "default")),
            rules,
            action,
        )

    ways = st.builds(
        lambda rules, default: Rulebase(Stage.ROUTING, "ways", tuple(map(sending, rules)), sending((ALWAYS, default))),
        st.lists(st.tuples(choices, st.sampled_from((DIRECT, PROXY))), max_size=2),
        st.sampled_from((DIRECT, PROXY)),
    )
    return st.builds(
        lambda first, *rest: Device("test", "test", (Entrance("", (*first, *rest)),)),
        st.lists(ways, max_size=1),
        ruled(Stage.ACCESS, Action.PROCEED, Action.PROCEED, Action.BLOCK),
        ruled(Stage.INSPECTION, Action.INSPECT, Action.BYPASS, Action.PROCEED),
        ruled(Stage.ACCESS, Action.PROCEED, Action.PROCEED, Action.BLOCK, Action.CHALLENGE),
    )


def sending(said: tuple[Condition, Route]) -> Rule:
    condition, route = said
    return Rule(condition, Action.PROCEED, HERE, str(route), (), (route,))


class Tried(NamedTuple):
    """How one connection of one client ended."""

    end: Action
    opened: bool
    way: Way | None


def answered(condition: Condition, host: str, client: frozenset[str] | None, told: dict[str, bool]) -> bool | Identity:
    """Yes, no, or: the client is asked who it is."""
    match condition:
        case Unmodelled(key):
            return told[key]
        case Identity() if client is None:
            return condition if condition.challenges else False
        case Identity():
            return condition.any_identity or condition.key in (client or ())
        case Not(inner):
            found = answered(inner, host, client, told)
            return found if isinstance(found, Identity) else not found
        case All(parts) | AnyOf(parts):
            going_on = isinstance(condition, All)
            each = (answered(part, host, client, told) for part in parts)
            return next((found for found in each if found is not going_on), going_on)
    return condition is ALWAYS or holds(condition, host, {}, ADDRESSES[0])


def tried(device: Device, host: str, client: frozenset[str] | None, told: dict[str, bool]) -> Tried:
    """Try one connection, rule by rule."""
    opened, way = False, None
    for rulebase in device.entrances[0].rulebases:
        for rule in (*rulebase.rules, rulebase.default):
            matched = answered(rule.condition, host, client, told)
            if isinstance(matched, Identity):
                return Tried(Action.CHALLENGE, opened, way)
            if matched:
                break
        if rule.action in (Action.BLOCK, Action.CHALLENGE):
            return Tried(rule.action, opened, way)
        if rule.action in (Action.INSPECT, Action.BYPASS):
            opened = rule.action is Action.INSPECT
        way = rule.routes[0].way if rule.routes else way
    return Tried(Action.ALLOW, opened, way)


class Truth(NamedTuple):
    """What trying every member of a requirement shows: of a stage, whom it is asked about, and who fails there."""

    asked: list[str]
    failing: list[str]
    working: list[str]
    """Whom it works for, with some client; a host may fail for one and work for another."""


def truth_of(device: Device, members: list[str], told: dict[str, bool]) -> dict[Stage, Truth]:
    ends = {host: [tried(device, host, client, told) for client in CLIENTS] for host in members}
    reached = [host for host in members if any(one.end is Action.ALLOW for one in ends[host])]
    blocked = [host for host in members if host not in reached]
    proxied = [host for host in members if ends[host][0].way is Way.PROXY]
    known = [host for host in reached if ends[host][0].end is not Action.ALLOW]
    opened = [host for host in reached if any(one.opened for one in ends[host])]
    closed = [host for host in reached if any(one.end is Action.ALLOW and not one.opened for one in ends[host])]
    return {
        Stage.ACCESS: Truth(members, blocked, reached),
        Stage.ROUTING: Truth(members, proxied, [host for host in members if host not in proxied]),
        Stage.AUTHENTICATION: Truth(reached, known, [host for host in reached if host not in known]),
        Stage.INSPECTION: Truth(reached, opened, closed),
    }


def members_of(pattern: str) -> list[str]:
    return [name for name in NAMES if name in hosts.requirement_hosts(pattern)]


@given(devices(), PATTERNS)
@settings(max_examples=250, deadline=None)
def test_where_everything_can_be_told_a_verdict_is_what_trying_shows(device: Device, pattern: str) -> None:
    (verdict,) = judge(device, [Requirement(pattern)], flow_for())

    truth = truth_of(device, members_of(pattern), {})
    for stage, found in verdict.stages.items():
        asked, failing, working = truth[stage]
        if stage is Stage.ROUTING and device.entrances[0].rulebases[0].stage is not stage:
            assert found.answer is Answer.NOT_APPLICABLE
            continue
        if not asked:
            assert found.answer is Answer.NOT_APPLICABLE
        elif not failing:
            assert found.answer is Answer.SATISFIED
        else:
            assert found.answer is (Answer.PARTIAL if working else Answer.VIOLATED)
            assert found.failing is not None
            assert found.doubtful is not None
            assert found.witness is not None
            assert found.witness in found.failing
            assert found.ways, stage
            assert [host for host in asked if host in found.failing] == failing
            assert [host for host in asked if host in found.doubtful] == failing


@given(devices(*UNKNOWNS), PATTERNS)
@settings(max_examples=250, deadline=None)
def test_a_sure_verdict_is_right_whatever_the_unknown_turns_out_to_be(device: Device, pattern: str) -> None:
    assert_sound(device, pattern)


@given(devices(*UNKNOWNS), PATTERNS)
@settings(max_examples=150, deadline=None)
def test_a_sure_verdict_is_right_for_every_user_where_the_groups_are_too_many(device: Device, pattern: str) -> None:
    # Nobody's groups are tried but those of a client of whom nothing is said.
    with patch.multiple(runs, MAX_IDENTITIES=0, combinations=lambda *_: [()]):
        assert_sound(device, pattern)


def assert_sound(device: Device, pattern: str) -> None:
    (verdict,) = judge(device, [Requirement(pattern)], flow_for())

    members = members_of(pattern)
    for told in product((True, False), repeat=len(UNKNOWNS)):
        truth = truth_of(device, members, {one.key: answer for one, answer in zip(UNKNOWNS, told, strict=True)})
        for stage, found in verdict.stages.items():
            asked, failing, working = truth[stage]
            if found.answer is Answer.SATISFIED:
                assert not failing, stage
            elif found.answer is Answer.VIOLATED:
                assert asked == failing, stage
                assert not working, stage
            elif found.answer is Answer.PARTIAL:
                assert found.failing, stage
                assert not any(host in found.failing for host in asked if host not in failing), stage
            if found.answer in (Answer.PARTIAL, Answer.UNKNOWN):
                assert found.doubtful, stage
                assert all(host in found.doubtful for host in failing), stage
