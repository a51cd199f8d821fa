"""Limits: each ends in an error or an unknown verdict that names it and how to raise it, and none can be used to pass a gate."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from allowlint.errors import InputError
from allowlint.lint.deadline import within
from allowlint.model.limits import LIMITS, Limits
from tests.cli.calling import BLOCKED, POLICY, SQUID, Call, report_of

CHECK = ("check", "squid.conf", "--policy", "mine.yaml")


@pytest.mark.parametrize(
    ("limit", "message"),
    [("side-files=1", "more than 1 side files are read"), ("side-file-mb=1", "it is larger than 1 MB")],
)
def test_what_is_not_read_for_its_size_is_unknown_and_says_which_limit_it_was(
    limit: str, message: str, call: Call
) -> None:
    for number in range(3):
        Path(f"more{number}.conf").write_text("# x\n" * 300_000, encoding="utf-8")
    includes = "".join(f"include more{number}.conf\n" for number in range(3))
    Path("squid.conf").write_text(includes + SQUID, encoding="utf-8")

    assert call(*CHECK).code == 0
    report = report_of(call(*CHECK, "--limit", limit, "--format", "json"))

    assert {verdict["access"] for verdict in report["verdicts"]} == {"unknown"}
    said = [f"{finding['message']} {finding['help']}" for finding in report["findings"]]
    assert any(message in text and f"--limit {limit.partition('=')[0]}=N" in text for text in said), said


def test_a_configuration_that_is_too_large_is_an_error_that_names_the_limit(call: Call) -> None:
    Path("squid.conf").write_text(SQUID + "# x\n" * 300_000, encoding="utf-8")

    done = call(*CHECK, "--limit", "config-mb=1")

    assert (done.code, done.stdout) == (3, "")
    assert "squid.conf: larger than 1 MB" in done.stderr
    assert "--limit config-mb=N" in done.stderr
    assert call(*CHECK, "--limit", "config-mb=2").code == 0


@pytest.mark.parametrize("what", ["reading", "judging", "checking"])
def test_what_takes_too_long_is_an_error_that_names_the_limit(
    what: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_given: object, **_named: object) -> None:
        while True:
            time.sleep(0.01)

    from allowlint.lint import judging
    from allowlint.platforms.squid import parsing

    module, name = {"reading": (parsing, "parsed"), "judging": (judging, "judge"), "checking": (judging, "_examined")}[
        what
    ]
    monkeypatch.setattr(module, name, never)

    done = call(*CHECK, "--limit", "seconds=1")

    assert (done.code, done.stdout) == (3, "")
    assert f"squid.conf: {what} it takes more than 1 second" in done.stderr
    assert "--limit seconds=N" in done.stderr


def test_no_handler_of_errors_takes_the_end_of_time_for_its_own() -> None:
    def stubborn() -> None:
        while True:
            with suppress(Exception):
                time.sleep(0.01)

    with pytest.raises(InputError, match="more than 1 second"), within(1, "x", "reading"):
        stubborn()


def test_what_is_in_time_is_left_alone() -> None:
    with within(1, "x", "reading"):
        pass
    time.sleep(1.1)


@pytest.mark.parametrize("name", LIMITS)
def test_settings_can_raise_a_limit_and_not_lower_it(name: str, call: Call) -> None:
    default = getattr(Limits(), name.replace("-", "_"))
    Path("allowlint.yaml").write_text(f"version: 1\nlimits: {{{name}: {default + 1}}}\n", encoding="utf-8")
    raised = call(*CHECK, "--show-settings")
    Path("allowlint.yaml").write_text(f"version: 1\nlimits: {{{name}: {default - 1}}}\n", encoding="utf-8")
    lowered = call(*CHECK)

    assert f"limit: {name} {default + 1}" in raised.stdout
    assert (lowered.code, lowered.stdout) == (2, "")
    assert f"allowlint.yaml:2: {name} must be a number from {default} to 1000000" in lowered.stderr


def test_no_limit_makes_a_fault_pass(call: Call) -> None:
    """Whatever the settings say: what was blocked stays a finding, or the run ends in an error."""
    Path("mine.yaml").write_text(POLICY + BLOCKED, encoding="utf-8")
    Path("more.conf").write_text("http_access deny all\n" + "# x\n" * 300_000, encoding="utf-8")
    Path("squid.conf").write_text("include more.conf\n" + SQUID, encoding="utf-8")
    assert call(*CHECK).code == 1

    for name in LIMITS:
        for value in (0, 1, 1_000_000, 99_999_999, -1, "x", "1e9"):
            Path("allowlint.yaml").write_text(f"version: 1\nlimits: {{{name}: {value}}}\n", encoding="utf-8")
            assert call(*CHECK).code in {1, 2, 3}, (name, value)


@pytest.mark.parametrize(
    "word",
    [
        "side-files",
        "side-files=",
        "side-files=0",
        "side-files=-1",
        "side-files=٣",
        "sidefiles=1",
        "=1",
        "seconds=1000001",
    ],
)
def test_a_limit_that_is_none_is_refused(word: str, call: Call) -> None:
    done = call(*CHECK, "--limit", word)

    assert (done.code, done.stdout) == (2, "")
    assert "--limit" in done.stderr
    assert "hint: " in done.stderr
