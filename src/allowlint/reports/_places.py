"""Files by the names that a repository knows them by, wherever in it the command was run."""

import os
from functools import cache

from allowlint.syntax.repository import repository_above

STDIN = "stdin"
"""How standard input is called where a file is wanted."""


def repository_root() -> str:
    """The nearest folder with a ``.git`` from here on upwards; where there is none, this folder."""
    return _root_above(os.getcwd())


@cache
def _root_above(folder: str) -> str:
    return repository_above(folder) or folder


def in_repository(path: str) -> str:
    """A file that can be opened from here, relative to the root of the repository; an absolute path for one outside of it."""
    if path in ("-", ""):
        return STDIN
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute, repository_root())
    outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
    return (absolute if outside else relative).replace(os.sep, "/")
