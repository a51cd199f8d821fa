"""``allowlint merge``: the reports of several runs as one."""

from __future__ import annotations

import argparse
import sys

from allowlint.cli._outputs import write_file
from allowlint.cli._saying import tell
from allowlint.errors import InputError, UsageError

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.lint.merging.parts import Result

NAME = "merge"
HELP = "the reports of several runs, or of the parts of one, as one report"

_EPILOG = """\
examples:
  allowlint merge shard-*.json --output allowlint.json     the parts of one run (allowlint check --shard 1/5 ...)
  allowlint merge emea.json apac.json                      runs on different configurations, by one list for one profile
  allowlint merge shard-*.sarif --output allowlint.sarif   SARIF: a log with the runs of all

All reports are of one form: JSON, or SARIF. The exit code of JSON reports is that of a run on everything: of parts with the
--fail-on that they were made with, of others with --fail-on. It is 2 where a part is missing, where the reports are of
different versions, lists or profiles, and where two tell different things of one configuration.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint merge``."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "results", nargs="+", metavar="RESULT", help="a report of allowlint check: --format json or sarif"
    )
    parser.add_argument("--output", metavar="FILE", help="where the report goes (default: standard output)")
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "unknown", "never"),
        help="exit code 1 from which severity on, for reports that are no parts of a run (default: error)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")


def run(args: argparse.Namespace) -> int:
    """Put the reports together, write the result, and return the exit code."""
    from allowlint.lint.merging.parts import Result
    from allowlint.lint.merging.reading import read_result

    results = [Result(path, read_result(path)) for path in args.results]
    try:
        return _run(args, results)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # Reading looks at what reports of ours have. What somebody has made of one by hand may lack anything else.
        raise InputError(
            f"the reports cannot be put together: {type(error).__name__}: {error}",
            hint="give them as allowlint has written them",
        ) from error


def _run(args: argparse.Namespace, results: list[Result]) -> int:
    from allowlint.lint.merging import failing, merged
    from allowlint.lint.merging.sarif import failing_log, merged_logs

    logs = [result for result in results if "runs" in result.report]
    if logs and len(logs) < len(results):
        other = next(result for result in results if "runs" not in result.report)
        raise UsageError(f"it is no SARIF, and {logs[0].path} is", path=other.path, hint="give reports of one form")
    if logs:
        whole = merged_logs(logs)
        fails = failing_log(whole.report, _thresholds(args, whole.thresholds))
    else:
        whole = merged(results, args.given)
        fails = failing(whole.report, _thresholds(args, whole.thresholds))
        if not whole.report["configs"]:
            raise InputError("nothing was checked in any of the runs", hint="look at the runs that made the reports")
    _write(args, whole.report, whole.notes)
    return 1 if fails else 0


def _thresholds(args: argparse.Namespace, said: dict[str, str]) -> dict[str, str]:
    """From what on findings make the run fail: as the parts of it say, else as the options do."""
    if said and args.fail_on:
        raise UsageError("--fail-on is said in the parts", hint="leave it out here, and give it to allowlint check")
    return said or {"": args.fail_on or "error"}


def _write(args: argparse.Namespace, report: dict[str, object], notes: tuple[str, ...]) -> None:
    from allowlint.reports._encodable import dumps

    text = dumps(report)
    for note in () if args.quiet else notes:
        tell(f"allowlint: note: {note}")
    if not args.output:
        sys.stdout.write(text)
        return
    try:
        write_file(args.output, text.encode("ascii"))
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}", path=args.output, hint="check the folder"
        ) from error
