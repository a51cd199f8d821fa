"""A repository with configurations of every platform, a declared path, waivers and a baseline."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import Call, caller
from tests.support import FIXTURES, Run, allowlint

ENVIRONMENT = {"SOURCE_DATE_EPOCH": "1790000000"}
SETTINGS = """\
version: 1
profile: {geographies: [EU]}
configurations:
  - files: ["*/*.conf", "*/*.xml", "*/*.pac", "*/*.reg"]
  - {files: "b3/*.conf", profile: {geographies: [US], systems: [linux]}}
waivers:
  - {check: ACC001, requirement: "*.smartscreen.microsoft.com:443", reason: the proxy of the branch goes, expiry: 2026-12-30, owner: me}
  - {check: ACC001, config: b1/proxy.conf, reason: the proxy of the branch goes, expiry: 2026-12-30, owner: me}
  - {check: TLS001, requirement: "nothing.example:443", reason: it was there before, expiry: 2026-12-30, owner: me}
baseline: baseline.json
"""
PATHS = """\
paths:
  headquarters:
    client: 10.20.0.0/16
    chain:
      - hq/hq.pac
      - proxies:
          proxy.hq.nordwind.example:3128: {config: hq/hq.conf, address: 10.20.250.3}
      - proxies:
          upstream.nordwind.example:3128: {config: hq/upstream.conf, address: 192.0.2.10}
      - edge/squid.conf
"""
EVERY = {"squid": ".conf", "fortinet_fortios": ".conf", "paloalto_panos": ".xml", "pac": ".pac", "mde_endpoint": ".reg"}
"""The platforms, each with how the files are called of which fixtures are taken."""
FROM_EACH = 4
"""Fixtures of each platform that are taken."""


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fleet")
    found: list[Path] = []
    for platform, suffix in EVERY.items():
        files = sorted((FIXTURES / "platforms" / platform).rglob(f"*{suffix}"))
        found += files[:: max(len(files) // FROM_EACH, 1)][:FROM_EACH]
    for number, path in enumerate(found):
        (folder / f"c{number:03}").mkdir()
        shutil.copy(path, folder / f"c{number:03}" / path.name)
    project = FIXTURES / "projects" / "path"
    for place, names in {
        "hq": ("pac/hq.pac", "proxies/hq.conf", "proxies/upstream.conf"),
        "edge": ("edge/squid.conf",),
    }.items():
        (folder / place).mkdir()
        for name in names:
            shutil.copy(project / name, folder / place / Path(name).name)
    for number in range(6):
        (folder / f"b{number}").mkdir()
        (folder / f"b{number}" / "proxy.conf").write_text(
            f"http_port 3128\n# allowlint: ignore[HYG003] until=2026-12-30 reason: a remark in branch {number}\nacl a dstdomain .x{number}.test\n"
            'acl b dstdomain "list.txt"\nhttp_access allow a\nhttp_access allow b\nhttp_access deny all\n',
            encoding="utf-8",
        )
        (folder / f"b{number}" / "list.txt").write_text(".endpoint.security.microsoft.com\n", encoding="utf-8")
    (folder / "allowlint.yaml").write_text(SETTINGS + PATHS, encoding="utf-8")
    done = allowlint("baseline", "b2", "c000", cwd=folder, env=ENVIRONMENT)
    assert (folder / "baseline.json").exists(), done.stderr
    return folder


@pytest.fixture
def fleet(_made: Path, tmp_path: Path) -> Path:
    """A copy of the repository."""
    folder = tmp_path / "fleet"
    shutil.copytree(_made, folder)
    return folder


@pytest.fixture
def check(fleet: Path) -> Callable[..., Run]:
    """Checks the repository as a process of its own."""

    def run(*words: str, **env: str) -> Run:
        return allowlint("check", *words, cwd=fleet, env=ENVIRONMENT | env)

    return run


@pytest.fixture
def call(fleet: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command line in the repository, within the test's own process."""
    monkeypatch.chdir(fleet)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", ENVIRONMENT["SOURCE_DATE_EPOCH"])
    return caller(capsys, monkeypatch)
