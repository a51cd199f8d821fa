"""The engine against brute force: every host of a small universe, under every answer to what cannot be told."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine import asking, evaluate, looking
from allowlint.engine import judge as engine_judge
from allowlint.engine.evaluate import outcomes
from allowlint.engine.judge import judge
from allowlint.engine.runs import Run, flow_for
from allowlint.model import hosts
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import (
    ALWAYS,
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
    Unmodelled,
    ViewIn,
)
from allowlint.model.device import Action, Device, Entrance, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer

HERE = Location("test", 1)
LABELS = ("a", "b")
UNIVERSE = tuple(".".join(labels) for depth in (1, 2, 3) for labels in product(LABELS, repeat=depth))
UNKNOWNS = ("p", "q", "r")
CLIENTS = tuple(parse_addresses(text) for text in ("10.0.0.1", "10.0.1.1", "192.168.0.1"))
NETWORKS = tuple(parse_addresses(text) for text in ("10.0.0.0/24", "10.0.0.0/8"))


def names(exact: list[str], lower: list[str], whole: list[str]) -> NameList:
    listed = NameList()
    for part, entries in ((listed.exact, exact), (listed.lower, lower), (listed.whole, whole)):
        part.update((entry, index) for index, entry in enumerate(entries))
    return listed


HOSTS = st.lists(st.sampled_from(UNIVERSE), max_size=2)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(HostIn, st.builds(names, HOSTS, HOSTS, HOSTS)),
    st.sampled_from([Unmodelled(key, f"unknown {key}", HERE) for key in UNKNOWNS]),
    st.sampled_from([Always(True), Always(False), PortIn(((443, 443),)), PortIn(((80, 80),))]),
    st.sampled_from([ViewIn(frozenset((View.TUNNEL,))), ViewIn(frozenset((View.PLAIN,)))]),
    st.sampled_from([ClientIn(network) for network in NETWORKS]),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(inner, max_size=3).map(lambda found: AnyOf(tuple(found))),
        inner.map(lambda condition: Named("named", condition, HERE)),
    ),
    max_leaves=5,
)
ACTIONS = st.sampled_from([Action.PROCEED, Action.BLOCK, Action.INSPECT, Action.BYPASS])


def holds(condition: Condition, host: str, answers: dict[str, bool], client: AddressSet) -> bool:  # noqa: C901 - one line for each kind
    """What the condition answers for one host, with every unknown told."""
    match condition:
        case Named(_, inner, _):
            return holds(inner, host, answers, client)
        case HostIn(listed):
            parents = [host.split(".", n)[-1] for n in range(host.count(".") + 1)]
            return (
                host in listed.exact
                or any(parent in listed.whole for parent in parents)
                or any(parent in listed.lower for parent in parents[1:])
            )
        case Always(answer):
            return answer
        case PortIn(ranges):
            return any(low <= 443 <= high for low, high in ranges)
        case ViewIn(views):
            return View.TUNNEL in views
        case ClientIn(addresses):
            return bool(client & addresses)
        case Unmodelled(key):
            return answers[key]
        case Not(inner):
            return not holds(inner, host, answers, client)
        case All(conditions):
            return all(holds(part, host, answers, client) for part in conditions)
        case AnyOf(conditions):
            return any(holds(part, host, answers, client) for part in conditions)
    raise AssertionError(condition)


Result = tuple[Action, bool]


def brute(rulebases: tuple[Rulebase, ...], host: str, answers: dict[str, bool], client: AddressSet) -> Result:
    """How one connection ends, rule by rule."""
    todo, inspected = list(rulebases), False
    while todo:
        rulebase = todo.pop(0)
        rule = next((r for r in rulebase.rules if holds(r.condition, host, answers, client)), rulebase.default)
        if rule.action is Action.BLOCK:
            return Action.BLOCK, inspected
        if rule.action in (Action.INSPECT, Action.BYPASS):
            inspected = rule.action is Action.INSPECT
        todo = [*rule.then, *todo]
    return Action.ALLOW, inspected


def rulebase_of(rules: list[Rule], default: Action) -> Rulebase:
    return Rulebase(Stage.ACCESS, "test", tuple(rules), default_rule(default, HERE, "default"))


PLAIN_RULES = st.builds(lambda condition, action: Rule(condition, action, HERE, "rule"), CONDITIONS, ACTIONS)
INNER = st.builds(rulebase_of, st.lists(PLAIN_RULES, max_size=2), ACTIONS)
RULES = st.builds(
    lambda condition, action, then: Rule(condition, action, HERE, "rule", tuple(then)),
    CONDITIONS,
    ACTIONS,
    st.lists(INNER, max_size=1),
)
RULEBASES = st.lists(st.builds(rulebase_of, st.lists(RULES, max_size=4), ACTIONS), min_size=1, max_size=3).map(tuple)
PATTERNS = st.sampled_from(["a", "b.a", "*.a", "*.b.a", "*a", "*b"])


@given(RULEBASES, PATTERNS)
@settings(max_examples=1500, deadline=None)
def test_no_possible_ending_is_missed_and_none_is_made_up(rulebases: tuple[Rulebase, ...], pattern: str) -> None:
    clients = AddressSet([found.ranges[0] for found in CLIENTS])
    flow = flow_for(clients)._replace(hosts=hosts.requirement_hosts(pattern), port=443)

    found, _ = outcomes(Entrance("", rulebases), flow)

    for host in (name for name in UNIVERSE if name in flow.hosts):
        possible = {
            brute(rulebases, host, dict(zip(UNKNOWNS, told, strict=True)), client)
            for told in product((True, False), repeat=len(UNKNOWNS))
            for client in CLIENTS
        }
        walked = {(one.end, one.inspected) for one in found if host in one.hosts and not one.exhausted}
        assert walked == possible, host


@given(RULEBASES, PATTERNS, st.booleans())
@settings(max_examples=800, deadline=None)
def test_a_sure_verdict_holds_for_every_host_and_every_answer(
    rulebases: tuple[Rulebase, ...], pattern: str, chosen: bool
) -> None:
    clients = AddressSet([found.ranges[0] for found in CLIENTS])
    device = Device("test", "test", (Entrance("", rulebases),))

    verdict = judge(device, [Requirement(pattern)], flow_for(clients, client_chosen=chosen))[0]

    members = [name for name in UNIVERSE if name in hosts.requirement_hosts(pattern)]
    endings = [
        brute(rulebases, host, dict(zip(UNKNOWNS, told, strict=True)), client)
        for host in members
        for told in product((True, False), repeat=len(UNKNOWNS))
        for client in CLIENTS
    ]
    through = [inspected for end, inspected in endings if end is Action.ALLOW]
    access, inspection = verdict.stages[Stage.ACCESS].answer, verdict.stages[Stage.INSPECTION].answer
    if access is Answer.SATISFIED:
        assert len(through) == len(endings)
    if access is Answer.VIOLATED:
        assert not through
    if access is Answer.PARTIAL:
        failing = verdict.stages[Stage.ACCESS].failing
        assert failing is not None
        assert failing.witness() is not None
    if inspection is Answer.SATISFIED:
        assert not any(through)
    if inspection is Answer.VIOLATED:
        assert all(through)


def test_the_same_unknown_gives_the_same_answer_wherever_it_is_asked() -> None:
    unknown = Unmodelled("p", "unknown p", HERE)
    rules = [Rule(unknown, Action.PROCEED, HERE, "allow p"), Rule(Not(unknown), Action.PROCEED, HERE, "allow !p")]
    device = Device("test", "test", (Entrance("", (rulebase_of(rules, Action.BLOCK),)),))

    verdict = judge(device, [Requirement("a.b")], flow_for())[0]

    assert verdict.word(Stage.ACCESS) == "allowed"


def test_an_unsteady_unknown_may_answer_differently_each_time() -> None:
    unknown = Unmodelled("p", "chance", HERE, steady=False)
    rules = [Rule(unknown, Action.PROCEED, HERE, "allow p"), Rule(Not(unknown), Action.PROCEED, HERE, "allow !p")]
    device = Device("test", "test", (Entrance("", (rulebase_of(rules, Action.BLOCK),)),))

    verdict = judge(device, [Requirement("a.b")], flow_for())[0]

    assert verdict.word(Stage.ACCESS) == "unknown"
    assert [reason.text for reason in verdict.stages[Stage.ACCESS].reasons] == ["chance"]


def identity_device(*rules: Rule) -> Device:
    return Device("test", "test", (Entrance("", (rulebase_of(list(rules), Action.BLOCK),)),))


def test_a_rule_bound_to_an_identity_is_allowed_and_required() -> None:
    staff = Identity("staff", "group staff", HERE, challenges=False)
    device = identity_device(Rule(staff, Action.PROCEED, HERE, "allow staff"))

    verdict = judge(device, [Requirement("a.b")], flow_for())[0]

    assert (verdict.word(Stage.ACCESS), verdict.word(Stage.AUTHENTICATION)) == ("allowed", "required")


def test_an_identity_that_only_a_known_client_is_asked_for_is_found() -> None:
    known = Identity("known", "any user", HERE)
    alice = Identity("alice", "user alice", HERE, any_identity=False)
    device = identity_device(Rule(All((known, alice)), Action.PROCEED, HERE, "allow known alice"))

    verdict = judge(device, [Requirement("a.b")], flow_for())[0]

    assert (verdict.word(Stage.ACCESS), verdict.word(Stage.AUTHENTICATION)) == ("allowed", "required")


def test_a_named_client_network_on_both_sides_of_a_rule_is_partly_blocked() -> None:
    inside = ClientIn(parse_addresses("10.1.0.0/16"))
    device = identity_device(Rule(inside, Action.PROCEED, HERE, "allow 10.1/16"))

    chosen = judge(device, [Requirement("a.b")], flow_for(parse_addresses("10.0.0.0/8"), client_chosen=True))[0]
    unchosen = judge(device, [Requirement("a.b")], flow_for())[0]

    assert chosen.word(Stage.ACCESS) == "partial"
    assert unchosen.word(Stage.ACCESS) == "unknown"


def test_what_is_inspected_for_a_part_of_a_network_is_not_green_because_the_rest_is_blocked() -> None:
    inside = ClientIn(parse_addresses("10.1.0.0/16"))
    access = rulebase_of([Rule(inside, Action.PROCEED, HERE, "allow 10.1/16")], Action.BLOCK)
    inspection = Rulebase(Stage.INSPECTION, "bump", (), default_rule(Action.INSPECT, HERE, "bump all"))
    device = Device("test", "test", (Entrance("", (access, inspection)),))

    verdict = judge(device, [Requirement("a.b")], flow_for(parse_addresses("10.0.0.0/8"), client_chosen=True))[0]

    assert (verdict.word(Stage.ACCESS), verdict.word(Stage.INSPECTION)) == ("partial", "inspected")


def test_two_ways_in_that_differ_leave_the_answer_unknown() -> None:
    open_way = Entrance("open", (rulebase_of([], Action.PROCEED),))
    closed_way = Entrance("closed", (rulebase_of([], Action.BLOCK),))

    differing = judge(Device("test", "test", (open_way, closed_way)), [Requirement("a.b")], flow_for())[0]
    agreeing = judge(Device("test", "test", (closed_way, closed_way)), [Requirement("a.b")], flow_for())[0]

    assert differing.word(Stage.ACCESS) == "unknown"
    assert agreeing.word(Stage.ACCESS) == "blocked"


def test_many_unknown_rules_stay_bounded_and_never_turn_green() -> None:
    rules = [
        Rule(All((Unmodelled(f"u{n}", f"unknown {n}", HERE), ALWAYS)), Action.PROCEED, HERE, f"rule {n}")
        for n in range(5000)
    ]

    verdict = judge(identity_device(*rules), [Requirement("*.b")], flow_for())[0]

    assert verdict.word(Stage.ACCESS) == "unknown"


def test_what_requirements_one_by_one_may_cost_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    either = [AnyOf(tuple(Unmodelled(f"{side}{n}", f"{side} {n}", HERE) for side in "uv")) for n in range(20)]
    # What two rules ask for is remembered, and the states multiply.
    multiplying = All((HostIn(names([], ["b"], [])), *either))
    device = identity_device(*(Rule(multiplying, Action.PROCEED, HERE, f"rule {n}") for n in range(2)))
    asked = 0

    def counted(
        condition: Condition, state: looking.State, look: looking.Look
    ) -> list[tuple[looking.State, looking.Answer]]:
        nonlocal asked
        asked += 1
        return split(condition, state, look)

    split = asking.split
    monkeypatch.setattr(asking, "split", counted)
    monkeypatch.setattr(evaluate, "MAX_QUESTIONS", 1000)
    monkeypatch.setattr(engine_judge, "MAX_ALONE", 4000)

    verdicts = engine_judge.judge(device, [Requirement(f"x{n}.b") for n in range(50)], flow_for())

    rules = 3
    of_one_walk = 1000 + 50 * rules
    assert of_one_walk < asked <= of_one_walk + 4000
    assert {verdict.word(Stage.ACCESS) for verdict in verdicts} == {"unknown"}
    reasons = [reason.text for reason in verdicts[-1].stages[Stage.ACCESS].reasons]
    assert reasons == ["the requirements one by one take more work than is allowed"]


def test_a_device_that_only_chooses_the_way_inspects_nothing_however_much_work_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_judge, "runs_of", _too_complex)
    route = default_rule(Action.PROCEED, HERE, "DIRECT")
    ways = Rulebase(Stage.ROUTING, "ways", (), route)

    verdict = judge(Device("test", "pac", (Entrance("", (ways,)),)), [Requirement("a.b")], flow_for())[0]

    words = {stage.value: verdict.word(stage) for stage in Stage}
    assert (words["access"], words["routing"]) == ("unknown", "unknown")
    assert (words["inspection"], words["authentication"]) == ("not-applicable", "not-applicable")


def _too_complex(*_: object) -> tuple[Run, ...]:
    raise TooComplex("too much")


def test_nobody_is_in_one_of_two_equal_lists_alone() -> None:
    wanted, unwanted = (
        Identity(key, key, HERE, any_identity=False, members=frozenset(("alice", "bob")))
        for key in ("wanted", "unwanted")
    )
    device = identity_device(Rule(All((wanted, Not(unwanted))), Action.PROCEED, HERE, "allow wanted !unwanted"))

    verdict = judge(device, [Requirement("a.b")], flow_for())[0]

    assert verdict.word(Stage.ACCESS) == "blocked"
