"""``allowlint baseline``: write the baseline, or shrink it.

A baseline lists faults that were there when it was written. Written again, it loses what is mended and what has become smaller,
and takes in nothing new unless ``--grow`` says so.
"""

import argparse
import os

from allowlint.baseline import NAME as FILE
from allowlint.baseline import Entry, FileEntries, load, written
from allowlint.cli._accepting import account_from, add_accepting_options
from allowlint.cli._device_options import add_device_options, add_settings_options, settings_from
from allowlint.cli._options import add_profile_options
from allowlint.cli._outputs import write_file
from allowlint.cli._saying import say, tell
from allowlint.cli._task import add_choice_options, task_from
from allowlint.errors import UsageError
from allowlint.lint.accounts import accounted
from allowlint.lint.known import Rewritten, rewritten
from allowlint.lint.running import run as lint
from allowlint.model.settings import Settings

NAME = "baseline"
HELP = "write or shrink the baseline: faults that were there before"
_SHOWN = 20
"""Faults that are named in the message."""


_EPILOG = """\
examples:
  allowlint baseline                 of what allowlint.yaml declares; drops what is mended, adds nothing new
  allowlint baseline fw.xml --grow   takes in what is new as well
  allowlint baseline --dry-run       says what would be done

The first time it takes in everything. It writes .allowlint-baseline.json beside allowlint.yaml unless that, or --baseline, names
another file. What is waived or mandatory is never taken in.

exit code: 0 written, 1 something new was left out, 2 wrong usage, settings or baseline, 3 nothing could be checked
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``allowlint baseline``."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths", nargs="*", metavar="CONFIG", help="file or folder; without any: what allowlint.yaml declares"
    )
    add_profile_options(parser)
    add_device_options(parser)
    add_settings_options(parser)
    group = add_accepting_options(parser)
    group.add_argument("--grow", action="store_true", help="take in what is new; else the baseline can only shrink")
    group.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    add_choice_options(group)
    group.add_argument("-v", "--verbose", action="store_true", help="name every fault")


def run(args: argparse.Namespace) -> int:
    """Write the baseline; 1 where something new was left out."""
    settings = settings_from(args)
    task = task_from(args, settings)
    path = args.baseline or settings.baseline or os.path.join(os.path.dirname(settings.file), FILE)
    account = account_from(args, task, "")._replace(root=os.path.dirname(os.path.abspath(path)))
    there = os.path.lexists(path)
    listed = load(path) if there else FileEntries()
    result = rewritten(accounted(lint(task.paths, task.demands, task.reading, task.checks), account), listed, account)
    grow = args.grow or not there
    entries = (*result.known, *result.untold, *(result.new if grow else ()))
    text = written(entries)
    if not args.dry_run:
        _write(path, text)
    for line in _said(path, len(entries), result, grow=grow, there=there, most=None if args.verbose else _SHOWN):
        say(line)
    if not settings.baseline and not args.baseline:
        tell(f"hint: {_how(path, settings)}")
    return 1 if result.new and not grow else 0


def _write(path: str, text: str) -> None:
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", path=path) from error
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", path=path, hint="check the folder") from error


def _said(path: str, size: int, result: Rewritten, *, grow: bool, there: bool, most: int | None) -> list[str]:
    """What was done, in lines."""
    parts = [f"{size} {'entry' if size == 1 else 'entries'}"]
    if result.dropped:
        parts.append(
            f"{len(result.dropped)} dropped that {'is' if len(result.dropped) == 1 else 'are'} no longer found"
        )
    if result.smaller:
        parts.append(f"{result.smaller} brought up to date")
    if result.untold:
        parts.append(f"{len(result.untold)} left as they are, which this run cannot tell")
    if there and grow and result.new:
        parts.append(f"{len(result.new)} added")
    lines = [f"{path}: {', '.join(parts)}"]
    lines += _listed("dropped", result.dropped, most)
    if result.new and not grow:
        lines.append(f"{len(result.new)} not added, because a baseline only shrinks: mend them, or say --grow")
        lines += _listed("new", result.new, most)
    elif there:
        lines += _listed("added", result.new, most)
    return lines


def _listed(word: str, entries: tuple[Entry, ...], most: int | None) -> list[str]:
    lines = [f"  {word}: {entry.text}" for entry in entries[:most]]
    more = len(entries) - len(lines)
    return [*lines, f"  and {more} more; --verbose lists all"] if more > 0 else lines


def _how(path: str, settings: Settings) -> str:
    if settings.file:
        return f"allowlint check uses it once {settings.file} says 'baseline: {os.path.basename(path)}'"
    return f"allowlint check uses it with --baseline {path}, or once allowlint.yaml says 'baseline: {path}'"
