"""The folder of a case stands for its repository, wherever the fixtures lie."""

import os

import pytest

from allowlint.reports import _places


@pytest.fixture(autouse=True)
def _here_is_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_places, "repository_root", os.getcwd)
