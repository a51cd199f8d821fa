"""Ways through a device with zones: alike pairs are one entrance, and a pair that is named is found again."""

from allowlint.model.device import Action, Entrance, Rulebase, Stage, chosen_ways, default_rule
from allowlint.model.location import Location
from allowlint.platforms._zones import ANYWHERE, Between, entrances

HERE = Location("test", 1)
GUESTS = Between(frozenset(("guests",)), frozenset(("internet",)))
SERVERS = Between(frozenset(("servers",)), frozenset(("partners",)))


def rules(source: str, target: str) -> tuple[Rulebase, ...]:
    return (Rulebase(Stage.ACCESS, f"{source} to {target}", (), default_rule(Action.ALLOW, HERE, "default")),)


def ways(*betweens: Between, members: dict[str, tuple[str, ...]] | None = None) -> tuple[Entrance, ...]:
    return entrances(("clients", "guests", "servers"), ("internet", "partners"), betweens, rules, members)


def test_pairs_that_no_rule_tells_apart_are_one_entrance() -> None:
    (one,) = ways(ANYWHERE)

    assert one.labels == {"clients", "guests", "servers"}
    assert one.exits == {"internet", "partners"}


def test_a_pair_that_is_named_leads_to_its_own_rules_alone() -> None:
    found = ways(GUESTS, SERVERS)

    assert len(found) == 3
    for zones in (("guests", "internet"), ("guests", "partners"), ("servers", "partners"), ("clients", "internet")):
        (chosen,) = chosen_ways(found, zones)
        assert zones in chosen.pairs
    (guests,) = chosen_ways(found, ("guests", "internet"))
    assert guests.rulebases[0].name == "guests to internet"


def test_one_name_leaves_the_other_side_open() -> None:
    found = ways(GUESTS, SERVERS)

    assert len(chosen_ways(found, ("guests", ""))) == 2
    assert chosen_ways(found, ("", "")) == list(found)


def test_a_zone_is_known_by_its_interfaces_too() -> None:
    found = ways(GUESTS, members={"guests": ("ethernet1/3",), "internet": ("ethernet1/1",)})

    (chosen,) = chosen_ways(found, ("ethernet1/3", "ethernet1/1"))

    assert ("guests", "internet") in chosen.pairs


def test_a_rule_within_one_zone_is_about_no_pair() -> None:
    within = Between(same=True)

    assert not within.holds("clients", "internet")
    assert within.holds("clients", "clients")
