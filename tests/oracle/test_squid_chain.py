"""Two Squids, one behind the other: the path's verdict against what really arrives at the origin.

The first one reaches the second as its `cache_peer`, for some requests or for all; the others go straight to the origin.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.paths import path_device
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.location import Location
from allowlint.model.path import Link, Stop
from allowlint.model.path import Path as DeclaredPath
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.squid import PLATFORM
from tests.oracle import regex_generator, squid_generator
from tests.oracle.asking import Answer, faults
from tests.oracle.lab_client import Probe, Result
from tests.oracle.squid_generator import Case
from tests.oracle.squid_lab import SquidLab

CASES = int(os.environ.get("ALLOWLINT_ORACLE_CASES", "60")) // 2
FIRST = int(os.environ.get("ALLOWLINT_ORACLE_FIRST", "1"))
SIDE_BY_SIDE = 3
SURE_RATE = 0.9
AS_SEEN = "127.0.0.1"
"""The address from which the first Squid speaks to the second one here."""
CHOICES = (
    ("never_direct allow all",),
    ("never_direct allow CONNECT",),
    ("never_direct deny CONNECT", "never_direct allow all"),
    ("acl chosen dstdomain .a.test", "never_direct allow chosen"),
    ("acl chosen dstdomain .a.test", "always_direct allow chosen", "never_direct allow all"),
    (
        "acl chosen dstdom_regex ^[a-m]",
        "always_direct deny chosen",
        "always_direct allow all",
        "never_direct allow all",
    ),
    ("nonhierarchical_direct off",),
    ("prefer_direct off",),
    (),
)

pytestmark = pytest.mark.oracle


class Chain(NamedTuple):
    """Two configurations, of which the first has the second for its peer."""

    seed: int
    first: Case
    second: Case

    @property
    def users(self) -> tuple[str, ...]:
        """Everybody whom one of the two may know."""
        return tuple(dict.fromkeys(self.first.users + self.second.users))

    def contents(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The files of the first and of the second."""
        return self.first.contents(), self.second.contents()

    @property
    def countable(self) -> bool:
        """Whether there is one true answer: elsewhere Squid may take its peer or not, as the wind blows."""
        return self.first.modelled and self.second.modelled and "never_direct allow all" in self.first.conf

    @property
    def probes(self) -> tuple[Probe, ...]:
        """What to try: what the two configurations speak of."""
        return tuple(dict.fromkeys(probe._replace(listener=3128) for probe in self.first.probes + self.second.probes))


class Compared(NamedTuple):
    chain: Chain
    probe: Probe
    answer: Answer
    result: Result
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.probe}\n  {'; '.join(self.faults)}\n  {self.answer}\n  {self.result}"


def chain(seed: int) -> Chain:
    """Two random configurations, one of them about regular expressions in two chains of three, and a way of using the peer."""
    random = Random(seed * 7919)
    first = (regex_generator if seed % 3 == 0 else squid_generator).generate(seed)
    second = (regex_generator if seed % 3 == 1 else squid_generator).generate(seed + 500_000)
    lines = (
        # Ten refusals in a row would make Squid take its peer for dead.
        "cache_peer parent.test parent 3128 0 no-query no-digest connect-fail-limit=100000",
        *(("acl CONNECT method CONNECT",) if "acl CONNECT" not in first.conf else ()),
        *random.choice(CHOICES),
    )
    return Chain(seed, first._replace(conf=first.conf + "\n".join(lines) + "\n"), second)


def device_of(case: Case, folder: Path) -> Device:
    for name, content in case.contents().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    path = folder / "squid.conf"
    (device,) = PLATFORM.parse(str(path), path.read_bytes(), Options())
    return device


def joined(chain: Chain, folder: Path) -> Device:
    """The declared path of the two."""
    first, second = Stop("first", address=parse_addresses(AS_SEEN)), Stop("second")
    links = (Link(first), Link(None, {"parent.test:3128": second}))
    devices = {first: device_of(chain.first, folder / "first"), second: device_of(chain.second, folder / "second")}
    return path_device(DeclaredPath("chain", links, Location("allowlint.yaml", 1)), devices)


def ask(device: Device, probe: Probe) -> Answer:
    plain = probe.view == "http"
    requirement = Requirement(
        probe.host.lower().rstrip("."), (probe.port,), "http" if plain else "https", probe.path if plain else ""
    )
    flow = flow_for(parse_addresses(probe.client), client_chosen=True)
    # The clients of the laboratory come in by the one port that the probes use.
    verdict = judge(device, (requirement,), flow._replace(zones=("3128", "")))[0]
    access, inspection, authentication = map(verdict.word, (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION))
    return Answer(access, inspection, authentication, loads=not device.load_faults)


@pytest.fixture(scope="module")
def comparisons(lab: SquidLab, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Every probe of every chain, tried and asked about."""
    chains = [each for seed in range(FIRST, FIRST + CASES) if 3128 in (each := chain(seed)).first.listeners]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        outcomes = list(pool.map(lambda e: lab.chain(e.contents(), e.probes, e.first.scene, e.users), chains))
    found = []
    for each, outcome in zip(chains, outcomes, strict=True):
        device = joined(each, tmp_path_factory.mktemp(f"seed{each.seed}-"))
        for probe, result in zip(each.probes, outcome.results, strict=False):
            answer = ask(device, probe)
            if not beside_the_point(result):
                found.append(Compared(each, probe, answer, result, tuple(faults(answer, probe.port, [result]))))
    return found


def beside_the_point(result: Result) -> bool:
    """Whether the first Squid distrusts the certificate of the second, be it for an inspected server or for a refusal."""
    return "ERR_SECURE_CONNECT_FAIL" in result.detail


def test_a_sure_answer_is_what_arrives(comparisons: list[Compared]) -> None:
    wrong = [one for one in comparisons if one.faults]
    assert not wrong, _report(wrong)


def test_answers_are_mostly_sure(comparisons: list[Compared]) -> None:
    countable = [one for one in comparisons if one.chain.countable]
    rate = sum(one.answer.sure for one in countable) / len(countable)
    assert rate >= SURE_RATE, f"sure of {rate:.1%} of {len(countable)} probes"


def test_the_chains_are_worth_trying(comparisons: list[Compared]) -> None:
    seen = Counter(one.result.access for one in comparisons)
    assert min(seen["allowed"], seen["blocked"]) > 0.15 * seen.total() or CASES < 20


def _report(wrong: list[Compared]) -> str:
    seeds = list(dict.fromkeys(one.chain.seed for one in wrong))
    parts = [f"{len(wrong)} wrong answers in {len(seeds)} chains, seeds {seeds[:40]}"]
    for seed in seeds[:4]:
        mine = [one for one in wrong if one.chain.seed == seed]
        for case in (mine[0].chain.first, mine[0].chain.second):
            parts += [f"==== seed {seed}", case.conf.rstrip()]
            parts += [f"---- {name}\n{text}" for name, text in case.files.items()]
        parts += [str(one) for one in mine[:4]]
    return "\n".join(parts)
