"""The table of the bench says what was measured, and the bench fails where something is over its budget."""

import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.costs import Comparison, Cost, Group, Result, Room, measured, run
from tests.bench.groups import QUICK, Sizes, groups

WORK = (sys.executable, "-c", "sum(range(3_000_000))")
BARE = (sys.executable, "-c", "pass")


def result(*ratios: float, budget: float | None) -> Result:
    return Result("a line", ratios, budget, Cost(1.5, 20_000_000))


@pytest.mark.parametrize(("budget", "over"), [(2.0, False), (1.9, True), (None, False)])
def test_the_median_is_held_against_the_budget(budget: float | None, over: bool) -> None:
    line = result(9.0, 1.0, 2.0, budget=budget)

    assert (line.ratio, line.over) == (2.0, over)
    assert ("OVER" in str(line)) is over


def test_a_line_shows_ratio_spread_time_memory_and_budget() -> None:
    assert str(result(1.0, 2.0, 3.0, budget=4)).split()[2:] == "2.00 1.50 to 2.50 1.50 s 20 MB 4.0 ok".split()


def test_commands_are_compared_with_the_floor_of_their_own_round() -> None:
    lines: list[Comparison | Room] = [
        Comparison("time", "work", "bare", 1.0),
        Comparison("a share of it", "work", "bare", share=1_000),
        Room("bytes", "work", 1_000),
        Room("memory", "work", "bare"),
    ]

    time, share, size, memory = measured(Group("a group", {"bare": BARE, "work": WORK}, lines), 2)

    assert time.over
    assert [each / 1_000 for each in time.ratios] == pytest.approx(list(share.ratios))
    assert size.ratio > 1_000
    assert 0.5 < memory.ratio < 2


def test_a_command_that_fails_is_no_fast_one() -> None:
    with pytest.raises(SystemExit, match="exit code 3"):
        run((sys.executable, "-c", "raise SystemExit(3)"))


def test_findings_are_no_failure() -> None:
    assert run((sys.executable, "-c", "raise SystemExit(1)")).seconds > 0


@pytest.mark.parametrize(("budget", "code"), [(1_000.0, 0), (0.1, 1)])
def test_the_exit_code_tells_whether_a_budget_is_exceeded(
    budget: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def one(_folder: Path, sizes: Sizes) -> list[object]:
        assert sizes == QUICK
        return [("own", lambda: Group("own", {"a": BARE}, [Comparison("itself", "a", "a", budget)]))]

    monkeypatch.setattr(bench, "groups", one)

    assert bench.main(["--quick", "--rounds", "1"]) == code
    assert f"{code} of 1 budgets exceeded" in capsys.readouterr().out


def test_every_group_can_be_made_small(tmp_path: Path) -> None:
    for _, make in groups(tmp_path, Sizes((20,), 20, 40, 4, 20)):
        group = make()
        compared = {line.subject for line in group.lines} | {
            line.floor for line in group.lines if isinstance(line.floor, str)
        }
        assert compared <= set(group.commands)
