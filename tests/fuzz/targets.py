"""The readers, each with what it is fed and the commands that make it read.

A target writes what it is fed into a folder of its own and runs the program there as a user would, so that the reader, the engine,
the checks and the reports all meet it. What must hold afterwards is in :func:`feed`.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time
from typing import NamedTuple

from allowlint.cli import INTERNAL_ERROR, main
from tests.fuzz import samples
from tests.fuzz.guard import nothing_else_touched
from tests.fuzz.samples import POLICY, SQUID, Seed

Command = Sequence[str]
CHECK = ("check", "--policy", "policy.yaml", "--isolated")
EXPLAIN = ("explain", "a.endpoint.security.microsoft.com")
SECONDS = 10
"""Of processor time, that one command may take on one input."""
MEGABYTES = 500
"""By which one command may make the process larger."""
_DOCUMENTED = frozenset(range(INTERNAL_ERROR))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no output may send: a terminal would obey it, or it could not be encoded."""


class Target(NamedTuple):
    """One reader."""

    name: str
    seeds: Callable[[], tuple[Seed, ...]]
    commands: Callable[[str], Iterable[Command]]
    """What is run on a file of a name."""
    beside: Callable[[Path], None] = lambda folder: None
    """Writes what stands beside the file."""
    quick: bool = True
    """Whether it takes about ten milliseconds; others are fed less in every test run."""


def feed(target: Target, name: str, content: bytes, folder: Path) -> None:
    """Let a target read a content. Raises AssertionError where a property does not hold."""
    (folder / "policy.yaml").write_bytes(POLICY)
    target.beside(folder)
    (folder / name).write_bytes(content)
    here = os.getcwd()
    os.chdir(folder)
    try:
        for command in target.commands(name):
            with nothing_else_touched(folder), bounded():
                code, printed = called(command)
            assert code in _DOCUMENTED, f"exit code {code} of {command}: {printed[-400:]!r}"
            assert "Traceback" not in printed, printed[-2_000:]
            sent = _CONTROL.findall(printed)
            assert not sent, f"{command} prints {sent[:5]!r}: {printed[:400]!r}"
    finally:
        os.chdir(here)
        # The program does without it for its one run.
        gc.enable()


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where time or memory is used without measure."""
    time, size = process_time(), getrusage(RUSAGE_SELF).ru_maxrss
    yield
    assert process_time() - time < SECONDS
    assert getrusage(RUSAGE_SELF).ru_maxrss - size < MEGABYTES << 10


def called(command: Command) -> tuple[int, str]:
    """Run the program in this process: its exit code, and all that it printed."""
    shown = io.StringIO()
    given, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO())
    try:
        with redirect_stdout(shown), redirect_stderr(shown):
            code = main(list(command))
    finally:
        sys.stdin = given
    return code, shown.getvalue()


def _platform(platform: str, *formats: str) -> Callable[[str], Iterable[Command]]:
    def commands(name: str) -> Iterable[Command]:
        return (
            (*CHECK, name, "--platform", platform, "--verbose"),
            *((*CHECK, name, "--platform", platform, "--format", form) for form in formats),
            (*EXPLAIN, name, "--platform", platform, "--isolated"),
        )

    return commands


def _squid_beside(folder: Path) -> None:
    for name in ("list.txt", "names", "more.conf"):
        (folder / name).write_bytes(b"# a list\n.example.com\n10.0.0.0/8\n443\n^x$\n")


def _squid_parts(folder: Path) -> None:
    kinds = (
        "dstdomain dstdom_regex url_regex src dst port method proto browser myportname ssl::server_name time".split()
    )
    lines = [f'acl a{number} {kind} "list.txt"\nhttp_access deny a{number}' for number, kind in enumerate(kinds)]
    (folder / "squid.conf").write_bytes(SQUID + "\n".join((*lines, "include list.txt", "")).encode())


def _project(folder: Path) -> None:
    (folder / "squid.conf").write_bytes(SQUID)
    (folder / "other.yaml").write_bytes(b"version: 1\nchecks: {mandatory: [TLS001]}\n")
    (folder / "overlay.yaml").write_bytes(b"version: 1\n")
    (folder / "baseline.json").write_bytes(b'{"version": 1, "entries": []}')


def _live(name: str) -> Iterable[Command]:
    return (
        (*CHECK, "squid.conf", "--live", name, "--verbose"),
        ("compare-live", "squid.conf", "--live", name, *CHECK[1:]),
    )


def _document(name: str) -> Iterable[Command]:
    return (
        ("import", name),
        ("requirements", "--policy", name, "--format", "csv"),
        ("check", "squid.conf", "--policy", name),
    )


TARGETS = {
    target.name: target
    for target in (
        Target("squid", lambda: samples.platform("squid"), _platform("squid", "sarif"), _squid_beside),
        Target("squid_side_files", samples.squid_side_files, lambda _: (("check", "squid.conf", *CHECK[1:]),), _squid_parts),
        Target("paloalto_panos", lambda: samples.platform("paloalto_panos"), _platform("paloalto_panos", "json")),
        Target("fortinet_fortios", lambda: samples.platform("fortinet_fortios"), _platform("fortinet_fortios", "junit")),
        Target("mde_endpoint", lambda: samples.platform("mde_endpoint"), _platform("mde_endpoint", "markdown")),
        Target("pac", samples.pac, lambda name: ((*CHECK, name, "--platform", "pac"),), quick=False),
        Target("any_file", samples.any_file, lambda name: ((*CHECK, name), (*CHECK, "."))),
        Target("live", samples.live, _live, _project),
        Target("workbook", samples.workbooks, _document, _project, quick=False),
        Target("article", samples.articles, _document, _project),
        Target("policy", samples.policies, _document, _project),
        Target("overlay", samples.overlays, lambda name: (("check", "squid.conf", "--config", "fed.yaml"),), samples.with_overlay),
        Target("settings", samples.settings, lambda name: (
            ("check", "--config", name), ("check", "--config", name, "--show-settings", "--show-files"), ("baseline", "--config", name, "squid.conf"),
        ), _project),
        Target("baseline", samples.baselines, lambda name: (
            ("check", "squid.conf", "--baseline", name, *CHECK[1:]), ("baseline", "squid.conf", "--baseline", name, *CHECK[1:]),
        ), _project),
        Target("inline_waivers", samples.inline_waivers, lambda name: ((*CHECK, name, "--format", "json"), (*CHECK, name))),
        Target("merge", samples.reports, lambda name: (("merge", name), ("merge", name, "--output", "whole.json"), ("merge", name, name))),
        Target("workspace_hosts", samples.workspace_hosts, lambda name: (
            ("check", "squid.conf", *CHECK[1:], "--workspace-hosts", name), ("requirements", "--policy", "mde-standard", "--workspace-hosts", name),
        ), _project),
    )
}  # fmt: skip
"""Every reader, by the name that its finds are kept under."""


@cache
def seeds_of(name: str) -> tuple[Seed, ...]:
    """The files that a target is fed in some damaged form, small ones first."""
    return tuple(sorted(TARGETS[name].seeds(), key=lambda seed: (len(seed.content), seed)))
