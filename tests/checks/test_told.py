"""What a condition answers for one connection, and what is remembered of unknowns meanwhile."""

import pytest

from allowlint.checks import _rules
from allowlint.checks._rules import attempt_at, told
from allowlint.engine.asking import split
from allowlint.engine.looking import Answer, Look, State
from allowlint.engine.runs import flow_for
from allowlint.model.condition import All, AnyOf, Condition, Named, Not, Unmodelled
from allowlint.model.location import Location

HERE = Location("test", 1)


def unknown(number: int) -> Unmodelled:
    return Unmodelled(f"key {number}", "something", HERE)


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        (All((unknown(1), Not(unknown(1)))), {False}),
        (AnyOf((unknown(1), All((unknown(2), Named("again", Not(unknown(1)), HERE))))), {True, False}),
        (AnyOf((unknown(1), Not(unknown(1)))), {True}),
        (AnyOf((unknown(1), unknown(2))), {True, False}),
    ],
)
def test_what_is_asked_twice_has_one_answer(condition: Condition, answers: set[bool]) -> None:
    attempt = attempt_at(flow_for(), "a.example")

    assert told(condition, attempt) == answers
    assert told(All((condition, condition)), attempt) == answers


def test_the_answers_of_a_large_group_are_not_remembered_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    group = AnyOf(tuple(map(unknown, range(1_000))))
    attempt = attempt_at(flow_for(), "a.example")
    found: list[tuple[State, Answer]] = []

    def kept(condition: Condition, state: State, look: Look) -> list[tuple[State, Answer]]:
        found.extend(split(condition, state, look))
        return found

    monkeypatch.setattr(_rules, "split", kept)

    assert told(group, attempt) == {True, False}
    assert [state.answers for state, _ in found] == [frozenset(), frozenset()]
