"""``allowlint.yaml``: what a repository says about its devices, so that nobody has to say it on the command line.

The nearest file up to the root of the git repository holds (``--config`` names another one, ``--isolated`` ignores it). File
names in it are relative to it. It may extend others, such as the one of an organisation. The form is in
``schemas/settings.schema.json``.
"""

import os

from allowlint.model.settings import MISNAMED, Settings
from allowlint.settings._form import SettingsError
from allowlint.settings._live import check_scopes
from allowlint.settings._merging import merged
from allowlint.settings._paths import UNREACHABLE
from allowlint.settings._reader import FAIL_ON, Read
from allowlint.settings._waivers import check_expiry
from allowlint.syntax.yaml_tree import MAX_BYTES

__all__ = ["FAIL_ON", "NAME", "UNREACHABLE", "SettingsError", "load", "nearest"]

NAME = "allowlint.yaml"
_MOST = 10
"""How many files may extend each other in a row."""


def nearest() -> str:
    """The nearest settings file from here up to the root of the git repository; empty where there is none.

    One that leads nowhere counts too: what it would say is not known. Raises SettingsError for one of another name.
    """
    folder = os.getcwd()
    while True:
        path = os.path.join(folder, NAME)
        if os.path.lexists(path):
            return os.path.relpath(path)
        for name in MISNAMED:
            if os.path.lexists(other := os.path.join(folder, name)):
                raise SettingsError(
                    "settings are not read from a file of this name",
                    path=os.path.relpath(other),
                    hint=f"call it {NAME}, or name it with --config; --isolated ignores it",
                )
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return ""
        folder = above


def load(path: str) -> Settings:
    """Read a settings file with those that it extends. Raises SettingsError, with the line and what was expected there."""
    settings = _load(path, ())
    check_expiry(settings)
    check_scopes(settings)
    return settings


def _load(path: str, before: tuple[str, ...]) -> Settings:
    read = Read(path, _text(path))
    settings = read.settings()
    # A file can be overruled by the command line, but not what it extends.
    refused = settings.refused_assumptions if before else frozenset()
    chain = (*before, os.path.realpath(path))
    for node, file in read.extends:
        if os.path.realpath(file) in chain:
            read.form.fail(node, f"{file} is extended in a circle", "take one of the 'extends' away")
        if len(chain) > _MOST:
            read.form.fail(node, f"more than {_MOST} files extend each other", "extend fewer files in a row")
        above = _load(file, chain)
        settings = merged(settings, above)
        refused |= above.refused_assumptions
    return settings._replace(refused_assumptions=refused)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise SettingsError(f"settings have at most {MAX_BYTES} bytes", path=path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError("not UTF-8 text", path=path, line=line, hint="save the file as UTF-8") from error
