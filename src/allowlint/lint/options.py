"""How each configuration of a run is read."""

import os

from allowlint.lint.asked import Reading, endpoints_of
from allowlint.lint.demands import Demands
from allowlint.lint.machines import machines
from allowlint.platforms import Options


class OptionsFor:
    """How each configuration is read: with everything in mind that may be asked of it."""

    def __init__(self, reading: Reading, demands: Demands) -> None:
        self._reading = reading
        self._demands = demands
        self._machines = machines(reading.settings)

    def __call__(self, path: str) -> tuple[Options, str]:
        """The options, and the platform where somebody says it."""
        asked = self._demands.all_of(path)
        requirements = (requirement for each in asked for requirement in each.requirements)
        systems = tuple(dict.fromkeys(system for each in asked for system in each.profile.systems))
        options = self._reading.options._replace(systems=systems, endpoints=endpoints_of(requirements))
        machine = self._machines.get(os.path.realpath(path))
        if machine is not None:
            options = options._replace(machine=machine.name, machine_files=machine.files)
        return options, self._reading.platform or self._demands.platform_of(path)
