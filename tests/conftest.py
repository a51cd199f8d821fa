"""What every test can use: ``--update-golden``, and a skipped comparison with a real engine that can be made a failure."""

import os
import re
from collections.abc import Generator

import pytest
from hypothesis import Phase, settings

from tests.support import Golden

# The tests draw the same examples every time, so that a change is never blamed for what was there before it. Others are drawn with
# HYPOTHESIS_PROFILE=explore.
settings.register_profile("gate", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True)
# What fails is looked for, and not cut down: mutation testing asks no more than whether something fails.
settings.register_profile("mutation", derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

SURPRISES = re.compile(
    r"NO_COLOR|FORCE_COLOR|CI$|COLUMNS|GITHUB_|GITLAB_|TF_BUILD$|SOURCE_DATE_EPOCH$|ALLOWLINT_(?!ORACLE|REQUIRE)"
)
"""Environment variables that change what the program does; those that steer the tests themselves stay."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the expected outputs and the generated parts of the documents; review the diff",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with a file, or rewrites the file under ``--update-golden``."""
    return Golden(update=bool(request.config.getoption("--update-golden")))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person or the CI service that runs the tests must not reach them."""
    for name in os.environ:
        if SURPRISES.match(name):
            monkeypatch.delenv(name)


def _oracle_required() -> bool:
    return os.environ.get("ALLOWLINT_REQUIRE_ORACLE", "") not in {"", "0"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped oracle test into a failure where the oracle is required, as it is in CI."""
    report = yield
    expected = hasattr(report, "wasxfail")
    if report.skipped and not expected and _oracle_required() and item.get_closest_marker("oracle"):
        report.outcome = "failed"
        report.longrepr = f"ALLOWLINT_REQUIRE_ORACLE is set, but this was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if report.skipped and _oracle_required() and "oracle" in collector.path.parts:
        report.outcome = "failed"
        report.longrepr = f"ALLOWLINT_REQUIRE_ORACLE is set, but this was skipped: {report.longrepr}"
    return report
