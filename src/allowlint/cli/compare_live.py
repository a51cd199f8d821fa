"""``allowlint compare-live``: live results beside the verdicts, in a table."""

import argparse
import sys

from allowlint.cli._accepting import account_from, add_accepting_options
from allowlint.cli._device_options import (
    add_device_options,
    add_settings_options,
    add_style_options,
    settings_from,
    style_from,
)
from allowlint.cli._options import add_profile_options
from allowlint.cli._outputs import print_report, report_of
from allowlint.cli._task import add_choice_options, live_file, task_from
from allowlint.lint.accounts import accounted, reviewed, thresholds
from allowlint.lint.running import run as lint
from allowlint.model.report import Run

NAME = "compare-live"
HELP = "live results beside the verdicts, in a table"


_EPILOG = """\
examples:
  allowlint compare-live MDEClientAnalyzerResult.zip squid.conf --geo EU
  allowlint compare-live mdatp.txt@2026-11-20 fw.xml --os linux     the file does not name the day of the test
  allowlint compare-live result.zip                                 beside what allowlint.yaml declares

The report of allowlint check with these results follows the table; so does the exit code.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint compare-live``."""
    parser.epilog = _EPILOG
    parser.add_argument("results", metavar="RESULTS[@DAY]", help="what a tool on an endpoint found out")
    parser.add_argument(
        "paths", nargs="*", metavar="CONFIG", help="file or folder; without any: what allowlint.yaml declares"
    )
    add_profile_options(parser)
    add_device_options(parser)
    add_settings_options(parser)
    add_accepting_options(parser)
    group = parser.add_argument_group("reports")
    group.add_argument("--format", choices=("text", "json"), default="text", help="the table, or the report of check")
    add_choice_options(group)
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "unknown", "never"),
        help="exit code 1 from which severity on (default: error)",
    )
    add_style_options(group)  # type: ignore[arg-type]


def run(args: argparse.Namespace) -> int:
    """Compare, print, and return the exit code of a check."""
    settings = settings_from(args)
    task = task_from(args, settings)
    reading = task.reading._replace(live=(live_file(args.results),))
    account = account_from(args, task)
    result = reviewed(accounted(lint(task.paths, task.demands, reading, task.checks), account), account)
    fail_on = args.fail_on or settings.fail_on or "error"
    result = result._replace(thresholds=thresholds(fail_on, settings))
    if args.format == "json":
        print_report(report_of("json"), result, style_from(args, terminal=False))
    else:
        _print(result, args)
    return 1 if result.failing else 0


def _print(result: Run, args: argparse.Namespace) -> None:
    from allowlint.reports._live import table

    live = result.live
    if live is not None and live.answers:
        sys.stdout.write("".join(f"{line}\n" for line in table(live)) + "\n")
    print_report(report_of("text"), result, style_from(args, terminal=sys.stdout.isatty()))
