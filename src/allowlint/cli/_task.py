"""What a command that checks configurations is to do, from the command line and the settings."""

import argparse
import sys

from allowlint.checks import Check
from allowlint.cli._checks import chosen_checks
from allowlint.cli._device_options import SETTINGS, accepted_from, device_demand_from, options_from
from allowlint.cli._options import demand_from, policies_from
from allowlint.errors import UsageError
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Policy
from allowlint.model.settings import Settings
from allowlint.sources import load_policy


class Task(NamedTuple):
    """What is to be done, from the command line and the settings."""

    paths: tuple[str, ...]
    demands: Demands
    reading: Reading
    checks: list[Check]


def add_choice_options(group: argparse._ArgumentGroup) -> None:
    """Add --select and --ignore."""
    group.add_argument(
        "--select", action="append", default=[], metavar="CODE,...", help="only these checks (a code, or its beginning)"
    )
    group.add_argument("--ignore", action="append", default=[], metavar="CODE,...", help="not these checks")


def task_from(args: argparse.Namespace, settings: Settings) -> Task:
    """What is to be done. Raises UsageError where that cannot be told."""
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
    return Task(
        tuple(args.paths), demands, Reading(options_from(args, settings, accepted), args.platform, settings), checks
    )


def _policies(args: argparse.Namespace, settings: Settings) -> list[Policy]:
    policies = []
    for reference in policies_from(args, settings):
        policy, diagnostics = load_policy(reference.reference, reference.overlays)
        policies.append(policy)
        for diagnostic in diagnostics if args.verbose else ():
            print(diagnostic, file=sys.stderr)
    return policies
