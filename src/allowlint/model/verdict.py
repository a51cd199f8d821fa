"""What a device does with a requirement, stage by stage, with the flow that shows it and the rules that decide."""

from collections.abc import Mapping
from enum import StrEnum

from allowlint.model.condition import PASSING
from allowlint.model.device import Action, Route, Rule, Stage
from allowlint.model.hosts import HostSet
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Requirement


class Answer(StrEnum):
    """How a stage answers for the whole of a requirement."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


WORDS: Mapping[tuple[Stage, Answer], str] = {
    (Stage.ACCESS, Answer.SATISFIED): "allowed",
    (Stage.ACCESS, Answer.VIOLATED): "blocked",
    (Stage.INSPECTION, Answer.SATISFIED): "bypassed",
    (Stage.INSPECTION, Answer.VIOLATED): "inspected",
    (Stage.AUTHENTICATION, Answer.SATISFIED): "anonymous",
    (Stage.AUTHENTICATION, Answer.VIOLATED): "required",
    (Stage.ROUTING, Answer.SATISFIED): "direct",
    (Stage.ROUTING, Answer.VIOLATED): "proxied",
}
"""The words that reports use for an answer; the others are the same at every stage."""


def word(stage: Stage, answer: Answer) -> str:
    """The word for an answer at a stage, as the JSON report prints it."""
    return WORDS.get((stage, answer), str(answer))


class Reason(NamedTuple):
    """Something that could not be told, on which an answer depends."""

    text: str
    rule: Rule | None = None
    settle: str = ""
    """What the user could give to settle it."""
    location: object = None
    key: str = ""
    doubt: str = ""
    """The code of the kind of doubt (``DNS_BOUND``); empty where it has none."""

    @property
    def passing(self) -> bool:
        """Whether it depends on who connects or when: it may be otherwise for the next machine, or tomorrow."""
        return self.settle.startswith(("--client", "--from-zone")) or self.doubt in PASSING

    def __str__(self) -> str:
        return f"{self.text} [{self.doubt}]" if self.doubt else self.text


class Step(NamedTuple):
    """One rule that a flow met and that did something."""

    rule: Rule
    stage: Stage
    effect: Action
    certain: bool
    rulebase: str = ""
    default: bool = False
    """Whether no rule matched and this is what happens then."""
    device: str = ""
    """The device of a path whose rule this is; empty for a device on its own, and for the first of a path."""


class Outcome(NamedTuple):
    """What happens to some of the hosts, under some answers to what cannot be told."""

    hosts: HostSet
    end: Action
    """ALLOW, BLOCK or CHALLENGE."""
    inspected: bool
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    """What was assumed on the way; empty where the outcome is certain."""
    entrance: str = ""
    exhausted: bool = False
    """The work was cut short: what happens to these hosts is not known at all."""
    challenged_by: object = None
    leans: frozenset[str] = frozenset()
    """The assumptions that were made use of on the way."""

    @property
    def routes(self) -> tuple[Route, ...]:
        """Where the connection was sent by what chooses its way, best first; empty where nothing does."""
        return next((s.rule.routes for s in self.steps if s.stage is Stage.ROUTING and s.rule.routes), ())

    @property
    def certain(self) -> bool:
        """Whether a concrete flow surely ends so."""
        return not self.reasons and not self.exhausted


class StageVerdict(NamedTuple):
    """The answer of one stage, with what shows it."""

    answer: Answer
    witness: str | None = None
    """A concrete host that fails (or, for an unknown, that may fail)."""
    failing: HostSet | None = None
    """The hosts that surely fail."""
    steps: tuple[Step, ...] = ()
    """The rules that decide for the witness."""
    reasons: tuple[Reason, ...] = ()
    """What an unknown answer depends on."""
    entrance: str = ""
    leans: tuple[str, ...] = ()
    """The assumptions without which the answer would be unknown, in order."""
    doubtful: HostSet | None = None
    """The hosts that may fail, with those that surely do."""
    ways: tuple[str, ...] = ()
    """The rules by which hosts fail or may fail, each with the way in where that matters; in order."""
    grounds: tuple[str, ...] = ()
    """All that is not told of the hosts that may fail, in words; ``reasons`` are those of the witness. In order."""


class Verdict(NamedTuple):
    """A requirement on one port of one device."""

    requirement: Requirement
    port: int
    stages: Mapping[Stage, StageVerdict]

    @property
    def id(self) -> str:
        """``host:port`` as reports name it."""
        return self.requirement.id_at(self.port)

    @property
    def leans(self) -> tuple[str, ...]:
        """The assumptions without which some stage could not be told."""
        return tuple(sorted({word for answer in self.stages.values() for word in answer.leans}))

    def matters(self, stage: Stage) -> bool:
        """Whether the requirement wants anything of a stage. How a connection is routed matters only where it says so."""
        expected = self.requirement.expect.get(stage.value)
        return expected != "any" and (stage is not Stage.ROUTING or expected is not None)

    def word(self, stage: Stage) -> str:
        """The answer of a stage in the report's words."""
        return word(stage, self.stages[stage].answer)
