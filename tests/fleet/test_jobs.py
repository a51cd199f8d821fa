"""Several processes find what one finds, to the byte, and say so in the same order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.lint import fleet as spreading
from allowlint.lint import work
from allowlint.runners import Function, Lost, Work, processes
from tests.cli.calling import Call
from tests.fleet import workers
from tests.support import Run

FORMATS = [name.replace("_", "-") for name in registry.names("reports")]


def outputs(check: Callable[..., Run], fleet: Path, name: str, *words: str) -> dict[str, bytes]:
    """Every report of a run, with its exit code and what it prints."""
    folder = fleet / "out"
    folder.mkdir()
    # What differs is said by the settings: the command line is a part of reports.
    settings = fleet / "allowlint.yaml"
    before = settings.read_text(encoding="utf-8")
    listed = "".join(f"  {each}: out/report.{each}\n" for each in FORMATS)
    settings.write_text(f"{before}outputs:\n{listed}", encoding="utf-8")
    done = check(*words)
    settings.write_text(before, encoding="utf-8")
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    folder.rename(fleet.parent / name)
    return found | {"text": f"{done.code}\n{done.stdout}\n{done.stderr}".encode()}


def with_jobs(fleet: Path, text: str) -> None:
    settings = fleet / "allowlint.yaml"
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("jobs:")]
    settings.write_text("\n".join([*lines, f"jobs: {text}", ""]), encoding="utf-8")


def test_every_report_is_that_of_one_process(check: Callable[..., Run], fleet: Path) -> None:
    with_jobs(fleet, "1")
    alone = outputs(check, fleet, "one")
    with_jobs(fleet, "3")

    assert outputs(check, fleet, "three") == alone
    assert len(alone) == len(FORMATS) + 1


@pytest.mark.parametrize("jobs", ["2", "5"])
def test_folders_are_read_alike_with_parts_of_others_in_them(check: Callable[..., Run], fleet: Path, jobs: str) -> None:
    (fleet / "b0" / "proxy.conf").write_text(
        "http_port 3128\ninclude more.conf\nhttp_access deny all\n", encoding="utf-8"
    )
    (fleet / "b0" / "more.conf").write_text("acl z dstdomain .z.test\nhttp_access allow z\n", encoding="utf-8")
    alone = check(".", "--isolated", "--format", "csv", "--jobs", "1")

    done = check(".", "--isolated", "--format", "csv", "--jobs", jobs)

    assert done == alone
    assert "b0/more.conf,b0/more.conf" not in alone.stdout


@pytest.mark.parametrize("path", [".", "c000 b4 gone.conf b5", "b1 b3"])
def test_errors_are_those_of_one_process(check: Callable[..., Run], fleet: Path, path: str) -> None:
    for name in ("b1", "b3"):
        (fleet / name / "proxy.conf").write_bytes(
            b'<?xml version="1.0"?>\n<config version="11.0.0"><devices/></config>\n'
        )
    paths = path.split()
    alone = check(*paths, "--isolated", "--jobs", "1")

    done = check(*paths, "--isolated", "--jobs", "3")

    assert done == alone
    assert alone.code == 3


def test_a_check_that_is_switched_on_elsewhere_is_the_same_check(check: Callable[..., Run]) -> None:
    words = ("--select", "HYG", "--fail-on", "warning", "--client", "10.20.0.0/16", "--assume", "public_dns")

    assert check(*words, "--jobs", "2") == check(*words, "--jobs", "1")


def test_a_process_that_is_killed_ends_the_run_with_the_name_of_the_configuration(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.setattr(work, "replies", workers.killed_at_branch_two)

    done = call("check", *(f"b{number}/proxy.conf" for number in range(6)), "--jobs", "2")

    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith(
        "allowlint: error: b2/proxy.conf: the process that checked it ended before it was done"
    )


@pytest.mark.parametrize("worker", [workers.nobody, workers.nonsense])
def test_what_a_worker_cannot_do_is_done_where_the_run_is(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, call: Call, check: Callable[..., Run], worker: Function
) -> None:
    monkeypatch.setattr(work, "replies", worker)

    assert call("check", "--jobs", "2").stdout == check("--jobs", "1").stdout


def test_a_worker_of_another_version_is_refused(fleet: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.setattr(work, "replies", workers.stranger)

    done = call("check", "--jobs", "2")

    assert done.code == 2
    assert "a worker runs another program: allowlint 0.0.1 abc" in done.stderr


def test_replies_come_as_they_are_made_and_are_told_apart() -> None:
    chunks = [("0", "1"), ("2",), ("3", "4", "5")]

    found = list(processes.run(Work(workers.echoed, "t", iter(chunks), 2)))

    assert sorted(found) == [(0, 0, "t0"), (0, 1, "t1"), (1, 0, "t2"), (2, 0, "t3"), (2, 1, "t4"), (2, 2, "t5")]


def test_a_lost_worker_tells_how_far_it_came() -> None:
    chunks = [("b1/proxy.conf", "b2/proxy.conf", "b3/proxy.conf")]

    with pytest.raises(Lost) as lost:
        list(processes.run(Work(workers.killed_at_branch_two, "", iter(chunks), 2)))

    assert (lost.value.chunk, lost.value.done) == (0, 1)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in another way there")
def test_ctrl_c_ends_all_processes_and_says_nothing(fleet: Path) -> None:
    for number in range(200):
        (fleet / "c000" / f"more{number}.conf").write_bytes((fleet / "b0" / "proxy.conf").read_bytes())
    command = [sys.executable, "-m", "allowlint", "check", ".", "--isolated", "--jobs", "2"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(
        command, cwd=fleet, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    until = time.monotonic() + 60
    while _members(started.pid) < 3 and started.poll() is None and time.monotonic() < until:
        time.sleep(0.02)

    os.killpg(started.pid, signal.SIGINT)
    out, err = started.communicate(timeout=60)

    assert (started.returncode, out, err) == (130, b"", b"")
    until = time.monotonic() + 20
    while _members(started.pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert _members(started.pid) == 0


def _members(group: int) -> int:
    """The processes of a group that run."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, own = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:3]
            found += own == str(group) and state != "Z"
    return found


def test_a_few_small_files_are_not_worth_a_process(tmp_path: Path) -> None:
    paths = []
    for number in range(spreading.FEW_FILES):
        paths.append(str(tmp_path / f"{number}.conf"))
        Path(paths[-1]).write_bytes(b"http_access deny all\n")

    assert spreading.jobs_for(paths[:-1]) == spreading.jobs_for(paths[:1]) == 1
    assert spreading.jobs_for(paths) == spreading.jobs_for([*paths, *paths])
    Path(paths[0]).write_bytes(b"#" * spreading.FEW_BYTES)
    assert spreading.jobs_for(paths[:1]) == 1


@pytest.mark.parametrize("text", ["0", "-1", "many", "257", "1.5", "²"])
def test_a_number_of_processes_that_is_none_is_refused(fleet: Path, call: Call, text: str) -> None:
    done = call("check", fleet / "b0" / "proxy.conf", "--isolated", f"--jobs={text}")

    assert done.code == 2
    assert "is no number of processes" in done.stderr
