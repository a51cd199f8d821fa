"""What a device tells of itself: its ways in, the zones of its clients, the stages that it decides."""

import pytest

from allowlint.model.addresses import parse_addresses
from allowlint.model.condition import ALWAYS
from allowlint.model.device import (
    DIRECT,
    Action,
    Device,
    Entrance,
    Entry,
    Route,
    Rule,
    Rulebase,
    Stage,
    Way,
    chosen_ways,
    default_rule,
    only_routes,
    stages_of,
    zone_of,
)
from allowlint.model.location import Location

HERE = Location("test", 1)


def way(name: str, coming: str, leaving: str, pairs: tuple[tuple[str, str], ...] = ()) -> Entrance:
    return Entrance(name, (), labels=frozenset((coming,)), exits=frozenset(leaving.split()), pairs=frozenset(pairs))


WAYS = [way("1", "lan", "wan"), way("2", "lan", "mpls"), way("3", "dmz", "wan mpls"), way("4", "dmz", "")]


@pytest.mark.parametrize(
    ("zones", "names"),
    [
        (("", ""), "1234"),
        (("lan", ""), "12"),
        (("dmz", ""), "34"),
        (("", "wan"), "13"),
        (("lan", "wan"), "1"),
        (("dmz", "mpls"), "3"),
        # A name that nothing has chooses nothing.
        (("guest", ""), "1234"),
        (("", "lte"), "1234"),
        (("lan", "lte"), "12"),
        (("guest", "wan"), "13"),
    ],
)
def test_the_ways_between_named_zones_are_chosen(zones: tuple[str, str], names: str) -> None:
    assert "".join(entrance.name for entrance in chosen_ways(WAYS, zones)) == names


def test_where_not_every_way_in_leads_everywhere_the_pairs_decide() -> None:
    joined = way("joined", "lan", "wan mpls", (("lan", "wan"),))
    other = way("other", "lan", "wan mpls", (("lan", "mpls"),))

    assert chosen_ways([joined, other], ("lan", "wan")) == [joined]
    assert chosen_ways([joined, other], ("lan", "mpls")) == [other]
    assert chosen_ways([joined, other], ("lan", "")) == [joined, other]
    assert chosen_ways([joined, other], ("", "")) == [joined, other]


@pytest.mark.parametrize(
    ("clients", "zone"),
    [("10.1.0.0/16", "lan"), ("10.1.2.3", "lan"), ("10.2.0.1", "dmz"), ("10.0.0.0/8", ""), ("10.9.0.1", "")],
)
def test_clients_are_in_the_one_zone_that_holds_all_of_their_addresses(clients: str, zone: str) -> None:
    networks = {"lan": parse_addresses("10.1.0.0/16"), "dmz": parse_addresses("10.2.0.0/16")}

    assert zone_of(Device("", "test", (), networks=networks), parse_addresses(clients)) == zone
    # Where two zones hold them, neither is known to be theirs.
    both = {name: parse_addresses("10.0.0.0/8") for name in networks}
    assert zone_of(Device("", "test", (), networks=both), parse_addresses(clients)) == ""


def rulebase(stage: Stage, rules: tuple[Rule, ...] = (), then: tuple[Rulebase, ...] = ()) -> Rulebase:
    return Rulebase(stage, "", rules, default_rule(Action.PROCEED, HERE, "default", then))


def test_the_stages_of_a_device_are_those_that_its_rules_lead_to() -> None:
    inspection, login = rulebase(Stage.INSPECTION), rulebase(Stage.AUTHENTICATION)
    leading = Rule(ALWAYS, Action.PROCEED, HERE, "rule", (inspection,))

    assert stages_of([rulebase(Stage.ROUTING)]) == {Stage.ROUTING}
    assert stages_of([rulebase(Stage.ACCESS, (leading,))]) == {Stage.ACCESS, Stage.INSPECTION}
    assert stages_of([rulebase(Stage.ACCESS, (leading,), (login,))]) == {
        Stage.ACCESS,
        Stage.INSPECTION,
        Stage.AUTHENTICATION,
    }
    assert stages_of([rulebase(Stage.ACCESS), rulebase(Stage.ROUTING)]) == {Stage.ACCESS, Stage.ROUTING}


def test_a_device_only_chooses_the_way_where_nothing_of_it_decides_more() -> None:
    choosing = Device("", "pac", (Entrance("", (rulebase(Stage.ROUTING),)),))
    blocking = Device("", "proxy", (Entrance("", (rulebase(Stage.ROUTING), rulebase(Stage.ACCESS))),))

    assert only_routes(choosing)
    assert not only_routes(blocking)
    assert not only_routes(choosing._replace(entrances=(*choosing.entrances, *blocking.entrances)))
    # A path chooses first, and its other devices decide the rest.
    assert not only_routes(choosing._replace(members={"edge": blocking}))


def test_an_entry_matches_what_it_reaches() -> None:
    entry = Entry("*.x.test", HERE, "list", ("x.test", False, True))

    assert entry.hosts is not None
    assert "a.x.test" in entry.hosts
    assert "x.test" not in entry.hosts
    assert entry._replace(reach=None).hosts is None


def test_a_route_is_written_as_in_a_pac_file() -> None:
    assert [str(route) for route in (DIRECT, Route(Way.PROXY, "p.test:80"), Route(Way.SECURE_PROXY, "p.test:443"))] == [
        "DIRECT",
        "PROXY p.test:80",
        "HTTPS p.test:443",
    ]
