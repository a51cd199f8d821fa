"""The command line: finds the command, prints errors, leaves with the documented exit code. Nothing is decided here.

0 nothing at or above --fail-on, 1 findings, 2 wrong usage, settings or policy, 3 nothing checked or an input that could not be
read, 4 internal error, 130 interrupted.
"""

import io
import os
import sys
from collections.abc import Sequence

from allowlint._version import __version__
from allowlint.errors import AllowlintError

COMMANDS = {
    "check": ("check", "lint configurations (files, folders, - for standard input)"),
    "import": ("import_document", "Microsoft's list (.xlsx, .md, .html) to a policy file"),
    "requirements": ("requirements", "print the requirements that a profile selects"),
    "explain": ("explain", "the rules met by one flow, in order, with the one that decides"),
    "compare-live": ("compare_live", "live results beside the verdicts, in a table"),
    "baseline": ("baseline", "write or shrink the baseline: faults that were there before"),
    "merge": ("merge", "the reports of several runs, or of the parts of one, as one report"),
    "init": ("init", "a commented allowlint.yaml for this repository"),
    "rule": ("rule", "the page of a check; without a code, the table of all"),
    "platforms": ("platforms", "the table of platforms and what is read of each"),
    "completion": ("completion", "the completion of a shell"),
}
"""Commands with their module and help; a module is imported only when its command runs."""

INTERNAL_ERROR = 4
INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    _prepare_streams()
    try:
        return _flushed(_run(list(argv)))
    except AllowlintError as error:
        from allowlint.cli._saying import tell

        tell(
            f"allowlint: error: {error.place}: {error.message}" if error.place else f"allowlint: error: {error.message}"
        )
        if error.hint:
            tell(f"  hint: {error.hint}")
        return error.exit_code
    except SystemExit as end:
        # From argparse, which has said why.
        return _flushed(end.code if isinstance(end.code, int) else 0)
    except BrokenPipeError:
        return _flushed(0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must not look like findings
        return _internal(error)


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever started us (>&-).
            setattr(sys, name, io.StringIO())
        elif hasattr(getattr(sys, name), "reconfigure"):
            # A name from a hostile configuration must not end the run in an encoding error.
            getattr(sys, name).reconfigure(errors="backslashreplace")


def _flushed(code: int) -> int:
    """The exit code, once everything is printed or the reader (a pager, head) has seen enough."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _internal(error: Exception) -> int:
    if os.environ.get("ALLOWLINT_DEBUG"):
        import traceback

        traceback.print_exc()
    from allowlint.cli._saying import tell

    tell(f"allowlint: internal error: {type(error).__name__}: {error}")
    tell("  hint: this is a bug in allowlint; ALLOWLINT_DEBUG=1 shows where. Nothing was judged.")
    return INTERNAL_ERROR


def _run(argv: list[str]) -> int:
    command = argv[0] if argv else ""
    if command in ("--version", "-V"):
        print(f"allowlint {__version__}")
        return 0
    if command not in COMMANDS:
        return _no_command(argv)
    import gc
    from importlib import import_module

    from allowlint.cli._parsers import parser_of

    # One run allocates much and frees little: collecting in between only costs.
    gc.disable()
    module = import_module(f"allowlint.cli.{COMMANDS[command][0]}")
    parser = parser_of(command, module)
    environment = _from_environment(parser, argv[1:])
    words = [*(word for words in environment.values() for word in words), *argv[1:]]
    args = parser.parse_args(words)
    args.environment = frozenset(environment)
    # What variables say is part of what has to be repeated.
    args.given = ("allowlint", command, *words)
    code: int = module.run(args)
    return code


def _from_environment(parser: object, given: list[str]) -> dict[str, list[str]]:
    """Options from ``ALLOWLINT_*`` variables, by name, placed before those of the command line, which override them."""
    found: dict[str, list[str]] = {}
    for action in parser._actions:  # type: ignore[attr-defined]
        option = next((name for name in action.option_strings if name.startswith("--")), None)
        value = (
            os.environ.get(f"ALLOWLINT_{option[2:].replace('-', '_').upper()}")
            if option and option != "--help"
            else None
        )
        if not option or not value or any(word == option or word.startswith(f"{option}=") for word in given):
            continue
        if action.nargs == 0:
            if value.lower() not in ("0", "false", "no"):
                found[action.dest] = [option]
        else:
            found[action.dest] = [f"{option}={value}"]
    return found


def _no_command(argv: list[str]) -> int:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:<{width}}  {help_text}" for name, (_, help_text) in COMMANDS.items())
    usage = f"usage: allowlint COMMAND ...\n\n{listing}\n\nallowlint COMMAND --help tells the options; allowlint --version the version."
    if argv and argv[0] in ("-h", "--help", "help"):
        print(usage)
        return 0
    if argv:
        from difflib import get_close_matches

        close = get_close_matches(argv[0], COMMANDS, n=1)
        print(
            f"allowlint: error: unknown command {argv[0]!r}{f'; did you mean {close[0]!r}?' if close else ''}",
            file=sys.stderr,
        )
    print(usage, file=sys.stderr)
    return 2
