"""Small records that decide what is looked up, what is asked, and what a verdict says of itself."""

import pytest

from allowlint.model.addresses import parse_addresses
from allowlint.model.condition import (
    ALWAYS,
    All,
    AnyOf,
    Assumable,
    ClientIn,
    Condition,
    Doubt,
    Frame,
    Named,
    Not,
    PortIn,
    Unmodelled,
    parts,
)
from allowlint.model.demand import Demand
from allowlint.model.device import Stage
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.model.path import Link, Path, Stop, proxy_address
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Reason, StageVerdict, Verdict, word

HERE = Location("test", 1)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("proxy.test:8080", "proxy.test:8080"),
        ("Proxy.Test.:08080", "proxy.test:8080"),
        ("10.0.0.1:80", "10.0.0.1:80"),
        ("[2001:db8::1]:80", "[2001:db8::1]:80"),
        ("proxy.test:1", "proxy.test:1"),
        ("proxy.test:65535", "proxy.test:65535"),
        ("proxy.test:65536", ""),
        ("proxy.test:0", ""),
        ("proxy.test:0000080", ""),
        ("proxy.test:", ""),
        ("proxy.test", ""),
        (":80", ""),
        (".:80", ""),
        ("http://proxy.test:80", ""),
        ("a b:80", ""),
        ("proxy.test:8o", ""),
        ("proxy.test:٨", ""),
        ("", ""),
    ],
)
def test_a_proxy_has_one_spelling_and_what_is_none_has_none(text: str, address: str) -> None:
    assert proxy_address(text) == address


def test_the_stops_of_a_path_are_those_of_every_link_each_once() -> None:
    first, proxy, edge = Stop("first"), Stop("proxy"), Stop("edge")
    links = (Link(first), Link(None, {"a:80": proxy, "b:80": None, "c:80": proxy}), Link(edge))

    assert Path("hq", links, HERE).stops == (first, proxy, edge)


def test_what_a_path_says_of_its_clients_goes_before_what_is_said_of_all() -> None:
    of_all = Demand("commercial", ("EU",), answers={"a": True, "b": True}, clients=("10.0.0.0/8",), from_zone="lan")
    own = Demand(geographies=("UK",), answers={"b": False}, clients=(), to_zone="wan")

    assert own.over(of_all) == Demand(
        "commercial", ("UK",), answers={"a": True, "b": False}, clients=(), from_zone="lan", to_zone="wan"
    )
    assert Demand().over(of_all) == of_all
    assert of_all.over(Demand()) == of_all


@pytest.mark.parametrize(
    ("tail", "port", "view", "text"),
    [
        (":{port}", 443, View.TUNNEL, ":443"),
        ("{:port}/", 443, View.TUNNEL, ":443/"),
        ("{:port}/", 443, View.DECRYPTED, "/"),
        ("{:port}/", 80, View.DECRYPTED, ":80/"),
        ("{:port}/", 80, View.PLAIN, "/"),
        ("{:port}/", 8080, View.PLAIN, ":8080/"),
        ("", 443, View.TUNNEL, ""),
    ],
)
def test_a_port_is_written_where_the_text_has_it(tail: str, port: int, view: View, text: str) -> None:
    assert Frame(tail=tail).end(port, view) == text


def test_a_condition_consists_of_everything_that_it_asks_each_once() -> None:
    unknown, client, port = Unmodelled("k", "k", HERE), ClientIn(parse_addresses("10.0.0.1")), PortIn(((443, 443),))
    named = Named("name", client, HERE)
    assumable = Assumable("word", unknown, port)
    whole: Condition = All((named, AnyOf((Not(assumable), ALWAYS)), client, named))

    found = list(parts(whole))

    for part in (whole, named, client, assumable, unknown, port, ALWAYS):
        assert sum(one is part for one in found) == 1
    assert len(found) == 9


@pytest.mark.parametrize(
    ("host", "held"),
    [
        ("exact.test", True),
        ("a.exact.test", False),
        ("lower.test", False),
        ("a.lower.test", True),
        ("b.a.lower.test", True),
        ("whole.test", True),
        ("b.a.whole.test", True),
        ("xwhole.test", False),
        ("test", False),
    ],
)
def test_a_list_holds_what_its_entries_reach(host: str, held: bool) -> None:
    names = NameList()
    names.exact["exact.test"] = names.lower["lower.test"] = names.whole["whole.test"] = 1

    assert (host in names) is held
    assert len(names) == 3


@pytest.mark.parametrize(
    ("settle", "doubt", "passing"),
    [
        ("--client ADDRESS", "", True),
        ("--from-zone and --to-zone", "", True),
        ("", Doubt.SCHEDULE, True),
        ("", Doubt.USER_BOUND, True),
        ("", Doubt.DEVICE_POSTURE, True),
        ("", Doubt.FEED, False),
        ("say it in the path", "", False),
        ("", "", False),
    ],
)
def test_what_depends_on_who_connects_or_when_is_passing(settle: str, doubt: str, passing: bool) -> None:
    assert Reason("why", settle=settle, doubt=doubt).passing is passing


def test_a_verdict_matters_where_the_requirement_wants_something_of_the_stage() -> None:
    def matters(stage: Stage, expect: dict[str, str]) -> bool:
        return Verdict(Requirement("a.test", expect=expect), 443, {}).matters(stage)

    for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION):
        assert matters(stage, {})
        assert not matters(stage, {stage.value: "any"})
        assert matters(stage, {Stage.ROUTING.value: "any"})
    assert not matters(Stage.ROUTING, {})
    assert not matters(Stage.ROUTING, {"routing": "any"})
    assert matters(Stage.ROUTING, {"routing": "direct"})


def test_the_words_of_a_verdict() -> None:
    leaning = StageVerdict(Answer.VIOLATED, leans=("b", "a"))
    verdict = Verdict(Requirement("a.test", (443, 80)), 80, {Stage.ACCESS: leaning, Stage.INSPECTION: leaning})

    assert (verdict.id, verdict.word(Stage.ACCESS), verdict.word(Stage.INSPECTION)) == (
        "a.test:80",
        "blocked",
        "inspected",
    )
    assert verdict.leans == ("a", "b")
    assert word(Stage.ACCESS, Answer.UNKNOWN) == "unknown"


def test_a_requirement_is_named_by_what_it_asks_for_or_as_it_says() -> None:
    asked = Requirement("a.test", (80, 443), path="/x")
    named = asked._replace(explicit_id="mine")

    assert (asked.id, asked.id_at(80)) == ("a.test/x:80,443", "a.test/x:80")
    assert (named.id, named.id_at(80), named._replace(ports=(80,)).id_at(80)) == ("mine", "mine:80", "mine")
