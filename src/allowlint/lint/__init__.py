"""The whole run on one page: read, judge, check, account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allowlint._version import __version__
from allowlint.checks import Check, Examined
from allowlint.engine.judge import judge
from allowlint.lint.asked import Judged, Reading, check_zone, endpoints_of
from allowlint.lint.deadline import within
from allowlint.lint.demands import Asked, Demands
from allowlint.lint.inputs import Config, read
from allowlint.lint.remarks import waivers_in
from allowlint.lint.watch import Watch
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Device
from allowlint.model.finding import Finding
from allowlint.model.live import LiveFile
from allowlint.model.location import Location
from allowlint.model.report import ConfigResult, DeviceResult, Run
from allowlint.model.settings import Settings
from allowlint.platforms import Options
from allowlint.syntax.files import shown

UNDECIDED = "not decided"
"""What a finding is about that stands for a check which could not be run to its end."""


def run(paths: Sequence[str], demands: Demands, reading: Reading, chosen: Sequence[Check] = ()) -> Run:
    """Check every configuration below ``paths`` against what ``demands`` asks of it.

    A device that stands on a declared path is judged as a part of that path. Without ``paths`` every declared
    configuration and path is.

    Raises InputError where nothing could be checked or a named file is not understood, PolicyError and UsageError as the
    parts do.
    """
    base = demands.base
    named = paths or _own_files(reading.settings)
    options = OptionsFor(reading, demands)
    live: list[str] = []
    given = (
        tuple(read(named, options, reading.settings.exclude, reading.watch, declared(reading.settings), live))
        if named
        else ()
    )
    judged, configs, clients = _along(reading, options, demands, given, every=not paths)
    seconds = reading.options.limits.seconds
    check_zone(base.client, (device for config in configs for device in config.devices))
    members = {id(device) for each in judged for device in each.examined.device.members.values()}
    results = [ConfigResult(reading.settings.file, "path", tuple(each.result for each in judged))] if judged else []
    for config in configs:
        with within(seconds, config.path, "judging"):
            devices = [_judged(config.path, device, demands, members, reading.watch) for device in config.devices]
        results.append(ConfigResult(config.path, config.platform.id, tuple(each.result for each in devices)))
        judged += devices
    findings: list[Finding] = []
    for each in judged:
        with within(seconds, each.result.config, "checking"):
            for check in chosen:
                if each.alone is None or check.alone in (None, each.alone):
                    findings += _examined(check, each.examined, reading.watch)
    words = base.words
    if clients:
        words["client"] = "; ".join(clients)
    run = Run(
        __version__,
        base.uses,
        words,
        tuple(results),
        tuple(sorted(findings, key=order)),
        demands.notices,
        # Locations name a path as messages show it.
        {name: config.content for config in configs for name in (config.path, shown(config.path))},
        waivers=waivers_in(configs),
    )
    files = (*reading.live, *(LiveFile(path) for path in live if path not in {file.path for file in reading.live}))
    if not files:
        return run
    from allowlint.lint.live import beside

    with reading.watch("comparing", "live results"):
        return beside(run, files, chosen, reading.settings, paths, reading.options.limits)


def declared(settings: Settings) -> tuple[str, ...]:
    """The configurations that are checked where no path is given: those of the settings, on their own or on paths."""
    along = (stop.config for path in settings.paths.values() for stop in path.stops)
    return tuple(dict.fromkeys((*_own_files(settings), *along)))


def _own_files(settings: Settings) -> list[str]:
    return list(dict.fromkeys(file for each in settings.configurations for file in each.files))


class OptionsFor:
    """How each configuration is read: with everything in mind that may be asked of it."""

    def __init__(self, reading: Reading, demands: Demands) -> None:
        self._reading = reading
        self._demands = demands

    def __call__(self, path: str) -> tuple[Options, str]:
        """The options, and the platform where somebody says it."""
        asked = self._demands.all_of(path)
        requirements = (requirement for each in asked for requirement in each.requirements)
        systems = tuple(dict.fromkeys(system for each in asked for system in each.profile.systems))
        options = self._reading.options._replace(systems=systems, endpoints=endpoints_of(requirements))
        return options, self._reading.platform or self._demands.platform_of(path)


def _along(
    reading: Reading,
    options: OptionsFor,
    demands: Demands,
    given: tuple[Config, ...],
    *,
    every: bool,
) -> tuple[list[Judged], tuple[Config, ...], list[str]]:
    """The declared paths that are judged, all configurations with those of the paths, and who starts the paths."""
    if not reading.settings.paths:
        return [], given, []
    from allowlint.lint.along import joined, judged

    along, configs = joined(reading.settings.paths.values(), options, given, every=every, watch=reading.watch)
    asked = [demands.on(each.path.demand, each.path.location) for each in along]
    clients = list(dict.fromkeys(each.client.text for each in asked if each.client.text))
    found = []
    for each, who in zip(along, asked, strict=True):
        with (
            within(reading.options.limits.seconds, each.path.name, "judging"),
            reading.watch("judging", each.path.name),
        ):
            found.append(judged(each, who, _own(who, demands)))
    return found, configs, clients


def order(finding: Finding) -> tuple[object, ...]:
    """How findings are sorted in a run."""
    location = finding.location
    return (
        finding.config,
        finding.device,
        finding.severity.rank,
        location.path,
        location.line,
        finding.code,
        finding.requirement,
        finding.object,
    )


def _judged(path: str, device: Device, demands: Demands, members: set[int], watch: Watch) -> Judged:
    asked = demands.of(path, device.name)
    flow = asked.client.flow()
    with watch("judging", device.name):
        verdicts = judge(device, asked.requirements, flow)
    member = id(device) in members
    result = DeviceResult(
        path, device, () if member else verdicts, on_path=member, profile={} if member else _own(asked, demands)
    )
    return Judged(result, Examined(path, device, verdicts, flow, on_path=member), alone=True if member else None)


def _own(asked: Asked, demands: Demands) -> dict[str, object]:
    """For whom a device is judged, where that is not for whom all are."""
    return {} if asked.words == demands.base.words else asked.words


def _examined(check: Check, examined: Examined, watch: Watch) -> Iterable[Finding]:
    """What a check finds. One that cannot be run to its end says so as a finding of its own: silence would be green."""
    found: list[Finding] = []
    try:
        with watch("checking", check.code):
            found.extend(check.run(examined))
    except TooComplex as error:
        undecided = Finding(
            code=check.code,
            name=check.name,
            severity=check.severity,
            message=f"cannot be decided in bounded work: {error}",
            config=examined.config,
            device=examined.device.name,
            location=Location(examined.device.name, 1),
            object=UNDECIDED,
        )
        found.append(undecided)
    return found
