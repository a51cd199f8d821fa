"""Leaving out the rules that concern nobody changes no ending, and makes alike ways in one."""

from hypothesis import given, settings

from allowlint.engine.concerning import concerning
from allowlint.engine.evaluate import outcomes
from allowlint.engine.judge import judge
from allowlint.engine.runs import FEW, flow_for
from allowlint.model import hosts
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.condition import ALWAYS, All, ClientIn, HostIn, Identity, PortIn
from allowlint.model.device import Action, Device, Entrance, Hop, Rule, Rulebase, Stage
from allowlint.model.flow import Flow
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
