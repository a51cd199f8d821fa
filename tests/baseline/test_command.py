"""``allowlint baseline``: it writes, it shrinks, and it grows only when it is told to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import BLOCKED, SQUID, Call
from tests.support import Run

FILE = ".allowlint-baseline.json"
WORSE = "  - {host: api.worse.test}\n"


@pytest.fixture(autouse=True)
def _faults(folder: Path) -> None:
    require(folder, BLOCKED, WORSE)


def require(folder: Path, *more: str) -> None:
    """The policy of the test, with more requirements."""
    (folder / "mine.yaml").write_text(
        "".join(("version: 1\nname: mine\nrequirements:\n  - host: '*.good.test'\n", *more)), encoding="utf-8"
    )


def write(call: Call, *words: str, paths: tuple[str, ...] = ("squid.conf",)) -> Run:
    return call("baseline", *paths, "--policy", "mine.yaml", *words)


def listed(path: str = FILE) -> list[str]:
    entries: list[dict[str, Any]] = json.loads(Path(path).read_text(encoding="utf-8"))["entries"]
    return [entry["requirement"] for entry in entries]


def allow(name: str) -> None:
    Path("squid.conf").write_text(SQUID.replace(".good.test", f".good.test {name}"), encoding="utf-8")


def test_the_first_time_it_takes_everything(call: Call) -> None:
    done = write(call)

    assert (done.code, done.stdout) == (0, f"{FILE}: 2 entries\n")
    assert "allowlint check uses it with --baseline" in done.stderr
    assert listed() == ["api.bad.test:443", "api.worse.test:443"]
    assert call("check", "squid.conf", "--policy", "mine.yaml", "--baseline", FILE).code == 0


def test_a_second_time_it_changes_no_byte(call: Call) -> None:
    write(call)
    before, stamp = Path(FILE).read_bytes(), Path(FILE).stat().st_mtime_ns

    done = write(call)

    assert (done.code, done.stdout) == (0, f"{FILE}: 2 entries\n")
    assert (Path(FILE).read_bytes(), Path(FILE).stat().st_mtime_ns) == (before, stamp)


def test_what_is_mended_is_dropped(call: Call) -> None:
    write(call)
    allow("api.bad.test")

    done = write(call)

    assert done.code == 0
    assert done.stdout == (
        f"{FILE}: 1 entry, 1 dropped that is no longer found\n"
        "  dropped: ACC001 missing-allow: api.bad.test:443 in squid.conf\n"
    )
    assert listed() == ["api.worse.test:443"]


def test_what_is_new_is_refused(call: Call, folder: Path) -> None:
    write(call)
    require(folder, BLOCKED, WORSE, "  - {host: api.worst.test}\n")

    done = write(call)

    assert done.code == 1
    assert "1 not added, because a baseline only shrinks: mend them, or say --grow" in done.stdout
    assert "  new: ACC001 missing-allow: api.worst.test:443 in squid.conf" in done.stdout
    assert listed() == ["api.bad.test:443", "api.worse.test:443"]


def test_it_grows_when_it_is_told_to(call: Call, folder: Path) -> None:
    write(call)
    require(folder, BLOCKED, WORSE, "  - {host: api.worst.test}\n")

    done = write(call, "--grow")

    assert (done.code, "3 entries, 1 added" in done.stdout) == (0, True)
    assert listed() == ["api.bad.test:443", "api.worse.test:443", "api.worst.test:443"]


def test_a_fault_that_has_grown_is_new_too(call: Call, folder: Path) -> None:
    require(folder)
    deny = "acl a dstdomain a.good.test{}\nhttp_access deny a\nhttp_access allow mine\n"
    Path("squid.conf").write_text(SQUID.replace("http_access allow mine\n", deny.format("")), encoding="utf-8")
    write(call)
    before = Path(FILE).read_text(encoding="utf-8")
    Path("squid.conf").write_text(
        SQUID.replace("http_access allow mine\n", deny.format(" b.good.test")), encoding="utf-8"
    )

    refused = write(call)

    assert refused.code == 1
    assert listed() == []
    Path(FILE).write_text(before, encoding="utf-8")
    assert write(call, "--grow").code == 0
    assert listed() == ["*.good.test:443"]


def test_a_fault_that_has_become_smaller_is_kept_as_it_is_now(call: Call, folder: Path) -> None:
    require(folder)
    deny = "acl a dstdomain a.good.test{}\nhttp_access deny a\nhttp_access allow mine\n"
    Path("squid.conf").write_text(
        SQUID.replace("http_access allow mine\n", deny.format(" b.good.test")), encoding="utf-8"
    )
    write(call)
    Path("squid.conf").write_text(SQUID.replace("http_access allow mine\n", deny.format("")), encoding="utf-8")

    done = write(call)

    assert (done.code, done.stdout) == (0, f"{FILE}: 1 entry, 1 brought up to date\n")
    (entry,) = json.loads(Path(FILE).read_text(encoding="utf-8"))["entries"]
    assert entry["fails"] == ["a.good.test"]
    # What was accepted once is not accepted for ever.
    Path("squid.conf").write_text(
        SQUID.replace("http_access allow mine\n", deny.format(" b.good.test")), encoding="utf-8"
    )
    assert write(call).code == 1


def test_what_a_run_cannot_tell_stays(call: Call) -> None:
    Path("other.conf").write_text(SQUID, encoding="utf-8")
    write(call, paths=("squid.conf", "other.conf"))

    done = write(call, paths=("squid.conf",))

    assert (done.code, done.stdout) == (0, f"{FILE}: 4 entries, 2 left as they are, which this run cannot tell\n")
    assert len(listed()) == 4
    assert write(call, "--select", "TLS").stdout.startswith(f"{FILE}: 4 entries, 4 left as they are")


def test_what_is_gone_is_dropped(call: Call) -> None:
    Path("other.conf").write_text(SQUID, encoding="utf-8")
    write(call, paths=("squid.conf", "other.conf"))
    Path("other.conf").unlink()

    assert "2 dropped that are no longer found" in write(call).stdout
    assert len(listed()) == 2


def test_what_is_waived_is_not_taken_in_and_counts_again_when_the_waiver_ends(call: Call) -> None:
    waiver = "version: 1\nwaivers:\n  - {{check: ACC001, requirement: api.bad.test, reason: long enough, expiry: {}}}\n"
    Path("allowlint.yaml").write_text(waiver.format("2999-01-01"), encoding="utf-8")
    write(call)
    assert listed() == ["api.worse.test:443"]

    Path("allowlint.yaml").write_text(waiver.format("2020-01-01"), encoding="utf-8")

    assert call("check", "squid.conf", "--policy", "mine.yaml", "--baseline", FILE).code == 1


def test_what_is_mandatory_is_not_taken_in(call: Call) -> None:
    Path("allowlint.yaml").write_text("version: 1\nchecks: {mandatory: [ACC001]}\n", encoding="utf-8")

    assert write(call).stdout == f"{FILE}: 0 entries\n"


def test_it_stands_beside_the_settings_and_where_they_say(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sub").mkdir()
    (folder / "ci").mkdir()
    Path("allowlint.yaml").write_text(
        "version: 1\npolicies: [mine.yaml]\nconfigurations: [squid.conf]\n", encoding="utf-8"
    )
    monkeypatch.chdir(folder / "sub")

    done = call("baseline")
    assert (done.code, done.stdout.split(":")[0]) == (0, f"../{FILE}")
    assert "once ../allowlint.yaml says 'baseline: .allowlint-baseline.json'" in done.stderr

    with (folder / "allowlint.yaml").open("a", encoding="utf-8") as file:
        file.write("baseline: ci/known.json\n")
    assert (call("baseline").code, (folder / "ci" / "known.json").exists()) == (0, True)
    (entry, _) = json.loads((folder / "ci" / "known.json").read_text(encoding="utf-8"))["entries"]
    assert entry["config"] == "../squid.conf"
    assert call("check").code == 0
    assert call("check", "--no-baseline").code == 1


def test_a_dry_run_writes_nothing(call: Call) -> None:
    done = write(call, "--dry-run")

    assert (done.code, done.stdout) == (0, f"{FILE}: 2 entries\n")
    assert not Path(FILE).exists()


def test_a_long_list_is_cut_unless_it_is_asked_for(call: Call, folder: Path) -> None:
    write(call)
    require(folder, *(f"  - {{host: h{number}.worst.test}}\n" for number in range(30)), BLOCKED, WORSE)

    assert "  and 10 more; --verbose lists all" in write(call).stdout
    assert write(call, "--verbose").stdout.count("  new: ") == 30


@pytest.mark.parametrize("content", ["", "{}", '{"version": 9, "entries": []}'])
def test_what_is_no_baseline_is_not_written_over(call: Call, content: str) -> None:
    Path(FILE).write_text(content, encoding="utf-8")

    done = write(call)

    assert (done.code, Path(FILE).read_text(encoding="utf-8")) == (2, content)


def test_a_folder_that_is_not_there_is_said(call: Call) -> None:
    done = write(call, "--baseline", "none/b.json")

    assert done.code == 2
    assert "none/b.json: cannot be written" in done.stderr
