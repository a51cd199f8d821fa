"""Finds extensions: first the modules of a built-in package, then what other distributions announce.

A kind of extension is a package (``allowlint.checks``) and the name of the constant that each of its public modules
defines (``CHECK``). Dropping a module into the package is all the registration there is. Other distributions announce
theirs through the entry-point group with the same name as the package.

Modules are listed without being imported and imported one by one, because a run needs one platform and one report of
many; entry points are asked only when a name is not built in, or for every list when ``ALLOWLINT_PLUGINS`` is set,
because ``importlib.metadata`` alone costs more than the rest of the start-up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from allowlint.errors import UsageError

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from typing import Any, Final

CONSTANTS: Final[Mapping[str, str]] = {
    "platforms": "PLATFORM",
    "sources": "SOURCE",
    "checks": "CHECK",
    "reports": "REPORT",
    "fixes": "FIX",
    "live": "LIVE",
    "runners": "RUNNER",
}
"""The kinds of extension, each with the constant that its modules define."""


def names(kind: str) -> tuple[str, ...]:
    """Return the names of every extension of *kind*, sorted; nothing is imported but the package itself.

    Raises ``UsageError`` when a plug-in takes the name of another extension.
    """
    found = _built_in(kind)
    return tuple(sorted((*found, *_plugins(kind, found)))) if _plugins_wanted() else found


def load(kind: str, name: str) -> Any:
    """Return the extension *name* of *kind*; only its module is imported.

    A name that is not built in is looked for among the plug-ins. Raises ``UsageError`` where there is none.
    """
    if name in _built_in(kind):
        return _constant(kind, name)
    point = _plugins(kind, _built_in(kind)).get(name)
    if point is None:
        raise UsageError(f"unknown {kind[:-1]} {name!r}", hint=_hint(kind, name))
    return _loaded(kind, point)


def all(kind: str) -> dict[str, Any]:  # noqa: A001 - read at the call: registry.all("checks")
    """Return every extension of *kind* by name, in the order of the names.

    Raises ``UsageError`` when two of them have one identity (the ``code`` of a check, the ``id`` of the others).
    """
    found = {name: load(kind, name) for name in names(kind)}
    owners: dict[str, str] = {}
    for name, extension in found.items():
        identity = identity_of(extension)
        if identity in owners:
            raise UsageError(f"two {kind} are called {identity!r}: {owners[identity]} and {name}")
        owners[identity] = name
    return found


def identity_of(extension: object) -> str:
    """Return what users call *extension*: its ``code`` if it has one, else its ``id``."""
    return str(extension.code if hasattr(extension, "code") else extension.id)  # type: ignore[attr-defined]


def _built_in(kind: str) -> tuple[str, ...]:
    if kind not in CONSTANTS:
        raise ValueError(f"no such kind of extension: {kind!r}")
    return _public(tuple(import_module(f"allowlint.{kind}").__path__))


@cache
def _public(folders: tuple[str, ...]) -> tuple[str, ...]:
    found = {name for folder in folders for name in _modules(folder)}
    return tuple(sorted(name for name in found if not name.startswith("_")))


def _modules(folder: str) -> list[str]:
    """Return the modules and packages of *folder*, which may lie inside a zip file."""
    try:
        entries = os.listdir(folder)
    except NotADirectoryError:
        from pkgutil import iter_modules

        return [module.name for module in iter_modules([folder])]
    modules = [entry[:-3] for entry in entries if entry.endswith(".py")]
    folders = (entry for entry in entries if "." not in entry and entry != "__pycache__")
    packages = [entry for entry in folders if os.path.isfile(os.path.join(folder, entry, "__init__.py"))]
    return modules + packages


def _constant(kind: str, name: str) -> object:
    module = import_module(f"allowlint.{kind}.{name}")
    return getattr(module, CONSTANTS[kind])


def _plugins_wanted() -> bool:
    return os.environ.get("ALLOWLINT_PLUGINS", "").lower() not in {"", "0", "false", "no"}


def _plugins(kind: str, taken: tuple[str, ...]) -> dict[str, EntryPoint]:
    """Return the entry points of the group ``allowlint.<kind>`` by name."""
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"allowlint.{kind}"):
        if point.name in taken or point.name in found:
            raise UsageError(
                f"the plug-in {point.value!r} calls itself {point.name!r}, which is the name of another {kind[:-1]}",
                hint="uninstall one of the two, or rename the entry point",
            )
        found[point.name] = point
    return found


def _loaded(kind: str, point: EntryPoint) -> object:
    """Import a plug-in; the entry point may name its module or the constant in it."""
    value: object = point.load()
    return getattr(value, CONSTANTS[kind]) if isinstance(value, type(sys)) else value


def _hint(kind: str, name: str) -> str:
    from difflib import get_close_matches

    known = names(kind)
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known {kind}: {', '.join(known)}"
