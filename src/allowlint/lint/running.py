"""The whole run on one page: read, judge, check, account."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from allowlint._version import __version__
from allowlint.checks import Check
from allowlint.lint.asked import Judged, Reading, check_zone, unknown_zones
from allowlint.lint.deadline import within
from allowlint.lint.demands import Demands
from allowlint.lint.fleet import reader_for
from allowlint.lint.inputs import Found, Reader, Sought, found_by
from allowlint.lint.judging import Asking, Look, piece_of
from allowlint.lint.options import OptionsFor
from allowlint.lint.pieces import Contents, Piece
from allowlint.lint.remarks import waivers_in
from allowlint.model.finding import Finding
from allowlint.model.path import Path
from allowlint.model.report import ConfigResult, Run
from allowlint.model.settings import Settings
from allowlint.syntax.files import shown

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from allowlint.lint.sharding import Part


def run(paths: Sequence[str], demands: Demands, reading: Reading, chosen: Sequence[Check] = ()) -> Run:
    """Check every configuration below ``paths`` against what ``demands`` asks of it.

    A device that stands on a declared path is judged as a part of that path. Without ``paths`` every declared
    configuration and path is.

    Raises InputError where nothing could be checked or a named file is not understood, PolicyError and UsageError as the
    parts do.
    """
    base = demands.base
    options = OptionsFor(reading, demands)
    live: list[str] = []
    with reader_for(reading, demands, chosen) as reader:
        given, part = _given(paths, reading, options, reader, live)
    along, judged, configs = _along(
        reading, options, demands, given, reading.settings.paths if part is None else part.paths, every=not paths
    )
    devices = [device for config in configs for device in config.devices]
    if part is None:
        check_zone(base.client, devices)
    members = {id(device) for each in judged for device in each.examined.device.members.values()}
    results = [ConfigResult(reading.settings.file, "path", tuple(each.result for each in judged))] if judged else []
    look = Look(chosen, reading.options.limits.seconds, reading.watch)
    findings = [finding for each in judged for finding in look.at(each)]
    pieces = [
        each if isinstance(each, Piece) else piece_of(each, AskedOf(demands, each.path), look, members)
        for each in configs
    ]
    results += [ConfigResult(each.path, each.platform, each.results) for each in pieces]
    findings += (finding for each in pieces for finding in each.findings)
    words = base.words
    asked = (demands.on(each.demand, each.location).client.text for each in (along if part is None else part.touched))
    if clients := list(dict.fromkeys(filter(None, asked))):
        words["client"] = "; ".join(clients)
    run = Run(
        __version__,
        base.uses,
        words,
        tuple(results),
        tuple(sorted(findings, key=order)),
        demands.notices,
        # Locations name a path as messages show it.
        Contents({name: _kept(config) for config in configs for name in (config.path, shown(config.path))}),
        waivers=waivers_in(pieces),
        shard=part.use(configs, [key for key, *_ in unknown_zones(base.client.zones, devices)]) if part else None,
    )
    if not reading.live and not live:
        return run
    from allowlint.lint.live import beside
    from allowlint.model.live import LiveFile

    files = (*reading.live, *(LiveFile(path) for path in live if path not in {file.path for file in reading.live}))
    with reading.watch("comparing", "live results"):
        return beside(run, files, chosen, reading.settings, paths, reading.options.limits)


def _given(
    paths: Sequence[str], reading: Reading, options: OptionsFor, reader: Reader, live: list[str]
) -> tuple[tuple[Found, ...], Part | None]:
    """The configurations that are named, or all that are declared, and the part of the run that they are."""
    named = paths or _own_files(reading.settings)
    sought = Sought(named, reading.settings.exclude, declared(reading.settings))
    if reading.shard is None:
        return (tuple(found_by(reader, sought, options, reading.watch, live)) if named else ()), None
    from allowlint.lint.sharding import Part, check_shard

    check_shard(reading.live)
    part = Part(
        reader, reading.shard, reading.settings.paths, every=not paths, files_only=not any(map(os.path.isdir, named))
    )
    found = part.kept(found_by(part, sought, options, reading.watch, live) if named else ())
    check_shard(live)
    return found, part


def declared(settings: Settings) -> tuple[str, ...]:
    """The configurations that are checked where no path is given: those of the settings, on their own or on paths."""
    along = (stop.config for path in settings.paths.values() for stop in path.stops)
    return tuple(dict.fromkeys((*_own_files(settings), *along)))


def _own_files(settings: Settings) -> list[str]:
    return list(dict.fromkeys(file for each in settings.configurations for file in each.files))


def _kept(config: Found) -> bytes | Piece:
    return config if isinstance(config, Piece) else config.content


class AskedOf:
    """What is asked of the devices of a configuration."""

    def __init__(self, demands: Demands, path: str) -> None:
        self._demands = demands
        self._path = path

    def __call__(self, device: str) -> Asking:
        """What is asked of a device, by its name."""
        asked = self._demands.of(self._path, device)
        return Asking(asked.requirements, asked.client, self._demands.own_words(asked))


def _along(
    reading: Reading,
    options: OptionsFor,
    demands: Demands,
    given: tuple[Found, ...],
    paths: Mapping[str, Path],
    *,
    every: bool,
) -> tuple[list[Path], list[Judged], tuple[Found, ...]]:
    """The declared paths that are judged, what becomes of them, and all configurations with those of the paths."""
    if not paths:
        return [], [], given
    from allowlint.lint.along import joined, judged

    along, configs = joined(paths.values(), options, given, every=every, watch=reading.watch)
    found = []
    for each in along:
        asked = demands.on(each.path.demand, each.path.location)
        with (
            within(reading.options.limits.seconds, each.path.name, "judging"),
            reading.watch("judging", each.path.name),
        ):
            found.append(judged(each, asked, demands.own_words(asked)))
    return [each.path for each in along], found, configs


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
