"""Which files hold the settings of one and the same endpoint, as the user says it; nothing else tells that they belong together."""

import os

from allowlint.model.record import NamedTuple
from allowlint.model.settings import FOLDER, Settings


class Machine(NamedTuple):
    """An endpoint, or several that are set alike."""

    name: str
    files: tuple[str, ...]


def machines(settings: Settings) -> dict[str, Machine]:
    """The machine of each file that has one, by the real path. The first configuration that names one for a file holds."""
    names: dict[str, str] = {}
    files: dict[str, str] = {}
    for each in settings.configurations if any(each.machine for each in settings.configurations) else ():
        for file in each.files if each.machine else ():
            real = os.path.realpath(file)
            names.setdefault(real, each.machine.replace(FOLDER, os.path.dirname(file) or "."))
            files.setdefault(real, file)
    found: dict[str, list[str]] = {}
    for real, name in names.items():
        found.setdefault(name, []).append(files[real])
    together = {name: Machine(name, tuple(mine)) for name, mine in found.items()}
    return {real: together[name] for real, name in names.items()}
