"""What comes in from outside: locked, hashed, few at run time, each with a reason, and written down for whoever installs it."""

import json
import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.supply.audit import Audit, read, verdict
from tests.supply.materials import missing
from tests.support import ROOT

pytestmark = pytest.mark.checkout

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+)(?: ;[^\\]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def locked(name: str) -> dict[str, set[Version]]:
    """The versions of a lock file by package; more than one where Pythons or platforms differ."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found: dict[str, set[Version]] = {}
    for package, version, _ in _PIN.findall(text):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    rest = [line for line in _PIN.sub("", text).splitlines() if line and not line.startswith("#")]
    assert rest == [], "a line that is no pinned package with its hashes"
    return found


def group(name: str) -> list[Requirement]:
    """The requirements of a dependency group with the groups it includes."""
    found: list[Requirement] = []
    for each in PROJECT["dependency-groups"][name]:
        found += group(each["include-group"]) if isinstance(each, dict) else [Requirement(each)]
    return found


RUN_TIME = [Requirement(each) for each in PROJECT["project"]["dependencies"]]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("requirements.txt", RUN_TIME), ("requirements-dev.txt", [*RUN_TIME, *group("dev")])],
    ids=["run time", "development"],
)
def test_the_lock_files_are_in_step_with_the_project(lock: str, wanted: list[Requirement]) -> None:
    pinned = locked(lock)

    unmet = [
        f"{each}: {found}"
        for each in wanted
        for found in [pinned.get(canonicalize_name(each.name), set())]
        if not found or not all(each.specifier.contains(version, prereleases=True) for version in found)
    ]

    assert unmet == [], "run `make lock`"


def test_what_is_tested_is_what_is_locked_for_users() -> None:
    tested = locked("requirements-dev.txt")

    assert {
        name: versions for name, versions in locked("requirements.txt").items() if tested.get(name) != versions
    } == {}


def test_the_lock_files_name_no_registry() -> None:
    """Where packages come from is the business of whoever installs them; hashes say what they are."""
    assert [
        name for name in ("requirements.txt", "requirements-dev.txt") if "://" in (ROOT / name).read_text("utf-8")
    ] == []


def test_every_dependency_at_run_time_has_its_reason() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE) == sorted(
        (each.name for each in RUN_TIME), key=str.lower
    )


def test_a_bill_of_materials_must_name_each_of_them() -> None:
    whole = {"metadata": {"component": {"name": "allowlint"}}, "components": [{"name": "PyYAML", "version": "6"}]}
    lock = "# made\nattrs==26.1.0 \\\n    --hash=sha256:0\npyyaml==6 ; sys_platform == 'linux' \\\n"

    assert missing(lock, json.dumps(whole)) == ["attrs 26.1.0"]
    assert missing("pyyaml==6 \\\n", json.dumps(whole)) == []


KNOWN = {
    "name": "a",
    "version": "1",
    "vulns": [{"id": "CVE-1", "fix_versions": ["2"], "aliases": [], "description": ""}],
}


def test_a_known_vulnerability_fails() -> None:
    audit = read(json.dumps({"dependencies": [KNOWN, {"name": "b", "version": "1", "vulns": []}], "fixes": []}))

    assert verdict(audit, "", required=False) == (1, "known vulnerabilities:\na 1: CVE-1 (mended in 2)")


def test_nothing_is_claimed_that_was_not_looked_up() -> None:
    skipped = {"name": "a", "skip_reason": "Dependency not found"}
    audit = read(json.dumps({"dependencies": [skipped], "fixes": []}))

    assert audit == Audit(0, 1, (), "Dependency not found")
    for required in (False, True):
        for found in (audit, None):
            code, said = verdict(found, "no route", required=required)
            assert code == int(required)
            assert said.startswith("NOT AUDITED")
    assert verdict(Audit(3, 1, ()), "", required=False) == (
        0,
        "audited 3 packages, none vulnerable; NOT AUDITED: 1 more",
    )
    assert verdict(Audit(3, 0, ()), "", required=True) == (0, "audited 3 packages, none vulnerable")
