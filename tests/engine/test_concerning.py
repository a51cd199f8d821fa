"""Leaving out the rules that concern nobody changes no ending, and makes alike ways in one."""

import pytest
from hypothesis import given, settings

from allowlint.engine.concerning import concerning, positions
from allowlint.engine.evaluate import outcomes
from allowlint.engine.judge import judge
from allowlint.engine.runs import FEW, flow_for
from allowlint.model import hosts
from allowlint.model.addresses import AddressSet, parse_addresses
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
from allowlint.model.device import DIRECT, Action, Device, Entrance, Hop, Rule, Rulebase, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.namelist import NameList
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer
from tests.engine.test_evaluate import CLIENTS, HERE, PATTERNS, RULEBASES, UNIVERSE, names, rulebase_of

EVERYBODY = AddressSet([found.ranges[0] for found in CLIENTS])
ASKED = Requirement("a.example", (443,))


def flow(pattern: str) -> Flow:
    return flow_for(EVERYBODY)._replace(hosts=hosts.requirement_hosts(pattern), port=443)


def endings(rulebases: tuple[Rulebase, ...], asked: Flow) -> set[tuple[str, Action, bool]]:
    found, _ = outcomes(Entrance("", rulebases), asked)
    return {(host, one.end, one.inspected) for one in found for host in UNIVERSE if host in one.hosts}


@given(RULEBASES, PATTERNS, PATTERNS)
@settings(max_examples=600, deadline=None)
def test_what_is_left_out_decides_nothing(rulebases: tuple[Rulebase, ...], pattern: str, other: str) -> None:
    asked = flow(pattern)

    (narrowed,) = concerning([Entrance("", rulebases)], [asked, flow(other)])

    assert endings(narrowed.rulebases, asked) == endings(rulebases, asked)


def test_a_rule_about_other_names_ports_or_clients_is_left_out() -> None:
    kept = Rule(HostIn(names(["a.example"], [], [])), Action.ALLOW, HERE, "kept")
    others = [
        Rule(HostIn(names(["b.example"], [], [])), Action.BLOCK, HERE, "other name"),
        Rule(PortIn(((80, 80),)), Action.BLOCK, HERE, "other port"),
        Rule(ClientIn(parse_addresses("172.16.0.0/12")), Action.BLOCK, HERE, "other client"),
    ]

    (narrowed,) = concerning([Entrance("", (rulebase_of([*others, kept], Action.BLOCK),))], [flow("a.example")])

    assert [rule.text for rule in narrowed.rulebases[0].rules] == ["kept"]


def test_a_rule_that_asks_who_somebody_is_before_its_name_is_met_by_everybody() -> None:
    login = Identity("login", "a login", HERE)
    asking = Rule(All((login, HostIn(names(["b.example"], [], [])))), Action.ALLOW, HERE, "asks first")

    (narrowed,) = concerning([Entrance("", (rulebase_of([asking], Action.BLOCK),))], [flow("a.example")])

    assert [rule.text for rule in narrowed.rulebases[0].rules] == ["asks first"]


def test_behind_a_proxy_the_client_of_a_rule_is_the_proxy() -> None:
    rule = Rule(ClientIn(parse_addresses("172.16.0.0/12")), Action.BLOCK, HERE, "from the proxy")
    rulebase = rulebase_of([rule], Action.ALLOW)._replace(hop=Hop("edge", parse_addresses("172.16.0.1")))

    (narrowed,) = concerning([Entrance("", (rulebase,))], [flow("a.example")])

    assert narrowed.rulebases[0].rules == (rule,)


def ways(*different: Rule) -> Device:
    """A device with one way in for each of the rules, which all have a rule in common."""
    common = Rule(HostIn(names(["a.example"], [], [])), Action.ALLOW, HERE, "common")
    default = Rule(ALWAYS, Action.BLOCK, HERE, "default")
    found = [
        Entrance(rule.text, (Rulebase(Stage.ACCESS, "rules", (rule, common), default),), labels=frozenset((rule.text,)))
        for rule in different
    ]
    return Device("test", "test", tuple(found), rule_count=FEW)


def test_ways_in_that_differ_in_what_concerns_nobody_are_one() -> None:
    device = ways(
        *(Rule(HostIn(names([name], [], [])), Action.BLOCK, HERE, name) for name in ("b.example", "c.example"))
    )

    (one,) = concerning(device.entrances, [flow("a.example")])
    (verdict,) = judge(device, [ASKED], flow_for())

    assert one.labels == {"b.example", "c.example"}
    assert verdict.stages[Stage.ACCESS].answer is Answer.SATISFIED


def test_ways_in_that_differ_for_the_endpoint_stay_apart() -> None:
    device = ways(
        *(Rule(HostIn(names([name], [], [])), Action.BLOCK, HERE, name) for name in ("a.example", "c.example"))
    )

    (verdict,) = judge(device, [ASKED], flow_for())

    assert verdict.stages[Stage.ACCESS].answer is Answer.UNKNOWN


LISTED = [
    # What is asked about, an entry, whether the entry may concern it.
    ("a.example", ("exact", "a.example"), True),
    ("a.example", ("exact", "example"), True),
    ("a.example", ("whole", "example"), True),
    ("a.example", ("lower", "example"), True),
    ("a.example", ("whole", "xample"), False),
    ("a.example", ("exact", "b.a.example"), False),
    ("*.example", ("exact", "b.a.example"), True),
    ("*.example", ("whole", "a.example"), True),
    ("*.example", ("lower", "a.example"), True),
    ("*.example", ("exact", "a.xexample"), False),
    ("*example", ("exact", "example"), True),
]


