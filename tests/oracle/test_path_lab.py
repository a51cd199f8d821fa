"""A PAC file in front of two Squids: the verdict on the declared path against what really becomes of a request.

Which way a request takes is what a JavaScript engine says for it; the proxies are real. A request that goes straight to the
server arrives.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from allowlint import registry
from allowlint.engine.paths import path_device
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device
from allowlint.model.location import Location
from allowlint.model.path import Link, Stop
from allowlint.model.path import Path as DeclaredPath
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.pac.sandbox import Question, run_script
from tests.oracle.asking import Answer, faults
from tests.oracle.lab_client import Probe, Result
from tests.oracle.squid_lab import SquidLab
from tests.oracle.test_squid_chain import AS_SEEN, Chain, ask, beside_the_point, chain, device_of

CASES = int(os.environ.get("ALLOWLINT_ORACLE_CASES", "60")) // 4
FIRST = int(os.environ.get("ALLOWLINT_ORACLE_FIRST", "1"))
SIDE_BY_SIDE = 3
SURE_RATE = 0.85
ROUTES = ("PROXY first.test:3128", "PROXY second.test:3128", "DIRECT", "PROXY first.test:3128; DIRECT")

pytestmark = pytest.mark.oracle


class Case(NamedTuple):
    """A script and the two Squids behind it."""

    chain: Chain
    script: str

    @property
    def probes(self) -> tuple[Probe, ...]:
        """What to try, in the case that clients write names in."""
        return tuple(probe for probe in self.chain.probes if probe.host == probe.host.lower().rstrip("."))

    def routes(self) -> list[str]:
        """What an engine answers for each probe."""
        questions = [Question(url_of(probe), probe.host) for probe in self.probes]
        sampled = run_script(self.script, questions)
        assert not sampled.fault
        return [str(answer.result) for answer in sampled.answers]


class Compared(NamedTuple):
    """One request: what was answered, and what became of it."""

    case: Case
    probe: Probe
    route: str
    answer: Answer
    result: Result
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.probe}\n  {self.route}\n  {'; '.join(self.faults)}\n  {self.answer}\n  {self.result}"


def url_of(probe: Probe) -> str:
    """The URL as a browser shows it to the script."""
    return f"http://{probe.host}{probe.path}" if probe.view == "http" else f"https://{probe.host}/"


def case(seed: int) -> Case:
    """Two Squids, and a script that speaks of the names they speak of."""
    found, random = chain(seed), Random(seed * 104_729)
    names = sorted({probe.host.lower() for probe in found.probes})
    lines = [
        f"  if ({_condition(random, names)}) return {random.choice(ROUTES)!r};" for _ in range(random.randrange(4))
    ]
    body = "\n".join([*lines, f"  return {random.choice(ROUTES)!r};"])
    return Case(found, f"function FindProxyForURL(url, host) {{\n{body}\n}}\n")


def _condition(random: Random, names: list[str]) -> str:
    name = random.choice(names)
    parent = name.split(".", 1)[-1]
    plain = (
        f'dnsDomainIs(host, ".{parent}")',
        f'shExpMatch(host, "*.{parent}")',
        f'host == "{name}"',
        f'host.indexOf("{name.split(".")[0]}") == 0',
        f"/{parent.replace('.', '[.]')}$/.test(host)",
        'url.substring(0, 5) == "http:"',
        "isPlainHostName(host)",
    )
    first, second = random.choice(plain), random.choice(plain)
    return random.choice((first, f"!({first})", f"{first} && {second}", f"{first} || {second}"))


def joined(found: Case, folder: Path) -> Device:
    """The declared path."""
    script = folder / "proxy.pac"
    script.write_text(found.script, encoding="utf-8")
    endpoints = tuple(Endpoint(p.host, p.port, "http" if p.view == "http" else "https") for p in found.probes)
    options = Options(systems=("linux",), endpoints=endpoints)
    (pac,) = registry.load("platforms", "pac").parse(str(script), script.read_bytes(), options)
    first, second = (Stop(name, address=parse_addresses(AS_SEEN)) for name in ("first", "second"))
    links = (
        Link(Stop("pac")),
        Link(None, {"first.test:3128": first, "second.test:3128": second}),
        Link(None, {"parent.test:3128": second}),
    )
    devices = {
        Stop("pac"): pac,
        first: device_of(found.chain.first, folder / "first"),
        second: device_of(found.chain.second, folder / "second"),
    }
    return path_device(DeclaredPath("lab", links, Location("allowlint.yaml", 1)), devices)


def tried(lab: SquidLab, found: Case, routes: list[str]) -> list[Result]:
    """What became of each request on its way."""
    proxied = [number for number, route in enumerate(routes) if route != "DIRECT"]
    second = {place for place, number in enumerate(proxied) if routes[number].startswith("PROXY second")}
    probes = [found.probes[number] for number in proxied]
    outcome = lab.chain(found.chain.contents(), probes, found.chain.first.scene, found.chain.users, second)
    results = dict(zip(proxied, outcome.results, strict=False))
    direct = {n: _arrives(found.probes[n]) for n, route in enumerate(routes) if route == "DIRECT" and outcome.loads}
    return [(results | direct)[number] for number in sorted(results | direct)] if outcome.loads else []


def _arrives(probe: Probe) -> Result:
    return Result("allowed", "not-applicable" if probe.view == "http" else "bypassed", "straight to the server")


@pytest.fixture(scope="module")
def comparisons(lab: SquidLab, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Every request of every case, tried and asked about."""
    cases = [each for seed in range(FIRST, FIRST + CASES) if 3128 in (each := case(seed)).chain.first.listeners]
    routes = [each.routes() for each in cases]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(lambda each, ways: tried(lab, each, ways), cases, routes))
    found = []
    for each, ways, seen in zip(cases, routes, results, strict=True):
        device = joined(each, tmp_path_factory.mktemp(f"seed{each.chain.seed}-"))
        for probe, route, result in zip(each.probes, ways, seen, strict=False):
            if not beside_the_point(result):
                # A client of the PAC file comes in by the port that it names.
                answer = ask(device, probe)
                found.append(Compared(each, probe, route, answer, result, tuple(faults(answer, probe.port, [result]))))
    return found


def test_a_sure_answer_is_what_becomes_of_it(comparisons: list[Compared]) -> None:
    wrong = [one for one in comparisons if one.faults]
    shown = [
        f"{one.case.script}{one.case.chain.first.conf}====\n{one.case.chain.second.conf}{one}" for one in wrong[:3]
    ]
    assert not wrong, f"{len(wrong)} wrong answers\n" + "\n".join(shown)


def test_answers_are_mostly_sure(comparisons: list[Compared]) -> None:
    countable = [one for one in comparisons if one.case.chain.countable]
    rate = sum(one.answer.sure for one in countable) / len(countable)
    assert rate >= SURE_RATE, f"sure of {rate:.1%} of {len(countable)} requests"
