"""On every platform: a configuration with other line numbers has the same fingerprints, and other text the same baseline."""

import json
from pathlib import Path

import pytest

from allowlint import registry
from tests.cli.calling import Call, report_of
from tests.support import FIXTURES

BLANK = {
    "squid": "\n# moved\n",
    "pac": "\n\n",
    "paloalto_panos": "\n\n",
    "fortinet_fortios": "\n\n",
    "mde_endpoint": "\n\n",
}
"""What a line break becomes."""


def cases() -> list[Path]:
    """Of each check that has some, a case of each platform but Squid, of which random ones are compared elsewhere."""
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(FIXTURES.glob("checks/*/fail/*/config.*")):
        if not (path.parent / "allowlint.yaml").exists():
            found.setdefault((path.parts[-4], path.suffix), path)
    return list(found.values())


def prints(call: Call, path: Path) -> set[str]:
    done = call("check", path, "--policy", path.parent / "policy.yaml", "--isolated", "--format", "json")
    assert done.code in (0, 1), done.stderr
    return {finding["fingerprint"] for finding in report_of(done)["findings"]}


@pytest.mark.parametrize("case", cases(), ids=lambda path: f"{path.parts[-4]}-{path.suffix[1:]}")
def test_other_line_numbers_are_the_same_faults(call: Call, folder: Path, case: Path) -> None:
    for file in case.parent.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = folder / case.name
    before = prints(call, config)
    platform = next(p.id for p in registry.all("platforms").values() if p.detect(case.name, config.read_bytes()))
    text = config.read_text(encoding="utf-8")
    # A line that goes on behind a backslash is one with what follows.
    moved = text.replace("\\\n", "\0").replace("\n", BLANK[platform]).replace("\0", "\\\n")
    config.write_text(moved, encoding="utf-8")

    assert before
    assert prints(call, config) == before


def test_no_entry_of_a_baseline_holds_a_place(call: Call, folder: Path) -> None:
    demo = FIXTURES / "projects" / "demo"

    call("baseline", demo / "squid" / "squid.conf", "--policy", "mde-streamlined", "--geo", "EU", "--isolated")

    text = (folder / ".allowlint-baseline.json").read_text(encoding="utf-8")
    assert len(json.loads(text)["entries"]) > 20
    assert '"line"' not in text
    assert str(folder) not in text
