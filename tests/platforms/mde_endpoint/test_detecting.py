"""Endpoint settings are recognised, and nothing else is taken for them: other platforms, policies, documents, ordinary text."""

from pathlib import Path

import pytest

from allowlint.platforms.mde_endpoint import PLATFORM
from tests.support import FIXTURES, ROOT

OWN = {FIXTURES / "projects" / project / "endpoint" for project in ("demo", "live")} | {FIXTURES / "docs" / "endpoints"}
"""Folders of example projects that hold settings of endpoints."""
ABOUT = [path for path in (FIXTURES / "checks").rglob("config*.*") if PLATFORM.detect(str(path), path.read_bytes())]


def detects(path: Path) -> bool:
    return PLATFORM.detect(str(path), path.read_bytes()[:65536])


def test_no_other_fixture_is_taken_for_one() -> None:
    others = [
        path
        for path in FIXTURES.rglob("*")
        if path.is_file()
        and "mde_endpoint" not in path.parts
        and not OWN.intersection(path.parents)
        and path not in ABOUT
    ]

    assert len(others) > 1000
    assert [path for path in others if detects(path)] == []


def test_the_configurations_that_are_taken_for_one_are_those_of_its_checks() -> None:
    codes = {path.parts[path.parts.index("checks") + 1] for path in ABOUT}
    pages = {
        name: (ROOT / f"src/allowlint/checks/{name.replace('-', '_')}.py").read_text(encoding="utf-8") for name in codes
    }

    assert len(codes) == 18
    assert [name for name, page in pages.items() if '"END' not in page] == []


@pytest.mark.checkout
def test_documents_and_sources_are_no_settings() -> None:
    texts = [path for folder in ("src", "tests", "docs", "schemas", "policies") for path in (ROOT / folder).rglob("*")]
    texts += [path for path in ROOT.iterdir() if path.name != "fixtures"]
    # What was found by fuzzing is a configuration, if a strange one.
    texts = [path for path in texts if "finds" not in path.parts]

    assert [path for path in texts if path.is_file() and path.suffix != ".pyc" and detects(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hello",
        "TelemetryProxyServer is 10.0.0.6:8080 on all machines\n",
        "To set it, run:\n\n    netsh winhttp set proxy 10.0.0.6:8080\n\nand restart.\n",
        "Notes on WinHTTP:\n\n  1. it is a library\n  2. it has a proxy\n  3. it is old\n",
        "DATABASE_URL=postgres://db\nHTTPS_PROXY=http://10.0.0.6:8080\n",
        "[Service]\nExecStart=/usr/bin/dockerd\nEnvironment=HTTPS_PROXY=http://10.0.0.6:8080\n",
        '{"proxies": {"default": {"httpProxy": "http://10.0.0.6:8080"}}}\n',
        '{"cloudService": {"enabled": true}}\n',
        "healthy : true\nlicensed : true\n",
        'Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\Software\\Other]\n"x"="y"\n',
        '<plist version="1.0"><dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict></plist>\n',
        "ProxyServer: http://10.0.0.6:8080\n",
    ],
    ids=range(14),
)
def test_ordinary_text_is_none(text: str) -> None:
    assert not PLATFORM.detect("notes.txt", text.encode())
