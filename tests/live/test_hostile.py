"""Results that somebody made to do harm: bounded time and memory, nothing written, no traceback, and said what was not read."""

import os
import struct
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from allowlint import registry
from allowlint.lint.freshness import changed_on
from allowlint.live import Live
from allowlint.live import _archive as archive
from allowlint.model.live import LiveResults
from tests.cli.calling import limited

FORMATS: dict[str, Live] = registry.all("live")
ANALYZER = FORMATS["mde_client_analyzer"]
BLOCK = "Testing URL : https://a.good.test/test\n1 - Default proxy: Succeeded (200)\n"
TEXT = "MDEClientAnalyzerResult/SystemInfoLogs/MDEClientAnalyzer.txt"
SQUID = "http_port 3128\nacl mine dstdomain .good.test\nhttp_access allow mine\nhttp_access deny all\n"
POLICY = "version: 1\nname: mine\nrequirements:\n  - host: a.good.test\n"


def zipped(parts: dict[str, bytes], day: tuple[int, int, int] = (2099, 12, 20)) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (*day, 10, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def why(found: LiveResults) -> str:
    return "; ".join(part.why for part in found.unread)


def test_an_archive_is_read_whatever_its_folders_are_called() -> None:
    for name in (TEXT, TEXT.replace("/", "\\"), "../../../etc/MDEClientAnalyzer.txt", "/etc/mdeclientanalyzer.TXT"):
        found = ANALYZER.read("r.zip", zipped({name: BLOCK.encode("utf-16"), "other.txt": b"x"}))

        assert [test.host for test in found.tests] == ["a.good.test"]
        assert found.tests[0].source == "mdeclientanalyzer.txt"
        assert found.date == "2099-12-20"
        assert not found.unread


def test_nothing_of_an_archive_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    ANALYZER.read("r.zip", zipped({"../escaped/MDEClientAnalyzer.txt": BLOCK.encode()}))

    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "escaped").exists()


def test_text_and_xml_of_one_archive_are_one_result() -> None:
    text = BLOCK + "2099-12-19 10:00:00Z [Error] Cloud 132021: some\n"
    xml = '<MDEResults><general/><events><event id="132021"/><event id="131007"/></events></MDEResults>'

    found = ANALYZER.read("r.zip", zipped({TEXT: text.encode(), TEXT.replace(".txt", ".xml"): xml.encode()}))

    assert [check.code for check in found.checks] == ["132021", "131007"]
    assert found.date == "2099-12-19"


def test_a_bomb_is_cut_off() -> None:
    start = time.perf_counter()

    found = ANALYZER.read("r.zip", zipped({TEXT: BLOCK.encode() + b"\0" * (200 << 20)}))

    assert "MB are read" in why(found)
    assert [test.host for test in found.tests] == ["a.good.test"]
    assert time.perf_counter() - start < 20


def test_many_parts_are_not_all_read() -> None:
    found = ANALYZER.read("r.zip", zipped({f"{n}/MDEClientAnalyzer.txt": BLOCK.encode() for n in range(40)}))

    assert "40 parts are results; 20 are read" in why(found)


def test_an_archive_that_claims_more_parts_than_are_read_is_refused() -> None:
    content = bytearray(zipped({TEXT: BLOCK.encode()}))
    place = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HHI", content, place + 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF)

    assert f"more than {archive.MAX_ENTRIES} parts" in why(ANALYZER.read("r.zip", bytes(content)))


def test_a_zip64_end_that_names_more_parts_than_the_plain_one_is_believed() -> None:
    content = bytearray(zipped({TEXT: BLOCK.encode()}))
    place = content.rfind(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 10_000_000, 1 << 40, 0)
    content[place:place] = record + struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)

    assert f"more than {archive.MAX_ENTRIES} parts" in why(ANALYZER.read("r.zip", bytes(content)))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space are those of Linux")
def test_a_bomb_of_a_packing_that_is_unpacked_at_once_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "r.zip", "w", zipfile.ZIP_BZIP2) as made, made.open(TEXT, "w") as part:
        for _ in range(1_000):
            part.write(bytes(1 << 20))
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    assert (tmp_path / "r.zip").stat().st_size < 10_000

    done = limited("check", "squid.conf", "--isolated", "--live", "r.zip", cwd=tmp_path)

    assert done.code == 3
    assert "packed in another way" in done.stderr


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_is_unpacked_at_once_is_told(method: int) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as made:
        made.writestr(TEXT, BLOCK)

    assert "packed in another way" in why(ANALYZER.read("r.zip", content.getvalue()))


