"""The laboratory, opened once for all tests that need it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.oracle.squid_lab import SquidLab, missing


@pytest.fixture(scope="session")
def lab() -> Iterator[SquidLab]:
    """A running laboratory; skips, with the reason, where there is none to be had and none is required."""
    if reason := missing():
        if os.environ.get("ALLOWLINT_REQUIRE_ORACLE", "") not in {"", "0"}:
            pytest.fail(f"ALLOWLINT_REQUIRE_ORACLE is set, but the Squid laboratory {reason}")
        pytest.skip(f"the Squid laboratory {reason}")
    with SquidLab() as opened:
        yield opened
