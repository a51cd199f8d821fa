"""Where a test was made: a result of one place says nothing of another, and settles only what it surely has passed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Call
from tests.cli.conftest import call as call_fixture
from tests.live.test_comparing import ALLOWED, BAD, BLOCKED, OK, UNKNOWN, block, setup

call = call_fixture


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    setup(UNKNOWN, block(OK, BAD, BAD))
    return tmp_path


def settings(live: str, rest: str = "configurations: [squid.conf, branch.conf]") -> None:
    text = f"version: 1\npolicies: [mine.yaml]\n{rest}\nlive: [{{file: result.txt, date: 2099-12-20{live}}}]\n"
    Path("allowlint.yaml").write_text(text, encoding="utf-8")


def branch(text: str = UNKNOWN) -> None:
    Path("branch.conf").write_text(text.format(mode=""), encoding="utf-8")


def live(call: Call, *words: str) -> dict[str, Any]:
    report = json.loads(call("check", *words, "--format", "json").stdout)
    found: dict[str, Any] = report["live"]
    return found | {"notices": report["notices"]}


def settled(call: Call, *words: str) -> list[str]:
    return [f"{each['config']} {each['device']}" for each in live(call, *words)["settled"]]


def test_a_result_for_one_configuration_settles_that_one_alone(folder: Path, call: Call) -> None:
    branch()
    settings(", for: branch.conf")

    assert settled(call) == ["branch.conf branch.conf"]
    assert call("check", "--fail-on", "unknown").code == 1
    assert {each["config"] for each in live(call)["answers"]} == {"branch.conf"}


def test_without_a_place_a_result_settles_nothing_beside_several(folder: Path, call: Call) -> None:
    branch()
    settings("")

    assert settled(call) == []
    assert "several devices" in live(call)["answers"][0]["reasons"][0]


def test_another_device_that_is_not_asked_for_the_endpoint_may_have_been_passed(folder: Path, call: Call) -> None:
    """It could as well be that one behind which the machine stands."""
    branch()
    Path("mine.yaml").write_text(
        "version: 1\nname: mine\nrequirements:\n  - {host: api.good.test, systems: [windows]}\n  - {host: other.good.test}\n",
        encoding="utf-8",
    )
    settings("", "configurations: [squid.conf, {files: branch.conf, profile: {systems: [linux]}}]")

    assert settled(call) == []


def test_a_part_of_the_settings_does_not_make_a_result_its_own(folder: Path, call: Call) -> None:
    branch()
    settings("")

    assert settled(call, "squid.conf") == []
    assert "this run judges only a part" in live(call, "squid.conf")["answers"][0]["reasons"][0]
    assert call("check", "squid.conf", "--fail-on", "unknown").code == 1


def test_where_nothing_is_declared_a_named_file_is_a_part(folder: Path, call: Call) -> None:
    settings("", "")

    assert settled(call, "squid.conf") == []
    assert settled(call, ".") == ["squid.conf squid.conf"]


def test_whoever_names_a_result_beside_one_configuration_says_where_it_is_from(folder: Path, call: Call) -> None:
    branch()
    settings("", "configurations: [squid.conf, branch.conf]\noutputs: {}")
    Path("other.txt").write_text(block(OK, BAD, BAD), encoding="utf-8")

    assert settled(call, "squid.conf", "--live", "other.txt@2099-12-20") == ["squid.conf squid.conf"]


@pytest.mark.parametrize("name", ["result.txt", "./result.txt", "result.txt@2099-12-19"])
def test_what_the_settings_say_of_a_result_holds_on_the_command_line_too(name: str, folder: Path, call: Call) -> None:
    branch()
    settings(", for: branch.conf")

    assert settled(call, "--live", name) == ["branch.conf branch.conf"]
    assert settled(call, "squid.conf", "--live", name) == []
    done = call("compare-live", name, "squid.conf", "--fail-on", "unknown")
    assert done.code == 1
    assert "is put beside nothing: it is for branch.conf" in " ".join(done.stdout.split())


def test_a_result_of_a_place_that_is_not_judged_is_told(folder: Path, call: Call) -> None:
    branch(ALLOWED)
    settings(", for: branch.conf")
    Path("result.txt").write_text(block(BAD, BAD, BAD), encoding="utf-8")

    found = live(call, "squid.conf")

    assert found["answers"] == []
    assert found["notices"] == [
        "result.txt is put beside nothing: it is for branch.conf, which this run does not judge"
    ]
    assert call("check", "squid.conf").code == 0


def test_a_failure_at_the_branch_does_not_contradict_the_headquarters(folder: Path, call: Call) -> None:
    Path("squid.conf").write_text(ALLOWED.format(mode=""), encoding="utf-8")
    branch(BLOCKED)
    settings(", for: branch.conf")
    Path("result.txt").write_text(block(BAD, BAD, BAD), encoding="utf-8")

    assert [(each["config"], each["conclusion"]) for each in live(call)["answers"]] == [
        ("branch.conf", "fault confirmed")
    ]


def test_a_failure_of_which_the_place_is_not_known_keeps_another_result_from_settling(folder: Path, call: Call) -> None:
    branch()
    settings(", for: branch.conf}, {file: other.txt, date: 2099-12-20")
    Path("other.txt").write_text(block(BAD, BAD, BAD), encoding="utf-8")

    assert settled(call) == []


def test_a_path_is_named_by_its_name_and_its_devices_are_not_places(folder: Path, call: Call) -> None:
    rest = "paths: {office: {chain: [squid.conf]}}\nconfigurations: [branch.conf]"
    branch()
    settings(", for: office", rest)

    assert settled(call) == ["allowlint.yaml office"]
    settings(", for: squid.conf", rest)
    assert settled(call) == []
    assert "judged as a part of a path: name the path" in live(call)["notices"][0]


def test_one_device_of_a_file_is_named_by_both(folder: Path, call: Call) -> None:
    settings(", for: {config: squid.conf, device: 'squid*'}", "configurations: [squid.conf]")
    assert settled(call) == ["squid.conf squid.conf"]

    settings(", for: {config: squid.conf, device: 'vsys*'}", "configurations: [squid.conf]")
    assert settled(call) == []


def test_only_a_change_of_its_own_place_makes_a_result_old(folder: Path, call: Call) -> None:
    branch()
    settings(", for: branch.conf")
    subprocess.run(["touch", "-d", "2099-12-25", "squid.conf"], check=True)

    assert settled(call) == ["branch.conf branch.conf"]
    subprocess.run(["touch", "-d", "2099-12-25", "branch.conf"], check=True)
    assert settled(call) == []


def test_the_settings_are_shown_with_the_place(folder: Path, call: Call) -> None:
    branch()
    settings(", for: [branch.conf, {config: squid.conf, device: a}]")

    shown = call("check", "--show-settings").stdout

    assert "live: result.txt of 2099-12-20 for branch.conf, squid.conf, a" in shown
