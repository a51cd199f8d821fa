"""One module per thing that is reported. The module's docstring is the page that ``allowlint rule CODE`` prints.

A check is found by walking this package, so adding one edits nothing else. It exposes ``CHECK``.
"""

from collections.abc import Callable, Collection, Iterator

from allowlint.model.device import Device, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.flow import Flow
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.model.verdict import Answer, Verdict


class Examined(NamedTuple):
    """What a check sees: one device, and the verdicts on it."""

    config: str
    device: Device
    verdicts: tuple[Verdict, ...]
    flow: Flow
    """Who connects (client, zones); hosts and ports are those of the requirements."""
    on_path: bool = False
    """Whether the device stands on a path, so that what becomes of requirements is not judged here."""

    @property
    def answers(self) -> frozenset[tuple[Stage, Answer]]:
        """What stages answer for some requirement."""
        return frozenset(
            (stage, answer.answer) for verdict in self.verdicts for stage, answer in verdict.stages.items()
        )


def nothing(examined: Examined) -> Iterator[Finding]:  # noqa: ARG001 - what every check is called with
    """What a check finds in a device that speaks of the run only."""
    yield from ()


class Check(NamedTuple):
    """One thing that is reported."""

    code: str
    name: str
    severity: Severity
    summary: str
    """One line, without a full stop, for the table of all checks."""
    run: Callable[[Examined], Iterator[Finding]] = nothing
    alone: bool | None = False
    """Whether it speaks of a device by itself, and not of what becomes of requirements: it is run for each hop of a path, and
    not for the path. None: for both."""
    review: Callable[[Run], Iterator[Finding]] | None = None
    """What it says of the run, once that is over and its findings are accounted for: of waivers, of the baseline. None: nothing."""
    compare: Callable[[Run], Iterator[Finding]] | None = None
    """What it says of live results beside the verdicts; those findings are accounted for like any other. None: nothing."""

    notes: tuple[str, ...] = ()
    """The kinds of notes that are all it speaks of: where a device has none of them, it need not be run. Empty: it looks at more."""
    answers: tuple[tuple[Stage, Answer], ...] = ()
    """The answers of stages that are all it speaks of, in the same way."""

    def concerns(self, device: Device, answers: Collection[tuple[Stage, Answer]]) -> bool:
        """Whether there may be something to say of a device, of which some verdicts give these answers."""
        if self.notes:
            return any(note.kind in self.notes for note in device.notes)
        return not self.answers or any(answer in answers for answer in self.answers)

    @property
    def page(self) -> str:
        """The name of the module whose docstring is its page."""
        return (self.review or self.compare or self.run).__module__
