"""Faults as notes beside the line of a file, for services that show some of them: worst first, each fault once."""

from collections import Counter
from collections.abc import Iterator, Mapping

from allowlint.model.finding import Severity
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.reports._accepted import justification, mark
from allowlint.reports._answer import answer
from allowlint.reports._defused import defused
from allowlint.reports._grouping import Block, advice, headline, worst_first
from allowlint.reports._places import in_repository
from allowlint.reports._summary import device_name
from allowlint.reports._tested import Key, Tested, settled_by, tested
from allowlint.reports._visible import visible

SHOWN = 10
"""Notes of one severity that GitHub (https://docs.github.com/rest/checks/runs) and Azure DevOps show of a step."""
MOST = 8
"""Endpoints or reasons that a note lists."""
LONGEST = 4000
"""Characters of a message. GitHub's runner and Azure's agent cut it at 4,096 (``_maxIssueMessageLength``)."""


class Note(NamedTuple):
    """One fault. Nothing in it is an escape, or a command."""

    severity: Severity | None
    """None for a fault that does not count: somebody has accepted it, or it was there before."""
    path: str
    """From the root of the repository."""
    place: Location
    code: str
    title: str
    message: str
    """Lines, separated by newlines."""


def notes(run: Run) -> list[Note]:
    """The faults of a run, worst first."""
    tests = tested(run)
    return [_note(block, tests) for block in worst_first(run.findings)]


def closing(run: Run, made: list[Note], kinds: Mapping[Severity | None, str]) -> str:
    """The answer of the run, and how many notes are not shown, by the kinds that the service has."""
    counts = Counter(kinds[note.severity] for note in made if note.severity in kinds)
    hidden = [
        f"the worst {SHOWN} of {number} {kind}s are shown here; the log has all"
        for kind, number in counts.items()
        if number > SHOWN
    ]
    return defused(visible(". ".join([answer(run)[0], *hidden])))


def _note(block: Block, tests: Mapping[Key, Tested]) -> Note:
    first = block.first
    accepted = f" [{mark(first)}]" if not first.counts else ""
    lines = [defused(visible(line.expandtabs(4))) for part in _lines(block, tests) for line in part.split("\n")]
    message = "\n".join(lines)
    return Note(
        first.severity if first.counts else None,
        defused(visible(in_repository(first.location.path))),
        first.location,
        first.code,
        defused(visible(f"{first.code} {first.name}{accepted}")),
        message if len(message) <= LONGEST else f"{message[: LONGEST - 30]}\n... (cut; the log has all)",
    )


def _lines(block: Block, tests: Mapping[Key, Tested]) -> Iterator[str]:
    first = block.first
    yield f"{headline(block)} ({device_name(first.config, first.device)})"
    if len(block.findings) > 1:
        yield from _some("endpoint", [f"{finding.requirement} {finding.need}".strip() for finding in block.findings])
    elif first.witness and first.witness not in first.message:
        yield f"fails, for instance: {first.witness}"
    settled = [(finding.requirement, settled_by(tests, finding)) for finding in block.findings]
    yield from _some("live", [f"{name} is {text}" for name, text in settled if text])
    yield from _some("depends on", list(first.reasons))
    for related in first.related:
        yield f"see {related.location}: {related.message}"
    if first.waiver is not None:
        yield f"waived: {justification(first.waiver)}"
    if text := advice(block, MOST):
        yield f"help: {text}"
    yield f"allowlint rule {first.code}"


def _some(word: str, texts: list[str]) -> Iterator[str]:
    shown = texts if len(texts) <= MOST + 1 else texts[:MOST]
    yield from (f"{word}: {text}" for text in shown)
    if len(texts) > len(shown):
        yield f"and {len(texts) - len(shown)} more"
