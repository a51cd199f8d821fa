"""Options of the commands that read configurations: platform, client, assumptions, colours."""

import argparse
import os
import sys

from allowlint.errors import UsageError
from allowlint.lint.asked import Client, chosen_assumptions
from allowlint.model.addresses import parse_addresses
from allowlint.model.assumption import ASSUMPTIONS
from allowlint.model.path import Settings
from allowlint.platforms import Options
from allowlint.reports import Style

SETTINGS = "allowlint.yaml"


def add_device_options(parser: argparse.ArgumentParser) -> None:
    """Add --platform, --client, --from-zone, --to-zone, --root and --assume."""
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


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add --config and --isolated."""
    group = parser.add_argument_group("settings")
    group.add_argument(
        "--config", metavar="FILE", help=f"settings (default: the nearest {SETTINGS} up to the root of the repository)"
    )
    group.add_argument("--isolated", action="store_true", help=f"ignore every {SETTINGS}")


def settings_from(args: argparse.Namespace) -> Settings:
    """What the repository says about its devices. Raises SettingsError for a file that cannot be used."""
    path = args.config or ("" if args.isolated else _nearest())
    if not path:
        return Settings()
    from allowlint.settings import load

    return load(path)


def _nearest() -> str:
    """The nearest settings file from here up to the root of the git repository; empty where there is none."""
    folder = os.getcwd()
    while True:
        path = os.path.join(folder, SETTINGS)
        if os.path.isfile(path):
            return os.path.relpath(path)
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return ""
        folder = above


def add_style_options(parser: argparse.ArgumentParser) -> None:
    """Add --color and --verbose."""
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (default: on a terminal)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="list everything that is otherwise folded")


def client_from(args: argparse.Namespace, settings: Settings) -> Client:
    """Who connects. Raises UsageError for an address that is none, or an unknown assumption."""
    client = Client(zones=(args.from_zone, args.to_zone), accepted=_assumptions(args) | settings.assumptions)
    if not args.client:
        return client
    try:
        addresses = parse_addresses(args.client)
    except ValueError as error:
        raise UsageError(
            f"--client {args.client[:60]!r}: {error}", hint="an address or network, such as 10.20.0.0/16"
        ) from error
    return client._replace(addresses=addresses, chosen=True, text=args.client)


def _assumptions(args: argparse.Namespace) -> frozenset[str]:
    words = [word.strip() for text in args.assume for word in text.split(",") if word.strip()]
    return chosen_assumptions(words)


def options_from(args: argparse.Namespace, settings: Settings) -> Options:
    """How configurations are read. Raises UsageError for an unknown assumption or a root that is no folder."""
    if args.root and not os.path.isdir(args.root):
        raise UsageError(f"--root {args.root}: no such folder")
    return Options(args.root, _assumptions(args) | settings.assumptions, ratings=settings.ratings)


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
