"""``allowlint check``: lint configurations."""

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
from allowlint.cli._options import add_profile_options, policies_from
from allowlint.cli._outputs import (
    annotations_here,
    check_outputs,
    output_of,
    print_report,
    report_names,
    report_of,
    write_report,
)
from allowlint.cli._progress import Progress, timing
from allowlint.cli._provenance import provenance
from allowlint.cli._spreading import add_spread_options, shard_from, spread_from
from allowlint.cli._task import Task, add_choice_options, add_live_option, task_from
from allowlint.lint.accounts import accounted, reviewed, thresholds
from allowlint.lint.options import OptionsFor
from allowlint.lint.running import declared
from allowlint.lint.running import run as lint
from allowlint.reports import Style

NAME = "check"
HELP = "lint configurations"
FAIL_ON = ("error", "warning", "unknown", "never")


_EPILOG = """\
examples:
  allowlint check squid.conf --geo EU                 one configuration, with the default list
  allowlint check                                     what allowlint.yaml declares (allowlint init writes one)
  allowlint check . --fail-on unknown                 a folder; what cannot be told fails too
  allowlint check --output sarif=allowlint.sarif      one more report beside the text
  allowlint check fw.xml --select ACC,TLS -v          some checks, nothing folded
  allowlint check --since origin/main...              what this branch broke and mended; what it left does not fail
  allowlint check fw.xml --live result.zip            beside what the client analyzer found on an endpoint
  allowlint check --shard 2/5 --output json=2.json    a part of a large run; allowlint merge puts the parts together

exit code: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, settings or policy, 3 nothing was checked or an
input could not be read, 4 internal error, 130 interrupted

Every option is also a variable: --fail-on is ALLOWLINT_FAIL_ON. The command line overrides the variables, and those
override allowlint.yaml.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint check``."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="file, folder, or - for standard input; without any: what allowlint.yaml declares",
    )
    add_profile_options(parser)
    add_device_options(parser)
    add_settings_options(parser)
    accepting = add_accepting_options(parser)
    accepting.add_argument(
        "--since",
        metavar="REF",
        help="compare with another git revision of the same files: what was there already is shown, and does not fail; "
        "REF... compares with where this branch left REF",
    )
    add_live_option(parser.add_argument_group("live results"))
    add_spread_options(parser)
    group = parser.add_argument_group("questions about the run, instead of one")
    group.add_argument("--show-files", action="store_true", help="print which files are checked, and why, and stop")
    group.add_argument(
        "--show-settings", action="store_true", help="print what was decided, and where it is said, and stop"
    )
    group = parser.add_argument_group("reports")
    group.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"standard output: {', '.join(report_names())} (default: text, and in GitHub Actions and Azure Pipelines "
        "their annotations behind it)",
    )
    group.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="one more report, in a file; repeatable"
    )
    add_choice_options(group)
    group.add_argument("--fail-on", choices=FAIL_ON, help="exit code 1 from which severity on (default: error)")
    group.add_argument("--timing", action="store_true", help="print where the time went, to standard error")
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    add_style_options(group)  # type: ignore[arg-type]


def run(args: argparse.Namespace) -> int:
    """Check, write the reports, and return the exit code."""
    settings = settings_from(args)
    outputs = [output_of(text) for text in args.output]
    outputs = outputs or [(report_of(name), path) for name, path in settings.outputs]
    report = report_of(args.format or "text")
    task = task_from(args, settings)
    if args.show_settings or args.show_files:
        return _shown(args, task)
    fail_on = args.fail_on or settings.fail_on or "error"
    account = account_from(args, task)
    progress = Progress(quiet=args.quiet)
    watch = progress.watch
    with progress:
        spread = spread_from(args, settings)
        if args.since:
            from allowlint.lint.memory import Memory

            # What has not changed since then is what it was.
            spread = spread._replace(memory=Memory())
        reading = task.reading._replace(watch=watch, spread=spread, shard=shard_from(args))
        result = accounted(lint(task.paths, task.demands, reading, task.checks), account)
        if args.since:
            from allowlint.lint.since import compared

            result = compared(result, args.since, account, task.demands, reading)
    result = reviewed(result, account)
    result = result._replace(provenance=provenance(args.given, settings), thresholds=thresholds(fail_on, settings))
    check_outputs([path for _, path in outputs], result, settings, account.baseline)
    for extra, path in outputs:
        with watch("writing", path):
            write_report(extra, path, result)
    if not args.quiet:
        with watch("printing", report.id):
            print_report(report, result, style_from(args, terminal=sys.stdout.isatty()))
            if not args.format and (notes := annotations_here()):
                print_report(notes, result, Style())
    if args.timing:
        sys.stdout.flush()
        sys.stderr.write(timing(watch))
    return 1 if result.failing else 0


def _shown(args: argparse.Namespace, task: Task) -> int:
    from allowlint.cli._shown import shown_files, shown_settings
    from allowlint.lint.looking import looked_at

    settings = task.reading.settings
    if args.show_settings:
        sys.stdout.write(shown_settings(args, task.reading, policies_from(args, settings), task.demands))
    if args.show_files:
        known = declared(settings)
        options = OptionsFor(task.reading, task.demands)
        sys.stdout.write(shown_files(looked_at(task.paths or known, options, settings.exclude, known)))
    return 0
