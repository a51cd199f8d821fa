"""The rules that a verdict names, and the reasons: for all of the hosts that fail, and for no others."""

import pytest

from allowlint.engine.blaming import FEW, told_of
from allowlint.engine.runs import gathered
from allowlint.model import hosts
from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Route, Rule, Stage, Way
from allowlint.model.hosts import HostSet
from allowlint.model.location import Location
from allowlint.model.regular import Regular
from allowlint.model.verdict import Outcome, Reason, Step
from allowlint.syntax.ere import compile_ere

STOPPED = (Action.BLOCK, Action.CHALLENGE)


def step(text: str, effect: Action, stage: Stage = Stage.ACCESS, *, device: str = "", route: str = "") -> Step:
    routes = (Route(Way.PROXY, route),) if route else ()
    return Step(Rule(ALWAYS, effect, Location("f", 7), text, (), routes), stage, effect, True, device=device)


def blocked(found: HostSet, text: str, *reasons: str, entrance: str = "", end: Action = Action.BLOCK) -> Outcome:
    told = tuple(map(Reason, reasons))
    return Outcome(found, end, False, (step("before", Action.PROCEED), step(text, end)), told, entrance)


def matching(pattern: str) -> HostSet:
    return hosts.narrowed(hosts.below("x.test"), Regular(compile_ere(pattern), text=pattern))


def ways(bad: HostSet, *outcomes: Outcome, ends: tuple[Action, ...] = STOPPED, every: bool = True) -> tuple[str, ...]:
    return told_of([gathered(outcomes)], bad, ends, every=every)[0]


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (hosts.name("a.x.test"), ("below", "regular")),
        (hosts.name("b.x.test"), ("below",)),
        (hosts.name("x.test"), ("name",)),
        (hosts.name("y.test"), ()),
        (hosts.suffix("x.test"), ("below", "name", "regular")),
        (hosts.below("y.test"), ()),
    ],
)
def test_the_rules_are_named_by_which_some_of_the_hosts_end_so(bad: HostSet, named: tuple[str, ...]) -> None:
    outcomes = (
        blocked(hosts.below("x.test"), "below"),
        blocked(hosts.name("x.test"), "name"),
        blocked(matching("^a"), "regular", end=Action.CHALLENGE),
        blocked(hosts.suffix("x.test"), "let through", end=Action.ALLOW),
    )

    assert ways(bad, *outcomes) == named


def test_names_that_are_too_many_to_look_up_meet_what_their_trees_meet() -> None:
    many = hosts.covering((f"h{number}.x.test", True, False) for number in range(FEW + 1))

    assert ways(many, blocked(hosts.below("x.test"), "below"), blocked(hosts.below("y.test"), "other")) == ("below",)


def test_what_was_cut_short_may_have_ended_so() -> None:
    found = hosts.name("x.test")
    cut = blocked(found, "cut", end=Action.ALLOW)._replace(exhausted=True)

    assert ways(found, cut) == ("cut",)
    assert ways(found, cut._replace(steps=())) == ("",)


def test_reasons_and_ways_in_are_told_where_others_may_fare_better() -> None:
    found = hosts.name("x.test")
    outcomes = (
        blocked(found, "one", "the time", "a feed", entrance="lan"),
        blocked(found, "two", "the time", entrance="dmz"),
        blocked(hosts.name("y.test"), "other", "somebody else", entrance="dmz"),
        blocked(found, "good", "no matter", entrance="dmz", end=Action.ALLOW),
    )

    assert told_of([gathered(outcomes)], found, STOPPED, every=True) == (
        ("dmz: two", "lan: one"),
        ("a feed", "the time"),
    )
    assert told_of([gathered(outcomes)], found, STOPPED, every=False) == (("one", "two"), ())
    # The only way in says nothing.
    assert told_of([gathered(outcomes[:1])], found, STOPPED, every=True) == (("one",), ("a feed", "the time"))
    assert told_of([gathered([one]) for one in outcomes], found, STOPPED, every=False) == (("one", "two"), ())


def test_of_what_gets_through_the_rule_is_named_that_inspects_or_sends() -> None:
    found = hosts.name("x.test")
    ends = (Action.ALLOW, Action.BLOCK)
    sending = step("send", Action.PROCEED, Stage.ROUTING, route="p.test:80")
    first, second = (step(text, Action.INSPECT, Stage.INSPECTION, device="edge") for text in ("open", "open again"))
    last = step("allow", Action.ALLOW)

    def of(*steps: Step) -> tuple[str, ...]:
        return ways(found, Outcome(found, Action.ALLOW, True, steps, ()), ends=ends)

    assert of(sending, first, second, last) == ("edge: open again",)
    assert of(sending, last) == ("send",)
    assert of(last) == ("allow",)


def test_a_rule_is_named_without_its_line_and_with_its_device() -> None:
    found = hosts.name("x.test")
    steps = (step("policy at line 7", Action.BLOCK, device="edge"),)

    (named,) = ways(found, Outcome(found, Action.BLOCK, False, steps, ()))

    assert named.startswith("edge: policy")
    assert "7" not in named
