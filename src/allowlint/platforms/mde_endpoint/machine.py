"""The files of one machine: what they say of a consumer, they say together.

A machine is told its proxies in several places, and each tool exports one of them. Nothing in the files tells to which machine they
belong, and they lie in one folder for many reasons; so only the user's word makes one machine of them.
"""

import os
from collections.abc import Mapping, Sequence

from allowlint.errors import InputError
from allowlint.model.record import NamedTuple
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import gpo
from allowlint.platforms.mde_endpoint.formats import formats_of
from allowlint.platforms.mde_endpoint.settings import Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source
from allowlint.syntax.files import shown


class Machine(NamedTuple):
    """The settings of a machine, file by file."""

    name: str = ""
    """Empty where there is one file, of which nobody says whose it is."""
    files: tuple[Sequence[Setting], ...] = ()
    paths: tuple[str, ...] = ()
    """The files besides the one that is read."""

    @property
    def where(self) -> str:
        """Where one has looked, in words."""
        return f"the files of {self.name}" if self.name else "this file"

    def of(self, consumer: Consumer) -> list[list[Setting]]:
        """What each file says of a consumer; files that say nothing are left out."""
        parts = ([each for each in file if each.consumer is consumer] for file in self.files)
        return [part for part in parts if part]

    @property
    def together(self) -> Mapping[Consumer, Sequence[Setting]]:
        """What all files say of each consumer of which they speak."""
        found = {consumer: [each for part in self.of(consumer) for each in part] for consumer in Consumer}
        return {consumer: mine for consumer, mine in found.items() if mine}


def settings_in(path: str, content: bytes, options: Options) -> tuple[list[Setting], tuple[str, ...]]:
    """What a file says, and the files that were read instead of a part of it.

    Raises InputError for what says nothing of a proxy, or cannot be read.
    """
    source = Source(shown(path) if path != "-" else "-", content)
    settings: list[Setting] = []
    files: tuple[str, ...] = ()
    for each in formats_of(source):
        found = gpo.beside(path, options) if each.read is gpo.read and path != "-" else None
        mine, more = found or ([], ())
        settings += mine or each.read(source)
        files += more
    if not settings:
        hint = "name a registry export, a group policy, or another file that sets the proxy (allowlint platforms)"
        raise InputError("it says nothing of a proxy for Defender for Endpoint", path=source.path, hint=hint)
    return settings, files


def machine_of(path: str, settings: Sequence[Setting], options: Options) -> Machine:
    """The machine whose file it is. Raises InputError where another file of it says nothing, or cannot be read."""
    own = os.path.realpath(path)
    if len(options.machine_files) < 2 or all(os.path.realpath(file) != own for file in options.machine_files):
        return Machine(files=(settings,))
    others = {file: _other(file, options) for file in options.machine_files if os.path.realpath(file) != own}
    files = tuple(others.get(file, settings) for file in options.machine_files)
    return Machine(options.machine, files, tuple(others))


def _other(path: str, options: Options) -> Sequence[Setting]:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path, hint="check the path and its permissions") from error
    return settings_in(path, content, options)[0]
