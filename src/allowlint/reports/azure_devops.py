"""Issues of Azure DevOps: faults on the summary page of a pipeline's run.

What reads it
    The agent of Azure Pipelines, in the log of a job; there ``allowlint check`` prints it behind the text report by itself, unless
    ``--format`` says what to print. Ten errors and ten warnings of a task are shown, so the worst come first, and a fault that
    several endpoints share is one issue. Files are named from the root of the repository.
    https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
What is left out
    Verdicts without a fault, and the trace. An issue is an error or a warning: information, and what is waived or known, is a line
    of the log. The result of the task: the exit code decides it, and ``task.complete`` would overrule ``--fail-on``.
"""

from collections.abc import Iterator

from allowlint.model.finding import Severity
from allowlint.model.report import Run
from allowlint.reports import Report, Style
from allowlint.reports._annotations import Note, closing, notes

_ESCAPES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}
"""What the agent takes back (``CommandStringConvertor.cs`` in microsoft/azure-pipelines-agent), in properties and messages."""
_TYPES: dict[Severity | None, str] = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as logging commands and lines of a log."""
    return "".join(f"{line}\n" for line in _lines(run))


def _lines(run: Run) -> Iterator[str]:
    made = notes(run)
    if made:
        # The text report above has said it all: what repeats it is folded in the log.
        yield "##[group]issues of allowlint"
        for note in made:
            kind = _TYPES.get(note.severity)
            yield _command(note, kind) if kind else _line(note)
        yield "##[endgroup]"
    yield f"allowlint: {closing(run, made, _TYPES)}"


def _command(note: Note, kind: str) -> str:
    properties = {"type": kind, "sourcepath": note.path, "linenumber": str(max(note.place.line, 1))}
    if note.place.column > 0:
        properties["columnnumber"] = str(note.place.column)
    properties["code"] = note.code
    words = "".join(f"{key}={_escaped(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {words}]{_escaped(f'{note.title}: {note.message}')}"


def _line(note: Note) -> str:
    return f"{note.path}:{max(note.place.line, 1)}: {note.title}: {note.message.partition(chr(10))[0]}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in text)


REPORT = Report("azure-devops", "issues of Azure Pipelines; printed there by itself", render)
