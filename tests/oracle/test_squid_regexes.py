"""Random configurations about regular expressions: the real Squid and `allowlint` on the same files.

`ALLOWLINT_ORACLE_FIRST=SEED ALLOWLINT_ORACLE_CASES=3` repeats one seed alone.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.regex_generator import generate
from tests.oracle.squid_lab import SquidLab
from tests.oracle.test_squid_random import CASES, FIRST, Compared, compare_all, report

SEEDS = range(FIRST, FIRST + max(1, CASES * 5 // 12))
SURE_RATE = 0.95

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def comparisons(lab: SquidLab, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Every probe of every case, tried and asked about."""
    return compare_all(lab, [generate(seed) for seed in SEEDS], tmp_path_factory)


def test_a_sure_answer_is_what_squid_does(comparisons: list[Compared]) -> None:
    wrong = [one for one in comparisons if one.faults]
    assert not wrong, report(wrong)


def test_answers_are_nearly_always_sure(comparisons: list[Compared]) -> None:
    told = [one for one in comparisons if one.countable and not one.case.features & {"boundary", "back-reference"}]
    unsure = [one for one in told if not one.answer.sure]
    rate = 1 - len(unsure) / len(told)
    assert rate >= SURE_RATE, f"sure of {rate:.1%} of {len(told)} probes\n" + "\n".join(map(str, unsure[:20]))


def test_the_cases_are_worth_trying(comparisons: list[Compared]) -> None:
    seen = Counter(result.access for one in comparisons for result in one.results)
    assert min(seen["allowed"], seen["blocked"]) > 0.2 * seen.total() or CASES < 50
