"""Options of the commands that read configurations: platform, client, assumptions, colours."""

import argparse
import os
import sys

from allowlint.errors import UsageError
from allowlint.lint.asked import chosen_assumptions
from allowlint.model.assumption import ASSUMPTIONS
from allowlint.model.demand import Demand
from allowlint.model.limits import DEFAULTS, LIMITS, MOST, Limits, limited
from allowlint.model.settings import MISNAMED, Settings
from allowlint.platforms import Options
from allowlint.reports import Style

SETTINGS = "allowlint.yaml"


def add_device_options(parser: argparse.ArgumentParser) -> None:
    """Add --platform, --client, --from-zone, --to-zone, --root, --assume and --limit."""
    group = parser.add_argument_group("configurations")
    group.add_argument(
        "--platform", metavar="ID", default="", help="instead of detection (allowlint platforms lists them)"
    )
    group.add_argument("--client", metavar="ADDRESS", help="an inside client: an address or network")
    group.add_argument(
        "--from-zone", metavar="NAME", default="", help="zone, interface or listener that clients come in by"
    )
    group.add_argument("--to-zone", metavar="NAME", default="", help="zone or interface towards the internet")
    group.add_argument(
        "--root", metavar="DIR", help="read side files below this folder (default: the configuration's own)"
    )
    group.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="WORD",
        help="take for granted: " + "; ".join(f"{word} ({text})" for word, text in ASSUMPTIONS.items()),
    )
    group.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=N",
        help="read no more, and take no longer: " + "; ".join(f"{name} ({text})" for name, text in LIMITS.items()),
    )


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add --config and --isolated."""
    group = parser.add_argument_group("settings")
    group.add_argument(
        "--config", metavar="FILE", help=f"settings (default: the nearest {SETTINGS} up to the root of the repository)"
    )
    group.add_argument("--isolated", action="store_true", help=f"ignore every {SETTINGS}")


def settings_from(args: argparse.Namespace) -> Settings:
    """What the repository says about its devices. Raises SettingsError for a file that cannot be used."""
    if args.config:
        from allowlint.settings import load

        return load(args.config)
    if args.isolated or not _may_be_near():
        return Settings()
    from allowlint.settings import load, nearest

    path = nearest()
    return load(path) if path else Settings()


def _may_be_near() -> bool:
    """Whether a settings file is here or above. Only then the reader of settings is worth its import."""
    folder = os.getcwd()
    while not any(os.path.lexists(os.path.join(folder, name)) for name in (SETTINGS, *MISNAMED)):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def add_style_options(parser: argparse.ArgumentParser) -> None:
    """Add --color and --verbose."""
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="list everything that is otherwise folded")


def device_demand_from(args: argparse.Namespace) -> Demand:
    """Who connects, as far as the options say it."""
    return Demand(
        clients=(args.client,) if args.client else None,
        from_zone=args.from_zone or None,
        to_zone=args.to_zone or None,
    )


def accepted_from(args: argparse.Namespace, settings: Settings) -> frozenset[str]:
    """The assumptions that verdicts may lean on. Raises UsageError for an unknown one, or one that settings refuse."""
    chosen = chosen_assumptions(word.strip() for text in args.assume for word in text.split(",") if word.strip())
    refused = sorted(chosen & settings.refused_assumptions)
    if refused:
        places = ", ".join(settings.extended)
        raise UsageError(f"--assume {refused[0]}: refused by {places}", hint="ask whoever keeps that file")
    return chosen | settings.assumptions


def options_from(args: argparse.Namespace, settings: Settings, accepted: frozenset[str]) -> Options:
    """How configurations are read. Raises UsageError for a root that is no folder."""
    if args.root and not os.path.isdir(args.root):
        raise UsageError(f"--root {args.root}: no such folder")
    return Options(args.root, accepted, ratings=settings.ratings, limits=limits_from(args, settings))


def limits_from(args: argparse.Namespace, settings: Settings) -> Limits:
    """The limits that hold. Raises UsageError for one that is none."""
    values = dict(settings.limits)
    for text in args.limit:
        name, _, number = text.partition("=")
        if name not in LIMITS:
            raise UsageError(f"--limit {text[:40]!r}: no such limit", hint=f"NAME=N; known are: {', '.join(LIMITS)}")
        if not (number.isascii() and number.isdigit() and len(number) <= 7 and 1 <= int(number) <= MOST):
            raise UsageError(
                f"--limit {text[:40]!r}: {name} must be a number from 1 to {MOST}",
                hint=f"{name}={getattr(DEFAULTS, name.replace('-', '_'))}",
            )
        values[name] = int(number)
    return limited(values)


def style_from(args: argparse.Namespace, *, terminal: bool) -> Style:
    """How to show a report on standard output."""
    if args.color != "auto":
        color = args.color == "always"
    elif os.environ.get("NO_COLOR"):
        color = False
    elif os.environ.get("FORCE_COLOR") not in (None, "", "0"):
        color = True
    else:
        color = terminal and os.environ.get("TERM") != "dumb"
    return Style(color=color, width=_width(), verbose=args.verbose)


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and 40 <= int(columns[:5]) <= 500:
        return int(columns)
    if not sys.stdout.isatty():
        return 100
    return max(60, min(os.get_terminal_size(sys.stdout.fileno()).columns, 120))
