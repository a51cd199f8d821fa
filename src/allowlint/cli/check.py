"""``allowlint check``: lint configurations."""

import argparse
import sys

from allowlint.cli._checks import chosen_checks
from allowlint.cli._device_options import (
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
from allowlint.errors import UsageError
from allowlint.lint import run as lint
from allowlint.lint.accounts import accounted, failing, thresholds
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.model.report import Run
from allowlint.model.requirement import Policy
from allowlint.model.settings import Settings
from allowlint.reports import Style
from allowlint.sources import load_policy

NAME = "check"
HELP = "lint configurations"
FAIL_ON = ("error", "warning", "unknown", "never")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint check``."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="file, folder, or - for standard input; without any: what allowlint.yaml declares",
    )
    add_profile_options(parser)
    add_device_options(parser)
    add_settings_options(parser)
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
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    add_style_options(group)  # type: ignore[arg-type]


def run(args: argparse.Namespace) -> int:
    """Check, write the reports, and return the exit code."""
    settings = settings_from(args)
    outputs = [output_of(text) for text in args.output]
    outputs = outputs or [(report_of(name), path) for name, path in settings.outputs]
    report = report_of(args.format or "text")
    fail_on = args.fail_on or settings.fail_on or "error"
    result = _result(args, settings)._replace(thresholds=thresholds(fail_on, settings))
    for extra, path in outputs:
        write_report(extra, path, result)
    if not args.quiet:
        print_report(report, result, style_from(args, terminal=sys.stdout.isatty()))
        if not args.format and (notes := annotations_here()):
            print_report(notes, result, Style())
    return 1 if failing(result, fail_on, settings) else 0


def _result(args: argparse.Namespace, settings: Settings) -> Run:
    choice = settings.checks
    checks = chosen_checks(args.select or choice.select or (), args.ignore or choice.ignore or (), choice.mandatory)
    policies = _policies(args, settings)
    if not args.paths and not settings.paths and not settings.configurations:
        where = settings.file or "allowlint.yaml"
        raise UsageError(
            "nothing to check: no PATH is given",
            hint=f"name a configuration, or declare configurations or paths in {where}",
        )
    accepted = accepted_from(args, settings)
    demands = Demands(policies, demand_from(args).over(device_demand_from(args)), settings, accepted)
    reading = Reading(options_from(args, settings, accepted), args.platform, settings)
    return accounted(lint(args.paths, demands, reading, checks), settings)


def _policies(args: argparse.Namespace, settings: Settings) -> list[Policy]:
    policies = []
    for reference in policies_from(args, settings):
        policy, diagnostics = load_policy(reference.reference)
        policies.append(policy)
        for diagnostic in diagnostics if args.verbose else ():
            print(diagnostic, file=sys.stderr)
    return policies
