"""The pages that ``allowlint rule`` prints: what they show is what the fixtures run."""

from importlib import import_module

import pytest

from allowlint import registry
from tests.support import FIXTURES

TOLD_OF = ("squid.conf", "allowlint.yaml", "baseline.json")
"""Files that checks speak of."""
CHECKS = registry.names("checks")


@pytest.mark.parametrize("name", CHECKS)
def test_the_example_is_a_case_that_fails(name: str) -> None:
    page = import_module(f"allowlint.checks.{name}").__doc__ or ""
    example = page.split("```")[1].strip().splitlines()

    folder = FIXTURES / "checks" / name.replace("_", "-") / "fail"
    files = (path for path in folder.glob("*/*") if path.name in TOLD_OF or path.stem == "config")
    configs = [path.read_text(encoding="utf-8").splitlines() for path in files]

    wanted = {line.strip() for line in example}
    assert any(wanted <= {line.strip() for line in config} for config in configs), example
