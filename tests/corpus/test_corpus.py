"""Real public configurations, where a folder of them is given: ``ALLOWLINT_CORPUS=FOLDER``.

The files themselves belong to others and are never committed. What was expected of each before `allowlint` saw it stands in
``expected.yaml``, by the SHA-256 of the file: worked out by hand from the vendor's documentation. A file of which nothing was
written down must still be read without a crash, in bounded time, and what is not understood must be said.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = os.environ.get("ALLOWLINT_CORPUS", "")
SECONDS_PER_MEGABYTE = 15
SECONDS = 20
STAGES = ("access", "inspection", "authentication", "routing")
RECORDS: dict[str, dict[str, Any]] = {
    record["sha256"]: record
    for record in yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))["files"]
}


def files() -> list[Path]:
    if not FOLDER:
        return []
    return sorted(path for path in Path(FOLDER).rglob("*") if path.is_file() and not path.name.startswith("."))


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def filled(text: bytes) -> bytes:
    """A template of a deployment tool with a value in the place of each `${...}`: an inside network, an address, or its name."""

    def value(found: re.Match[bytes]) -> bytes:
        name = found[1].lower()
        if any(word in name for word in (b"cidr", b"subnet", b"network", b"dst")):
            return b"10.20.0.0/16"
        return b"10.0.0.1" if b"ip" in name or b"gateway" in name or b"gw" in name else re.sub(rb"\W", b"", name)

    return re.sub(rb"\$\{([^}]*)\}", value, text)


def checked(path: Path, options: list[str]) -> tuple[int, dict[str, Any], str]:
    """The exit code, the report, and what went to standard error."""
    command = [sys.executable, "-m", "allowlint", "check", str(path), "--policy", "mde-streamlined", "--geo", "EU"]
    limit = SECONDS + SECONDS_PER_MEGABYTE * path.stat().st_size / 1e6
    done = subprocess.run(
        [*command, "--isolated", "--format", "json", *options], capture_output=True, timeout=limit, check=False
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr.decode()


needs_corpus = pytest.mark.skipif(not FOLDER, reason="ALLOWLINT_CORPUS is not set: no folder of real configurations")


@needs_corpus
@pytest.mark.parametrize("path", files(), ids=name)
def test_a_real_configuration_is_read(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    record = RECORDS.get(hashlib.sha256(content).hexdigest(), {})
    if b"${" in content:
        path = tmp_path / path.name
        path.write_bytes(filled(content))

    code, report, errors = checked(path, record.get("options", []))

    assert "Traceback" not in errors, errors
    assert code in {0, 1, 3}, (code, errors)
    assert code != 3 or "hint:" in errors, "an input that is refused is refused with advice"
    if record:
        assert found(report, errors, record) == record["expect"], record["source"]


def found(report: dict[str, Any], errors: str, record: dict[str, Any]) -> dict[str, Any]:
    """What came out, in the form of what was expected: the words by device and requirement; ``refused`` for an error."""
    expected = record["expect"]
    if "refused" in expected:
        return {"refused": expected["refused"] if expected["refused"] in errors else errors}
    alone = len({one["device"] for one in report.get("verdicts", [])}) == 1
    verdicts = {("*" if alone else one["device"], one["requirement"]): one for one in report.get("verdicts", [])}
    words: dict[str, Any] = {}
    for device, requirements in expected.items():
        for requirement, stages in requirements.items():
            one = verdicts.get((device, requirement), {})
            words.setdefault(device, {})[requirement] = {stage: one.get(stage) for stage in stages}
    return words


def test_what_was_expected_is_written_in_the_words_of_the_report() -> None:
    for record in RECORDS.values():
        assert {"sha256", "source", "expect", "came_out"} <= record.keys(), record
        assert len(record["sha256"]) == 64
        if "refused" not in record["expect"]:
            stages = [found for device in record["expect"].values() for found in device.values()]
            assert stages
            assert all(set(each) <= set(STAGES) for each in stages), record["source"]
