"""What becomes of each file that the paths name, for whoever asks why one was or was not checked."""

import os
from collections.abc import Collection, Sequence

from allowlint.errors import InputError
from allowlint.lint.discovery import candidates
from allowlint.lint.inputs import Config, HowToRead, read
from allowlint.model.record import NamedTuple
from allowlint.platforms import Options


class Looked(NamedTuple):
    """A file, and what was decided about it."""

    path: str
    decision: str


class Found(NamedTuple):
    """A configuration in a folder."""

    platform: str
    devices: tuple[str, ...]


def looked_at(
    paths: Sequence[str], options: HowToRead, exclude: Sequence[str] = (), declared: Collection[str] = ()
) -> list[Looked]:
    """Every file that the paths name or that lies below them, in order, with what becomes of it.

    Raises InputError as reading them does.
    """
    live: list[str] = []
    found_configs = read(paths, options, exclude, declared=declared, live=live)
    configs = {os.path.realpath(config.path): config for config in found_configs}
    results = {os.path.realpath(path) for path in live}
    parts = {
        os.path.realpath(file): config
        for config in configs.values()
        for device in config.devices
        for file in device.files
    }
    found: dict[str, Looked] = {}
    for path in paths:
        for candidate in candidates(path, exclude):
            own = os.path.realpath(candidate.path)
            if own in results:
                found.setdefault(own, Looked(candidate.path, "read as a live result"))
                continue
            decision = _decision(candidate.passed_over, configs.get(own), parts.get(own), options(candidate.path)[1])
            found.setdefault(own, Looked(candidate.path, decision))
    for own, config in parts.items():
        found.setdefault(own, Looked(os.path.relpath(own), f"read as a part of {config.path}"))
    return list(found.values())


def _decision(passed_over: str, config: Config | None, whole: Config | None, platform: str) -> str:
    if passed_over and config is None:
        return f"passed over: {passed_over}"
    if config is None:
        return f"read as a part of {whole.path}" if whole else "passed over: no platform recognises it"
    names = [device.name for device in config.devices if device.name != config.path]
    devices = f", {len(names)} devices: {', '.join(names)}" if len(names) > 1 else ""
    return f"checked as {config.platform.id} ({'as somebody said' if platform else 'recognised'}{devices})"


def recognised(folder: str) -> dict[str, Found]:
    """The configurations below a folder, by their names in it; those that are parts of others are not among them.

    What cannot be read is left out: nothing is judged here.
    """
    found: dict[str, Found] = {}
    parts: set[str] = set()
    for candidate in candidates(folder):
        if candidate.passed_over:
            continue
        try:
            (config,) = read([candidate.path], lambda _: (Options(), ""))
        except InputError:
            continue
        found[os.path.relpath(candidate.path, folder)] = Found(
            config.platform.id, tuple(device.name for device in config.devices)
        )
        parts |= {os.path.realpath(file) for device in config.devices for file in device.files} - {
            os.path.realpath(candidate.path)
        }
    return {name: each for name, each in found.items() if os.path.realpath(os.path.join(folder, name)) not in parts}
