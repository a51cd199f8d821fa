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


TRANSCRIPT = (
    b"\nCurrent WinHTTP proxy settings:\n\n    Proxy Server(s) :  10.0.0.6:8080\n    Bypass List     :  (none)\n"
)


@pytest.mark.parametrize("named", [False, True])
def test_what_tells_a_file_may_stand_far_down_in_it(named: bool, tmp_path: Path) -> None:
    log = tmp_path / "deployment.log"
    log.write_bytes(b"12:00:00 copied a file\n" * 10_000 + TRANSCRIPT)

    (config,) = inputs.read((str(log if named else tmp_path),), lambda _: (Options(), ""))

    assert [device.name for device in config.devices] == ["WinHTTP"]


def test_further_down_than_in_a_folder_where_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "FAR", 100_000)
    log = tmp_path / "deployment.log"
    log.write_bytes(b"12:00:00 copied a file\n" * 10_000 + TRANSCRIPT)

    (config,) = inputs.read((str(log),), lambda _: (Options(), ""))

    assert config.platform.id == "mde_endpoint"
    with pytest.raises(InputError, match="no configuration found"):
        list(inputs.read((str(tmp_path),), lambda _: (Options(), "")))


@pytest.mark.parametrize("name", ["programs.reg", "programs.pol"])
def test_a_long_export_that_speaks_of_something_else_is_passed_over_in_a_folder(name: str, tmp_path: Path) -> None:
    key = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes]\r\n" + '"name"="value"\r\n' * 5_000
    text = ("Windows Registry Editor Version 5.00\r\n\r\n" + key).encode("utf-16")
    (tmp_path / name).write_bytes(text if name.endswith(".reg") else b"PReg\1\0\0\0" + text)
    (tmp_path / "squid.conf").write_bytes(TEXT)

    (config,) = inputs.read((str(tmp_path),), lambda _: (Options(), ""))

    assert config.platform.id == "squid"


@pytest.mark.parametrize("pipe", [False, True])
def test_more_than_a_configuration_may_be_long_is_refused(pipe: bool, tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_bytes(TEXT)
    path = piped(tmp_path / "pipe") if pipe else str(tmp_path / "squid.conf")

    with pytest.raises(InputError, match="larger than"):
        inputs.content_of(path, len(TEXT) - 1)


def test_a_configuration_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_bytes(TEXT)

    assert content(str(tmp_path / "squid.conf")) == TEXT
