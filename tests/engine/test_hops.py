"""Which device a connection meets next on a declared path, and by which of its entrances."""

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.paths import path_device
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.condition import ALWAYS, ClientIn
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
from allowlint.model.path import Link, Path, Stop
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import StageVerdict
from tests.engine.test_evaluate import CLIENTS, HERE
from tests.engine.test_paths import always, firewall

FIRST, NEXT, PARENT, EDGE = Stop("first"), Stop("next"), Stop("parent"), Stop("edge")
TO_NEXT, TO_PARENT = Route(Way.PROXY, "next:80"), Route(Way.PROXY, "parent:80")
OPEN, CLOSED = always(Action.PROCEED), always(Action.BLOCK)
NOBODY = Device("next", "test", ())


def sending(*routes: Route, then: tuple[Rulebase, ...] = (), takes_next: bool = False) -> Device:
    rule = Rule(ALWAYS, Action.PROCEED, HERE, "way", then, routes)
    return Device("first", "test", (Entrance("", (Rulebase(Stage.ROUTING, "", (), rule),)),), takes_next=takes_next)


def way_in(rulebases: tuple[Rulebase, ...] = OPEN, port: str = "80", *, secure: bool = False) -> Entrance:
    return Entrance(f"port {port}", rulebases, labels=frozenset((port,)), explicit=True, secure=secure, own_name=True)


def listening(*entrances: Entrance) -> Device:
    return Device("next", "test", entrances)


def access(
    path: Path, devices: dict[Stop, Device], requirement: Requirement, clients: AddressSet, until: int | None = None
) -> StageVerdict:
    (verdict,) = judge(path_device(path, devices, until=until), [requirement], flow_for(clients))
    return verdict.stages[Stage.ACCESS]


SECURE, PLAIN = Requirement("a.b"), Requirement("a.b", (80,), "http")


def word(
    first: Device,
    behind: Device,
    edge: tuple[Rulebase, ...] = OPEN,
    *,
    asked: Requirement = SECURE,
    stop: Stop = NEXT,
    known: str = "next:80",
    until: int | None = None,
) -> str:
    """Access by way of a first device, one proxy, and a firewall behind it."""
    path = Path("hq", (Link(FIRST), Link(None, {known: stop}), Link(EDGE)), HERE)
    return access(path, {FIRST: first, stop: behind, EDGE: firewall(edge)}, asked, CLIENTS[0], until).answer


@pytest.mark.parametrize(
    ("port", "named", "stop", "expected"),
    [
        ("80", "next:80", NEXT, "satisfied"),
        ("80", "next:3128", NEXT, "unknown"),
        ("80", "next:3128", NEXT._replace(port="80"), "satisfied"),
        ("3128", "next:80", NEXT._replace(port="80"), "unknown"),
    ],
)
def test_a_proxy_is_entered_by_the_port_that_it_is_known_by_or_said_to_take(
    port: str, named: str, stop: Stop, expected: str
) -> None:
    route = Route(Way.PROXY, named)

    assert word(sending(route), listening(way_in(port=port)), stop=stop, known=named) == expected


@pytest.mark.parametrize("way", [Way.PROXY, Way.SECURE_PROXY])
@pytest.mark.parametrize("secure", [True, False])
def test_a_proxy_that_takes_tls_takes_nothing_else(way: Way, secure: bool) -> None:
    found = word(sending(Route(way, "next:80")), listening(way_in(secure=secure)))

    assert found == ("satisfied" if secure is (way is Way.SECURE_PROXY) else "unknown")


def test_a_device_that_is_no_proxy_takes_nothing_that_is_sent_to_one() -> None:
    assert word(sending(TO_NEXT), firewall(OPEN)) == "unknown"
    assert word(sending(TO_NEXT), NOBODY) == "unknown"


def test_of_several_ways_in_that_fit_the_one_that_is_taken_is_not_known() -> None:
    closed, elsewhere = way_in(CLOSED)._replace(name="closed"), way_in(CLOSED, "3128")

    assert word(sending(TO_NEXT), listening(way_in(), closed)) == "unknown"
    assert word(sending(TO_NEXT), listening(closed, way_in())) == "unknown"
    assert word(sending(TO_NEXT), listening(closed, closed)) == "violated"
    assert word(sending(TO_NEXT), listening(elsewhere, way_in())) == "satisfied"


def test_ways_in_are_told_apart_by_the_traffic_that_they_take() -> None:
    tunnel, plain = (frozenset((view,)) for view in (View.TUNNEL, View.PLAIN))
    device = listening(way_in()._replace(views=tunnel), way_in(CLOSED)._replace(views=plain))
    only_plain = listening(way_in()._replace(views=plain))

    assert word(sending(TO_NEXT), device, asked=SECURE) == "satisfied"
    assert word(sending(TO_NEXT), device, asked=PLAIN) == "violated"
    assert word(sending(TO_NEXT), only_plain, asked=SECURE) == "unknown"
    assert word(sending(TO_NEXT), only_plain, asked=PLAIN) == "satisfied"


