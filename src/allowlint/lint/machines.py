"""Which files hold the settings of one and the same endpoint, as the user says it; nothing else tells that they belong together."""

import os

from allowlint.errors import UsageError
from allowlint.model.record import NamedTuple
from allowlint.model.settings import FOLDER, Configuration, Settings

MOST = 100
"""Files of one machine: each is read together with all others."""


class Machine(NamedTuple):
    """An endpoint, or several that are set alike."""

    name: str
    files: tuple[str, ...]


def machines(settings: Settings) -> dict[str, Machine]:
    """The machine of each file that has one, by the real path. The first configuration that names one for a file holds.

    Raises UsageError for a machine of very many files.
    """
    names: dict[str, str] = {}
    files: dict[str, str] = {}
    said: dict[str, Configuration] = {}
    for each in settings.configurations if any(each.machine for each in settings.configurations) else ():
        for file in each.files if each.machine else ():
            real = os.path.realpath(file)
            names.setdefault(real, each.machine.replace(FOLDER, os.path.dirname(file) or "."))
            files.setdefault(real, file)
            said.setdefault(names[real], each)
    found: dict[str, list[str]] = {}
    for real, name in names.items():
        found.setdefault(name, []).append(files[real])
    for name, mine in found.items():
        if len(mine) > MOST:
            raise UsageError(
                f"{len(mine)} files are said to be those of one machine, {name}: at most {MOST} are read together",
                path=said[name].location.path,
                line=said[name].location.line,
                hint=f"write {FOLDER} into its name for a machine in each folder, or name a machine for each pattern",
            )
    together = {name: Machine(name, tuple(mine)) for name, mine in found.items()}
    return {real: together[name] for real, name in names.items()}
