"""Beside another revision only what changed is judged again, with the outcome of judging everything."""

import subprocess
from pathlib import Path

import pytest

from allowlint.lint import memory, ordering, work
from allowlint.lint.pieces import Piece
from tests.cli.calling import Call


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read and judged, of now and of then."""
    found: list[str] = []
    whole = ordering.Ordering.done_here

    def done_here(self: ordering.Ordering, path: str) -> tuple[work.Reply, Piece | None]:
        found.append(path)
        return whole(self, path)

    monkeypatch.setattr(ordering.Ordering, "done_here", done_here)
    return found


@pytest.fixture
def committed(call: Call, fleet: Path) -> Path:
    """The repository, with all of it committed."""
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@a", "commit", "-qm", "all")):
        subprocess.run(["git", *words], cwd=fleet, check=True)
    return fleet


def write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def changed(name: str) -> None:
    if name == "a configuration":
        write("b1/proxy.conf", "http_port 1\nhttp_access deny all\n")
    elif name == "a list":
        write("b1/list.txt", ".example.com\n")
    elif name == "a new one":
        write("b1/more.conf", "http_port 1\nhttp_access deny all\n")
    elif name == "an included one":
        write("b1/proxy.conf", "http_port 1\ninclude more.conf\nhttp_access deny all\n")
        write("b1/more.conf", "acl a dstdomain .a.test\nhttp_access allow a\n")
    elif name == "the settings":
        write("allowlint.yaml", Path("allowlint.yaml").read_text(encoding="utf-8").replace("[EU]", "[UK]"))


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("nothing", set()),
        ("a configuration", {"b1/proxy.conf"}),
        ("a list", {"b1/proxy.conf"}),
        ("a new one", set()),
        ("an included one", {"b1/proxy.conf"}),
        ("the settings", set()),
    ],
)
def test_only_what_changed_is_judged_again(
    call: Call, committed: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch, name: str, again: set[str]
) -> None:
    changed(name)
    words = ("check", "--since", "HEAD", "--format", "json", "--jobs", "1")

    done = call(*words)

    twice = {path for path in judged if judged.count(path) > 1}
    assert twice - {"allowlint.yaml"} == again
    monkeypatch.setattr(memory.Memory, "get", lambda *_: None)
    assert call(*words) == done


def test_so_it_is_in_folders_with_parts_of_others_in_them(
    call: Call, committed: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed("an included one")
    for command in (("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@a", "commit", "-qm", "more")):
        subprocess.run(["git", *command], cwd=committed, check=True)
    Path("b1/more.conf").write_text("acl b dstdomain .b.test\nhttp_access allow b\n", encoding="utf-8")
    words = ("check", ".", "--isolated", "--since", "HEAD", "--format", "json", "--jobs", "1")

    done = call(*words)

    twice = {path for path in judged if judged.count(path) > 1 and path.startswith("b") and path.endswith(".conf")}
    assert twice == {"b1/proxy.conf", "b1/more.conf"}
    monkeypatch.setattr(memory.Memory, "get", lambda *_: None)
    assert call(*words) == done
