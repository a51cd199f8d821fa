"""Declared paths against brute force: device by device, host by host, under every answer to what cannot be told."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.engine.evaluate import outcomes
from allowlint.engine.judge import judge
from allowlint.engine.paths import path_device
from allowlint.engine.runs import flow_for
from allowlint.model import hosts
from allowlint.model.addresses import AddressSet
from allowlint.model.condition import ALWAYS, ClientIn, Unmodelled
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
from allowlint.model.location import Location
from allowlint.model.path import Link, Path, Stop
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Verdict
from tests.engine.test_evaluate import (
    CLIENTS,
    CONDITIONS,
    HERE,
    NETWORKS,
    PATTERNS,
    RULEBASES,
    UNIVERSE,
    UNKNOWNS,
    Result,
    brute,
    holds,
)

EVERYBODY = AddressSet([found.ranges[0] for found in CLIENTS])
FIRST, KNOWN, SILENT, EDGE = (
    Stop("first"),
    Stop("known", address=CLIENTS[1]),
    Stop("silent"),
    Stop("edge"),
)
ROUTES = (DIRECT, Route(Way.PROXY, "known:80"), Route(Way.PROXY, "silent:80"))
UNDECLARED = Route(Way.PROXY, "nobody:80")
PATH = Path(
    "hq", (Link(FIRST), Link(None, {"known:80": KNOWN, "silent:80": SILENT}), Link(EDGE)), Location("allowlint.yaml", 1)
)

CHOICES = st.builds(
    lambda rules, default: Rulebase(
        Stage.ROUTING,
        "choice",
        tuple(Rule(condition, Action.PROCEED, HERE, "rule", (), (route,)) for condition, route in rules),
        Rule(ALWAYS, Action.PROCEED, HERE, "default", (), (default,)),
    ),
    st.lists(st.tuples(CONDITIONS, st.sampled_from(ROUTES)), max_size=3),
    st.sampled_from(ROUTES),
)


def chooser(rulebase: Rulebase) -> Device:
    return Device("first", "test", (Entrance("", (rulebase,)),))


def proxy(name: str, rulebases: tuple[Rulebase, ...]) -> Device:
    entrance = Entrance("port 80", rulebases, labels=frozenset(("80",)), explicit=True, own_name=True)
    return Device(name, "test", (entrance,))


def firewall(rulebases: tuple[Rulebase, ...]) -> Device:
    return Device("edge", "test", (Entrance("", rulebases),))


def results(rulebases: tuple[Rulebase, ...], host: str, client: AddressSet) -> set[Result]:
    answers = (dict(zip(UNKNOWNS, told, strict=True)) for told in product((True, False), repeat=len(UNKNOWNS)))
    return {brute(rulebases, host, told, client) for told in answers}


def followed(first: set[Result], second: set[Result]) -> set[Result]:
    """How two devices end together: what the first stops, the second does not see; what one opens is open."""
    stopped = {found for found in first if found[0] is Action.BLOCK}
    return stopped | {
        (then[0], found[1] or then[1]) for found in first if found[0] is not Action.BLOCK for then in second
    }


def along(devices: dict[Stop, Device], host: str, client: AddressSet) -> set[Result]:
    """Everything that may happen to one connection on the way."""
    (choice,) = devices[FIRST].entrances[0].rulebases
    rulebases = {stop: device.entrances[0].rulebases for stop, device in devices.items()}
    possible: set[Result] = set()
    for told in product((True, False), repeat=len(UNKNOWNS)):
        answers = dict(zip(UNKNOWNS, told, strict=True))
        rule = next((r for r in choice.rules if holds(r.condition, host, answers, client)), choice.default)
        if rule.routes[0] == DIRECT:
            possible |= results(rulebases[EDGE], host, client)
            continue
        stop, senders = (KNOWN, [CLIENTS[1]]) if rule.routes[0].address == "known:80" else (SILENT, list(CLIENTS))
        for sender in senders:
            possible |= followed(results(rulebases[stop], host, client), results(rulebases[EDGE], host, sender))
    return possible


@given(CHOICES, RULEBASES, RULEBASES, RULEBASES, PATTERNS)
@settings(max_examples=250, deadline=None)
def test_no_possible_ending_on_the_way_is_missed(
    choice: Rulebase,
    known: tuple[Rulebase, ...],
    silent: tuple[Rulebase, ...],
    edge: tuple[Rulebase, ...],
    pattern: str,
) -> None:
    devices = {
        FIRST: chooser(choice),
        KNOWN: proxy("known", known),
        SILENT: proxy("silent", silent),
        EDGE: firewall(edge),
    }
    flow = flow_for(EVERYBODY)._replace(hosts=hosts.requirement_hosts(pattern), port=443)

    found, _ = outcomes(path_device(PATH, devices).entrances[0], flow)

    exhausted = any(one.exhausted for one in found)
    for host in (name for name in UNIVERSE if name in flow.hosts):
        possible = {result for client in CLIENTS for result in along(devices, host, client)}
        walked = {(one.end, one.inspected) for one in found if host in one.hosts}
        assert exhausted or possible <= walked, host


def word(devices: dict[Stop, Device], path: Path = PATH, client: AddressSet = EVERYBODY) -> dict[Stage, str]:
    verdict: Verdict = judge(path_device(path, devices), [Requirement("a.b")], flow_for(client))[0]
    return {stage: verdict.word(stage) for stage in Stage}


def always(action: Action, *, stage: Stage = Stage.ACCESS) -> tuple[Rulebase, ...]:
    return (Rulebase(stage, "always", (), default_rule(action, HERE, str(action))),)


def sending(route: Route) -> Device:
    return chooser(Rulebase(Stage.ROUTING, "", (), Rule(ALWAYS, Action.PROCEED, HERE, str(route), (), (route,))))


def devices_of(route: Route, behind: tuple[Rulebase, ...], edge: tuple[Rulebase, ...]) -> dict[Stop, Device]:
    return {FIRST: sending(route), KNOWN: proxy("known", behind), SILENT: proxy("silent", behind), EDGE: firewall(edge)}


def test_a_proxy_that_is_not_named_is_not_met() -> None:
    words = word(devices_of(DIRECT, always(Action.BLOCK), always(Action.PROCEED)))

    assert (words[Stage.ACCESS], words[Stage.ROUTING]) == ("allowed", "direct")


def test_what_is_proxied_meets_the_proxy_and_what_is_behind_it() -> None:
    for behind, edge in ((Action.BLOCK, Action.PROCEED), (Action.PROCEED, Action.BLOCK)):
        words = word(devices_of(ROUTES[1], always(behind), always(edge)))

        assert (words[Stage.ACCESS], words[Stage.ROUTING]) == ("blocked", "proxied")


def test_a_later_device_that_leaves_tls_alone_does_not_close_what_an_earlier_one_opened() -> None:
    inspecting, leaving = (always(action, stage=Stage.INSPECTION) for action in (Action.INSPECT, Action.BYPASS))

    assert word(devices_of(ROUTES[1], inspecting, leaving))[Stage.INSPECTION] == "inspected"
    assert word(devices_of(ROUTES[1], leaving, inspecting))[Stage.INSPECTION] == "inspected"
    assert word(devices_of(ROUTES[1], leaving, leaving))[Stage.INSPECTION] == "bypassed"


def test_behind_a_proxy_the_proxy_is_the_client() -> None:
    for network, expected in ((NETWORKS[0], "blocked"), (CLIENTS[1], "allowed")):
        rule = Rule(ClientIn(network), Action.PROCEED, HERE, "allow")
        edge = (Rulebase(Stage.ACCESS, "", (rule,), default_rule(Action.BLOCK, HERE, "deny")),)

        assert word(devices_of(ROUTES[1], always(Action.PROCEED), edge), client=CLIENTS[0])[Stage.ACCESS] == expected
        assert word(devices_of(ROUTES[2], always(Action.PROCEED), edge), client=CLIENTS[0])[Stage.ACCESS] == "unknown"


def test_two_devices_answer_the_same_question_each_for_itself() -> None:
    unknown = Unmodelled("time", "the time", HERE)
    blocking = (
        Rulebase(
            Stage.ACCESS, "", (Rule(unknown, Action.BLOCK, HERE, "deny"),), default_rule(Action.PROCEED, HERE, "")
        ),
    )
    passing = (
        Rulebase(
            Stage.ACCESS, "", (Rule(unknown, Action.PROCEED, HERE, "allow"),), default_rule(Action.BLOCK, HERE, "")
        ),
    )

    # One clock would make this "blocked": where the first lets it through, the second does not.
    assert word(devices_of(ROUTES[1], blocking, passing))[Stage.ACCESS] == "unknown"


def test_a_proxy_that_is_not_declared_is_unknown_at_every_stage() -> None:
    words = word(devices_of(UNDECLARED, always(Action.PROCEED), always(Action.PROCEED)))

    assert (words[Stage.ACCESS], words[Stage.INSPECTION]) == ("unknown", "unknown")


def test_a_path_that_ends_at_a_device_that_names_a_proxy_proves_nothing() -> None:
    path = Path("short", (Link(FIRST),), PATH.location)

    assert word(devices_of(ROUTES[1], (), ()), path)[Stage.ACCESS] == "unknown"
    assert word(devices_of(DIRECT, (), ()), path)[Stage.ACCESS] == "allowed"


def test_clients_fall_back_only_where_the_path_says_so() -> None:
    links = (Link(FIRST), Link(None, {"known:80": None}), Link(EDGE))
    devices = devices_of(ROUTES[1], (), always(Action.PROCEED))

    assert word(devices, PATH._replace(links=links))[Stage.ACCESS] == "blocked"
    assert word(devices, PATH._replace(links=links, falls_back=True))[Stage.ACCESS] == "allowed"


def test_a_route_that_is_no_route_is_unknown() -> None:
    words = word(devices_of(Route(Way.NOWHERE), (), always(Action.PROCEED)))

    assert words[Stage.ACCESS] == "unknown"


def test_a_device_that_takes_proxied_requests_alone_is_not_passed() -> None:
    links = (Link(FIRST), Link(KNOWN))
    devices = devices_of(DIRECT, always(Action.PROCEED), ())

    assert word(devices, PATH._replace(links=links))[Stage.ACCESS] == "unknown"
