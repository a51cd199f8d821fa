"""The configurations that every operation is tried on, what is asked of them, and what they answer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import pytest

from allowlint import registry
from allowlint.checks import Examined
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.finding import Finding
from allowlint.model.flow import Flow
from allowlint.model.hosts import HostSet, empty
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, StageVerdict, Verdict
from allowlint.platforms import Options, Platform
from allowlint.sources import load_policy
from tests.metamorphic.squid import SQUID
from tests.metamorphic.table import Edit, Operations, place
from tests.support import FIXTURES

T = TypeVar("T")
TABLES = (SQUID,)
"""One line for each platform."""
CHOSEN = os.environ.get("ALLOWLINT_METAMORPHIC_CASES", "60")
"""Configurations on which each property is tried, another sample for each; `all` for all of them and every edit."""
EDITS = 3
"""Edits that are tried of each operation on each configuration of a sample."""
GENERATED = 16
ASKED = (Requirement("*.a.test"), Requirement("a.test"), Requirement("o.test", (80,), "http"))
MOST_ASKED = 10
FEW_ASKED = 5
"""Of random configurations, which have many expressions each."""
CLIENTS = ("", "10.66.0.5", "10.0.0.0/8", "203.0.113.9")
"""Who connects; empty where the user does not say."""
_NAME = re.compile(r"\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}(?![a-z0-9./_-])")


@dataclass(frozen=True, eq=False)
class Case:
    """One configuration."""

    table: Operations
    id: str
    folder: Path | None
    """Where it lies; None for a generated one."""
    files: Mapping[str, bytes]
    """Of a generated one."""

    @property
    def text(self) -> str:
        """Byte for character, so that nothing is lost on the way back."""
        content = self.files[self.table.name] if self.folder is None else (self.folder / self.table.name).read_bytes()
        return content.decode("latin-1")

    def random(self, what: str) -> Random:
        """A source that is the same in every run."""
        return Random(f"{self.id} {what}")

    def edits(self, operation: str, most: int = EDITS) -> list[Edit]:
        """Some of the edits of an operation of the table, or all of them."""
        return self.sampled(operation, getattr(self.table, operation)(self.text, self.random(operation)), most)

    def sampled(self, what: str, every: Iterable[T], most: int = EDITS) -> list[T]:
        """As many as were asked for."""
        found = list(every)
        if CHOSEN == "all" or len(found) <= most:
            return found
        return self.random(f"sample {what}").sample(found, most)


class Asked(NamedTuple):
    """A configuration's answers."""

    device: Device
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]

    @property
    def answers(self) -> dict[tuple[str, Stage], StageVerdict]:
        """The answer of each stage to each requirement, by name."""
        return {(verdict.id, stage): verdict.stages[stage] for verdict in self.verdicts for stage in Stage}

    @property
    def reports(self) -> set[tuple[str, int, str]]:
        """What it says of lines that were not understood, and of not loading: (code, line, object)."""
        told = [finding for finding in self.findings if finding.code.startswith("CFG")]
        return {(finding.code, finding.location.line, finding.object) for finding in told}


@cache
def cases_of(table: Operations) -> tuple[Case, ...]:
    """Every configuration of a platform below `fixtures/`, then random ones."""
    paths = sorted(FIXTURES.rglob(table.name))
    found = [Case(table, "-".join(path.relative_to(FIXTURES).parts[:-1]), path.parent, {}) for path in paths]
    found += [Case(table, name, None, files) for name, files in table.generated(GENERATED)]
    return tuple(case for case in found if table.usable(case.text))


def each(what: str, times: int = 1) -> pytest.MarkDecorator:
    """The configurations that a property is tried on, of every platform; so many times as many as are usual."""
    found: list[Case] = []
    for table in TABLES:
        mine = cases_of(table)
        few = len(mine) if CHOSEN == "all" else min(times * int(CHOSEN), len(mine))
        found += sorted(Random(what).sample(mine, few), key=lambda case: case.id)
    return pytest.mark.parametrize("case", found, ids=lambda case: f"{case.table.platform}-{case.id}")


