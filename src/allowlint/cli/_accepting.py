"""Options about what somebody has accepted: waivers, and the baseline."""

import argparse

from allowlint.cli._task import Task
from allowlint.lint.accounts import Account, root_of


def add_accepting_options(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add --baseline and --no-waivers."""
    group = parser.add_argument_group("what is accepted")
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="faults that were there before and do not fail (allowlint baseline writes it)",
    )
    group.add_argument("--no-baseline", action="store_true", help="ignore the baseline that the settings name")
    group.add_argument(
        "--no-waivers", action="store_true", help="ignore every waiver, in settings and in configurations"
    )
    return group


def account_from(args: argparse.Namespace, task: Task, baseline: str | None = None) -> Account:
    """By what the findings are accounted for; ``baseline``: the file in place of the one that is named, empty for none."""
    settings = task.reading.settings
    named = args.baseline or settings.baseline
    used = ("" if args.no_baseline else named) if baseline is None else baseline
    return Account(settings, task.checks, task.paths, not args.no_waivers, used, root_of(settings, used or named))
