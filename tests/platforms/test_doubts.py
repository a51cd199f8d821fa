"""What no export tells: which hosts a condition surely holds for, surely not, or only where somebody says more."""

from collections.abc import Mapping

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.condition import All, Always, AnyOf, Condition, Doubt, Named, Not, Unmodelled, parts
from allowlint.model.device import ANYTHING, Action, Device, Entrance, Rule, Rulebase, Stage, default_rule
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.requirement import Requirement
from allowlint.platforms._doubts import (
    Intended,
    anything,
    by_addresses,
    by_application,
    by_feed,
    by_mapped_user,
    by_posture,
    by_rating,
    by_resolved_name,
    by_schedule,
    not_modelled,
    unresolved,
)

HERE = Location("test", 1)


def word(condition: Condition, host: str = "a.test", accepted: str = "") -> str:
    """Access where only a rule with the condition lets through."""
    rule = Rule(condition, Action.ALLOW, HERE, "allow")
    rulebase = Rulebase(Stage.ACCESS, "rules", (rule,), default_rule(Action.BLOCK, HERE, "deny"))
    flow = flow_for()._replace(accepted=frozenset(accepted.split()))
    (verdict,) = judge(Device("test", "test", (Entrance("", (rulebase,)),)), [Requirement(host)], flow)
    return verdict.word(Stage.ACCESS)


def listed(**names: str) -> NameList:
    found = NameList()
    for reach, host in names.items():
        getattr(found, reach)[host] = 0
    return found


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ("10.0.0.0/8", "blocked"),
        ("fc00::/7", "blocked"),
        ("0.0.0.0/0", "allowed"),
        ("::/0", "allowed"),
        ("0.0.0.0/1", "unknown"),
        ("20.0.0.0/8", "unknown"),
        ("10.0.0.0-11.0.0.0", "unknown"),
    ],
)
def test_endpoints_have_public_addresses_of_which_nobody_knows_which(addresses: str, expected: str) -> None:
    assert word(by_addresses(parse_addresses(addresses), addresses, HERE)) == expected


def test_addresses_of_two_lists_are_two_questions() -> None:
    one, other = (by_addresses(parse_addresses(text), text, HERE) for text in ("20.0.0.0/8", "40.0.0.0/8"))

    assert word(AnyOf((one, Not(one)))) == "allowed"
    assert word(AnyOf((one, Not(other)))) == "unknown"


def test_a_name_that_the_device_resolves_is_the_host_only_where_that_is_assumed() -> None:
    condition = by_resolved_name(listed(whole="a.test"), "object a", HERE)

    assert [word(condition, host) for host in ("a.test", "b.test")] == ["unknown", "unknown"]
    assert [word(condition, host, "dns_consistent") for host in ("a.test", "b.test")] == ["allowed", "blocked"]
    assert word(AnyOf((condition, Not(by_resolved_name(listed(exact="a.test"), "object a", HERE))))) == "unknown"


ASSUMED = [
    (by_feed("list x", HERE), "feeds_unrelated", "blocked"),
    (by_mapped_user("staff", HERE), "no_user_mapping", "blocked"),
    (by_application("ssl", HERE, kept=Always(True)), "app_ids_kept", "allowed"),
    (by_application("ftp", HERE, kept=Always(False)), "app_ids_kept", "blocked"),
]


@pytest.mark.parametrize(("condition", "assumption", "expected"), ASSUMED)
def test_what_the_device_sees_is_open_until_somebody_assumes_it(
    condition: Condition, assumption: str, expected: str
) -> None:
    assert (word(condition), word(condition, accepted="another")) == ("unknown", "unknown")
    assert word(condition, accepted=assumption) == expected


OPEN = [
    (by_schedule("night", HERE), Doubt.SCHEDULE),
    (by_posture("tag", HERE), Doubt.DEVICE_POSTURE),
    (unresolved("address", "x", HERE), Doubt.UNRESOLVED_REF),
    (not_modelled("what x does", HERE), Doubt.NOT_MODELLED),
    (not_modelled("what x does", HERE, Doubt.VERSION), Doubt.VERSION),
    (by_addresses(parse_addresses("20.0.0.0/8"), "x", HERE), Doubt.ADDRESS_BOUND),
    (by_resolved_name(listed(exact="a.test"), "x", HERE), Doubt.DNS_BOUND),
    (by_feed("x", HERE), Doubt.FEED),
    (by_mapped_user("x", HERE), Doubt.USER_BOUND),
    (by_application("x", HERE, kept=Always(True)), Doubt.APP_ID),
    (by_rating(["x"], "x", HERE, {}), Doubt.VENDOR_CATEGORY),
]


@pytest.mark.parametrize(("condition", "doubt"), OPEN)
def test_every_doubt_has_its_code_and_stays_open(condition: Condition, doubt: Doubt) -> None:
    (found,) = (part for part in parts(condition) if isinstance(part, Unmodelled))

    assert found.doubt is doubt
    assert (word(condition), word(Not(condition))) == ("unknown", "unknown")


def test_the_time_may_change_from_one_rule_to_the_next() -> None:
    night, posture = by_schedule("night", HERE), by_posture("tag", HERE)

    assert word(AnyOf((night, Not(night)))) == "unknown"
    assert word(AnyOf((posture, Not(posture)))) == "allowed"


RATINGS: Mapping[str, tuple[str, ...]] = {
    "a.test": ("bad",),
    "*.sub.test": ("good",),
    "*wide.test": ("bad", "good"),
    "c.test": ("of another kind",),
}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.test", "allowed"),
        ("x.a.test", "unknown"),
        ("x.sub.test", "blocked"),
        ("sub.test", "unknown"),
        ("wide.test", "allowed"),
        ("x.wide.test", "allowed"),
        ("c.test", "unknown"),
        ("other.test", "unknown"),
    ],
)
def test_a_rating_that_somebody_says_counts_and_what_is_not_said_stays_open(host: str, expected: str) -> None:
    condition = by_rating(["BAD"], "bad sites", HERE, RATINGS, lambda rated: rated != "of another kind")

    assert word(condition, host, "ratings") == expected
    assert word(condition, host) == "unknown"


def test_a_list_of_which_nothing_is_known_may_do_anything_that_it_can() -> None:
    def words(*actions: Action) -> tuple[str, ...]:
        rulebase = anything("what x does", HERE, "x", actions=actions or ANYTHING)
        (verdict,) = judge(Device("test", "test", (Entrance("", (rulebase,)),)), [Requirement("a.test")], flow_for())
        return tuple(verdict.word(stage) for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION))

    assert words() == ("unknown", "unknown", "unknown")
    assert words(Action.INSPECT) == ("allowed", "unknown", "anonymous")
    assert words(Action.BLOCK) == ("unknown", "bypassed", "anonymous")


def test_who_shares_an_address_with_a_name_is_stopped_by_accident_and_never_let_through() -> None:
    resolved = by_resolved_name(listed(exact="a.test"), "object a", HERE)
    intended = Intended()
    several = All((Named("objects", AnyOf((resolved, Always(False))), HERE), Always(True)))

    for condition in (resolved, several, Named("object", resolved, HERE)):
        assert [word(intended.of(condition), host) for host in ("a.test", "b.test")] == ["unknown", "blocked"]
        assert word(intended.of(Not(condition)), "b.test") == "unknown"
        assert intended.of(condition) is intended.of(condition)
    for other in (by_feed("x", HERE), All((Always(True),)), Named("x", Always(True), HERE), Not(resolved)):
        assert intended.of(other) is other
