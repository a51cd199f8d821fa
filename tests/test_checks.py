"""Each check on its own cases: `fixtures/checks/<name>/{pass,fail}/<case>/`, a configuration and the policy it is held to.

Only that check is selected, so that a change elsewhere does not rewrite the expectations of the others; with it those that
the settings of a case select, for a check that speaks of what others find. The day is 2100-01-01: waivers of cases end later.
"""

import json
from pathlib import Path

import pytest
import yaml

from allowlint import registry
from allowlint.cli import main
from tests.support import FIXTURES, Golden

NAMES = {name.replace("_", "-"): name for name in registry.names("checks")}
CASES = sorted(path.parent for path in FIXTURES.glob("checks/*/*/*/policy.yaml"))

each_case = pytest.mark.parametrize("case", CASES, ids=lambda path: "-".join(path.parts[-3:]))


DAY = "4102444800"
"""2100-01-01, in seconds since 1970: no later than the day on which the tests run, which the program would take instead."""


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)


def beside(case: Path) -> list[str]:
    """The checks that the settings of a case select beside its own."""
    settings = case / "allowlint.yaml"
    values = yaml.safe_load(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    found: list[str] = values.get("checks", {}).get("select", [])
    return found


def code_of(case: Path) -> str:
    return str(registry.load("checks", NAMES[case.parts[-3]]).code)


def check(case: Path, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the one check on the case and return what it prints."""
    configs = [path.name for path in sorted(case.iterdir()) if path.stem in {"squid", "config"}][:1]
    # A case with settings is about the paths that they declare.
    named = [] if (case / "allowlint.yaml").exists() else configs
    options = ["--policy", "policy.yaml", "--select", ",".join((code_of(case), *beside(case))), "--format", form]
    assert main(["check", *named, *options]) in {0, 1}
    return capsys.readouterr().out


@each_case
def test_it_is_found_where_it_is_and_not_where_it_is_not(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)

    found = {finding["code"] for finding in json.loads(check(case, "json", capsys))["findings"]}

    assert found - set(beside(case)) == ({code_of(case)} if case.parent.name == "fail" else set())


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.parent.name == "fail"], ids=lambda path: "-".join(path.parts[-3:])
)
def test_it_says_so_in_these_words(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    monkeypatch.chdir(case)

    golden.check(case / "expected.txt", check(case, "text", capsys))
