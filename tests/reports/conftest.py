"""The folder of a case stands for its repository, wherever the fixtures lie; and the examples in every format, made once."""

import gc
import os
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

import pytest

from allowlint.cli import main
from allowlint.cli._outputs import report_names
from allowlint.reports import _places
from tests.support import FIXTURES
from tests.test_projects import command

PROJECTS = sorted(path.parent for path in FIXTURES.glob("projects/*/command.yaml"))
_made: dict[Path, Mapping[str, bytes]] = {}


@pytest.fixture(autouse=True)
def _here_is_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_places, "repository_root", os.getcwd)


@pytest.fixture(params=PROJECTS, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Mapping[str, bytes]]:
    """The exit code that is wanted of an example repository, and what its run writes in each format."""
    project: Path = request.param
    wanted = command(project)
    if project not in _made:
        outputs = [word for name in report_names() for word in ("--output", f"{name}={tmp_path / name}")]
        with chdir(project):
            assert main([*wanted["args"], "--quiet", *outputs]) == wanted["exit"]
        # One run of the program does without.
        gc.enable()
        _made[project] = {name: (tmp_path / name).read_bytes() for name in report_names()}
    return wanted["exit"], _made[project]
