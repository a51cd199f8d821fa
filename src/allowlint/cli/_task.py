"""What a command that checks configurations is to do, from the command line and the settings."""

from __future__ import annotations

import argparse
import os

from allowlint.checks import Check
from allowlint.cli._checks import chosen_checks
from allowlint.cli._device_options import SETTINGS, accepted_from, device_demand_from, options_from
from allowlint.cli._options import demand_from, policies_from
from allowlint.cli._saying import tell
from allowlint.errors import UsageError
from allowlint.lint.asked import Reading
from allowlint.lint.demands import Demands
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Policy
from allowlint.model.settings import Settings
from allowlint.model.waiver import day_of
from allowlint.sources import load_policy

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.model.live import LiveFile


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


def add_live_option(group: argparse._ArgumentGroup) -> None:
    """Add --live."""
    group.add_argument(
        "--live",
        action="append",
        default=[],
        metavar="FILE[@DAY]",
        help="what a tool on an endpoint found out (client analyzer, mdatp connectivity test, MpCmdRun, TestCloudConnection), "
        "put beside the verdicts; DAY of the test, where the file does not name it; repeatable",
    )


def live_from(args: argparse.Namespace, settings: Settings) -> tuple[LiveFile, ...]:
    """The live results that the options name, else those of the settings. Raises UsageError for a day that is none."""
    return tuple(live_file(text) for text in getattr(args, "live", ())) or settings.live


def live_file(text: str) -> LiveFile:
    """A result with the day that is said of it. Raises UsageError for a day that is none."""
    from allowlint.model.live import LiveFile

    path, mark, day = text.rpartition("@")
    if not mark or os.path.exists(text) or not any(char.isdigit() for char in day) or "." in day:
        return LiveFile(text)
    if not day_of(day):
        raise UsageError(f"--live {text[:80]!r}: {day[:20]!r} is no day", hint="write it as FILE@2026-11-20")
    return LiveFile(path, day)


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
    options = options_from(args, settings, accepted)
    reading = Reading(options, args.platform, settings, live=live_from(args, settings))
    return Task(tuple(args.paths), demands, reading, checks)


def _policies(args: argparse.Namespace, settings: Settings) -> list[Policy]:
    policies = []
    for reference in policies_from(args, settings):
        policy, diagnostics = load_policy(reference.reference, reference.overlays)
        policies.append(policy)
        for diagnostic in diagnostics if args.verbose else ():
            tell(str(diagnostic))
    return policies
