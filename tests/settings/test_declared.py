"""Configurations that the settings declare: a folder that is checked in their place checks no less than they say."""

import subprocess
from glob import escape
from pathlib import Path

import pytest

from tests.cli.calling import POLICY, SQUID, Call, caller, report_of

SETTINGS = "version: 1\npolicies: [mine.yaml]\nconfigurations: [squid.conf, second.conf]\n"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    for name, text in {"allowlint.yaml": SETTINGS, "mine.yaml": POLICY, "squid.conf": SQUID}.items():
        Path(name).write_text(text, encoding="utf-8")
    return caller(capsys, monkeypatch)


@pytest.mark.parametrize("content", [b"", b"connection timed out\n", b"\0\0\0"])
@pytest.mark.parametrize("words", [(), (".",), (".", "--show-files")])
def test_one_that_is_not_recognised_any_more_is_never_passed_over(
    call: Call, content: bytes, words: tuple[str, ...]
) -> None:
    Path("second.conf").write_bytes(content)

    done = call("check", *words)

    assert done.code == 3
    assert "second.conf: not recognised" in done.stderr


def test_one_that_is_excluded_or_ignored_by_git_is_checked_all_the_same(call: Call) -> None:
    Path("second.conf").write_text(SQUID, encoding="utf-8")
    Path("allowlint.yaml").write_text(f"{SETTINGS}exclude: [second.conf]\n", encoding="utf-8")
    Path(".gitignore").write_text("*.conf\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], check=True)

    done = call("check", ".", "--format", "json")

    assert [config["path"] for config in report_of(done)["configs"]] == ["second.conf", "squid.conf"]
    assert "checked as squid" in call("check", ".", "--show-files").stdout.split("second.conf")[1].splitlines()[0]


def test_one_outside_of_the_folder_that_is_checked_is_left_alone(call: Call) -> None:
    Path("other").mkdir()
    Path("other/squid.conf").write_text(SQUID, encoding="utf-8")
    Path("second.conf").write_bytes(b"")

    assert call("check", "other").code == 0


def test_one_that_is_a_part_of_another_need_not_be_understood_alone(call: Call) -> None:
    Path("second.conf").write_text("api.good.test\n", encoding="utf-8")
    Path("squid.conf").write_text(SQUID.replace(".good.test", '"second.conf"'), encoding="utf-8")

    done = call("check", ".", "--format", "json")

    assert [config["path"] for config in report_of(done)["configs"]] == ["squid.conf"]


@pytest.mark.parametrize("name", ["second.conf", "[ab].conf"])
def test_since_one_that_was_not_understood_then_is_new(call: Call, name: str) -> None:
    Path("allowlint.yaml").write_text(SETTINGS.replace("second.conf", f"'{escape(name)}'"), encoding="utf-8")
    Path(name).write_text("connection timed out\n", encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.test", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    Path(name).write_text("http_port 3128\nhttp_access deny all\n", encoding="utf-8")

    done = call("check", ".", "--since", "HEAD", "--format", "json")

    assert done.code == 1
    assert {f["config"] for f in report_of(done)["findings"] if not f["baseline"]} == {name}


def test_links_that_are_not_followed_are_told(call: Call, tmp_path: Path) -> None:
    Path("second.conf").write_text(SQUID, encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Path("folder").symlink_to(elsewhere)
    Path("gone.conf").symlink_to("nowhere")

    lines = call("check", ".", "--show-files").stdout.splitlines()

    told = {line.split()[0]: line for line in lines}
    assert "passed over: a link to a folder; name it to have it checked" in told["folder"]
    assert "passed over: a link that leads nowhere" in told["gone.conf"]
