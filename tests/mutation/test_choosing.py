"""Which tests a module is tried with, and what mutmut is told."""

import tomllib

import pytest

from tests.mutation.__main__ import ROOT, area_of, settings, source_of

pytestmark = pytest.mark.checkout


@pytest.mark.parametrize(
    ("module", "source", "tests"),
    [
        ("engine.judge", "src/allowlint/engine/judge.py", ["tests/engine", "tests/model"]),
        ("model.hosts", "src/allowlint/model/hosts.py", ["tests/engine", "tests/model"]),
        ("platforms.squid", "src/allowlint/platforms/squid/*", ["tests/platforms/squid"]),
        ("platforms.squid.names", "src/allowlint/platforms/squid/names.py", ["tests/platforms/squid"]),
        ("platforms._zones", "src/allowlint/platforms/_zones.py", ["tests/platforms"]),
        ("lint.judging", "src/allowlint/lint/judging.py", ["tests/test_lint.py"]),
    ],
)
def test_a_module_is_tried_with_the_nearest_tests(module: str, source: str, tests: list[str]) -> None:
    assert (source_of(module), area_of(module)) == (source, tests)


@pytest.mark.parametrize(("named", "why"), [("engine.nothing", "no module"), ("__main__", "name them with TESTS")])
def test_what_cannot_be_tried_is_said(named: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        (source_of(named), area_of(named))


def test_the_settings_of_the_project_stay_with_what_is_changed_and_what_is_run() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    before = tomllib.loads(text)

    after = tomllib.loads(settings(text, "src/allowlint/engine/judge.py", ["tests/engine"]))

    added = {
        "only_mutate": ["src/allowlint/engine/judge.py"],
        "pytest_add_cli_args_test_selection": ["tests/engine"],
    }
    assert after["tool"].pop("mutmut") == before["tool"].pop("mutmut") | added
    assert after == before
