"""The signs and words of answers: each has a sign of its own, so that no colour has to be told from another."""

from collections.abc import Collection, Iterable

from allowlint.model.device import Stage
from allowlint.model.live import Conclusion
from allowlint.model.record import NamedTuple
from allowlint.model.verdict import Answer, Verdict
from allowlint.reports._tally import only_routed
from allowlint.reports._tested import Tested
from allowlint.reports.html.markup import Markup, tag
from allowlint.reports.html.view import ROUTED, UNKNOWN, WORKS, Case


class Sign(NamedTuple):
    """How an answer looks."""

    kind: str
    """The class that colours it."""
    sign: str
    meaning: str


GOOD = Sign("ok", "✓", "as it must be")
BAD = Sign("no", "✕", "fails")
PART = Sign("pt", "◐", "fails for a part of a wildcard")
OPEN = Sign("un", "?", "cannot be told")
ASIDE = Sign("as", "P", "a letter: the first of the answer (proxied), which may be any")
WAY = Sign("rt", "→", "given a way to go; what stands on it is not judged here")
NONE = Sign("na", "–", "not applicable")
SIGNS = (GOOD, BAD, PART, OPEN, ASIDE, WAY, NONE)

SAME = Sign("same", "+", "a test says the same")
OTHER = Sign("other", "!", "a test says otherwise, or failed")
SETTLED = Sign("settled", "=", "unknown, and settled by a test")
MARKS = (SAME, OTHER, SETTLED)
"""What stands behind the answers of a verdict that was tested."""
_TESTS = {
    Conclusion.CONFIRMED: GOOD._replace(sign=SAME.sign),
    Conclusion.FAULT_CONFIRMED: BAD._replace(sign=SAME.sign),
    Conclusion.CONTRADICTED: BAD._replace(sign=OTHER.sign),
    Conclusion.INTERCEPTED: BAD._replace(sign=OTHER.sign),
    Conclusion.UNKNOWN_FAILED: BAD._replace(sign=OTHER.sign),
    Conclusion.SETTLED: OPEN._replace(sign=SETTLED.sign),
    Conclusion.UNSETTLED: OPEN,
    Conclusion.INCONCLUSIVE: NONE,
}

_OF = {
    Answer.SATISFIED: GOOD,
    Answer.VIOLATED: BAD,
    Answer.PARTIAL: PART,
    Answer.UNKNOWN: OPEN,
    Answer.NOT_APPLICABLE: NONE,
}


def sign_of(verdict: Verdict, stage: Stage) -> Sign:
    """The sign of an answer; one that the policy does not mind is neither good nor bad."""
    if stage is Stage.ACCESS and only_routed(verdict):
        return WAY
    found = _OF[verdict.stages[stage].answer]
    if found is NONE or verdict.matters(stage):
        return found
    return ASIDE._replace(sign=found.sign if found is OPEN else verdict.word(stage)[0].upper())


def signs_of(cases: Iterable[Case], stages: Collection[Stage]) -> list[Sign]:
    """The signs that some answers have, in the order of the legend."""
    kinds = {sign_of(case.first, stage).kind for case in cases for stage in stages}
    return [sign for sign in SIGNS if sign.kind in kinds]


def sign_of_state(state: str) -> Sign:
    """The sign of a whole verdict, by its word."""
    if state.startswith("partly"):
        return PART
    return {WORKS: GOOD, ROUTED: WAY, UNKNOWN: OPEN, "direct": GOOD, "proxied": GOOD, "-": NONE}.get(state, BAD)


def sign_of_test(conclusion: Conclusion) -> Sign:
    """The sign of what a test says of a verdict. What it settles stays unknown."""
    return _TESTS[conclusion]


def mark_of(test: Tested) -> Sign | None:
    """What stands behind the answers of a verdict; None where the tests tell nothing of it."""
    return next((mark for mark in MARKS if mark.sign == _TESTS[test.conclusion].sign), None)


def chip(sign: Sign, word: str) -> Markup:
    """A sign with its word."""
    return tag("span", tag("b", sign.sign, class_=sign.kind, aria_hidden="true"), " ", word, class_="chip")


def state_chip(case: Case) -> Markup:
    """The sign and word of a case."""
    return chip(sign_of_state(case.state), case.state)
