"""What program this is, to the letter: of the same version there may be several, and only one of them has made a result."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from allowlint._version import __version__

_KINDS = ("platforms", "checks", "live")
"""What decides what becomes of a configuration."""


@cache
def identity() -> str:
    """The version, and a hash of all code that decides: ours, and that of plug-ins."""
    from hashlib import sha256

    digest = sha256()
    for package in ("allowlint", *sorted(_foreign())):
        for name, content in _code(package):
            digest.update(f"\0{package} {name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    return f"{__version__} {digest.hexdigest()}"


@cache
def surroundings() -> str:
    """By what the program runs: the system, Python, and the names and versions of what is installed."""
    return " ".join((sys.platform, sys.version, *sorted(_installed())))


def _foreign() -> set[str]:
    """The top-level packages of plug-ins."""
    from importlib.metadata import entry_points

    points = (point for kind in _KINDS for point in entry_points(group=f"allowlint.{kind}"))
    return {point.module.partition(".")[0] for point in points}


def _code(package: str) -> Iterator[tuple[str, bytes]]:
    """Yield the modules and data of a package, by their names in it."""
    module = import_module(package)
    folders = list(getattr(module, "__path__", ()))
    if not folders and module.__file__:
        yield from _file(module.__file__, package)
    for folder in folders:
        if not os.path.isdir(folder):
            # Inside of an archive, which is one file.
            archive = next((place for place in sys.path if folder.startswith(place + os.sep)), folder)
            yield from _file(archive, package)
        for place, below, names in os.walk(folder):
            below[:] = sorted(name for name in below if name != "__pycache__")
            for name in sorted(names):
                full = os.path.join(place, name)
                yield from _file(full, os.path.relpath(full, folder).replace(os.sep, "/"))


def _file(path: str, name: str) -> Iterator[tuple[str, bytes]]:
    if os.path.isfile(path):
        with open(path, "rb") as file:
            yield name, file.read()


def _installed() -> set[str]:
    """The distributions that can be imported, with their versions, as their folders are called."""
    found: set[str] = set()
    for place in sys.path:
        if os.path.isdir(place):
            found |= {name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info"))}
    return found
