"""Whose policy it is that Panorama pushed: `show config pushed-shared-policy` answers for one firewall, or one virtual system."""

from pathlib import Path

import pytest

from allowlint.cli import main
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM

PUSHED = (
    "<response><result><policy><panorama><pre-rulebase><security><rules>"
    '<entry name="Web out"><action>allow</action></entry>'
    "</rules></security></pre-rulebase></panorama></policy></result></response>"
)


def managed(*systems: str) -> str:
    zones = '<zone><entry name="trust"/><entry name="untrust"/></zone>'
    entries = "".join(f'<entry name="{name}">{zones}</entry>' for name in systems)
    settings = "<deviceconfig><system><panorama-server>192.0.2.1</panorama-server></system></deviceconfig>"
    return (
        f'<config version="10.2.0"><devices><entry name="x">{settings}<vsys>{entries}</vsys></entry></devices></config>'
    )


def access(folder: Path, name: str) -> set[str]:
    path = folder / name
    found = PLATFORM.parse(str(path), path.read_bytes(), Options())
    return {judge(device, [Requirement("go.microsoft.com")], flow_for())[0].word(Stage.ACCESS) for device in found}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"fw1.xml": managed("vsys1")}, "unknown"),
        ({"fw1.xml": managed("vsys1"), "pushed.xml": PUSHED}, "allowed"),
        ({"fw1.xml": managed("vsys1"), "pushed.xml": PUSHED, "fw2.xml": managed("vsys1")}, "unknown"),
        ({"fw1.xml": managed("vsys1"), "fw1.pushed.xml": PUSHED, "fw2.xml": managed("vsys1")}, "allowed"),
        ({"fw1.xml": managed("vsys1"), "fw2.pushed.xml": PUSHED, "fw2.xml": managed("vsys1")}, "unknown"),
        ({"fw1.xml": managed("vsys1"), "fw2.pushed.xml": PUSHED}, "unknown"),
        ({"fw1.xml": managed("vsys1", "vsys2"), "fw1.pushed.xml": PUSHED}, "unknown"),
    ],
)
def test_a_pushed_policy_is_taken_for_the_firewall_that_it_surely_is_of(
    files: dict[str, str], expected: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert access(tmp_path, "fw1.xml") == {expected}


def test_the_report_names_what_was_pushed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fw1.xml").write_text(managed("vsys1"), encoding="utf-8")
    (tmp_path / "fw1.pushed.xml").write_text(PUSHED, encoding="utf-8")

    main(["check", str(tmp_path / "fw1.xml"), "--isolated"])

    assert "read too" in (printed := capsys.readouterr().out)
    assert "fw1.pushed.xml" in printed
