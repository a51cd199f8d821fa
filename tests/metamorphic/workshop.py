"""Reads edited configurations, asks them, and compares what they answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from allowlint import registry
from allowlint.checks import Examined
from allowlint.engine.judge import judge
from allowlint.engine.paths import path_device
from allowlint.errors import InputError
from allowlint.lint.inputs import read
from allowlint.model.device import Device, Stage
from allowlint.model.finding import Finding
from allowlint.model.hosts import HostSet, empty
from allowlint.model.path import Path as DeclaredPath
from allowlint.model.path import Stop
from allowlint.model.verdict import Answer, StageVerdict, Verdict
from allowlint.platforms import Platform
from tests.metamorphic.cases import OPEN, Along, Case, asked_of, contents, flow_of, options_of
from tests.metamorphic.operations import Edit, place

SILENT = StageVerdict(Answer.NOT_APPLICABLE)
LOUD = StageVerdict(Answer.UNKNOWN)
_OPEN = b"http_port 3128\nhttp_access allow all\n"


class Key(NamedTuple):
    """What an answer is the answer to."""

    device: str
    """Its name without the folder, which is another one where an edit needs further files."""
    requirement: str
    stage: Stage


def _key(examined: Examined, verdict: Verdict, stage: Stage) -> Key:
    return Key(examined.device.name.rpartition("/")[2], verdict.id, stage)


@dataclass(frozen=True, eq=False)
class Asked:
    """A configuration's answers."""

    examined: tuple[Examined, ...]
    """Each device of it; or the path, of which it is one."""
    members: tuple[Examined, ...] = ()
    """On a path, the devices of the configuration by themselves."""
    refused: str = ""
    """Why it is not read at all, aloud."""

    @cached_property
    def answers(self) -> dict[Key, StageVerdict]:
        """The answer of each stage to each requirement."""
        return {
            _key(examined, verdict, stage): verdict.stages[stage]
            for examined in self.examined
            for verdict in examined.verdicts
            for stage in Stage
        }

    def answer(self, key: Key) -> StageVerdict:
        """One answer. Who refuses to read it says that nothing is known; a device that is gone says nothing."""
        return LOUD if self.refused else self.answers.get(key, SILENT)

    def alone(self, key: Key, host: str) -> Answer:
        """The answer for one of the hosts of a requirement."""
        for examined in self.examined:
            for verdict in examined.verdicts:
                if _key(examined, verdict, key.stage) == key:
                    one = verdict.requirement._replace(host=host, ports=(verdict.port,))
                    return judge(examined.device, (one,), examined.flow)[0].stages[key.stage].answer
        return self.answer(key).answer

    @property
    def loads(self) -> bool:
        """Whether the product starts with it."""
        return not self.refused and not any(examined.device.load_faults for examined in self.examined)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What all checks say."""
        found: list[Finding] = []
        for check in registry.all("checks").values():
            for examined in (*self.examined, *self.members):
                whole = bool(examined.device.members)
                if not (whole and check.alone is True) and not (examined.on_path and check.alone is False):
                    found += check.run(examined)
        return tuple(found)

    @property
    def reports(self) -> set[tuple[str, int, str]]:
        """What it says of lines that were not understood, and of not loading: (code, line, object)."""
        told = [finding for finding in self.findings if finding.code.startswith("CFG")]
        return {(finding.code, finding.location.line, finding.object) for finding in told}


class Workshop:
    """Reads edited configurations: in place of the original where that is possible, else from a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._placed = 0
        self._before: dict[Case, Asked] = {}
        self._hops: dict[tuple[str, str], Device] = {}
        place(folder, {OPEN: _OPEN})

    def before(self, case: Case) -> Asked:
        """What is said about a configuration as it is; kept, because every test asks."""
        if case not in self._before:
            self._before[case] = self.ask(case, Edit(case.text, "as it is"))
        return self._before[case]

    def ask(self, case: Case, edit: Edit) -> Asked:
        """What is said about an edited configuration."""
        try:
            devices = self.devices(case, edit)
        except InputError as error:
            return Asked((), refused=str(error))
        if case.along is None:
            return Asked(tuple(_examined(case, device) for device in devices))
        path = self.path(case, case.along, devices)
        return Asked((_examined(case, path),), tuple(_examined(case, device, on_path=True) for device in devices))

    def devices(self, case: Case, edit: Edit) -> tuple[Device, ...]:
        """The devices that an edited configuration describes. Raises InputError where it is none at all."""
        path = self._path(case, edit)
        platform: Platform = registry.load("platforms", case.table.platform)
        return platform.parse(str(path), edit.text.encode("latin-1"), options_of(case))

    def path(
        self, case: Case, along: Along, devices: tuple[Device, ...], declared: DeclaredPath | None = None
    ) -> Device:
        """The path of a case with an edited configuration on it, or another path with the same stops."""
        device = next(device for device in devices if along.stop.device in ("", device.name))
        others = {stop: self._hop(case, stop) for stop in along.path.stops if stop != along.stop}
        return path_device(declared or along.path, {**others, along.stop: device})

    def _hop(self, case: Case, stop: Stop) -> Device:
        """A device on a path that is not edited."""
        options = options_of(case)
        key = stop.config, repr(options)
        if key not in self._hops:
            file = str(self.folder / OPEN) if stop.config == OPEN else stop.config
            (config,) = read([file], lambda _: (options, ""))
            self._hops[key] = next(device for device in config.devices if stop.device in ("", device.name))
        return self._hops[key]

    def _path(self, case: Case, edit: Edit) -> Path:
        if case.folder is not None and not edit.files:
            return case.folder / case.name
        self._placed += 1
        folder = self.folder / str(self._placed)
        place(folder, case.files if case.folder is None else contents(case.folder))
        place(folder, {name: text.encode("latin-1") for name, text in edit.files.items()})
        return folder / case.name