@pytest.mark.parametrize(("pattern", "entry", "kept"), LISTED)
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_rule_is_kept_where_an_entry_may_reach_a_host(
    pattern: str, entry: tuple[str, str], kept: bool, wrapped: bool
) -> None:
    listed = NameList()
    listed.exact["unrelated.test"] = 0
    getattr(listed, entry[0])[entry[1]] = 0
    condition: Condition = HostIn(listed)
    never = HostIn(names(["other.test"], [], []))
    if wrapped:
        condition = Named("list", AnyOf((never, All((ALWAYS, condition)), never)), HERE)
    rule = Rule(condition, Action.BLOCK, HERE, "rule")
    rulebase = rulebase_of([Rule(never, Action.BLOCK, HERE, "never"), rule], Action.ALLOW)

    assert positions([rulebase], [flow(pattern)]) == [(1,) if kept else ()]
    # One of several flows is enough.
    assert positions([rulebase], [flow("z.test"), flow(pattern)]) == [(1,) if kept else ()]


OTHER_CONDITIONS = [
    (Unmodelled("k", "unknown", HERE), True),
    (Not(HostIn(names(["a.example"], [], []))), True),
    (Not(ALWAYS), True),
    (Always(False), False),
    (AnyOf(()), False),
    (All((Always(False), Unmodelled("k", "unknown", HERE))), False),
    (PortIn(((1, 442),)), False),
    (PortIn(((444, 500),)), False),
    (PortIn(((1, 2), (443, 443))), True),
    (ClientIn(EVERYBODY), True),
    (ViewIn(frozenset((View.PLAIN,))), True),
    (All((Identity("login", "a login", HERE, challenges=False), Always(False))), False),
    (All((Identity("login", "a login", HERE), Always(False))), True),
    (All((Not(Identity("login", "a login", HERE)), Always(False))), True),
    (All((AnyOf((Named("l", Identity("login", "a login", HERE), HERE),)), Always(False))), True),
    # Whoever is in a group of those that are asked is challenged, wherever the login stands in it.
    (All((AnyOf((Always(False), Identity("login", "a login", HERE), PortIn(((1, 2),)))), Always(False))), True),
    (All((All((ALWAYS, Identity("login", "a login", HERE))), Always(False))), True),
]


@pytest.mark.parametrize(("condition", "kept"), OTHER_CONDITIONS)
def test_only_what_surely_holds_for_nobody_is_left_out(condition: Condition, kept: bool) -> None:
    rulebase = rulebase_of([Rule(condition, Action.BLOCK, HERE, "rule")], Action.ALLOW)

    assert positions([rulebase], [flow("a.example")]) == [(0,) if kept else ()]


def test_ways_in_for_other_traffic_or_of_another_kind_stay_apart() -> None:
    (common,) = ways(Rule(ALWAYS, Action.ALLOW, HERE, "x")).entrances
    asked = [flow("a.example")]

    other = common._replace(name="other", labels=frozenset(("y",)))
    dmz, wan = (
        each._replace(exits=frozenset((zone,)), pairs=frozenset(((each.name, zone),)))
        for each, zone in ((common, "dmz"), (other, "wan"))
    )
    (one,) = concerning([dmz, wan], asked)
    assert (one.labels, one.exits, one.pairs) == (frozenset("xy"), dmz.exits | wan.exits, dmz.pairs | wan.pairs)
    for apart in (
        other._replace(views=frozenset((View.PLAIN,))),
        other._replace(explicit=True),
        other._replace(own_name=True),
    ):
        assert len(concerning([common, apart], asked)) == 2
    (rulebase,) = common.rulebases
    for different in (
        rulebase._replace(default=rulebase.default._replace(action=Action.ALLOW)),
        rulebase._replace(default=rulebase.default._replace(routes=(DIRECT,))),
        rulebase._replace(default=rulebase.default._replace(then=(rulebase,))),
        rulebase._replace(unidentified=rulebase.default),
        rulebase._replace(stage=Stage.INSPECTION),
        rulebase._replace(view=View.DECRYPTED),
        rulebase._replace(stands_for=DIRECT),
        rulebase._replace(hop=Hop("edge")),
        rulebase._replace(rules=rulebase.rules[:1]),
    ):
        assert len(concerning([common, other._replace(rulebases=(different,))], asked)) == 2


def test_rules_that_others_lead_to_are_narrowed_as_well() -> None:
    never = Rule(HostIn(names(["other.test"], [], [])), Action.BLOCK, HERE, "never")
    inner = rulebase_of([never, Rule(ALWAYS, Action.BLOCK, HERE, "inner")], Action.ALLOW)
    leading = rulebase_of([never, Rule(ALWAYS, Action.PROCEED, HERE, "rule", (inner,))], Action.ALLOW)
    leading = leading._replace(default=leading.default._replace(then=(inner,)))

    ((narrowed,),) = (entrance.rulebases for entrance in concerning([Entrance("", (leading,))], [flow("a.example")]))

    assert [rule.text for rule in narrowed.rules] == ["rule"]
    for (then,) in (narrowed.rules[0].then, narrowed.default.then):
        assert [rule.text for rule in then.rules] == ["inner"]


def test_by_names_alone_neither_ports_nor_clients_leave_a_rule_out() -> None:
    conditions = (PortIn(((80, 80),)), ClientIn(parse_addresses("172.16.0.0/12")), Always(False))
    rulebase = rulebase_of([Rule(condition, Action.BLOCK, HERE, "rule") for condition in conditions], Action.ALLOW)

    assert positions([rulebase], [flow("a.example")]) == [()]
    assert positions([rulebase], [flow("a.example")], names_only=True) == [(0, 1, 2)]
