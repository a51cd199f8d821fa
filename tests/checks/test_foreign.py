"""A foreign name that is reported is really matched and really foreign, and the proposal keeps it out and the required ones in."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.checks import _foreign
from allowlint.checks._broad import registrable
from allowlint.checks._foreign import Reading, Required, faults, repaired
from allowlint.checks._repairs import escaped, loose_dots, with_left_end, with_right_end
from allowlint.model.automaton import Automaton, Budget, TooComplex
from allowlint.model.condition import Expression, Frame
from allowlint.model.flow import View
from allowlint.model.hosts import covering
from allowlint.model.location import Location
from allowlint.syntax.ere import parse_ere
from allowlint.syntax.patterns import UnmodelledPattern

NAMES = ("a.b.com", "b.com", "c.a.b.com")


def required() -> Required:
    return Required(covering([("a.b.com", True, True), ("b.com", True, False)]), ("a.b.com", "b.com"))


def compiled(text: str, budget: Budget) -> Automaton:
    return Automaton(parse_ere(text), budget)


def reading(text: str, among: Required | None = None) -> Reading:
    expression = Expression(text, compiled(text, Budget()), Location("x", 1), compiled)
    return Reading(expression, Frame(), View.TUNNEL, among or required())


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "com",
        ".",
        r"\.",
        r"\.",
        "a.b",
        r"a\.b",
        r"b\.com",
        "b.com",
        "(^|\\.)",
        "^",
        "$",
        ".*",
        "[.-]",
        "[a-c]*",
        "(a|c)",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=5).map("".join))
@settings(max_examples=600, deadline=None)
def test_what_is_reported_is_matched_and_the_proposal_is_not_worse(text: str) -> None:
    try:
        read = reading(text)
    except UnmodelledPattern:
        return
    found = faults(read) if read.samples else []

    for fault in found:
        assert re.search(text, fault.trial.host), (text, fault)
        assert registrable(fault.trial.host) not in {"", "b.com"}
    proposal = repaired([read], found) if found else ""
    if proposal:
        assert not any(re.search(proposal, fault.trial.host) for fault in found), (text, proposal)
        assert [name for name in NAMES if re.search(text, name) and not re.search(proposal, name)] == [], (
            text,
            proposal,
        )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("www.microsoft.com", "microsoft.com"),
        ("microsoft.com", "microsoft.com"),
        ("com", ""),
        ("co.uk", ""),
        ("a.b.co.uk", "b.co.uk"),
        ("blob.core.windows.net", ""),
        ("x.account.blob.core.windows.net", "account.blob.core.windows.net"),
    ],
)
def test_a_name_belongs_to_whoever_registered_it(name: str, expected: str) -> None:
    assert registrable(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a.b\.c", r"a\.b\.c"),
        (r"a.*b.+c.?d.{2}e", r"a.*b.+c.?d.{2}e"),
        ("[.]a[^.]b.c", r"[.]a[^.]b\.c"),
        ("[]a.]b.", r"[]a.]b\."),
        ("[[:alpha:].].", r"[[:alpha:].]\."),
        (r"\\.a", r"\\\.a"),
    ],
)
def test_only_dots_that_are_any_one_character_are_escaped(text: str, expected: str) -> None:
    assert escaped(text, loose_dots(text)) == expected


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        (r"b\.com$", False, r"(^|\.)b\.com$"),
        (r"^.*b\.com$", False, r"(^|\.)b\.com$"),
        (r"\.b\.com", False, ""),
        (r"a\.com|b\.com", False, r"(^|\.)(a\.com|b\.com)"),
        (r"a\.com|^b\.com", False, ""),
        (r"(a|b)\.com", False, r"(^|\.)(a|b)\.com"),
        (r"b\.com/", True, r"^(https?://)?([^/]*\.)?b\.com/"),
        (r"^http://.*b\.com/", True, r"^http://([^/]*\.)?b\.com/"),
        (r"^https?://[^/]*\.b\.com/", True, r"^https?://[^/]*\.b\.com/"),
    ],
)
def test_a_left_end_is_written_where_the_name_begins(text: str, url: bool, expected: str) -> None:
    assert with_left_end(text, url=url) == expected


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        (r"b\.com", False, r"b\.com$"),
        (r"b\.com.*$", False, r"b\.com$"),
        (r"a\.com|b\.com", False, r"(a\.com|b\.com)$"),
        (r"a\.com$|b\.com", False, ""),
        (r"b\.com", True, r"b\.com[:/]"),
        (".*", False, ""),
        (r"b\$", False, ""),
    ],
)
def test_a_right_end_is_written_where_the_name_ends(text: str, url: bool, expected: str) -> None:
    assert with_right_end(text, url=url) == expected


def test_an_expression_that_takes_too_much_work_is_given_up() -> None:
    with pytest.raises(TooComplex):
        faults(reading("(a|b)*.{2000}" + "(a|b|c|.)*" * 200 + r"b\.com"))


def test_all_expressions_together_take_no_more_than_some_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_foreign, "WHOLE_WORK", 10_000)
    among = required()

    assert faults(reading(r"b\.com", among))
    alone = 10_000 - among.budget.left
    times = 0
    while _looked_at(r"b\.com", among):
        times += 1

    assert 5 < times < 10_000 // alone
    assert among.budget.left >= -alone


def _looked_at(text: str, among: Required) -> bool:
    try:
        faults(reading(text, among))
    except TooComplex:
        return False
    return True