@pytest.mark.parametrize("way", [Way.NOWHERE, Way.UNTOLD, Way.SOCKS])
def test_what_is_not_known_to_lead_on_is_unknown_whatever_stands_behind(way: Way) -> None:
    assert word(sending(Route(way)), listening(way_in()), OPEN) == "unknown"


def test_who_is_given_no_way_may_go_straight_and_meets_what_stands_there() -> None:
    assert word(sending(Route(Way.NOWHERE)), listening(way_in()), CLOSED) == "violated"


@pytest.mark.parametrize(
    ("named", "address", "expected"),
    [
        ("192.0.2.7:80", "192.0.2.7", "violated"),
        ("192.0.2.8:80", "192.0.2.7", "unknown"),
        ("192.0.2.7:8080", "192.0.2.7", "unknown"),
        ("NEXT.:80", "192.0.2.7", "violated"),
        ("other:80", "192.0.2.7", "unknown"),
    ],
)
def test_a_proxy_is_known_by_its_name_or_by_the_address_that_it_is_said_to_have(
    named: str, address: str, expected: str
) -> None:
    stop = NEXT._replace(address=parse_addresses(address))

    assert word(sending(Route(Way.PROXY, named)), listening(way_in(CLOSED)), stop=stop) == expected


def test_of_the_first_links_alone_what_is_behind_lets_everything_through() -> None:
    behind = listening(way_in(CLOSED))

    assert [word(sending(TO_NEXT), behind, until=until) for until in (1, 2, 3)] == ["satisfied", "violated", "violated"]
    behind = listening(way_in())
    assert [word(sending(TO_NEXT), behind, CLOSED, until=until) for until in (1, 2, 3)] == [
        "satisfied",
        "satisfied",
        "violated",
    ]
    assert [word(sending(DIRECT), behind, CLOSED, until=until) for until in (1, 2, 3)] == [
        "satisfied",
        "satisfied",
        "violated",
    ]


def test_a_device_on_the_way_that_does_not_load_leaves_everything_unknown() -> None:
    fault = LoadFault(HERE, "no such option", "every version")
    broken = listening(way_in())._replace(load_faults=(fault,))

    assert word(sending(DIRECT), broken) == "unknown"
    assert word(sending(DIRECT), broken, until=1) == "satisfied"


def test_a_proxy_may_send_on_to_a_proxy() -> None:
    def along(route: Route, parent: tuple[Rulebase, ...], edge: tuple[Rulebase, ...]) -> str:
        links = (Link(FIRST), Link(None, {"next:80": NEXT}), Link(None, {"parent:80": PARENT}), Link(EDGE))
        sent = sending(route).entrances[0].rulebases
        devices = {
            FIRST: sending(TO_NEXT),
            NEXT: listening(way_in(sent)),
            PARENT: listening(way_in(parent)),
            EDGE: firewall(edge),
        }
        return access(Path("hq", links, HERE), devices, SECURE, CLIENTS[0]).answer

    assert along(TO_PARENT, OPEN, OPEN) == "satisfied"
    assert along(TO_PARENT, CLOSED, OPEN) == "violated"
    assert along(TO_PARENT, OPEN, CLOSED) == "violated"
    assert along(DIRECT, CLOSED, OPEN) == "satisfied"
    assert along(DIRECT, OPEN, CLOSED) == "violated"
    # What the first proxy is known by, the second is not.
    assert along(TO_NEXT, OPEN, OPEN) == "unknown"


@pytest.mark.parametrize("own_name", [True, False])
@pytest.mark.parametrize("address", [None, "192.0.2.7"])
def test_the_next_device_sees_the_address_of_a_device_that_goes_on_in_its_own_name(
    own_name: bool, address: str | None
) -> None:
    stop = NEXT._replace(address=parse_addresses(address) if address else None)
    middle = Device("next", "test", (Entrance("", OPEN, own_name=own_name),))
    rule = Rule(ClientIn(CLIENTS[0]), Action.PROCEED, HERE, "allow")
    edge = firewall((Rulebase(Stage.ACCESS, "", (rule,), default_rule(Action.BLOCK, HERE, "deny")),))
    path = Path("hq", (Link(FIRST), Link(stop), Link(EDGE)), HERE)

    found = access(path, {FIRST: firewall(OPEN), stop: middle, EDGE: edge}, SECURE, CLIENTS[0])

    expected = "satisfied" if not own_name else "unknown" if address is None else "violated"
    assert found.answer == expected


