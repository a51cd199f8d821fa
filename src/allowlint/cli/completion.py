"""``allowlint completion``: what a shell needs to complete commands and options."""

import argparse
import sys

from allowlint._resources import read_resource
from allowlint.errors import UsageError

NAME = "completion"
HELP = "the completion of a shell"
SHELLS = ("bash", "zsh", "fish", "powershell")

_EPILOG = """\
examples:
  eval "$(allowlint completion bash)"                              in ~/.bashrc
  allowlint completion zsh > "${fpath[1]}/_allowlint"
  allowlint completion fish > ~/.config/fish/completions/allowlint.fish
  allowlint completion powershell | Out-String | Invoke-Expression
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace) -> int:
    """Print the completion. Returns the exit code."""
    text = read_resource("completions", f"allowlint.{args.shell}")
    if text is None:
        raise UsageError(f"this installation has no completion for {args.shell}", hint="install allowlint again")
    sys.stdout.write(text.decode("utf-8"))
    return 0
