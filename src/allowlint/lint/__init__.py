"""The whole run on one page: read, judge, check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allowlint._version import __version__
from allowlint.checks import Check, Examined
from allowlint.engine.judge import judge
from allowlint.lint.asked import Client, Judged, Reading, check_zone, endpoints_of
from allowlint.lint.inputs import Config, read
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Device
from allowlint.model.finding import Finding
from allowlint.model.location import Location
from allowlint.model.report import ConfigResult, DeviceResult, PolicyUse, Run
from allowlint.model.requirement import Policy, Requirement
from allowlint.platforms import Options
from allowlint.profile import Profile, select
from allowlint.syntax.files import shown


def run(
    paths: Sequence[str],
    policies: Sequence[Policy],
    profile: Profile,
    reading: Reading,
    chosen: Sequence[Check] = (),
) -> Run:
    """Check every configuration below ``paths`` against what ``profile`` selects from ``policies``.

    A device that stands on a declared path is judged as a part of that path. Without ``paths`` every declared path is.

    Raises InputError where nothing could be checked or a named file is not understood, PolicyError and UsageError as the
    parts do.
    """
    requirements, uses, notices = _selected(policies, profile)
    options = reading.options._replace(systems=profile.systems, endpoints=endpoints_of(requirements))
    given = tuple(read(paths, options, reading.platform)) if paths else ()
    judged, configs, clients = _along(reading, options, given, requirements, every=not paths)
    check_zone(reading.client, (device for config in configs for device in config.devices))
    members = {id(device) for each in judged for device in each.examined.device.members.values()}
    results = [ConfigResult(reading.settings.file, "path", tuple(each.result for each in judged))] if judged else []
    for config in configs:
        devices = [_judged(config.path, device, requirements, reading.client, members) for device in config.devices]
        results.append(ConfigResult(config.path, config.platform.id, tuple(each.result for each in devices)))
        judged += devices
    findings = [
        finding
        for each in judged
        for check in chosen
        if each.alone is None or check.alone in (None, each.alone)
        for finding in _examined(check, each.examined)
    ]
    words = {
        "geographies": list(profile.geographies) or ["WW"],
        "systems": list(profile.systems),
        "onboarding": profile.onboarding or next((policy.onboarding for policy in policies), ""),
        "client": "; ".join(clients) or reading.client.text or "not given",
        "assumptions": sorted(reading.client.accepted),
    }
    ordered = tuple(sorted(findings, key=_order))
    # Locations name a path as messages show it.
    sources = {name: config.content for config in configs for name in (config.path, shown(config.path))}
    return Run(__version__, uses, words, tuple(results), ordered, notices, sources)


def _along(
    reading: Reading,
    options: Options,
    given: tuple[Config, ...],
    requirements: tuple[Requirement, ...],
    *,
    every: bool,
) -> tuple[list[Judged], tuple[Config, ...], list[str]]:
    """The declared paths that are judged, all configurations with those of the paths, and who starts the paths."""
    if not reading.settings.paths:
        return [], given, []
    from allowlint.lint.along import joined, judged

    along, configs = joined(reading, options, given, every=every)
    clients = list(dict.fromkeys(each.client.text for each in along if each.client.text))
    return [judged(each, requirements) for each in along], configs, clients


def _order(finding: Finding) -> tuple[object, ...]:
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


def _judged(
    path: str, device: Device, requirements: tuple[Requirement, ...], client: Client, members: set[int]
) -> Judged:
    flow = client.flow()
    verdicts = judge(device, requirements, flow)
    member = id(device) in members
    result = DeviceResult(path, device, () if member else verdicts, on_path=member)
    return Judged(result, Examined(path, device, verdicts, flow, on_path=member), alone=True if member else None)


def _examined(check: Check, examined: Examined) -> Iterator[Finding]:
    """What a check finds. One that cannot be run to its end says so as a finding of its own: silence would be green."""
    try:
        yield from check.run(examined)
    except TooComplex as error:
        yield Finding(
            code=check.code,
            name=check.name,
            severity=check.severity,
            message=f"cannot be decided in bounded work: {error}",
            config=examined.config,
            device=examined.device.name,
            location=Location(examined.device.name, 1),
            object="not decided",
        )


def _selected(
    policies: Sequence[Policy], profile: Profile
) -> tuple[tuple[Requirement, ...], tuple[PolicyUse, ...], tuple[str, ...]]:
    requirements: dict[str, Requirement] = {}
    uses, notices = [], []
    for policy in policies:
        selection = select(policy, profile)
        uses.append(PolicyUse(policy, len(selection.selected)))
        notices += [notice for notice in selection.notices if notice not in notices]
        for requirement in selection.selected:
            requirements.setdefault(requirement.id, requirement)
    return tuple(requirements.values()), tuple(uses), tuple(notices)
