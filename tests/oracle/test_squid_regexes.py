"""Random configurations about regular expressions: the real Squid and `allowlint` on the same files.

`ALLOWLINT_ORACLE_FIRST=SEED ALLOWLINT_ORACLE_CASES=3` repeats one seed alone.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.lab_client import Probe
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


@pytest.mark.parametrize(
    ("values", "let_in", "kept_out"),
    [
        (r"[ax b]\.test$", ["b.test", "x.test"], ["c.test"]),
        (r"(a b)\.test", ["a.other.org", "b.test"], ["c.test"]),
        (r"[yq b]\.test$ +i", ["b.test"], ["c.test"]),
        (r"[yq b]\.test$ -i", [], ["b.test", "y.test"]),
        (r"^a{,}b\.org$", ["b.org", "aab.org"], ["c.org"]),
    ],
)
def test_squid_joins_a_broken_expression_to_its_neighbours(
    lab: SquidLab, values: str, let_in: list[str], kept_out: list[str]
) -> None:
    conf = f"http_port 3128\nacl w dstdom_regex {values}\nhttp_access allow w\nhttp_access deny all\n"

    outcome = lab.run({"squid.conf": conf.encode()}, [Probe(host, 80, "http") for host in [*let_in, *kept_out]])

    assert [each.access for each in outcome.results] == ["allowed"] * len(let_in) + ["blocked"] * len(kept_out)


def test_the_cases_are_worth_trying(comparisons: list[Compared]) -> None:
    seen = Counter(result.access for one in comparisons for result in one.results)
    assert min(seen["allowed"], seen["blocked"]) > 0.2 * seen.total() or CASES < 50
