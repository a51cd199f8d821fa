"""Random configurations: the real Squid and `allowlint` on the same files.

Where `allowlint` is sure it must be right, and on configurations that hold nothing but what is modelled it must nearly
always be sure. A disagreement prints the seed and the files; `ALLOWLINT_ORACLE_FIRST=SEED ALLOWLINT_ORACLE_CASES=1`
repeats it alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.oracle.asking import Answer, ask_probe, faults
from tests.oracle.lab_client import Probe, Result
from tests.oracle.squid_generator import Case, generate
from tests.oracle.squid_lab import Outcome, SquidLab

CASES = int(os.environ.get("ALLOWLINT_ORACLE_CASES", "60"))
FIRST = int(os.environ.get("ALLOWLINT_ORACLE_FIRST", "1"))
SIDE_BY_SIDE = 4
SURE_RATE = 0.95
REPORTED = 5

pytestmark = pytest.mark.oracle


class Compared(NamedTuple):
    """One probe of one case: what was answered and what every listener did; `probe` None is about loading at all."""

    case: Case
    probe: Probe | None
    answer: Answer
    results: tuple[Result, ...]
    faults: tuple[str, ...]

    @property
    def countable(self) -> bool:
        """Whether there is one true answer, which a reader of the configuration could know."""
        return (
            self.probe is not None
            and self.case.modelled
            and len({one._replace(detail="") for one in self.results}) == 1
        )

    def __str__(self) -> str:
        observed = [f"  {port}: {result}" for port, result in zip(self.case.listeners, self.results, strict=False)]
        return "\n".join([f"{self.probe}", f"  {'; '.join(self.faults)}", f"  {self.answer}", *observed])


@pytest.fixture(scope="module")
def comparisons(lab: SquidLab, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Every probe of every case, tried and asked about."""
    return compare_all(lab, [generate(seed) for seed in range(FIRST, FIRST + CASES)], tmp_path_factory)


def compare_all(lab: SquidLab, cases: list[Case], folders: pytest.TempPathFactory) -> list[Compared]:
    """Try every probe of every case, and ask about it."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        outcomes = list(pool.map(lambda case: run(lab, case), cases))
    found: list[Compared] = []
    for case, outcome in zip(cases, outcomes, strict=True):
        found += _compare(case, outcome, write(case, folders.mktemp(f"seed{case.seed}-")))
    return found


def run(lab: SquidLab, case: Case) -> Outcome:
    """Try every probe of a case on every listener; the results lie listener by listener within each probe."""
    probes = [probe._replace(listener=port) for probe in case.probes for port in case.listeners]
    return lab.run(case.contents(), probes, case.scene, case.users)


def write(case: Case, folder: Path) -> Path:
    """Write the files of a case and return the configuration's path."""
    for name, content in case.contents().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "squid.conf"


def _compare(case: Case, outcome: Outcome, path: Path) -> Iterator[Compared]:
    if not outcome.loads:
        answer = ask_probe(path, case.probes[0])
        wrong = (f"said to load, but Squid refuses: {outcome.fatal}",) if answer.loads else ()
        yield Compared(case, None, answer, (), wrong)
        return
    width = len(case.listeners)
    for number, probe in enumerate(case.probes):
        results = outcome.results[number * width : (number + 1) * width]
        answer = ask_probe(path, probe)
        yield Compared(case, probe, answer, results, tuple(faults(answer, probe.port, results)))


def test_a_sure_answer_is_what_squid_does(comparisons: list[Compared]) -> None:
    wrong = [one for one in comparisons if one.faults]
    assert not wrong, report(wrong)


def test_answers_are_nearly_always_sure(comparisons: list[Compared]) -> None:
    countable = [one for one in comparisons if one.countable]
    unsure = [one for one in countable if not one.answer.sure]
    rate = 1 - len(unsure) / len(countable)
    assert rate >= SURE_RATE, (
        f"sure of {rate:.1%} of {len(countable)} probes; unsure by feature:\n{_by_feature(countable)}"
    )


def test_the_cases_are_worth_trying(comparisons: list[Compared]) -> None:
    """A generator that only makes refusals would agree with anything."""
    seen = Counter(result.access for one in comparisons for result in one.results)
    inspections = Counter(result.inspection for one in comparisons for result in one.results)
    assert min(seen["allowed"], seen["blocked"]) > 0.2 * seen.total() or CASES < 20
    assert (seen["challenged"] and inspections["inspected"]) or CASES < 20


def _by_feature(countable: list[Compared]) -> str:
    every, unsure = Counter[str](), Counter[str]()
    for one in countable:
        every.update(one.case.features)
        unsure.update(() if one.answer.sure else one.case.features)
    rows = sorted(every, key=lambda feature: -unsure[feature] / every[feature])
    return "\n".join(f"  {unsure[name]:5} of {every[name]:5}  {name}" for name in rows if unsure[name])


def report(wrong: list[Compared]) -> str:
    """The first wrong answers with their configurations."""
    seeds = list(dict.fromkeys(one.case.seed for one in wrong))
    parts = [f"{len(wrong)} wrong answers in {len(seeds)} cases, seeds {seeds[:40]}"]
    for seed in seeds[:REPORTED]:
        mine = [one for one in wrong if one.case.seed == seed]
        parts += [f"==== seed {seed}", mine[0].case.conf.rstrip()]
        parts += [f"---- {name}\n{text}" for name, text in mine[0].case.files.items()]
        parts += [str(one) for one in mine[:REPORTED]]
    return "\n".join(parts)
