"""The configurations that every operation is tried on, alone and on a path, and what is asked of them."""

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

from allowlint.engine.runs import flow_for
from allowlint.lint.asked import endpoints_of
from allowlint.model.addresses import parse_addresses
from allowlint.model.flow import Flow
from allowlint.model.location import Location
from allowlint.model.path import Link, Stop
from allowlint.model.path import Path as DeclaredPath
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.settings import load
from allowlint.sources import load_policy
from tests.metamorphic.operations import Edit, Operations
from tests.metamorphic.platforms import TABLES
from tests.support import FIXTURES

T = TypeVar("T")
CHOSEN = os.environ.get("ALLOWLINT_METAMORPHIC_CASES", "")
"""Configurations of each platform on which each property is tried, another sample for each; `all` for all of them and every
edit; empty for as many as the platform says."""
GENERATED = 16
ASKED = (Requirement("*.a.test"), Requirement("a.test"), Requirement("o.test", (80,), "http"))
MOST_ASKED = 10
FEW_ASKED = 5
"""Of random configurations, which have many expressions each."""
CLIENTS = ("", "10.66.0.5", "10.0.0.0/8", "203.0.113.9")
"""Who connects; empty where the user does not say."""
SYSTEMS = ((), ("windows",), ("linux",))
"""What the clients run; empty where the user does not say."""
OPEN = "open.conf"
"""The configuration of a made-up proxy that lets everything through."""
_NAME = re.compile(r"\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}(?![a-z0-9./_-])")


class Along(NamedTuple):
    """A place on a path: what is asked is asked of the whole path, what is edited is the configuration of this stop."""

    path: DeclaredPath
    stop: Stop


@dataclass(frozen=True, eq=False)
class Case:
    """One configuration."""

    table: Operations
    id: str
    name: str
    """Its file."""
    folder: Path | None
    """Where it lies; None for a generated one."""
    files: Mapping[str, bytes]
    """Of a generated one."""
    along: Along | None = None

    @property
    def text(self) -> str:
        """Byte for character, so that nothing is lost on the way back."""
        content = self.files[self.name] if self.folder is None else (self.folder / self.name).read_bytes()
        return content.decode("latin-1")

    @property
    def leads(self) -> bool:
        """Whether everything that is asked about comes by here first."""
        return self.along is None or self.along.path.links[0].stop == self.along.stop

    def random(self, what: str) -> Random:
        """A source that is the same in every run."""
        return Random(f"{self.id} {what}")

    def edits(self, operation: str, times: int = 1) -> list[Edit]:
        """Some of the edits of an operation of the table (so many times as many as are usual), or all of them."""
        return self.sampled(operation, getattr(self.table, operation)(self.text, self.random(operation)), times)

    def sampled(self, what: str, every: Iterable[T], times: int = 1) -> list[T]:
        """As many as are usual."""
        found, most = list(every), self.table.edits * times
        if CHOSEN == "all" or len(found) <= most:
            return found
        return self.random(f"sample {what}").sample(found, most)


@cache
def cases_of(table: Operations) -> tuple[Case, ...]:
    """Every configuration of a platform below `fixtures/`, random ones, and those of them that stand on a path."""
    # Two globs may find the same file.
    paths = sorted({path for name in table.names for path in FIXTURES.rglob(name)})
    found = [Case(table, _id(table, path), path.name, path.parent, {}) for path in paths]
    found += [Case(table, one.id, one.name, None, one.files) for one in table.generated(GENERATED)]
    usable = [case for case in found if table.usable(case.text)]
    return (*usable, *(placed for case in usable for placed in _on_paths(case)))


def _id(table: Operations, path: Path) -> str:
    parts = path.relative_to(FIXTURES).parts
    return "-".join(parts[:-1] if path.name == table.names[0] else parts)


def _on_paths(case: Case) -> Iterator[Case]:
    """The configuration at each place at which a path of the fixtures has it; else behind it some of the proxies it names."""
    if case.folder is None or not (declared := _declared().get(case.folder / case.name)):
        proxies = sorted(set(case.table.proxies(case.text)))
        declared = [_made_up(case, proxies)] if proxies else []
    for along in declared:
        name = f"{case.id}-on-{along.path.name}"
        yield Case(case.table, name, case.name, case.folder, case.files, along)


@cache
def _declared() -> dict[Path, list[Along]]:
    found: dict[Path, list[Along]] = {}
    for file in sorted(FIXTURES.rglob("allowlint.yaml")):
        for path in load(str(file)).paths.values():
            for stop in path.stops:
                found.setdefault(Path(stop.config), []).append(Along(path, stop))
    return found


def _made_up(case: Case, proxies: list[str]) -> Along:
    """A path that declares every other proxy."""
    stop = Stop(case.name)
    known = {proxy: Stop(OPEN) for proxy in case.random("proxies").sample(proxies, (len(proxies) + 1) // 2)}
    return Along(DeclaredPath("made-up", (Link(stop), Link(None, known)), Location("allowlint.yaml", 1)), stop)


def each(what: str, times: int = 1, *, on_path: bool | None = None) -> pytest.MarkDecorator:
    """The configurations that a property is tried on, of every platform; so many times as many as are usual.

    With ``on_path`` only those that stand on a path, or only those that do not.
    """
    found: list[Case] = []
    for table in TABLES:
        mine = [case for case in cases_of(table) if on_path in (None, case.along is not None)]
        usual = table.cases if CHOSEN in ("", "all") else int(CHOSEN)
        few = len(mine) if CHOSEN == "all" else min(times * usual, len(mine))
        found += sorted(Random(what).sample(mine, few), key=lambda case: case.id)
    return pytest.mark.parametrize("case", found, ids=lambda case: f"{case.table.platform}-{case.id}")


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
    files = case.files.values() if case.folder is None else contents(case.folder).values()
    small = [content.decode("latin-1").lower() for content in files if len(content) < 100_000]
    return "\n".join([case.text.lower(), *small])


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def options_of(case: Case) -> Options:
    """What the platform may know besides the configuration."""
    return Options(systems=case.random("systems").choice(SYSTEMS), endpoints=endpoints_of(asked_of(case)))


def flow_of(case: Case) -> Flow:
    """Who connects: whom the path names, else one of a few, the same one for a configuration in all tests."""
    declared = case.along.path.demand.clients if case.along else None
    client = declared[0] if declared else case.random("client").choice(CLIENTS)
    return flow_for(parse_addresses(client), client_chosen=True) if client else flow_for()
