"""What live results say of each verdict, in the few words that stand beside it."""

from collections.abc import Mapping

from allowlint.model.finding import Finding
from allowlint.model.live import Conclusion, LiveAnswer
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run

Key = tuple[str, str, str]
"""Configuration, device, requirement."""

_TELLING = (
    Conclusion.CONTRADICTED,
    Conclusion.INTERCEPTED,
    Conclusion.UNKNOWN_FAILED,
    Conclusion.FAULT_CONFIRMED,
    Conclusion.SETTLED,
    Conclusion.CONFIRMED,
    Conclusion.UNSETTLED,
    Conclusion.INCONCLUSIVE,
)
"""Of several tests of one requirement the first of these is told: what speaks against the verdict before what speaks for it."""


class Tested(NamedTuple):
    """The tests of one requirement, beside the verdict of one place."""

    answers: tuple[LiveAnswer, ...]
    """The one that tells most first, and of those that tell the same the latest."""

    @property
    def conclusion(self) -> Conclusion:
        """What they say together."""
        return self.answers[0].conclusion

    @property
    def date(self) -> str:
        """The day of the test that says so; empty where nobody says it."""
        return self.answers[0].date

    @property
    def settled(self) -> bool:
        """Whether they settle what is unknown."""
        return self.conclusion is Conclusion.SETTLED

    def __str__(self) -> str:
        return f"{self.conclusion.value} {self.date or 'undated'}"


def tested(run: Run) -> Mapping[Key, Tested]:
    """By the verdict, the tests that were put beside it. A test of which the place is not known stands beside all of them."""
    found: dict[Key, list[LiveAnswer]] = {}
    for answer in run.live.answers if run.live else ():
        for place in answer.places:
            found.setdefault((*place, answer.requirement), []).append(answer)
    for answers in found.values():
        answers.sort(key=lambda each: each.date, reverse=True)
        answers.sort(key=lambda each: _TELLING.index(each.conclusion))
    return {key: Tested(tuple(answers)) for key, answers in found.items()}


def settled_by(tests: Mapping[Key, Tested], finding: Finding) -> str:
    """``settled by a test on 2026-11-20``, for a finding that something cannot be told that a test settles; else empty."""
    test = tests.get((finding.config, finding.device, finding.requirement)) if finding.about_unknown else None
    return settling(test) if test else ""


def settling(test: Tested | None) -> str:
    """``settled by a test on 2026-11-20``; empty where the tests settle nothing."""
    return f"settled by a test on {test.date}" if test and test.settled else ""
