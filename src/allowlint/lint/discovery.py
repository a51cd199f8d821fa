"""Which files below a folder are looked at: those that git does not ignore and that the settings do not exclude."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from allowlint.errors import InputError
from allowlint.model.record import NamedTuple
from allowlint.syntax.repository import repository_above


class Candidate(NamedTuple):
    """A file that a path names or that lies below it."""

    path: str
    named: bool
    """Whether the user named it, so that it has to be understood."""
    passed_over: str = ""
    """Why it is not looked at; empty where it is."""


def candidates(path: str, exclude: Sequence[str] = ()) -> Iterator[Candidate]:
    """Yield the files that a path stands for, in order; hidden ones are no candidates.

    Raises InputError where there is nothing, or where a folder cannot be read.
    """
    if path == "-" or os.path.isfile(path) or _is_pipe(path):
        yield Candidate(path, named=True)
        return
    if not os.path.isdir(path):
        what = "is neither a file nor a folder" if os.path.exists(path) else "no such file or folder"
        raise InputError(what, path=path, hint="check the path")
    ignored = _ignored(path)
    for folder, folders, names in os.walk(path, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = sorted(name for name in names if not name.startswith("."))
        for name in (*folders, *shown):
            full = os.path.normpath(os.path.join(folder, name))
            if leads := _not_followed(full):
                yield Candidate(full, False, leads)
            elif os.path.isfile(full):
                by_git = _covers(ignored, os.path.realpath(folder), name)
                by_settings = next((pattern for pattern in exclude if _fits(full, pattern)), "")
                why = "ignored by git" if by_git else by_settings and f"excluded by {by_settings}"
                yield Candidate(full, False, why)


def _not_followed(path: str) -> str:
    """Why what a link leads to is not looked at; empty where it is a file, or no link."""
    if not os.path.islink(path) or os.path.isfile(path):
        return ""
    return "a link to a folder; name it to have it checked" if os.path.isdir(path) else "a link that leads nowhere"


def _fits(path: str, pattern: str) -> bool:
    """Whether a pattern of the settings names a file, or a folder that it lies in."""
    from fnmatch import fnmatchcase

    absolute, wanted = os.path.abspath(path), os.path.abspath(pattern)
    return fnmatchcase(absolute, wanted) or fnmatchcase(absolute, os.path.join(wanted, "*"))


def _ignored(folder: str) -> frozenset[str]:
    """What git ignores below a folder: files, and folders of which it ignores everything. Empty where git does not say.

    Not being told means that more is looked at, never less.
    """
    if not repository_above(os.path.realpath(folder)):
        return frozenset()
    import subprocess

    command = [
        "git", "-C", folder, "-c", "core.fsmonitor=false", "ls-files", "-z", "--others", "--ignored",
        "--exclude-standard", "--directory",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - fixed words, a folder
    except OSError:
        return frozenset()
    root = os.path.realpath(folder)
    names = (os.fsdecode(name).rstrip("/") for name in done.stdout.split(b"\0") if name)
    return (
        frozenset(os.path.normpath(os.path.join(root, name)) for name in names) if not done.returncode else frozenset()
    )


def _covers(ignored: frozenset[str], folder: str, name: str) -> bool:
    if not ignored:
        return False
    place = os.path.join(folder, name)
    while place not in ignored:
        above = os.path.dirname(place)
        if above == place:
            return False
        place = above
    return True


def _is_pipe(path: str) -> bool:
    """Whether another program writes what is to be read, as in ``allowlint check <(ssh proxy cat squid.conf)``."""
    import stat

    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def unreadable(error: OSError) -> None:
    """What cannot be read may be a configuration, and must not be passed over."""
    hint = "make it readable, or name the configurations instead of the folder"
    raise InputError(error.strerror or str(error), path=error.filename, hint=hint) from error
