"""The workshop, opened once."""

from __future__ import annotations

import pytest

from tests.metamorphic.workshop import Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Reads edited configurations."""
    return Workshop(tmp_path_factory.mktemp("metamorphic"))