def test_whichever_way_in_is_taken_the_proxy_is_the_client() -> None:
    stop = NEXT._replace(address=parse_addresses("192.0.2.7"))
    middle = Device("next", "test", (Entrance("", OPEN, own_name=True),))
    rule = Rule(ClientIn(CLIENTS[0]), Action.PROCEED, HERE, "allow")
    ruled = (Rulebase(Stage.ACCESS, "", (rule,), default_rule(Action.BLOCK, HERE, "deny")),)
    edge = Device("edge", "test", tuple(Entrance(name, ruled) for name in ("lan", "dmz")))
    devices = {FIRST: firewall(OPEN), stop: middle, EDGE: edge}

    for links, expected in (
        ((Link(FIRST), Link(stop), Link(EDGE)), "violated"),
        ((Link(FIRST), Link(EDGE)), "satisfied"),
    ):
        assert access(Path("hq", links, HERE), devices, SECURE, CLIENTS[0]).answer == expected


def test_a_device_is_entered_between_the_zones_that_the_path_says() -> None:
    entrances = [
        Entrance(name, rulebases, labels=frozenset((name,)), exits=frozenset(("out",)))
        for name, rulebases in (("lan", OPEN), ("dmz", CLOSED))
    ]
    device = Device("edge", "test", tuple(entrances))

    for zone, expected in (("lan", "satisfied"), ("dmz", "violated"), ("", "unknown"), ("nowhere", "unknown")):
        stop = EDGE._replace(zones=(zone, "out"))
        for links in ((Link(stop),), (Link(FIRST), Link(stop))):
            found = access(Path("hq", links, HERE), {FIRST: firewall(OPEN), stop: device}, SECURE, CLIENTS[0])
            assert found.answer == expected, (zone, links)


def test_the_next_of_several_routes_counts_only_where_the_product_takes_it() -> None:
    links = (Link(FIRST), Link(None, {"next:80": None}), Link(EDGE))
    path = Path("hq", links, HERE)

    def silent(*routes: Route, takes_next: bool, edge: tuple[Rulebase, ...] = OPEN) -> str:
        devices = {FIRST: sending(*routes, takes_next=takes_next), EDGE: firewall(edge)}
        return access(path, devices, SECURE, CLIENTS[0]).answer

    assert silent(TO_NEXT, DIRECT, takes_next=True) == "satisfied"
    assert silent(TO_NEXT, DIRECT, takes_next=True, edge=CLOSED) == "violated"
    assert silent(TO_NEXT, DIRECT, takes_next=False) == "violated"
    assert silent(TO_NEXT, takes_next=True) == "violated"
    # A proxy that answers is not left.
    assert word(sending(TO_NEXT, DIRECT, takes_next=True), listening(way_in(CLOSED))) == "violated"


def test_a_path_is_tried_without_its_proxies_where_clients_would_leave_them() -> None:
    path = Path("hq", (Link(FIRST), Link(None, {"next:80": NEXT}), Link(EDGE)), HERE)

    def fallback(*routes: Route, takes_next: bool = True, falls_back: bool = False) -> Device | None:
        devices = {
            FIRST: sending(*routes, takes_next=takes_next),
            NEXT: listening(way_in(CLOSED)),
            EDGE: firewall(OPEN),
        }
        return path_device(path._replace(falls_back=falls_back), devices).fallback

    without = fallback(TO_NEXT, DIRECT)
    assert without is not None
    (verdict,) = judge(without, [SECURE], flow_for(CLIENTS[0]))
    assert verdict.stages[Stage.ACCESS].answer == "satisfied"
    assert fallback(TO_NEXT, DIRECT, takes_next=False) is None
    assert fallback(TO_NEXT, DIRECT, falls_back=True) is None


def test_rules_that_stand_for_a_proxy_give_way_to_the_proxy_itself() -> None:
    standing = CLOSED[0]._replace(stands_for=TO_NEXT)

    assert word(sending(TO_NEXT, then=(standing,)), listening(way_in())) == "satisfied"
    assert word(sending(TO_NEXT, then=CLOSED), listening(way_in())) == "violated"
    assert word(sending(DIRECT, then=(standing,)), listening(way_in())) == "violated"


def test_a_path_knows_its_devices_by_their_names_on_it() -> None:
    devices = {FIRST: sending(TO_NEXT)._replace(name=""), NEXT: listening(way_in()), EDGE: firewall(OPEN)}
    path = Path("hq", (Link(FIRST), Link(None, {"next:80": NEXT, "gone:80": None}), Link(EDGE)), HERE)

    assert list(path_device(path, devices).members) == ["first", "next", "edge"]
    named = {**devices, EDGE: firewall(CLOSED)._replace(name="vsys1")}
    assert list(path_device(path, named).members) == ["first", "next", "edge, vsys1"]
    assert access(path, named, SECURE, CLIENTS[0]).steps[-1].device == "edge, vsys1"
    with pytest.raises(ValueError, match="begins with a device"):
        path_device(Path("hq", (Link(None, {"next:80": NEXT}),), HERE), devices)
