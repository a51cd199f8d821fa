"""Judges declared paths: the devices that a settings file puts one behind the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from allowlint.checks import Examined
from allowlint.engine.judge import judge
from allowlint.engine.paths import path_device, path_name
from allowlint.lint.asked import Judged, unknown_zones
from allowlint.lint.demands import Asked
from allowlint.lint.inputs import Config, Found, HowToRead, read
from allowlint.lint.watch import Watch
from allowlint.model.device import Device, only_routes
from allowlint.model.path import Link, Path, Stop
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, HopResult


class Joined(NamedTuple):
    """A declared path, with its devices."""

    path: Path
    devices: dict[Stop, Device]

    @property
    def device(self) -> Device:
        """The whole path as one device."""
        return path_device(self.path, self.devices)


def joined(
    paths: Iterable[Path], options: HowToRead, configs: Sequence[Found], *, every: bool, watch: Watch | None = None
) -> tuple[list[Joined], tuple[Found, ...]]:
    """The paths on which one of the configurations stands (or ``every`` one), and all configurations with those of the paths.

    Raises SettingsError where a path names a device that is not there, InputError where its configuration cannot be read.
    """
    known = {os.path.realpath(config.path): config for config in configs}
    given = set(known)
    found = []
    for path in paths:
        files = [os.path.realpath(stop.config) for stop in path.stops]
        if not every and given.isdisjoint(files):
            continue
        whole = {}
        for stop, file in zip(path.stops, files, strict=True):
            config = known.get(file)
            if not isinstance(config, Config):
                (config,) = read([stop.config], options, watch=watch)
                known[file] = config
            whole[stop] = config
        devices = {stop: _device(path, stop, config) for stop, config in whole.items()}
        _check_places(path, devices)
        _check_zones(path, devices)
        found.append(Joined(path, devices))
    return found, tuple(known.values())


def _device(path: Path, stop: Stop, config: Config) -> Device:
    fitting = [device for device in config.devices if stop.device in ("", device.name)]
    if len(fitting) == 1:
        return fitting[0]
    from allowlint.settings import SettingsError

    names = ", ".join(device.name for device in config.devices)
    what = f"has no device {stop.device!r}" if stop.device else f"has {len(config.devices)} devices"
    raise SettingsError(
        f"path {path.name}: {stop.config} {what}",
        path=path.location.path,
        line=path.location.line,
        hint=f"say which with 'device': {names}",
    )


def _check_zones(path: Path, devices: Mapping[Stop, Device]) -> None:
    """Raises SettingsError for a zone that a device of the path does not have."""
    for stop, device in devices.items():
        for key, wanted, known in unknown_zones(stop.zones, [device]):
            from allowlint.settings import SettingsError

            raise SettingsError(
                f"path {path.name}: {stop.config} has no {key} {wanted!r}",
                path=path.location.path,
                line=path.location.line,
                hint=f"known: {known}",
            )


def _check_places(path: Path, devices: Mapping[Stop, Device]) -> None:
    """A file that the clients themselves evaluate stands first, or nobody evaluates it."""
    for link in path.links[1:]:
        for stop in (link.stop, *link.proxies.values()):
            if stop is not None and only_routes(devices[stop]):
                from allowlint.settings import SettingsError

                raise SettingsError(
                    f"path {path.name}: {stop.config} only chooses the way, and stands behind another device",
                    path=path.location.path,
                    line=path.location.line,
                    hint="the clients evaluate it: put it first in the chain",
                )


def judged(each: Joined, asked: Asked, own: Mapping[str, object]) -> Judged:
    """The verdicts along a path, and how they come about hop by hop. ``own``: for whom, where that is said of the path alone."""
    flow = asked.client.flow()
    requirements = asked.requirements
    device = each.device
    config = each.path.location.path
    verdicts = judge(device, requirements, flow)
    hops = []
    for index, link in enumerate(each.path.links, start=1):
        whole = index == len(each.path.links)
        part = device if whole else path_device(each.path, each.devices, until=index)
        hops.append(HopResult(_link_name(link, each.devices), verdicts if whole else judge(part, requirements, flow)))
    result = DeviceResult(config, device, verdicts, tuple(hops), profile=own)
    return Judged(result, Examined(config, device, verdicts, flow), alone=False)


def _link_name(link: Link, devices: dict[Stop, Device]) -> str:
    stops: Iterable[Stop | None] = [link.stop] if link.stop else link.proxies.values()
    return " or ".join(dict.fromkeys(path_name(stop, devices[stop]) for stop in stops if stop)) or "no proxy"