def _examined(case: Case, device: Device, *, on_path: bool = False) -> Examined:
    flow = flow_of(case)
    return Examined(device.name, device, judge(device, asked_of(case), flow), flow, on_path=on_path)


def same_set(one: HostSet | None, other: HostSet | None) -> bool:
    """Whether two sets hold the same hosts."""
    first, second = one or empty(), other or empty()
    return not first - second and not second - first


class Change(NamedTuple):
    """An answer that is another one."""

    key: Key
    was: StageVerdict
    now: StageVerdict

    def __repr__(self) -> str:
        return f"{self.key.requirement} {self.key.stage} {self.was.answer} -> {self.now.answer}"


def changes(before: Asked, after: Asked) -> Iterator[Change]:
    """Yield the answers that are not the same, or not about the same hosts."""
    for key, was in before.answers.items():
        now = after.answer(key)
        if was.answer is not now.answer or not same_set(was.failing, now.failing):
            yield Change(key, was, now)
    for key in after.answers.keys() - before.answers.keys():
        yield Change(key, SILENT, after.answers[key])


def of_stages(verdict: Verdict) -> tuple[object, ...]:
    """Why a verdict is as it is: the rules that decide, and what it depends on, without the places where they stand."""
    return tuple((stage, _why(verdict.stages[stage])) for stage in Stage)


def _why(answer: StageVerdict) -> tuple[object, ...]:
    steps = tuple((plain(step.rule.text), step.effect, step.certain, step.default) for step in answer.steps)
    return steps, tuple(plain(reason.text) for reason in answer.reasons)


_PLACE = re.compile(r"\bline \d+")


def plain(text: str) -> str:
    """A line of a configuration without the blanks that mean nothing, and without the number of a line."""
    return _PLACE.sub("line", " ".join(text.split()))


def named(found: Iterable[Finding]) -> set[tuple[str, str]]:
    """The endpoints that findings are about: (requirement, code)."""
    return {(finding.requirement, finding.code) for finding in found if finding.requirement}
