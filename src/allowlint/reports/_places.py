"""Files by the names that a repository knows them by, wherever in it the command was run."""

import os
from functools import cache

STDIN = "stdin"
"""How standard input is called where a file is wanted."""


def repository_root() -> str:
    """The nearest folder with a ``.git`` from here on upwards; where there is none, this folder."""
    return _root_above(os.getcwd())


def in_repository(path: str) -> str:
    """A file that can be opened from here, relative to the root of the repository; an absolute path for one outside of it."""
    if path in ("-", ""):
        return STDIN
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute, repository_root())
    outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
    return (absolute if outside else relative).replace(os.sep, "/")


@cache
def _root_above(start: str) -> str:
    folder = start
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above
    return folder
