"""How many endpoints work, by need, in words that claim no more than was proven."""

from collections import Counter
from collections.abc import Iterable, Mapping

from allowlint.model.device import Stage
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer, Verdict

_FAULTS: Mapping[tuple[Stage, Answer], str] = {
    (Stage.ACCESS, Answer.VIOLATED): "blocked",
    (Stage.ACCESS, Answer.PARTIAL): "partly blocked",
    (Stage.INSPECTION, Answer.VIOLATED): "inspected",
    (Stage.INSPECTION, Answer.PARTIAL): "partly inspected",
    (Stage.AUTHENTICATION, Answer.VIOLATED): "behind a login",
    (Stage.AUTHENTICATION, Answer.PARTIAL): "partly behind a login",
    (Stage.ROUTING, Answer.VIOLATED): "through a proxy",
    (Stage.ROUTING, Answer.PARTIAL): "partly through a proxy",
}
ALL_WELL = "allowed, not inspected and anonymous"
ROUTED = "given a way to go; what stands on it is not judged here"
"""What can be said of a file that does no more than choose the way."""


class Tally(NamedTuple):
    """The verdicts of one need, counted."""

    total: int
    working: int
    unknown: int
    faults: Mapping[str, int]
    """Endpoints that fail, by the first stage at which they do."""
    plain: bool
    """Whether each of them was expected to be allowed, not inspected and anonymous, as is the default."""
    routed: int = 0
    """Those that work as far as a file can tell that only chooses the way."""
    leans: tuple[str, ...] = ()
    """The assumptions without which some of those that work could not be told."""

    @property
    def failing(self) -> int:
        """Endpoints that fail, or partly fail."""
        return self.total - self.working - self.unknown

    @property
    def well(self) -> str:
        """What holds of those that work."""
        return f"{self._well}, assuming {', '.join(self.leans)}" if self.leans else self._well

    @property
    def _well(self) -> str:
        if self.routed:
            return ROUTED if self.routed == self.working else f"{ALL_WELL}, or {ROUTED}"
        return ALL_WELL if self.plain else "as the policy expects"


def tally(verdicts: Iterable[Verdict], need: Need) -> Tally:
    """Count the verdicts on the requirements of one need."""
    mine = [verdict for verdict in verdicts if verdict.requirement.need is need]
    states = Counter(state(verdict) for verdict in mine)
    faults = {word: states[word] for word in _FAULTS.values() if states[word]}
    plain = not any("any" in verdict.requirement.expect.values() for verdict in mine)
    routed = sum(only_routed(verdict) and state(verdict) == "works" for verdict in mine)
    leans = sorted({word for verdict in mine if state(verdict) == "works" for word in verdict.leans})
    return Tally(len(mine), states["works"], states["unknown"], faults, plain, routed, tuple(leans))


def only_routed(verdict: Verdict) -> bool:
    """Whether the verdict is that of a file which only chooses the way: it lets everything through, and asks nothing."""
    access, login = (verdict.stages.get(stage) for stage in (Stage.ACCESS, Stage.AUTHENTICATION))
    answers = (access.answer if access else None, login.answer if login else None)
    return answers == (Answer.SATISFIED, Answer.NOT_APPLICABLE)


def state(verdict: Verdict) -> str:
    """``works``, ``unknown``, or the word of the first fault."""
    unknown = False
    for stage in Stage:
        found = verdict.stages.get(stage)
        if found is None or not verdict.matters(stage):
            continue
        if (stage, found.answer) in _FAULTS:
            return _FAULTS[stage, found.answer]
        unknown = unknown or found.answer is Answer.UNKNOWN
    return "unknown" if unknown else "works"


def sentence(found: Tally) -> str:
    """The tally in words: failures first."""
    if found.working == found.total:
        return f"all {found.total} {found.well}" if found.total > 1 else f"the only one is {found.well}"
    parts = []
    if found.failing:
        faults = [f"{count} {word}" for word, count in found.faults.items()]
        whole = f"{found.failing} of {found.total}"
        one = len(faults) == 1
        parts.append(f"{whole} {next(iter(found.faults))}" if one else f"{whole} fail ({', '.join(faults)})")
    if found.unknown:
        parts.append(f"{found.unknown} {'' if parts else f'of {found.total} '}cannot be told")
    if found.working:
        parts.append(f"{found.working} {'works' if found.working == 1 else 'work'}")
    return ", ".join(parts)


def open_conditions(verdicts: Iterable[Verdict]) -> list[str]:
    """The conditions on which endpoints that do not surely work depend."""
    pending = (v for v in verdicts if v.requirement.need is Need.CONDITIONAL and state(v) != "works")
    return sorted({key for verdict in pending for key in verdict.requirement.when})
