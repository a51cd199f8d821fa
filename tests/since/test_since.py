"""``--since REF``: what a change broke, mended or left, in repositories that git really has."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import BLOCKED, SQUID, Call, report_of
from tests.support import Run

POLICY = """\
version: 1
name: mine
requirements:
  - {host: api.good.test}
  - {host: api.bad.test}
  - {host: "*.part.test"}
  - {host: extra.test, need: optional}
"""
IDENTITY = (
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b.test",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "init.defaultBranch=main",
)


def git(*words: str, cwd: Path | None = None) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout


def commit(message: str = "change") -> str:
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "-m", message)
    return git("rev-parse", "HEAD").strip()


def allow(*names: str, path: str = "squid.conf", deny: str = "") -> None:
    text = SQUID.replace("dstdomain .good.test", f"dstdomain {' '.join(('unused.test', *names))}")
    if deny:
        text = text.replace(
            "http_access allow mine", f"acl no dstdomain {deny}\nhttp_access deny no\nhttp_access allow mine"
        )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    (folder / "mine.yaml").write_text(POLICY, encoding="utf-8")
    git("init", "--quiet")
    allow("api.good.test", ".part.test")
    commit("first")
    return folder


Since = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def since(call: Call) -> Since:
    def run(ref: str, *words: str) -> tuple[int, dict[str, Any]]:
        done = call("check", *(words or ("squid.conf",)), "--policy", "mine.yaml", "--since", ref, "--format", "json")
        assert done.code in (0, 1), done.stderr
        return done.code, report_of(done)

    return run


def changes(report: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(c["kind"], c["requirement"], c["before"], c["after"]) for c in report["comparison"]["changes"]]


def new(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(f["code"], f["requirement"]) for f in report["findings"] if not f["baseline"]}


def test_what_is_only_left_does_not_fail(since: Since) -> None:
    allow("api.good.test", ".part.test", "other.test")

    code, report = since("HEAD")

    assert code == 0
    assert {(f["code"], f["known"]) for f in report["findings"]} == {("ACC001", "HEAD")}
    found = report["comparison"]
    assert (found["changes"], found["new"], found["left"], found["gone"], found["failed"]) == ([], 0, 2, 0, "")
    assert found["commit"] == git("rev-parse", "HEAD").strip()


def test_what_a_change_broke_fails(since: Since) -> None:
    allow(".part.test")

    code, report = since("HEAD")

    assert code == 1
    assert changes(report) == [("broken", "api.good.test:443", "allowed", "blocked")]
    (broken,) = report["comparison"]["changes"]
    assert (broken["path"], broken["line"], broken["need"], broken["witness"]) == (
        "squid.conf",
        5,
        "required",
        "api.good.test",
    )
    assert new(report) == {("ACC001", "api.good.test:443")}
    assert (report["comparison"]["new"], report["comparison"]["left"]) == (1, 2)


def test_what_it_mended_is_told(since: Since) -> None:
    allow("api.good.test", ".part.test", "api.bad.test")

    code, report = since("HEAD")

    assert code == 0
    assert changes(report) == [("mended", "api.bad.test:443", "blocked", "allowed")]
    assert (report["comparison"]["left"], report["comparison"]["gone"]) == (1, 1)


def test_broken_comes_first_then_changed_then_mended_required_before_optional(since: Since) -> None:
    allow("extra.test", "api.good.test", ".part.test", "api.bad.test")
    base = commit()
    allow("a.part.test", "api.good.test", deny="api.good.test")
    middle = commit()
    allow(".part.test", "api.bad.test", deny="x.part.test")

    assert [kind for kind, *_ in changes(since(base)[1])] == ["broken", "broken", "broken"]
    assert [c[1] for c in changes(since(base)[1])] == ["*.part.test:443", "api.good.test:443", "extra.test:443"]
    assert changes(since(middle)[1]) == [("mended", "api.bad.test:443", "blocked", "allowed")]


def test_a_part_that_fails_and_was_not_among_those_that_did_is_broken(since: Since) -> None:
    allow("api.good.test", ".part.test", deny="a.part.test")
    base = commit()
    allow("api.good.test", ".part.test", deny="a.part.test b.part.test")

    code, report = since(base)

    assert code == 1
    assert changes(report) == [("broken", "*.part.test:443", "partial", "partial")]
    assert new(report) == {("ACC002", "*.part.test:443")}


def test_a_part_that_is_mended_is_no_change_of_its_word_and_no_fault(since: Since) -> None:
    allow("api.good.test", ".part.test", deny="a.part.test b.part.test")
    base = commit()
    allow("api.good.test", ".part.test", deny="a.part.test")

    code, report = since(base)

    assert (code, changes(report)) == (0, [])


def test_the_text_says_it_in_order(call: Call) -> None:
    allow(".part.test", "api.bad.test")

    text = " ".join(call("check", "squid.conf", "--policy", "mine.yaml", "--since", "HEAD").stdout.split())

    short = git("rev-parse", "HEAD")[:12]
    assert f"since HEAD ({short}): answers: 1 broken, 1 mended; earlier findings: 1 left, 1 gone; 1 new" in text
    assert "broken: api.good.test:443 at squid.conf: access was allowed, is blocked" in text
    assert text.index("broken: api.good") < text.index("mended: api.bad.test:443")
    assert "[known from HEAD]" in text


def test_both_are_judged_with_the_policy_of_now(since: Since, folder: Path) -> None:
    (folder / "mine.yaml").write_text(POLICY + "  - {host: later.test}\n", encoding="utf-8")

    code, report = since("HEAD")

    assert code == 0
    assert new(report) == set()


def test_settings_and_policies_that_have_changed_are_told(since: Since, folder: Path) -> None:
    (folder / "allowlint.yaml").write_text("version: 1\n", encoding="utf-8")
    commit()
    assert since("HEAD")[1]["comparison"]["notes"] == []
    (folder / "allowlint.yaml").write_text("version: 1\nfail-on: error\n", encoding="utf-8")
    (folder / "mine.yaml").write_text(POLICY + BLOCKED, encoding="utf-8")

    code, report = since("HEAD")

    assert code == 0
    told = report["comparison"]["notes"]
    assert [note.partition(" is not what it was then: ")[0] for note in told] == ["allowlint.yaml", "mine.yaml"]


def test_a_renamed_file_is_the_same_file(since: Since) -> None:
    git("mv", "squid.conf", "proxy.conf")
    allow(".part.test", path="proxy.conf")

    code, report = since("HEAD", "proxy.conf")

    assert code == 1
    assert changes(report) == [("broken", "api.good.test:443", "allowed", "blocked")]
    assert new(report) == {("ACC001", "api.good.test:443")}
    assert report["comparison"]["notes"] == []
    assert since("HEAD", ".")[1]["comparison"]["notes"] == []


def test_a_new_file_is_not_excused(since: Since) -> None:
    allow("api.good.test", path="new.conf")

    code, report = since("HEAD", "squid.conf", "new.conf")

    assert code == 1
    assert {f["config"] for f in report["findings"] if not f["baseline"]} == {"new.conf"}
    assert "new.conf was not there then: all that is found there counts as new" in report["comparison"]["notes"]
    assert "new.conf is new" in report["comparison"]["notes"]
    assert {c["before"] for c in report["comparison"]["changes"]} == {""}


def test_a_folder_that_only_has_new_files_is_not_excused(since: Since) -> None:
    allow("api.good.test", path="sub/new.conf")

    code, report = since("HEAD", "sub")

    assert code == 1
    assert all(not f["baseline"] for f in report["findings"])


def test_a_file_that_is_gone_is_noted(since: Since) -> None:
    allow("api.good.test", path="old.conf")
    commit()
    Path("old.conf").unlink()

    code, report = since("HEAD", ".")

    assert code == 0
    assert report["comparison"]["notes"] == ["old.conf is gone"]


def test_a_configuration_that_did_not_parse_then_is_not_excused(since: Since) -> None:
    Path("fw.xml").write_text("<config><devices><not-closed>", encoding="utf-8")
    commit()
    allow("api.good.test", path="fw.xml")

    code, report = since("HEAD", "squid.conf", "fw.xml")

    assert code == 1
    assert {f["config"] for f in report["findings"] if not f["baseline"]} == {"fw.xml"}
    (note, _) = report["comparison"]["notes"]
    assert note.startswith("fw.xml could not be read then (")
    assert note.endswith("what is found in it counts as new")


@pytest.mark.parametrize("ref", ["nowhere", "--all", "...", "HEAD~99", "nowhere...", "HEAD:squid.conf"])
def test_a_revision_that_is_not_there_excuses_nothing(call: Call, ref: str) -> None:
    done = call("check", "squid.conf", "--policy", "mine.yaml", f"--since={ref}", "--format", "json")

    report = report_of(done)
    assert done.code == 1
    assert report["comparison"]["failed"].endswith("Nothing is excused.")
    assert all(not f["baseline"] for f in report["findings"])


def test_in_a_shallow_clone_the_way_out_is_said(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = git("rev-parse", "HEAD").strip()
    commit("second")
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--depth", "1", f"file://{folder}", str(clone))
    monkeypatch.chdir(clone)

    done = call("check", "squid.conf", "--policy", "mine.yaml", "--since", first, "--format", "json")

    assert done.code == 1
    assert "fetch-depth: 0" in report_of(done)["comparison"]["failed"]


def test_without_a_repository_nothing_is_excused(
    since: Since, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("squid.conf", "mine.yaml"):
        (elsewhere / name).write_bytes((folder / name).read_bytes())
    monkeypatch.chdir(elsewhere)

    code, report = since("HEAD")

    assert code == 1
    assert "there is no git repository here" in report["comparison"]["failed"]


def test_without_git_nothing_is_excused(since: Since, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    code, report = since("HEAD")

    assert code == 1
    assert report["comparison"]["failed"].startswith("git cannot be run: ")


def test_three_dots_compare_with_where_the_branch_left(since: Since) -> None:
    git("checkout", "--quiet", "-b", "topic")
    allow("api.good.test", ".part.test", "other.test")
    commit("topic")
    git("checkout", "--quiet", "main")
    allow("api.good.test", ".part.test", "api.bad.test")
    fork = git("rev-parse", "HEAD").strip()
    commit("main goes on")
    git("checkout", "--quiet", "topic")

    assert changes(since("main")[1]) == [("broken", "api.bad.test:443", "allowed", "blocked")]
    code, report = since("main...")
    assert (code, changes(report), report["comparison"]["commit"]) == (0, [], fork)


def test_what_is_mandatory_is_never_excused(since: Since, folder: Path) -> None:
    (folder / "allowlint.yaml").write_text("version: 1\nchecks: {mandatory: [ACC]}\n", encoding="utf-8")

    code, report = since("HEAD")

    assert code == 1
    assert all(not f["baseline"] for f in report["findings"])
    assert report["comparison"]["left"] == 2


def test_an_expired_waiver_is_not_excused_because_it_was_there(since: Since, folder: Path) -> None:
    (folder / "allowlint.yaml").write_text(
        "version: 1\nwaivers:\n  - {check: ACC001, requirement: api.bad.test, reason: long enough, expiry: 2020-01-01}\n",
        encoding="utf-8",
    )
    commit()

    code, report = since("HEAD")

    assert code == 1
    assert new(report) == {("WVR001", "")}


def test_included_files_are_those_of_then(since: Since) -> None:
    Path("squid.conf").write_text(SQUID.replace(" .good.test", ' "list.txt"'), encoding="utf-8")
    Path("list.txt").write_text("api.good.test\n.part.test\n", encoding="utf-8")
    Path(".gitattributes").write_text("list.txt export-ignore\n", encoding="utf-8")
    commit()
    Path("list.txt").write_text(".part.test\n", encoding="utf-8")

    code, report = since("HEAD")

    assert changes(report) == [("broken", "api.good.test:443", "allowed", "blocked")]
    assert code == 1


def test_declared_configurations_and_paths(since: Since, call: Call, folder: Path) -> None:
    (folder / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nconfigurations: ['proxies/*.conf']\npaths: {hq: {chain: [squid.conf]}}\n",
        encoding="utf-8",
    )
    allow("api.good.test", ".part.test", path="proxies/a.conf")
    commit()
    git("mv", "proxies/a.conf", "proxies/b.conf")
    allow(".part.test")

    done = call("check", "--since", "HEAD", "--format", "json")

    report = report_of(done)
    assert report["comparison"]["notes"] == []
    assert [(c["config"], c["device"], c["requirement"]) for c in report["comparison"]["changes"]] == [
        ("allowlint.yaml", "hq", "api.good.test:443")
    ]
    assert {(f["config"], f["requirement"]) for f in report["findings"] if not f["baseline"]} == {
        ("allowlint.yaml", "api.good.test:443")
    }


def test_a_path_that_was_not_there_is_not_excused(since: Since, call: Call, folder: Path) -> None:
    allow("api.good.test", ".part.test", path="edge.conf")
    (folder / "allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\npaths: {hq: {chain: [edge.conf]}}\n", encoding="utf-8"
    )

    report = report_of(call("check", "--since", "HEAD", "--format", "json"))

    assert all(not f["baseline"] for f in report["findings"])
    assert report["comparison"]["notes"][0].startswith("the path hq could not be judged then")


@pytest.mark.parametrize("name", ["squid.conf", "./squid.conf", "absolute"])
def test_every_name_of_a_file_is_understood(since: Since, folder: Path, name: str) -> None:
    allow(".part.test")

    code, report = since("HEAD", str(folder / "squid.conf") if name == "absolute" else name)

    assert code == 1
    assert [c[0] for c in changes(report)] == ["broken"]
    assert report["comparison"]["left"] == 2


def test_it_works_from_a_folder_below(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sub").mkdir()
    allow(".part.test")
    monkeypatch.chdir(folder / "sub")

    done = call("check", "../squid.conf", "--policy", "../mine.yaml", "--since", "HEAD", "--format", "json")

    report = report_of(done)
    assert (done.code, report["comparison"]["left"], report["comparison"]["failed"]) == (1, 2, "")
    assert Path.cwd() == folder / "sub"


def test_what_is_outside_of_the_repository_is_not_excused(
    since: Since, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "squid.conf"
    outside.write_text(SQUID, encoding="utf-8")

    code, report = since("HEAD", "squid.conf", str(outside))

    assert code == 1
    assert (
        f"{outside} is not in this git repository: all that is found there counts as new"
        in report["comparison"]["notes"]
    )


def test_a_link_to_the_repository_leads_into_it(
    since: Since, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "here"
    link.symlink_to(folder)

    code, report = since("HEAD", str(link / "squid.conf"))

    assert (code, report["comparison"]["left"], report["comparison"]["notes"]) == (0, 2, [])


@pytest.mark.parametrize("root", [".", "absolute"])
def test_side_files_are_read_below_the_root_of_then(since: Since, folder: Path, root: str) -> None:
    Path("lists").mkdir()
    Path("proxies").mkdir()
    text = SQUID.replace(" .good.test", ' "/lists/mine.txt"')
    Path("proxies/squid.conf").write_text(text, encoding="utf-8")
    Path("lists/mine.txt").write_text("api.good.test\n.part.test\n", encoding="utf-8")
    commit()
    Path("lists/mine.txt").write_text(".part.test\n", encoding="utf-8")
    where = str(folder) if root == "absolute" else root

    _, report = since("HEAD", "proxies/squid.conf", "--root", where)

    assert changes(report) == [("broken", "api.good.test:443", "allowed", "blocked")]


@pytest.mark.parametrize("name", ["fw [1].xml", "./fw.xml"])
def test_a_file_of_any_name_that_did_not_parse_is_left_out_once(since: Since, name: str) -> None:
    Path(name).write_text("<config><devices><not-closed>", encoding="utf-8")
    commit()
    allow("api.good.test", path=name)

    code, report = since("HEAD", "squid.conf", name)

    assert code == 1
    assert {f["config"] for f in report["findings"] if f["baseline"]} == {"squid.conf"}
    assert report["comparison"]["left"] == 2


def test_standard_input_has_no_past(folder: Path, call: Call) -> None:
    done = call("check", "-", "--policy", "mine.yaml", "--since", "HEAD", "--format", "json", stdin=SQUID.encode())

    assert done.code == 1
    assert report_of(done)["comparison"]["left"] == 0


EVIL = "#!/bin/sh\ntouch {}\ncat\n"


def test_nothing_of_the_repository_is_run_and_nothing_of_it_is_changed(since: Since, folder: Path) -> None:
    """Hooks, filters (as of Git LFS) and a file system monitor would run with the rights of whoever checks a pull request."""
    mark = folder.parent / "was-run"
    script = folder.parent / "evil"
    script.write_text(EVIL.format(mark), encoding="utf-8")
    script.chmod(0o755)
    hooks = folder / ".git" / "hooks"
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(EVIL.format(mark), encoding="utf-8")
        (hooks / name).chmod(0o755)
    Path(".gitattributes").write_text("*.conf filter=evil\n", encoding="utf-8")
    commit()
    for key in ("smudge", "clean", "process"):
        git("config", f"filter.evil.{key}", str(script))
    git("config", "filter.evil.required", "true")
    git("config", "core.fsmonitor", str(script))
    mark.unlink(missing_ok=True)
    index = (folder / ".git" / "index").read_bytes()
    allow(".part.test")

    code, report = since("HEAD")

    assert not mark.exists()
    assert (folder / ".git" / "index").read_bytes() == index
    assert (code, report["comparison"]["failed"]) == (1, "")
    assert [c[0] for c in changes(report)] == ["broken"]


def test_the_index_of_a_running_commit_is_left_alone(
    since: Since, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder / ".git" / "next-index"
    other.write_bytes((folder / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    before = other.read_bytes()

    code, report = since("HEAD")

    assert (code, report["comparison"]["failed"]) == (0, "")
    assert other.read_bytes() == before


def test_a_link_of_then_is_not_followed(
    since: Since, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was a link is a folder now: nothing is written or read through the link."""
    outside = tmp_path_factory.mktemp("outside")
    git("mv", "squid.conf", "old.conf")
    os.symlink(outside, "conf")
    commit()
    Path("conf").unlink()
    Path("conf").mkdir()
    git("mv", "old.conf", "conf/squid.conf")
    git("add", "--all")

    code, report = since("HEAD", "conf/squid.conf")
    assert (code, report["comparison"]["left"]) == (0, 2)
    assert list(outside.iterdir()) == []

    git("reset", "--quiet")
    monkeypatch.chdir(folder / "conf")
    (folder / "conf" / "mine.yaml").write_text(POLICY, encoding="utf-8")
    code, report = since("HEAD", "squid.conf")
    assert code == 1
    assert "was a link then" in report["comparison"]["failed"]


