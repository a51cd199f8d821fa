"""Where a repository begins, as git has it."""

import os


def repository_above(folder: str) -> str:
    """The nearest folder, this one or above it, that holds ``.git``; empty where there is none. ``folder`` is absolute."""
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder
