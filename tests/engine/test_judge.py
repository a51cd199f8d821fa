"""What a device does with a requirement at every stage, against brute force: host by host, client by client.

Where everything can be told, the verdict is exactly what trying each connection shows; where something cannot, a verdict that
is sure holds under every answer to it.
"""

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine import evaluate
from allowlint.engine import judge as engine_judge
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model import hosts
from allowlint.model.automaton import Automaton, TooComplex, literal
from allowlint.model.condition import (
    ALWAYS,
    All,
    AnyOf,
    Assumable,
    Condition,
    Frame,
    HostIn,
    Identity,
    Not,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import (
    DIRECT,
    Action,
    Device,
    Entrance,
    LoadFault,
    Route,
    Rule,
    Rulebase,
    Stage,
    Way,
    default_rule,
)
from allowlint.model.flow import View
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from tests.engine.test_evaluate import CLIENTS as ADDRESSES
from tests.engine.test_evaluate import HERE, HOSTS, PATTERNS, UNIVERSE, holds, names, rulebase_of

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
        lambda rules, default: Rulebase(
            Stage.ROUTING, "ways", tuple(map(_sending, rules)), _sending((ALWAYS, default))
        ),
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


def _sending(said: tuple[Condition, Route]) -> Rule:
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
            assert [host for host in asked if host in found.failing] == failing
            assert [host for host in asked if host in found.doubtful] == failing


@given(devices(*UNKNOWNS), PATTERNS)
@settings(max_examples=250, deadline=None)
def test_a_sure_verdict_is_right_whatever_the_unknown_turns_out_to_be(device: Device, pattern: str) -> None:
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


def device_of(*rulebases: Rulebase) -> Device:
    return Device("test", "test", (Entrance("", rulebases),))


def words(device: Device, *requirements: Requirement, accepted: str = "") -> list[tuple[str, ...]]:
    """The name of each verdict, and its words for access, inspection, authentication and routing."""
    flow = flow_for()._replace(accepted=frozenset(accepted.split()))
    return [(found.id, *map(found.word, Stage)) for found in judge(device, requirements, flow)]


SECURE, PLAIN = Requirement("a.test"), Requirement("a.test", (80,), "http")
INSPECTING = Rulebase(Stage.INSPECTION, "inspection", (), default_rule(Action.INSPECT, HERE, "inspect"))
ANY = HostIn(names([], [], ["test"]))
CHOOSING = Rulebase(Stage.ROUTING, "ways", (_sending((ANY, DIRECT)),), _sending((ALWAYS, DIRECT)))
OPEN = rulebase_of([Rule(ANY, Action.PROCEED, HERE, "allow")], Action.PROCEED)


def test_each_requirement_is_asked_for_on_its_own_ports_and_with_its_own_path() -> None:
    frames = {View.PLAIN: Frame(head="http://", path=True)}
    path = TextMatches((), (Automaton(literal("/closed/")),), frames, "/closed/")
    tunnel, plain = (ViewIn(frozenset((view,))) for view in (View.TUNNEL, View.PLAIN))
    refused = (path, All((tunnel, PortIn(((8443, 8443),)))), All((plain, HostIn(names(["b.test"], [], [])))))
    rules = [Rule(condition, Action.BLOCK, HERE, "deny") for condition in refused]

    found = words(
        device_of(rulebase_of(rules, Action.PROCEED), INSPECTING),
        Requirement("a.test", (443, 8443)),
        PLAIN._replace(path="/closed/list"),
        PLAIN._replace(path="/open/list"),
        PLAIN,
        PLAIN._replace(host="b.test", path="/open/list"),
        Requirement("b.test"),
    )

    assert [each[:3] for each in found] == [
        ("a.test:443", "allowed", "inspected"),
        ("a.test:8443", "blocked", "not-applicable"),
        ("a.test/closed/list:80", "blocked", "not-applicable"),
        ("a.test/open/list:80", "allowed", "not-applicable"),
        ("a.test:80", "unknown", "not-applicable"),
        ("b.test/open/list:80", "blocked", "not-applicable"),
        ("b.test:443", "allowed", "inspected"),
    ]


def test_of_a_device_that_does_not_load_nothing_is_known() -> None:
    fault = LoadFault(HERE, "no such option", "every version")
    device = device_of(OPEN, CHOOSING)._replace(load_faults=(fault,))

    assert words(device, Requirement("a.test", (443, 8443)), PLAIN) == [
        ("a.test:443", "unknown", "unknown", "unknown", "not-applicable"),
        ("a.test:8443", "unknown", "unknown", "unknown", "not-applicable"),
        ("a.test:80", "unknown", "not-applicable", "unknown", "not-applicable"),
    ]
    (verdict,) = judge(device, [SECURE], flow_for())
    (reason,) = verdict.stages[Stage.ACCESS].reasons
    assert (reason.text, reason.location) == ("the configuration does not load: no such option", HERE)


UNTOLD = [
    (device_of(OPEN), ("unknown", "unknown", "unknown", "not-applicable")),
    (device_of(CHOOSING, OPEN), ("unknown", "unknown", "unknown", "unknown")),
    (device_of(CHOOSING), ("unknown", "not-applicable", "not-applicable", "unknown")),
]


@pytest.mark.parametrize(("device", "expected"), UNTOLD)
def test_what_takes_too_much_work_is_unknown_at_every_stage_that_the_device_decides(
    device: Device, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = (expected[0], "not-applicable", *expected[2:])
    asked = (SECURE, PLAIN, Requirement("b.test"), Requirement("b.test", (80,), "http"))
    told = [("a.test:443", *expected), ("a.test:80", *plain), ("b.test:443", *expected), ("b.test:80", *plain)]

    with monkeypatch.context() as cut_short:
        # No walk comes to its end.
        cut_short.setattr(evaluate, "MAX_QUESTIONS", -1_000)
        assert words(device, *asked) == told
    with monkeypatch.context() as refused:
        refused.setattr(engine_judge, "runs_of", _too_complex)
        assert words(device, *asked) == told


def _too_complex(*_: object) -> None:
    raise TooComplex("too much")


@pytest.mark.parametrize(("way", "word"), [(Way.NOWHERE, "unknown"), (Way.UNTOLD, "unknown"), (Way.SOCKS, "proxied")])
def test_a_way_that_is_no_way_is_not_taken_for_a_direct_one(way: Way, word: str) -> None:
    device = device_of(Rulebase(Stage.ROUTING, "ways", (), _sending((ALWAYS, Route(way)))))

    assert words(device, SECURE) == [("a.test:443", "allowed", "not-applicable", "not-applicable", word)]


def test_what_an_assumption_closes_is_not_inspected_either() -> None:
    unknown, (listed, other) = UNKNOWNS[0], (HostIn(names([name], [], [])) for name in ("a.test", "b.test"))

    for holding, access, inspection in ((listed, "allowed", "inspected"), (other, "blocked", "not-applicable")):
        rule = Rule(Assumable("word", unknown, holding), Action.PROCEED, HERE, "allow")
        device = device_of(rulebase_of([rule], Action.BLOCK), INSPECTING)

        assert [each[1:3] for each in words(device, SECURE)] == [("unknown", "inspected")]
        assert [each[1:3] for each in words(device, SECURE, accepted="word")] == [(access, inspection)]


def test_a_verdict_says_by_which_rule_and_which_way_in_somebody_fails() -> None:
    ways_in = tuple(
        Entrance(action.value, (Rulebase(Stage.ACCESS, "rules", (), default_rule(action, HERE, f"{action} all")),))
        for action in (Action.PROCEED, Action.BLOCK)
    )
    (verdict,) = judge(Device("test", "test", ways_in), [SECURE], flow_for())

    access = verdict.stages[Stage.ACCESS]
    assert (access.answer, access.witness, access.entrance) == (Answer.UNKNOWN, "a.test", "block")
    assert [step.rule.text for step in access.steps] == ["block all"]
    assert (access.ways, access.grounds) == (("block: block all",), ("which way in the clients use (proceed; block)",))
    assert [reason.text for reason in access.reasons] == list(access.grounds)


def test_of_rules_that_may_and_rules_that_do_the_sure_one_is_shown() -> None:
    denied = [Rule(condition, Action.BLOCK, HERE, text) for condition, text in ((UNKNOWNS[0], "may"), (ALWAYS, "does"))]

    (verdict,) = judge(device_of(rulebase_of(denied, Action.PROCEED)), [SECURE], flow_for())

    access = verdict.stages[Stage.ACCESS]
    assert (access.answer, access.ways, access.steps[-1].rule.text) == (Answer.VIOLATED, ("does", "may"), "does")
