"""``allowlint check``: lint configurations."""

import argparse
import sys

from allowlint.checks import Check
from allowlint.cli._checks import chosen_checks
from allowlint.cli._device_options import (
    SETTINGS,
    accepted_from,
    add_device_options,
    add_settings_options,
    add_style_options,
    device_demand_from,
    options_from,
    settings_from,
    style_from,
)
from allowlint.cli._options import add_profile_options, demand_from, policies_from
from allowlint.cli._outputs import annotations_here, output_of, print_report, report_names, report_of, write_report
from allowlint.cli._progress import Progress, timing
from allowlint.cli._provenance import provenance
from allowlint.errors import UsageError
from allowlint.lint import OptionsFor, declared
from allowlint.lint import run as lint
from allowlint.lint.accounts import accounted, failing, thresholds
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Policy
from allowlint.model.settings import Settings
from allowlint.reports import Style
from allowlint.sources import load_policy

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
    group.add_argument(
        "--select", action="append", default=[], metavar="CODE,...", help="only these checks (a code, or its beginning)"
    )
    group.add_argument("--ignore", action="append", default=[], metavar="CODE,...", help="not these checks")
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
    task = _task(args, settings)
    if args.show_settings or args.show_files:
        return _shown(args, task)
    fail_on = args.fail_on or settings.fail_on or "error"
    progress = Progress(quiet=args.quiet)
    watch = progress.watch
    with progress:
        result = accounted(lint(task.paths, task.demands, task.reading._replace(watch=watch), task.checks), settings)
    result = result._replace(provenance=provenance(args.given, settings), thresholds=thresholds(fail_on, settings))
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
    return 1 if failing(result, fail_on, settings) else 0


class Task(NamedTuple):
    """What is to be done, from the command line and the settings."""

    paths: tuple[str, ...]
    demands: Demands
    reading: Reading
    checks: list[Check]


def _task(args: argparse.Namespace, settings: Settings) -> Task:
    choice = settings.checks
    checks = chosen_checks(args.select or choice.select or (), args.ignore or choice.ignore or (), choice.mandatory)
    policies = _policies(args, settings)
    if not args.paths and not settings.paths and not settings.configurations:
        where = settings.file or SETTINGS
        raise UsageError(
            "nothing to check: no PATH is given",
            hint=f"name a configuration, or declare configurations or paths in {where} (allowlint init writes one)",
        )
    accepted = accepted_from(args, settings)
    demands = Demands(policies, demand_from(args).over(device_demand_from(args)), settings, accepted)
    reading = Reading(options_from(args, settings, accepted), args.platform, settings)
    return Task(tuple(args.paths), demands, reading, checks)


def _shown(args: argparse.Namespace, task: Task) -> int:
    from allowlint.cli._shown import shown_files, shown_settings
    from allowlint.lint.looking import looked_at

    settings = task.reading.settings
    if args.show_settings:
        sys.stdout.write(shown_settings(args, task.reading, policies_from(args, settings), task.demands))
    if args.show_files:
        paths = task.paths or declared(settings)
        sys.stdout.write(shown_files(looked_at(paths, OptionsFor(task.reading, task.demands), settings.exclude)))
    return 0


def _policies(args: argparse.Namespace, settings: Settings) -> list[Policy]:
    policies = []
    for reference in policies_from(args, settings):
        policy, diagnostics = load_policy(reference.reference, reference.overlays)
        policies.append(policy)
        for diagnostic in diagnostics if args.verbose else ():
            print(diagnostic, file=sys.stderr)
    return policies
