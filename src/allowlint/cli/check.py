"""``allowlint check``: lint configurations."""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping

from allowlint import registry
from allowlint.checks import Check
from allowlint.cli._device_options import (
    add_device_options,
    add_settings_options,
    add_style_options,
    client_from,
    options_from,
    settings_from,
    style_from,
)
from allowlint.cli._options import add_profile_options, policies_from, profile_from
from allowlint.errors import UsageError
from allowlint.lint import run as lint
from allowlint.lint.asked import Reading
from allowlint.model.finding import Severity
from allowlint.model.report import Run
from allowlint.reports import Report, Style
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
        help="file, folder, or - for standard input; without any: the paths that allowlint.yaml declares",
    )
    add_profile_options(parser)
    add_device_options(parser)
    add_settings_options(parser)
    group = parser.add_argument_group("reports")
    group.add_argument(
        "--format", metavar="FORMAT", default="text", help=f"standard output: {', '.join(registry.names('reports'))}"
    )
    group.add_argument(
        "--output", action="append", default=[], metavar="FORMAT=FILE", help="one more report, in a file; repeatable"
    )
    group.add_argument(
        "--select", action="append", default=[], metavar="CODE,...", help="only these checks (a code, or its beginning)"
    )
    group.add_argument("--ignore", action="append", default=[], metavar="CODE,...", help="not these checks")
    group.add_argument(
        "--fail-on", choices=FAIL_ON, default="error", help="exit code 1 from which severity on (default: error)"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    add_style_options(group)  # type: ignore[arg-type]


def run(args: argparse.Namespace) -> int:
    """Check, write the reports, and return the exit code."""
    checks = chosen_checks(args.select, args.ignore)
    outputs = [_output(text) for text in args.output]
    report = registry.load("reports", args.format)
    policies = []
    for reference in policies_from(args):
        policy, diagnostics = load_policy(reference)
        policies.append(policy)
        for diagnostic in diagnostics if args.verbose else ():
            print(diagnostic, file=sys.stderr)
    settings = settings_from(args)
    if not args.paths and not settings.paths:
        where = settings.file or "allowlint.yaml"
        raise UsageError(
            "nothing to check: no PATH is given", hint=f"name a configuration, or declare paths in {where}"
        )
    reading = Reading(client_from(args, settings), options_from(args, settings), args.platform, settings)
    result = lint(args.paths, policies, profile_from(args), reading, checks)
    for extra, path in outputs:
        _write(extra, path, result)
    if not args.quiet:
        # A reader that has seen enough (a pager, head) does not change what was found.
        text = report.render(result, style_from(args, terminal=sys.stdout.isatty()))
        try:
            sys.stdout.write(text)
        except BrokenPipeError:
            return exit_code(result, args.fail_on)
    return exit_code(result, args.fail_on)


def exit_code(result: Run, fail_on: str) -> int:
    """0 or 1: whether something is at or above the threshold."""
    errors, warnings = result.count(Severity.ERROR), result.count(Severity.WARNING)
    failing = {"never": 0, "error": errors, "warning": errors + warnings, "unknown": errors + result.unknown()}
    return 1 if failing[fail_on] else 0


def chosen_checks(select: Iterable[str], ignore: Iterable[str]) -> list[Check]:
    """The checks to run. Raises UsageError for a code that no check has."""
    checks: list[Check] = sorted(registry.all("checks").values(), key=lambda check: check.code)
    wanted, unwanted = _codes(select, checks), _codes(ignore, checks)
    return [
        check
        for check in checks
        if (not wanted or check.code.startswith(wanted)) and not (unwanted and check.code.startswith(unwanted))
    ]


def _codes(texts: Iterable[str], checks: list[Check]) -> tuple[str, ...]:
    names = {check.name: check.code for check in checks}
    codes = []
    for word in (part.strip() for text in texts for part in text.split(",") if part.strip()):
        code = names.get(word.lower(), word.upper())
        if not any(check.code.startswith(code) for check in checks):
            raise UsageError(f"no check is called {word[:40]!r}", hint=_nearest(word, names))
        codes.append(code)
    return tuple(codes)


def _nearest(word: str, names: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.upper(), names.values(), n=1) or get_close_matches(word.lower(), names, n=1)
    return f"did you mean {close[0]!r}?" if close else "allowlint rule lists them all"


def _output(text: str) -> tuple[Report, str]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(
            f"--output {text[:60]!r} is not understood", hint="write it as FORMAT=FILE, for instance json=report.json"
        )
    return registry.load("reports", name), path


def _write(report: Report, path: str, result: Run) -> None:
    text = report.render(result, Style())
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            # A device such as /dev/stdout is written to, not replaced.
            _print_into(path, text)
        else:
            _replace(os.path.realpath(path), text)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", path=path, hint="check the folder") from error


def _replace(path: str, text: str) -> None:
    """Write a file in one go: whoever reads it sees the old one or the new one, never half of it."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        _print_into(temporary, text)
        os.replace(temporary, path)
    except OSError:
        from contextlib import suppress

        with suppress(OSError):
            os.unlink(temporary)
        raise


def _print_into(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
