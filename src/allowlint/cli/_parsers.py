"""The parsers of the commands: one for each when it runs, all in one for completion and for the manual."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from typing import NoReturn

WIDTH = 100
"""Columns of help texts. With a width argparse need not ask the terminal, for which it would import the archivers of shutil."""

# argparse asks for translations of its words, for which it would import the locales. The rest of what is printed is English too.
argparse._ = str  # type: ignore[attr-defined]


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Leaves examples as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with words that a script may have made of names of files: nothing in them reaches the terminal as it is."""

    def error(self, message: str) -> NoReturn:
        from allowlint.reports._harmless import harmless

        super().error(harmless(message))


def parser_of(command: str, module: ModuleType) -> argparse.ArgumentParser:
    """The parser of one command."""
    parser = _Parser(
        prog=f"allowlint {command}", description=module.HELP, allow_abbrev=False, formatter_class=_Formatter
    )
    module.add_arguments(parser)
    return parser


def whole_parser(commands: Mapping[str, tuple[str, str]]) -> argparse.ArgumentParser:
    """One parser with a part for each command, for tools that read parsers."""
    whole = argparse.ArgumentParser(
        prog="allowlint",
        description="Policy-as-code linter for firewall and proxy allowlists",
        formatter_class=_Formatter,
    )
    whole.add_argument("--version", "-V", action="store_true", help="print the version")
    parts = whole.add_subparsers(dest="command", metavar="COMMAND")
    for name, (module_name, help_text) in commands.items():
        module = import_module(f"allowlint.cli.{module_name}")
        part = parts.add_parser(
            name, help=help_text, description=module.HELP, allow_abbrev=False, formatter_class=_Formatter
        )
        module.add_arguments(part)
    return whole
