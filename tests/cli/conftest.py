"""A folder of its own for each test, with a configuration and a policy in it."""

from pathlib import Path

import pytest

from tests.cli.calling import POLICY, SQUID, Call, caller


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test stands: holds ``squid.conf`` and ``mine.yaml``, which find nothing to complain of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command line in this process, in the test's folder."""
    return caller(capsys, monkeypatch)
