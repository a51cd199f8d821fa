"""How the bytes of a configuration are read."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from allowlint.errors import InputError
from allowlint.lint import inputs
from allowlint.platforms import Options

TEXT = b"http_access allow all\n" + b"# a line that says nothing\n" * 20_000


def content(path: str) -> bytes:
    (config,) = inputs.read((path,), lambda _: (Options(), "squid"))
    return config.content


def piped(path: Path) -> str:
    """A pipe, which does not say how much comes out of it."""
    os.mkfifo(path)
    Thread(target=path.write_bytes, args=(TEXT,), daemon=True).start()
    return str(path)


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_bytes(TEXT)

    assert inputs.content_of(str(tmp_path / "squid.conf"), len(TEXT)) == TEXT


def test_a_pipe_is_read_whole(tmp_path: Path) -> None:
    assert content(piped(tmp_path / "squid.conf")) == TEXT


def test_standard_input_is_read_from_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = BytesIO(b"read by somebody else\n" + TEXT)
    stream.readline()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))

    assert content("-") == TEXT


@pytest.mark.parametrize("pipe", [False, True])
def test_more_than_a_configuration_may_be_long_is_refused(pipe: bool, tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_bytes(TEXT)
    path = piped(tmp_path / "pipe") if pipe else str(tmp_path / "squid.conf")

    with pytest.raises(InputError, match="larger than"):
        inputs.content_of(path, len(TEXT) - 1)


def test_a_configuration_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_bytes(TEXT)

    assert content(str(tmp_path / "squid.conf")) == TEXT
