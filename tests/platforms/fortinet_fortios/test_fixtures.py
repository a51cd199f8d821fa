"""Every fixture of FortiOS against what was worked out for it by hand from the vendor's documents."""

import pytest

from allowlint.model.device import Stage
from tests.platforms.fortinet_fortios.asking import Case, load_all

CASES = load_all()

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.name)


def test_there_are_fixtures() -> None:
    assert len(CASES) >= 40


@each_case
def test_the_verdicts_are_those_worked_out_by_hand(case: Case) -> None:
    wanted = [(probe["access"], probe["inspection"], probe["authentication"]) for probe in case.expected["probes"]]

    assert case.answers(case.device()) == wanted


@each_case
def test_the_source_is_named(case: Case) -> None:
    assert case.expected["title"]
    assert case.expected["source"]


@each_case
def test_what_was_not_understood_is_told(case: Case) -> None:
    device = case.device()

    assert [one.text for one in device.unread] == case.expected.get("unread", [])
    assert [entry.text for entry in device.entries if entry.fault] == case.expected.get("faults", [])
    assert sorted({note.kind for note in device.notes}) == case.expected.get("notes", [])


@each_case
def test_rules_speak_in_the_words_of_the_vendor(case: Case) -> None:
    """``policy 40 (Web out)``, at the line of its ``edit``."""
    lines = (case.path / "config.conf").read_bytes().decode().split("\n")
    words = ("policy ", "security-policy ", "proxy-policy ")
    rules = [
        rule
        for entrance in case.device().entrances
        for rulebase in entrance.rulebases
        for rule in rulebase.rules
        if rulebase.stage is Stage.ACCESS and rule.text.startswith(words)
    ]

    assert [rule.text for rule in rules if f"edit {rule.text.split()[1]}" not in lines[rule.location.line - 1]] == []
