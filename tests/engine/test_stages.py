"""What a device does with a requirement, stage by stage: cases that are worth a name."""

import pytest

from allowlint.engine import evaluate
from allowlint.engine import judge as engine_judge
from allowlint.engine.judge import judge
from allowlint.engine.runs import MAX_IDENTITIES, flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.automaton import Automaton, TooComplex, literal
from allowlint.model.condition import (
    ALWAYS,
    All,
    Assumable,
    ClientIn,
    Frame,
    HostIn,
    Not,
    PortIn,
    TextMatches,
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
from tests.engine.test_evaluate import HERE, names, rulebase_of
from tests.engine.test_judge import GUESTS, LOGIN, PASSIVE, PROXY, STAFF, UNKNOWNS, sending


def device_of(*rulebases: Rulebase) -> Device:
    return Device("test", "test", (Entrance("", rulebases),))


def words(device: Device, *requirements: Requirement, accepted: str = "") -> list[tuple[str, ...]]:
    """The name of each verdict, and its words for access, inspection, authentication and routing."""
    flow = flow_for()._replace(accepted=frozenset(accepted.split()))
    return [(found.id, *map(found.word, Stage)) for found in judge(device, requirements, flow)]


SECURE, PLAIN = Requirement("a.test"), Requirement("a.test", (80,), "http")
INSPECTING = Rulebase(Stage.INSPECTION, "inspection", (), default_rule(Action.INSPECT, HERE, "inspect"))
ANY = HostIn(names([], [], ["test"]))
CHOOSING = Rulebase(Stage.ROUTING, "ways", (sending((ANY, DIRECT)),), sending((ALWAYS, DIRECT)))
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


SUBNET = ClientIn(parse_addresses("10.1.0.0/16"))
OF_A_SUBNET = [
    (rulebase_of([Rule(All((SUBNET, LOGIN)), Action.PROCEED, HERE, "login")], Action.PROCEED), Stage.AUTHENTICATION),
    (INSPECTING._replace(rules=(Rule(Not(SUBNET), Action.BYPASS, HERE, "exempt"),)), Stage.INSPECTION),
    (CHOOSING._replace(rules=(sending((SUBNET, PROXY)),)), Stage.ROUTING),
]


@pytest.mark.parametrize(("rulebase", "stage"), OF_A_SUBNET)
def test_what_is_asked_of_some_clients_of_a_named_network_fails_for_them(rulebase: Rulebase, stage: Stage) -> None:
    for chosen, expected in ((True, Answer.PARTIAL), (False, Answer.UNKNOWN)):
        flow = flow_for(parse_addresses("10.0.0.0/8"), client_chosen=chosen)
        (verdict,) = judge(device_of(rulebase), [SECURE], flow)

        assert (verdict.stages[Stage.ACCESS].answer, verdict.stages[stage].answer) == (Answer.SATISFIED, expected)
        assert (verdict.stages[stage].failing is not None) is chosen


KNOWN_LATER = Rule(PASSIVE, Action.PROCEED, HERE, "known")
ASKED_FOR = [
    # A portal that may be met, with and without users that are known otherwise.
    ([Rule(UNKNOWNS[0], Action.CHALLENGE, HERE, "portal")], Action.PROCEED, "unknown unknown"),
    ([Rule(UNKNOWNS[0], Action.CHALLENGE, HERE, "portal"), KNOWN_LATER], Action.PROCEED, "unknown unknown"),
    ([Rule(All((UNKNOWNS[0], LOGIN)), Action.PROCEED, HERE, "login")], Action.PROCEED, "allowed unknown"),
    ([Rule(UNKNOWNS[0], Action.PROCEED, HERE, "allow"), KNOWN_LATER], Action.BLOCK, "allowed unknown"),
    ([Rule(LOGIN, Action.PROCEED, HERE, "login")], Action.PROCEED, "allowed required"),
    # Being blocked is a matter of access alone where nobody gets further by saying who it is.
    ([Rule(UNKNOWNS[0], Action.BLOCK, HERE, "deny")], Action.PROCEED, "unknown anonymous"),
    (
        [Rule(UNKNOWNS[0], Action.BLOCK, HERE, "deny"), Rule(Not(PASSIVE), Action.PROCEED, HERE, "nobody")],
        Action.BLOCK,
        "unknown anonymous",
    ),
]


@pytest.mark.parametrize(("rules", "default", "expected"), ASKED_FOR)
def test_what_may_ask_for_an_identity_is_not_anonymous(rules: list[Rule], default: Action, expected: str) -> None:
    ((_, access, _, authentication, _),) = words(device_of(rulebase_of(rules, default)), SECURE)

    assert f"{access} {authentication}" == expected


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
    device = device_of(Rulebase(Stage.ROUTING, "ways", (), sending((ALWAYS, Route(way)))))

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


def test_who_is_inspected_and_then_challenged_is_so_by_the_rule_that_inspects() -> None:
    # Only users are opened, and only some of them get through then.
    opening = Rule(GUESTS, Action.INSPECT, HERE, "open guests")
    challenging = Rule(GUESTS, Action.CHALLENGE, HERE, "ask guests")
    inspection = Rulebase(Stage.INSPECTION, "inspection", (opening,), default_rule(Action.BYPASS, HERE, "leave"))
    device = device_of(inspection, rulebase_of([challenging], Action.PROCEED))

    (verdict,) = judge(device, [SECURE], flow_for())

    found = verdict.stages[Stage.INSPECTION]
    assert (found.answer, found.ways, found.witness) == (Answer.PARTIAL, ("open guests",), "a.test")
    assert "open guests" in [step.rule.text for step in found.steps]


@pytest.mark.parametrize("count", [MAX_IDENTITIES, MAX_IDENTITIES + 1, MAX_IDENTITIES + 4])
def test_what_only_members_of_two_of_many_groups_meet_is_not_missed(count: int) -> None:
    groups = [STAFF._replace(key=f"group {n}", challenges=False) for n in range(count)]
    let_in, opened, *others = groups
    access = rulebase_of([Rule(let_in, Action.PROCEED, HERE, "allow")], Action.BLOCK)
    inspection = INSPECTING._replace(
        rules=(
            *(Rule(group, Action.BYPASS, HERE, "exempt") for group in others),
            Rule(opened, Action.INSPECT, HERE, "inspect"),
        ),
        default=default_rule(Action.BYPASS, HERE, "leave"),
    )
    denied = [Rule(group, Action.BLOCK, HERE, "deny") for group in others]
    both = rulebase_of([*denied, Rule(All((let_in, opened)), Action.PROCEED, HERE, "allow")], Action.BLOCK)

    few = count == MAX_IDENTITIES
    assert words(device_of(access, inspection), SECURE)[0][1:4] == (
        "allowed",
        "partial" if few else "unknown",
        "required",
    )
    assert words(device_of(both), SECURE)[0][1:2] == ("allowed" if few else "unknown",)
    # What no member of any of them gets is told all the same.
    assert words(device_of(rulebase_of(denied, Action.BLOCK)), SECURE)[0][1] == "blocked"
    assert words(device_of(rulebase_of(denied, Action.PROCEED)), SECURE)[0][1:4] == ("allowed", "bypassed", "anonymous")


def test_a_group_that_only_members_of_another_are_asked_for_is_tried_too() -> None:
    """Whoever is tried last is never asked for it."""
    rules = [
        Rule(STAFF._replace(challenges=False), Action.BYPASS, HERE, "exempt staff"),
        Rule(All((GUESTS, GUESTS._replace(key="temps"))), Action.INSPECT, HERE, "open"),
    ]
    inspection = Rulebase(Stage.INSPECTION, "inspection", tuple(rules), default_rule(Action.BYPASS, HERE, "leave"))

    assert words(device_of(inspection), SECURE)[0][1:3] == ("allowed", "partial")


@pytest.mark.parametrize("instead", [Action.PROCEED, Action.BLOCK])
def test_who_is_not_challenged_for_an_identity_meets_what_is_done_instead(instead: Action) -> None:
    asking = rulebase_of([Rule(LOGIN, Action.PROCEED, HERE, "login")], Action.BLOCK)
    asking = asking._replace(unidentified=Rule(ALWAYS, instead, HERE, "nobody"))

    (_, access, _, authentication, _), *_ = words(device_of(asking), SECURE)

    assert (access, authentication) == ("allowed", "anonymous" if instead is Action.PROCEED else "required")


def test_a_device_without_a_way_in_for_such_traffic_tells_nothing_of_it() -> None:
    plain = Entrance("plain", (OPEN,), views=frozenset((View.PLAIN,)))
    device = Device("test", "test", (plain,))

    assert words(device, SECURE, PLAIN) == [
        ("a.test:443", "unknown", "unknown", "unknown", "not-applicable"),
        ("a.test:80", "allowed", "not-applicable", "anonymous", "not-applicable"),
    ]
    (verdict,) = judge(device, [SECURE], flow_for())
    assert [str(reason) for reason in verdict.stages[Stage.ACCESS].reasons] == ["no entrance of this device takes TLS"]


def test_the_reasons_of_an_unknown_are_all_that_its_bad_ends_depend_on() -> None:
    first, second = UNKNOWNS
    rules = [
        Rule(first, Action.PROCEED, HERE, "first"),
        Rule(second, Action.BLOCK, HERE, "second"),
        Rule(
            All((HostIn(names(["b.test"], [], [])), first._replace(key="r", reason="unknown r"))),
            Action.BLOCK,
            HERE,
            "third",
        ),
    ]

    (verdict,) = judge(device_of(rulebase_of(rules, Action.PROCEED)), [SECURE], flow_for())

    access = verdict.stages[Stage.ACCESS]
    assert (access.answer, access.ways) == (Answer.UNKNOWN, ("second",))
    assert {reason.text for reason in access.reasons} == {"unknown p", "unknown q"} == set(access.grounds)


@pytest.mark.parametrize(
    ("zones", "client", "expected"),
    [
        (("", ""), "", "unknown"),
        (("lan", ""), "", "allowed"),
        (("dmz", ""), "", "blocked"),
        (("", ""), "10.1.0.1", "allowed"),
        (("", ""), "10.2.0.1", "blocked"),
        (("", ""), "10.0.0.0/8", "unknown"),
        # What the user says goes before what the addresses say.
        (("dmz", ""), "10.1.0.1", "blocked"),
    ],
)
def test_clients_come_in_where_they_are_said_to_be_or_where_their_addresses_are(
    zones: tuple[str, str], client: str, expected: str
) -> None:
    closed = rulebase_of([], Action.BLOCK)
    ways = tuple(
        Entrance(name, (rulebase,), labels=frozenset((name,))) for name, rulebase in (("lan", OPEN), ("dmz", closed))
    )
    networks = {"lan": parse_addresses("10.1.0.0/16"), "dmz": parse_addresses("10.2.0.0/16")}
    device = Device("test", "test", ways, networks=networks)
    flow = flow_for(parse_addresses(client), client_chosen=True, zones=zones) if client else flow_for(zones=zones)

    (verdict,) = judge(device, [SECURE], flow)

    assert verdict.word(Stage.ACCESS) == expected