@pytest.mark.parametrize("cut", [30, 100, 200])
def test_a_truncated_archive_is_damaged(cut: int) -> None:
    assert "damaged" in why(ANALYZER.read("r.zip", zipped({TEXT: BLOCK.encode() * 50})[:-cut]))


def test_a_locked_part_is_said_to_be_locked() -> None:
    content = bytearray(zipped({TEXT: BLOCK.encode()}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1

    assert why(ANALYZER.read("r.zip", bytes(content))) == "it is locked by a password"


@pytest.mark.parametrize(
    "xml",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><MDEResults><general>&b;</general></MDEResults>',
        '<!DOCTYPE MDEResults SYSTEM "file:///etc/passwd"><MDEResults/>',
    ],
)
def test_xml_with_entities_is_refused(xml: str) -> None:
    assert "document type" in why(ANALYZER.read("r.xml", xml.encode()))


def test_deep_and_endless_xml_is_refused() -> None:
    assert "too many elements" in why(ANALYZER.read("r.xml", b"<MDEResults>" + b"<a>" * 5_000))
    assert "too many elements" in why(ANALYZER.read("r.xml", b"<MDEResults>" + b"<a/>" * 250_000))
    assert "no well-formed XML" in why(ANALYZER.read("r.xml", b"<MDEResults><a></MDEResults>"))


GARBAGE = [
    b"",
    b"\0" * 1000,
    bytes(range(256)) * 300,
    b"PK\x03\x04" + bytes(range(256)) * 20,
    b"\xff\xfe" + b"\xd8" * 999,
    b"<" * 10_000,
    b"Testing URL : ",
    b"Testing URL : https://[::1\n1 - Default proxy: Succeeded (99999999999999999999)\n",
    b"Testing URL : https://a.b:99999999/\n1 - x: y\n",
    "Testing URL : https://пример.испытание/\n1 - Default proxy: Succeeded (200)\n".encode(),
    b"Testing connection with https:// ... [OK]\n",
    b"ValidateMapsConnection failed (hr=0xZZZZZZZZ)\n",
    b"Firewall Rule:\n" + b"a." * 50_000 + b"blob.core.windows.net\n",
    b"A" * (5 << 20),
    (b"a" * 3_999 + b"\n") * 2_000,
    (b"a." * 1_999 + b"\n") * 2_000,
    (b"Firewall Rule:\n" + b"a-" * 1_990 + b"\n") * 1_000,
    b"1 - x: y\n" * 500_000,
    b"-" * (1 << 20) + b":" + b" " * (1 << 20),
]


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("content", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_read_in_little_time_and_raises_nothing(name: str, content: bytes) -> None:
    start = time.perf_counter()

    FORMATS[name].detect("r", content[:65536])
    found = FORMATS[name].read("r", content)

    assert not [test for test in found.tests if any(attempt.reach == "reached" for attempt in test.attempts)]
    assert time.perf_counter() - start < 10


def test_nuls_between_the_letters_are_passed_over() -> None:
    content = BLOCK.encode().replace(b"Default", b"De\0fault")

    assert [test.host for test in ANALYZER.read("r", content).tests] == ["a.good.test"]


def test_no_program_of_a_repository_runs_because_somebody_asks_for_a_day(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        named = ("-c", "user.name=x", "-c", "user.email=x@y.test")
        subprocess.run(["git", *named, *words], cwd=tmp_path, check=True, capture_output=True)

    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    git("init", "-q")
    git("add", "squid.conf")
    git("commit", "-q", "-m", "x", "--date", "2026-01-02T00:00:00Z")
    (tmp_path / ".gitattributes").write_text("* filter=x\n", encoding="utf-8")
    os.utime(tmp_path / "squid.conf", (1_700_000_000, 1_700_000_000))
    for key in ("filter.x.clean", "filter.x.smudge", "gpg.program", "core.fsmonitor", "core.pager"):
        git("config", key, str(program))
    git("config", "log.showSignature", "true")
    (tmp_path / "ran").unlink(missing_ok=True)

    day = changed_on(str(tmp_path / "squid.conf"))

    assert day == datetime.now(UTC).date().isoformat()
    assert not (tmp_path / "ran").exists()


def test_a_very_long_text_is_read_in_part_by_a_run_of_little_memory(tmp_path: Path) -> None:
    (tmp_path / "squid.conf").write_text(SQUID, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    with (tmp_path / "result.txt").open("wb") as file:
        file.write(BLOCK.encode())
        for _ in range(200):
            file.write(b"1 - a line of a log that never ends, and that says nothing: x\n" * 16_512)

    done = limited(
        "check", "squid.conf", "--live", "result.txt", "--policy", "policy.yaml", "--select", "LIV006", cwd=tmp_path
    )

    assert done.code == 0
    assert "only the first 16 MB are read" in done.stdout
