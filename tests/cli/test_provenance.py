"""Reports say from what they were made."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Call


def provenance(call: Call, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call(*words).stdout)["provenance"]
    return found


def test_the_command_line_is_told_as_it_was_given(call: Call, folder: Path) -> None:
    words = ("check", "squid.conf", "--policy", "mine.yaml", "--format", "json")

    assert provenance(call, *words)["command"] == ["allowlint", *words]


def test_what_variables_say_is_told_too(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_CLIENT", "10.1.2.3")

    command = provenance(call, "check", "squid.conf", "--policy", "mine.yaml", "--format", "json")["command"]

    assert command[:4] == ["allowlint", "check", "--client=10.1.2.3", "squid.conf"]


def test_the_settings_are_told_with_what_they_extend(call: Call, folder: Path) -> None:
    (folder / "ours.yaml").write_text("version: 1\n", encoding="utf-8")
    (folder / "allowlint.yaml").write_text("version: 1\nextends: ours.yaml\n", encoding="utf-8")

    settings = provenance(call, "check", "squid.conf", "--policy", "mine.yaml", "--format", "json")["settings"]

    assert [Path(each).name for each in settings] == ["allowlint.yaml", "ours.yaml"]


def test_the_time_is_that_of_the_environment(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795453200")

    assert (
        provenance(call, "check", "squid.conf", "--policy", "mine.yaml", "--format", "json")["made"]
        == "2026-11-23T17:00:00Z"
    )


def test_else_the_time_is_now(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    made = provenance(call, "check", "squid.conf", "--policy", "mine.yaml", "--format", "json")["made"]

    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", made)


@pytest.mark.parametrize("text", ["tomorrow", "1e9", "99999999999999999999"])
def test_a_time_that_is_none_is_wrong_usage(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)

    done = call("check", "squid.conf", "--policy", "mine.yaml")

    assert done.code == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr
