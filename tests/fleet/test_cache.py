"""What was kept is what would be found, and nobody else decides what is kept."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from allowlint.lint import cache, ordering, work
from allowlint.lint.pieces import Piece
from tests.cli.calling import Call
from tests.support import Run

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read and judged, and not taken from the cache."""
    found: list[str] = []
    whole = ordering.Ordering.done_here

    def done_here(self: ordering.Ordering, path: str) -> tuple[work.Reply, Piece | None]:
        found.append(path)
        return whole(self, path)

    monkeypatch.setattr(ordering.Ordering, "done_here", done_here)
    return found


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("jobs", "form"), [("1", "html"), ("2", "json")])
def test_what_was_kept_is_what_is_found(check: Callable[..., Run], kept: Path, jobs: str, form: str) -> None:
    words = ("--format", form, "--jobs", jobs, "--cache", str(kept))
    plain = re.sub(r',?\s*"?--no-cache"?', "", check(*words, "--no-cache").stdout)

    assert [check(*words).stdout, check(*words).stdout] == [plain, plain]
    assert entries(kept)


def test_a_second_run_judges_nothing_again_but_what_is_timed(call: Call, kept: Path, judged: list[str]) -> None:
    call("check", ".", "--isolated", "--jobs", "1", "--cache", kept)
    first, judged[:] = list(judged), []

    call("check", ".", "--isolated", "--jobs", "1", "--cache", kept)

    assert "b0/proxy.conf" in first
    assert {Path(path).suffix for path in judged if not path.endswith((".txt", ".json", ".yaml"))} <= {".pac"}


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("b0/proxy.conf").write_text("http_port 3128\nhttp_access deny all\n", encoding="utf-8"),
        lambda: Path("b0/list.txt").write_text(".example.com\n", encoding="utf-8"),
        lambda: Path("b0/list.txt").unlink(),
        lambda: Path("b0/parts/new.conf").write_text("acl n dstdomain .n.test\n", encoding="utf-8"),
    ],
    ids=["the configuration", "a file that it reads", "a file that is gone", "a file that its include finds now"],
)
def test_a_change_of_what_decides_is_judged_anew(
    call: Call, kept: Path, judged: list[str], change: Callable[[], object]
) -> None:
    Path("b0/parts").mkdir()
    Path("b0/parts/old.conf").write_text("acl o dstdomain .o.test\n", encoding="utf-8")
    with Path("b0/proxy.conf").open("a", encoding="utf-8") as file:
        file.write("include parts/*.conf\n")
    words = ("check", "b0/proxy.conf", "b1/proxy.conf", "--isolated", "--format", "csv", "--jobs", "1")
    call(*words, "--cache", kept)
    change()
    judged.clear()

    done = call(*words, "--cache", kept)

    assert judged == ["b0/proxy.conf"]
    assert done == call(*words)


@pytest.mark.parametrize(
    "words",
    [
        ("--policy", "mde-standard"),
        ("--geo", "US"),
        ("--os", "linux"),
        ("--client", "10.1.0.0/16"),
        ("--assume", "public_dns"),
        ("--select", "ACC"),
        ("--root", "."),
        ("--platform", "squid"),
        ("--answer", "live_response=yes"),
    ],
)
def test_another_question_has_another_answer(call: Call, kept: Path, judged: list[str], words: tuple[str, ...]) -> None:
    asked = ("check", "b0/proxy.conf", "--isolated", "--format", "csv", "--jobs", "1")
    call(*asked, "--cache", kept)
    judged.clear()

    done = call(*asked, *words, "--cache", kept)

    assert judged == ["b0/proxy.conf"]
    assert done == call(*asked, *words)


def test_another_program_has_another_answer(
    call: Call, kept: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)
    call(*words)
    judged.clear()
    monkeypatch.setattr(ordering, "identity", lambda: "0.1.0 another")
    monkeypatch.setattr(work, "identity", lambda: "0.1.0 another")

    call(*words)

    assert judged == ["b0/proxy.conf"]


def test_the_day_and_what_is_accepted_are_looked_at_each_time(call: Call, kept: Path, judged: list[str]) -> None:
    words = ("check", "--format", "json", "--jobs", "1", "--cache", kept)
    settings = Path("allowlint.yaml")
    settings.write_text(settings.read_text(encoding="utf-8").split("paths:")[0], encoding="utf-8")
    before = call(*words)
    judged.clear()
    settings.write_text(settings.read_text(encoding="utf-8").replace("2026-12-30", "2020-12-30"), encoding="utf-8")

    after = call(*words)

    assert {Path(path).suffix for path in judged} <= {".pac"}
    assert '"expired"' in after.stdout
    assert '"expired"' not in before.stdout


def spoiled(folder: Path, change: Callable[[bytes], bytes]) -> None:
    for path in entries(folder):
        path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda content: content[:-20],
        lambda content: content.replace(b"violated", b"satisfied"),
        lambda content: content.replace(b"allowlint-1", b"allowlint-2"),
        lambda content: content.partition(b"\n")[0] + b'\n[[],["piece","",null,null,null,[]]]\n[[],[]]',
        lambda content: b"[" * 100_000,
    ],
    ids=["empty", "cut", "another verdict", "another form", "another text", "deep"],
)
def test_an_entry_that_was_tampered_with_is_passed_over_and_told(
    call: Call, kept: Path, change: Callable[[bytes], bytes]
) -> None:
    words = ("check", "b0/proxy.conf", "--isolated", "--jobs", "1")
    alone = call(*words)
    call(*words, "--cache", kept)
    spoiled(kept, change)

    done = call(*words, "--cache", kept)

    assert (done.code, done.stdout) == (alone.code, alone.stdout)
    assert "this entry of the cache is passed over: it does not bear the right seal" in done.stderr


def test_an_entry_in_the_place_of_another_one_is_passed_over(call: Call, kept: Path) -> None:
    """Somebody who has a good result for one configuration cannot make it that of another one."""
    call("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)
    (good,) = entries(kept)
    content = good.read_bytes()
    call("check", "b1/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)
    (other,) = set(entries(kept)) - {good}
    other.write_bytes(content)

    done = call("check", "b1/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)

    assert "it does not bear the right seal" in done.stderr
    assert done.stdout == call("check", "b1/proxy.conf", "--isolated", "--jobs", "1").stdout


@pytest.mark.parametrize("place", ["cache", "b0/../cache", "."])
def test_a_cache_that_comes_with_the_repository_is_refused(call: Call, fleet: Path, place: str) -> None:
    (fleet / ".git").mkdir()

    done = call("check", "b0/proxy.conf", "--isolated", "--cache", place)

    assert (done.code, done.stdout) == (2, "")
    assert "could come with what is checked, and decide what is found" in done.stderr


def test_neither_by_a_link_nor_from_elsewhere(
    call: Call, fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fleet / ".git").mkdir()
    (tmp_path / "link").symlink_to(fleet / "b5")
    monkeypatch.chdir(tmp_path)

    for place in (tmp_path / "link", fleet / "b5"):
        done = call("check", fleet / "b0" / "proxy.conf", "--isolated", "--cache", place)

        assert done.code == 2


def test_with_a_secret_of_its_own_a_cache_may_lie_in_the_repository(
    call: Call, fleet: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", ".cache")
    monkeypatch.setenv("ALLOWLINT_CACHE_KEY", KEY)
    first = call(*words)
    judged.clear()

    assert call(*words) == first
    assert judged == []

    monkeypatch.setenv("ALLOWLINT_CACHE_KEY", KEY[::-1])
    done = call(*words)

    assert judged == ["b0/proxy.conf"]
    assert "it does not bear the right seal" in done.stderr


def test_a_secret_that_anybody_guesses_is_refused(call: Call, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWLINT_CACHE_KEY", "secret")

    assert call("check", "b0/proxy.conf", "--isolated", "--cache", kept).code == 2


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_a_cache_that_others_can_write_to_is_refused(call: Call, kept: Path) -> None:
    kept.mkdir()
    kept.chmod(0o777)

    done = call("check", "b0/proxy.conf", "--isolated", "--cache", kept)

    assert done.code == 2
    assert "others can write to this cache" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_only_their_owner_reads_entries_and_nobody_else_writes_them(call: Call, kept: Path) -> None:
    words = ("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)
    call(*words)

    (entry,) = entries(kept)
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700

    entry.chmod(0o666)
    assert "somebody else has put it there" in call(*words).stderr
    entry.unlink()
    entry.symlink_to("/etc/hostname")
    assert "this entry of the cache is passed over" in call(*words).stderr


SECRETS = ("hunter2hunter2", "Passw0rd-of-the-peer", "s3cr3t-comment")


def test_an_entry_holds_neither_secrets_nor_the_configuration(call: Call, kept: Path) -> None:
    Path("b0/proxy.conf").write_text(
        f"# the key of the operators is {SECRETS[2]}\nhttp_port 3128\ncachemgr_passwd {SECRETS[0]} all\n"
        f"cache_peer up.test parent 3128 0 login=me:{SECRETS[1]}\nnot_a_directive password={SECRETS[0]}\n"
        "acl quiet dstdomain .nobody-asks-for-this.test\nhttp_access allow quiet\nhttp_access deny all\n",
        encoding="utf-8",
    )

    call("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)

    (entry,) = entries(kept)
    text = entry.read_text(encoding="ascii")
    assert [secret for secret in SECRETS if secret in text] == []
    assert "http_port 3128" not in text
    assert "the key of the operators" not in text


def test_what_was_not_used_for_longest_goes_first(call: Call, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("check", "b0/proxy.conf", "--isolated", "--jobs", "1", "--cache", kept)
    (old,) = entries(kept)
    os.utime(old, (1, 1))
    monkeypatch.setattr(cache, "MAX_BYTES", old.stat().st_size * 2)

    call("check", "b1", "b2", "--isolated", "--jobs", "1", "--cache", kept)

    assert old not in entries(kept)
    assert 0 < sum(path.stat().st_size for path in entries(kept)) <= cache.MAX_BYTES


def test_a_folder_that_cannot_be_written_to_costs_time_and_nothing_else(
    call: Call, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)

    done = call("check", "b0", "b1", "--isolated", "--jobs", "1", "--cache", kept)

    assert done.stderr.count("nothing is kept: No space left on device") == 1
    assert done.stdout == call("check", "b0", "b1", "--isolated", "--jobs", "1").stdout
    assert entries(kept) == []


def test_auto_is_the_folder_of_the_user(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))

    call("check", "b0", "--isolated", "--jobs", "1", "--cache", "auto")

    assert entries(tmp_path / "xdg" / "allowlint")


def test_nothing_is_kept_where_nobody_asks_for_it(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))

    call("check", "b0", "--isolated")

    assert not (tmp_path / "xdg").exists()
