"""Whatever stands in a configuration, a pattern ends: parsed without recursion to speak of, matched within the budget.

Work is counted, not timed. What would take more is refused with a reason, which makes the answer unknown.
"""

import contextlib
from collections.abc import Callable

import pytest

from allowlint.model import hosts
from allowlint.model.automaton import Automaton, Budget, Expression, TooComplex
from allowlint.model.regular import Regular
from allowlint.syntax import globs
from allowlint.syntax.ecmascript import parse_ecmascript
from allowlint.syntax.ere import parse_ere
from allowlint.syntax.globs import parse_glob
from allowlint.syntax.patterns import MAX_DEPTH, InvalidPattern, UnmodelledPattern
from allowlint.syntax.pcre import parse_pcre

LENGTH = 10_000
WORK = 1_000_000
"""About a second."""
DIALECTS: dict[str, Callable[[str], Expression]] = {
    "ere": parse_ere,
    "pcre": parse_pcre,
    "ecmascript": parse_ecmascript,
    "glob": lambda text: parse_glob(text, globs.SHELL),
    "panos": lambda text: parse_glob(text, globs.PANOS_URL),
}
UNITS = {
    "nothing": "a",
    "groups": "(",
    "groups without end": "((a|b)",
    "closing": ")",
    "brackets": "[",
    "posix": "[[:",
    "collating": "[a[.",
    "stars": "a*",
    "stars alone": "*",
    "plus": "a+?",
    "optional": "a?",
    "dots": ".*",
    "braces": "{1,",
    "intervals": "a{1,2}",
    "intervals on intervals": "{1,9}",
    "blanks": "{1 ",
    "alternatives": "a|",
    "alternatives in a loop": "(a|a|a|a)*",
    "anchors": "^$",
    "anchors in groups": "(^|$)",
    "classes": "[^a-z]",
    "ranges": "[!-~]",
    "wide ranges": r"[\u0000-\uffff]",
    "backslashes": "\\",
    "quotes": r"\Q",
    "options": "(?i)",
    "names": "(?<n>",
    "comments": "(?#",
    "question marks": "?",
    "tokens": "*.",
    "carets": "^.",
    "above ascii": "é",
}
HOSTILE = {
    **{name: unit * (LENGTH // len(unit)) for name, unit in UNITS.items()},
    "nested": "(" * (LENGTH // 2) + ")" * (LENGTH // 2),
    "nested as deep as it goes": "(a|b(" * (MAX_DEPTH // 2) + ")*)*" * (MAX_DEPTH // 2) + "c*" * 4_000,
    "stars on stars": "a" + "*" * LENGTH,
    "stars on groups": "(" * MAX_DEPTH + "a" + ")*" * MAX_DEPTH,
    "intervals on groups": "(" * MAX_DEPTH + "a" + "){2}" * MAX_DEPTH,
    "intervals in intervals": "((a{1,255}){1,255}){1,255}",
    "exponential": "[ab]*a" + "[ab]" * 2_000,
    "exponential from the right": "[ab]" * 2_000 + "a[ab]*",
    "many edges": "[ab]{200}a(" + "a|" * 4_000 + "b)*",
    "digits": "a{" + "9" * LENGTH + "}",
    "option letters": "(?" + "i" * LENGTH,
    "blanks in braces": "a{1" + " " * LENGTH,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_hostile_pattern_ends_in_bounded_work(dialect: str, name: str) -> None:
    expression = parsed(DIALECTS[dialect], HOSTILE[name])
    budget = Budget(WORK)

    if expression is not None:
        used(expression, budget)

    # One step may overdraw the budget, by no more than the states that a pattern can have.
    assert budget.left > -WORK // 2


def parsed(parse: Callable[[str], Expression], text: str) -> Expression | None:
    try:
        return parse(text)
    except (InvalidPattern, UnmodelledPattern, TooComplex):
        return None


def used(expression: Expression, budget: Budget) -> None:
    """Ask what the engine asks: which names of a wildcard match, in a frame whose end is open too."""
    automaton = Automaton(expression, budget)
    for frame in ({}, {"head": "http://", "tail": "/", "open_tail": True, "every": True}):
        with contextlib.suppress(TooComplex):
            hosts.narrowed(hosts.below("aa.test"), Regular(automaton, **frame))  # type: ignore[arg-type]


def test_the_deepest_pattern_that_is_read_is_built_too() -> None:
    """As many stack frames for each group as there can be, at the depth that parsers allow."""
    deep = "(a|b(" * (MAX_DEPTH // 2 - 1) + "c" + ")*)*" * (MAX_DEPTH // 2 - 1)

    for dialect in ("ere", "pcre", "ecmascript"):
        expression = DIALECTS[dialect](f"^{deep}$")

        assert Regular(Automaton(expression)).matches("bba")
