"""Which findings a waiver is about."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.model.condition import ALWAYS
from allowlint.model.device import Action, Rule, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.verdict import Step
from allowlint.model.waiver import Span, Waiver
from allowlint.waivers.matching import fits, matches

FINDING = Finding(
    code="TLS001",
    name="inspected",
    severity=Severity.ERROR,
    message="is inspected",
    config="proxies/squid.conf",
    device="proxies/squid.conf",
    location=Location("proxies/conf.d/bump.conf", 7, 1),
    requirement="*.x.test/path/*:443",
    object="ssl_bump bump [all]",
)


def waiver(**values: Any) -> Waiver:
    return Waiver(
        **{"checks": ("TLS001",), "reason": "long enough", "location": Location("allowlint.yaml", 3)} | values
    )


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"checks": ("ACC", "TLS")},
        {"requirement": "*.x.test/path/*:443"},
        {"requirement": "*.x.test"},
        {"requirement": "*.X.test"},
        {"requirement": "*.test*"},
        {"object": "ssl_bump bump [all]"},
        {"object": "ssl_bump*"},
        {"device": "proxies/squid.conf"},
        {"device": "*squid*"},
        {"config": "proxies/squid.conf"},
        {"config": "./proxies/*.conf"},
        {"config": "proxies/conf.d/bump.conf"},
        {"config": "squid.conf", "location": Location("proxies/allowlint.yaml", 3)},
        {"config": "../proxies/squid.conf", "location": Location("org/base.yaml", 3)},
        {"requirement": "*.x.test", "object": "*bump*", "config": "proxies/*", "device": "proxies/*"},
    ],
)
def test_it_is_about_what_fits_everything_that_it_says(values: dict[str, Any]) -> None:
    assert fits(waiver(**values), FINDING)


@pytest.mark.parametrize(
    "values",
    [
        {"checks": ("TLS002",)},
        {"checks": ("LS",)},
        {"requirement": "x.test"},
        {"requirement": "*.x.test:80"},
        {"requirement": "?.x.test"},
        {"object": "ssl_bump bump [a-z]*"},
        {"object": "bump"},
        {"device": "squid.conf"},
        {"config": "squid.conf"},
        {"config": "proxies"},
        {"requirement": "*.x.test", "object": "other"},
    ],
)
def test_one_thing_that_does_not_fit_is_enough(values: dict[str, Any]) -> None:
    assert not fits(waiver(**values), FINDING)


def test_what_is_about_no_endpoint_fits_no_waiver_of_one() -> None:
    assert not fits(waiver(requirement="*"), FINDING._replace(requirement=""))
    assert fits(waiver(), FINDING._replace(requirement=""))


@given(st.text("ab.*", max_size=8), st.text("ab*", max_size=6))
def test_only_the_star_is_special(text: str, pattern: str) -> None:
    expression = ".*".join(map(re.escape, pattern.split("*")))

    assert matches(text, pattern) is (re.fullmatch(expression, text, re.DOTALL) is not None)


RULE = Location("f.conf", 10, 3)
INLINE = waiver(inline=True, spans=(Span("f.conf", 9, 12),))


def step(place: Location, *, default: bool = False, stage: Stage = Stage.INSPECTION) -> Step:
    return Step(Rule(ALWAYS, Action.INSPECT, place, "rule"), stage, Action.INSPECT, True, default=default)


@pytest.mark.parametrize(
    ("place", "trace", "fitting"),
    [
        (RULE, (), True),
        (RULE, (step(RULE),), True),
        (Location("f.conf", 13, 1), (), False),
        (Location("g.conf", 10, 1), (), False),
        (Location("./f.conf", 10, 1), (), True),
        # An entry is pointed at; the rule that decides stands in the waived thing.
        (Location("list.txt", 2, 1), (step(RULE),), True),
        # An earlier rule is not what decides.
        (Location("f.conf", 20, 1), (step(RULE), step(Location("f.conf", 20, 1))), False),
        # What happens by default is in no rule, wherever it is said to stand.
        (RULE, (step(RULE, default=True),), False),
        # The rule that lets a connection through leads to what inspects it.
        (Location("f.conf", 40), (step(RULE, stage=Stage.ACCESS), step(Location("f.conf", 40))), True),
    ],
)
def test_an_inline_waiver_holds_for_the_rule_that_it_stands_in(
    place: Location, trace: tuple[Step, ...], fitting: bool
) -> None:
    assert fits(INLINE, FINDING._replace(location=place, trace=trace)) is fitting


def test_the_default_of_an_object_is_its_own() -> None:
    own = INLINE._replace(spans=(Span("f.conf", 9, 12, defaults=True),))

    assert fits(own, FINDING._replace(location=RULE, trace=(step(RULE, default=True),)))


def test_what_stands_nowhere_is_not_on_the_first_line() -> None:
    first = INLINE._replace(spans=(Span("f.conf", 1, 1),))

    assert not fits(first, FINDING._replace(location=Location("f.conf", 1)))
    assert fits(first, FINDING._replace(location=Location("f.conf", 1, 5)))


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        (Location("f", 1, 100), True),
        (Location("f", 1, 250), True),
        (Location("f", 1, 99), False),
        (Location("f", 1, 251), False),
        # A whole line holds more than a part of it.
        (Location("f", 1), False),
    ],
)
def test_in_one_long_line_columns_count(place: Location, inside: bool) -> None:
    assert Span("f", 1, 1, 100, 250).holds(place) is inside