class Workshop:
    """Reads edited configurations: in place of the original where that is possible, else from a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._placed = 0

    def device(self, case: Case, edit: Edit) -> Device:
        """The device that an edited configuration describes."""
        path = self._path(case, edit)
        platform: Platform = registry.load("platforms", case.table.platform)
        (device,) = platform.parse(str(path), edit.text.encode("latin-1"), Options())
        return device

    def _path(self, case: Case, edit: Edit) -> Path:
        if case.folder is not None and not edit.files:
            return case.folder / case.table.name
        self._placed += 1
        folder = self.folder / str(self._placed)
        place(folder, case.files if case.folder is None else _contents(case.folder))
        place(folder, {name: text.encode("latin-1") for name, text in edit.files.items()})
        return folder / case.table.name

    def ask(
        self, case: Case, edit: Edit, requirements: Iterable[Requirement], flow: Flow, *, check: bool = True
    ) -> Asked:
        """What is said about an edited configuration."""
        device = self.device(case, edit)
        verdicts = judge(device, requirements, flow)
        examined = Examined(device.name, device, verdicts, flow)
        checks = registry.all("checks").values() if check else ()
        return Asked(device, verdicts, tuple(finding for one in checks for finding in one.run(examined)))


def _contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def asked_of(case: Case) -> tuple[Requirement, ...]:
    """The policy beside the configuration; else the names that its text is about, as they are and as wildcards."""
    if case.folder is not None and (case.folder / "policy.yaml").exists():
        return load_policy(str(case.folder / "policy.yaml"))[0].requirements
    names = list(dict.fromkeys(found.lstrip(".") for found in _NAME.findall(_words(case))))
    case.random("names").shuffle(names)
    found = [*ASKED]
    for name in names[:4]:
        found += [Requirement(f"*.{name}"), Requirement(name)]
    found += [Requirement(name, (80,), "http", case.random("path").choice(("", "/pkiops/*"))) for name in names[4:6]]
    most = MOST_ASKED if case.folder is not None else FEW_ASKED
    return tuple({requirement.id: requirement for requirement in found}.values())[:most]


def _words(case: Case) -> str:
    files = case.files.values() if case.folder is None else _contents(case.folder).values()
    small = [content.decode("latin-1").lower() for content in files if len(content) < 100_000]
    return "\n".join([case.text.lower(), *small])


def flow_of(case: Case) -> Flow:
    """Who connects: one of a few, the same one for a configuration in all tests."""
    client = case.random("client").choice(CLIENTS)
    return flow_for(parse_addresses(client), client_chosen=True) if client else flow_for()


def same_set(one: HostSet | None, other: HostSet | None) -> bool:
    """Whether two sets hold the same hosts."""
    first, second = one or empty(), other or empty()
    return not first - second and not second - first


def changes(before: Asked, after: Asked) -> Iterator[tuple[str, Stage, Answer, Answer]]:
    """Yield the answers that are not the same, or not about the same hosts."""
    new = after.answers
    for (name, stage), was in before.answers.items():
        now = new[name, stage]
        if was.answer is not now.answer or not same_set(was.failing, now.failing):
            yield name, stage, was.answer, now.answer


def of_stages(verdict: Verdict) -> tuple[object, ...]:
    """Why a verdict is as it is: the rules that decide, and what it depends on, without the places where they stand."""
    return tuple((stage, _why(verdict.stages[stage])) for stage in Stage)


def _why(answer: StageVerdict) -> tuple[object, ...]:
    steps = tuple((plain(step.rule.text), step.effect, step.certain, step.default) for step in answer.steps)
    return steps, tuple(plain(reason.text) for reason in answer.reasons)


def plain(text: str) -> str:
    """A line of a configuration without the blanks that mean nothing."""
    return " ".join(text.split())
