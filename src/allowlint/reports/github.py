"""Annotations of GitHub Actions: faults beside the lines of a pull request.

What reads it
    GitHub's runner, in the log of a job; inside Actions ``allowlint check`` prints it behind the text report by itself, unless
    ``--format`` says what to print. GitHub shows ten errors, ten warnings and ten notices of a step, so the worst come first, and
    a fault that several endpoints share is one annotation. What is waived or known is a notice that says so. The first notice
    has the answer, and how many annotations are not shown. Files are named from the root of the repository.
    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
What is left out
    Verdicts without a fault, and the trace. Text of a configuration starts no command, here or in any other report.
"""

from collections.abc import Iterator

from allowlint.model.finding import Severity
from allowlint.model.report import Run
from allowlint.reports import Report, Style
from allowlint.reports._annotations import Note, closing, notes

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", None: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}
"""What the runner takes back (``_escapePropertyMappings`` of ``ActionCommand.cs`` in actions/runner)."""


def render(run: Run, style: Style) -> str:  # noqa: ARG001 - what a program reads has no style
    """The report as workflow commands, one a line."""
    return "".join(f"{line}\n" for line in _lines(run))


def _lines(run: Run) -> Iterator[str]:
    made = notes(run)
    yield f"::notice title=allowlint::{_escaped(closing(run, made, _COMMANDS), _DATA)}"
    if made:
        # The text report above has said it all: what repeats it is folded in the log.
        yield "::group::annotations of allowlint"
        yield from map(_command, made)
        yield "::endgroup::"


def _command(note: Note) -> str:
    properties = {"file": note.path, "line": str(max(note.place.line, 1))}
    if note.place.column > 0:
        properties["col"] = str(note.place.column)
        if note.place.length > 0:
            properties["endColumn"] = str(note.place.column + note.place.length - 1)
    properties["title"] = note.title
    words = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{_COMMANDS[note.severity]} {words}::{_escaped(note.message, _DATA)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)


REPORT = Report("github", "annotations of GitHub Actions; printed there by itself", render)
