"""Where reports go: standard output, and files."""

import os
import sys
from collections.abc import Iterable

from allowlint import registry
from allowlint.errors import UsageError
from allowlint.model.report import Run
from allowlint.model.settings import Settings
from allowlint.reports import Report, Style


def report_names() -> tuple[str, ...]:
    """The formats, as users write them."""
    return tuple(name.replace("_", "-") for name in registry.names("reports"))


def report_of(name: str) -> Report:
    """The report of a format. Raises UsageError for an unknown one."""
    report: Report = registry.load("reports", name.replace("-", "_"))
    return report


def annotations_here() -> Report | None:
    """The report that the CI service which runs us shows beside the files; None where none does.

    https://docs.github.com/actions/reference/workflows-and-actions/variables, https://learn.microsoft.com/azure/devops/pipelines/build/variables
    """
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return report_of("github")
    return report_of("azure-devops") if os.environ.get("TF_BUILD") == "True" else None


def output_of(text: str) -> tuple[Report, str]:
    """The report and the file of ``--output FORMAT=FILE``. Raises UsageError for anything else."""
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(
            f"--output {text[:60]!r} is not understood", hint="write it as FORMAT=FILE, for instance json=report.json"
        )
    return report_of(name), path


def print_report(report: Report, run: Run, style: Style) -> None:
    """Write a report to standard output. A reader that has seen enough (a pager, head) does not change what was found.

    Raises UsageError for a report that is no text where it would fill a terminal.
    """
    content = report.render(run, style)
    if isinstance(content, bytes) and sys.stdout.isatty():
        raise UsageError(
            f"--format {report.id} is nothing to look at in a terminal", hint=f"write a file: --output {report.id}=FILE"
        )
    try:
        if isinstance(content, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
    except BrokenPipeError:
        return


def check_outputs(paths: Iterable[str], run: Run, settings: Settings, baseline: str) -> None:
    """Raises UsageError where a report would replace what the run has read, or another report."""
    read = [settings.file, *settings.extended, baseline, *run.sources]
    read += [file for result in run.results for file in result.device.files]
    for use in run.policies:
        read += [use.policy.path, *(change.location.path for change in use.policy.changes)]
    taken = {os.path.realpath(file): "it was read in this run" for file in read if file}
    for path in paths:
        own = os.path.realpath(path)
        if own in taken and (os.path.isfile(own) or not os.path.exists(own)):
            raise UsageError(f"not written: {taken[own]}", path=path, hint="give each report a file of its own")
        taken[own] = "another report goes there too"


def write_report(report: Report, path: str, run: Run) -> None:
    """Write a report into a file. Raises UsageError where that cannot be done."""
    content = report.render(run, Style())
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            # A device such as /dev/stdout is written to, not replaced.
            _print_into(path, data)
        else:
            write_file(path, data)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", path=path, hint="check the folder") from error


def write_file(path: str, data: bytes) -> None:
    """Write a file in one go: whoever reads it sees the old one or the new one, never half of it."""
    path = os.path.realpath(path)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        _print_into(temporary, data)
        os.replace(temporary, path)
    except OSError:
        from contextlib import suppress

        with suppress(OSError):
            os.unlink(temporary)
        raise


def _print_into(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