def test_the_folder_of_then_is_gone_afterwards(
    since: Since, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    since("HEAD")

    assert list(scratch.iterdir()) == []


def test_a_baseline_and_a_revision_together(since: Since, call: Call) -> None:
    allow("api.good.test")
    call("baseline", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json")
    allow()

    done = call(
        "check", "squid.conf", "--policy", "mine.yaml", "--baseline", "b.json", "--since", "HEAD", "--format", "json"
    )

    known = {f["requirement"]: f["known"] for f in report_of(done)["findings"] if f["code"] == "ACC001"}
    assert known == {
        "api.good.test:443": "",
        "api.bad.test:443": "b.json",
        "extra.test:443": "b.json",
        "*.part.test:443": "b.json",
    }
    assert done.code == 1


def test_markdown_shows_the_changes(call: Call) -> None:
    allow(".part.test")

    done: Run = call("check", "squid.conf", "--policy", "mine.yaml", "--since", "HEAD", "--format", "markdown")

    assert "### Since `HEAD" in done.stdout
    assert "**broken**" in done.stdout


def test_it_is_the_same_each_time(call: Call) -> None:
    allow(".part.test", "api.bad.test")
    words = ("check", "squid.conf", "--policy", "mine.yaml", "--since", "HEAD", "--format", "json")

    once, again = call(*words).stdout, call(*words).stdout

    assert json.loads(once)["comparison"] == json.loads(again)["comparison"]


def test_the_workspaces_are_those_of_now_too(since: Since, folder: Path) -> None:
    asked = '  - {host: "*.blob.core.windows.net", systems: [windows-legacy]}\n'
    (folder / "mine.yaml").write_text(POLICY + asked, encoding="utf-8")
    output = "Firewall Rule: *.blob.core.windows.net\none.blob.core.windows.net\n"
    (folder / "output.txt").write_text(output, encoding="utf-8")
    (folder / "allowlint.yaml").write_text(
        "version: 1\nprofile: {systems: [windows-legacy], workspace_hosts: output.txt}\n", encoding="utf-8"
    )
    allow("api.good.test", ".part.test", "one.blob.core.windows.net")

    _, report = since("HEAD")

    assert report["comparison"]["failed"] == ""
    assert changes(report) == [("mended", "one.blob.core.windows.net:443", "blocked", "allowed")]
