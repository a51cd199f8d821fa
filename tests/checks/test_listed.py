"""A run imports the checks that have something to look at, from a list that says of each what its module says."""

import subprocess
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.checks import Check, Examined, _listed
from allowlint.checks._index import ROWS
from allowlint.checks._listed import index, listed
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Note, Stage
from allowlint.model.location import Location
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, StageVerdict, Verdict
from tests.support import ROOT, Golden

CHECKS: dict[str, Check] = registry.all("checks")
SAID = ("code", "name", "severity", "summary", "alone", "notes", "answers", "page")


@pytest.mark.checkout
def test_the_list_is_in_step_with_the_modules(golden: Golden) -> None:
    golden.check(ROOT / "src" / "allowlint" / "checks" / "_index.py", index())


def test_it_says_of_each_check_what_its_module_says() -> None:
    said = [[getattr(check, word) for word in SAID] for check in listed()]

    assert said == [[getattr(check, word) for word in SAID] for check in CHECKS.values()]
    for mine, theirs in zip(listed(), CHECKS.values(), strict=True):
        assert [bool(mine.review), bool(mine.compare)] == [bool(theirs.review), bool(theirs.compare)]


def examined_with(*kinds: str) -> Examined:
    notes = tuple(Note(kind, Location("f", 1), f"a note ({kind})") for kind in kinds)
    return Examined("f", Device("f", "squid", (), notes=notes), (), flow_for())


EVERY = sorted({kind for check in CHECKS.values() for kind in check.notes})


@pytest.mark.parametrize("name", [name for name, check in CHECKS.items() if check.notes])
def test_a_check_of_notes_speaks_of_its_own_kinds_alone(name: str) -> None:
    check = CHECKS[name]
    others = examined_with(*(kind for kind in EVERY if kind not in check.notes))

    assert not check.concerns(others.device, ())
    assert list(check.run(others)) == []
    for kind in check.notes:
        assert check.concerns(examined_with(kind).device, ())
        assert list(check.run(examined_with(kind)))


def examined_that_answers(answers: Iterable[tuple[Stage, Answer]]) -> Examined:
    nothing = dict.fromkeys(Stage, StageVerdict(Answer.NOT_APPLICABLE))
    stages = [nothing | {stage: StageVerdict(answer)} for stage, answer in answers]
    verdicts = tuple(Verdict(Requirement("a.test", expect={"routing": "direct"}), 443, each) for each in stages)
    return Examined("f", Device("f", "squid", ()), verdicts, flow_for())


@pytest.mark.parametrize("name", [name for name, check in CHECKS.items() if check.answers])
def test_a_check_of_answers_speaks_of_its_own_alone(name: str) -> None:
    check = CHECKS[name]
    others = examined_that_answers(each for each in product(Stage, Answer) if each not in check.answers)

    assert not check.concerns(others.device, others.answers)
    assert list(check.run(others)) == []
    for answer in check.answers:
        examined = examined_that_answers([answer])
        assert check.concerns(examined.device, examined.answers)


def test_a_check_that_looks_at_more_concerns_every_device() -> None:
    assert CHECKS["shadowed_rule"].concerns(examined_with().device, ())


def test_a_listed_check_finds_what_its_module_finds() -> None:
    examined = examined_with(*EVERY)

    assert [list(check.run(examined)) for check in listed()] == [list(check.run(examined)) for check in CHECKS.values()]


def test_a_module_that_was_added_since_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allowlint.checks._listed.ROWS", ROWS[1:])

    assert [check.code for check in listed()] == [check.code for check in CHECKS.values()]


def test_listing_imports_no_check() -> None:
    code = "import sys; from allowlint.checks._listed import listed; listed(); print('allowlint.checks.missing_allow' in sys.modules)"
    source = str(Path(_listed.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"
