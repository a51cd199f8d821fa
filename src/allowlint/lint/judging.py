"""What becomes of one configuration: each device is judged, and looked at by the checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from allowlint.checks import Check, Examined
from allowlint.engine.judge import judge
from allowlint.lint.asked import Client, Judged
from allowlint.lint.deadline import within
from allowlint.lint.inputs import Config
from allowlint.lint.pieces import Piece
from allowlint.lint.remarks import remarks_of
from allowlint.lint.watch import Watch
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Device
from allowlint.model.finding import Finding
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult
from allowlint.model.requirement import Requirement

UNDECIDED = "not decided"
"""What a finding is about that stands for a check which could not be run to its end."""


class Asking(NamedTuple):
    """What is asked of a device, and for whom."""

    requirements: tuple[Requirement, ...]
    client: Client
    words: Mapping[str, object] = {}
    """For whom, in the words of reports, where that is not for whom all are judged."""


AskedOf = Callable[[str], Asking]
"""Tells what is asked of a device, by its name."""


def device_judged(path: str, device: Device, asking: Asking, watch: Watch, *, member: bool = False) -> Judged:
    """What becomes of the requirements on a device. ``member``: it stands on a declared path, along which they are judged."""
    flow = asking.client.flow()
    with watch("judging", device.name):
        verdicts = judge(device, asking.requirements, flow)
    result = DeviceResult(
        path, device, () if member else verdicts, on_path=member, profile={} if member else asking.words
    )
    return Judged(result, Examined(path, device, verdicts, flow, on_path=member), alone=True if member else None)


class Look(NamedTuple):
    """What looks at devices and paths, and how long it may take for one of them."""

    checks: Sequence[Check]
    seconds: int
    watch: Watch

    def at(self, *judged: Judged) -> list[Finding]:
        """What the checks find, in their order. Raises InputError where that takes too long."""
        if not judged:
            return []
        with within(self.seconds, judged[0].result.config, "checking"):
            return [
                finding
                for each in judged
                for answers in [each.examined.answers]
                for check in self.checks
                if each.alone is None or check.alone in (None, each.alone)
                if check.concerns(each.examined.device, answers)
                for finding in _examined(check, each.examined, self.watch)
            ]


def piece_of(config: Config, asked: AskedOf, look: Look, members: Collection[int] = ()) -> Piece:
    """All that a run knows of a configuration. ``members``: the ids of the devices that stand on declared paths.

    Raises InputError where judging it, or looking at it, takes too long.
    """
    with within(look.seconds, config.path, "judging"):
        judged = [
            device_judged(config.path, device, asked(device.name), look.watch, member=id(device) in members)
            for device in config.devices
        ]
    results = tuple(each.result for each in judged)
    return Piece(config.path, config.platform.id, results, tuple(look.at(*judged)), tuple(remarks_of(config)))


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
