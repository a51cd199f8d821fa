"""Files of a team that change a policy: what they do, what they refuse, and where it is told."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from allowlint.errors import PolicyError
from allowlint.model.requirement import Need
from allowlint.sources import load_policy
from tests.cli.calling import Call, caller, report_of
from tests.support import ROOT

POLICY = """\
version: 1
name: mine
requirements:
  - {host: a.test}
  - {host: "*.b.test", geography: EU}
  - {host: "*.b.test", geography: UK}
  - {host: c.test, ports: [80, 443], protocol: tcp}
  - {host: d.test, need: conditional, when: {live_response: true}}
"""
OVERLAY = """\
version: 1
policy: mine
remove:
  - {requirement: a.test, reason: no longer in use}
change:
  - {requirement: "*.b.test:443", reason: kept optional until the move, need: optional}
  - {requirement: c.test, reason: only plain HTTP is used, ports: [80]}
  - {requirement: d.test, reason: always needed here, need: required, expect: {inspection: any}}
add:
  - {host: update.corp.test/agent/*, reason: our own update service, systems: [linux]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "over.yaml").write_text(OVERLAY, encoding="utf-8")
    return tmp_path


def test_it_adds_removes_and_changes() -> None:
    policy, _ = load_policy("mine.yaml", ["over.yaml"])
    found = {(each.host, each.geography): each for each in policy.requirements}

    assert ("a.test", "WW") not in found
    assert [found["*.b.test", place].need for place in ("EU", "UK")] == [Need.OPTIONAL, Need.OPTIONAL]
    assert (found["c.test", "WW"].ports, found["c.test", "WW"].protocol) == ((80,), "http")
    changed = found["d.test", "WW"]
    assert (changed.need, changed.when, changed.expect) == (Need.REQUIRED, {}, {"inspection": "any"})
    added = found["update.corp.test", "WW"]
    assert (added.path, added.systems) == ("/agent/*", ("linux",))
    assert [(change.kind, change.location.line) for change in policy.changes] == [
        ("removed", 4), ("changed", 6), ("changed", 6), ("changed", 7), ("changed", 8), ("added", 10),
    ]  # fmt: skip
    assert policy.sha256 != load_policy("mine.yaml")[0].sha256


def test_overlays_apply_in_their_order(folder: Path) -> None:
    (folder / "more.yaml").write_text(
        "version: 1\nremove: [{requirement: 'update.corp.test/agent/*:443', reason: gone}]\n", encoding="utf-8"
    )

    policy, _ = load_policy("mine.yaml", ["over.yaml", "more.yaml"])

    assert "update.corp.test" not in {each.host for each in policy.requirements}
    with pytest.raises(PolicyError):
        load_policy("mine.yaml", ["more.yaml", "over.yaml"])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("remove: []", None, "begins with version: 1"),
        ("version: 1\npolicy: other", 2, "is for 'other', not for 'mine'"),
        ("version: 1\nremove:\n  - {requirement: a.test}", 3, "there is no 'reason'"),
        ("version: 1\nremove:\n  - {reason: x}", 3, "no 'requirement' is named"),
        ("version: 1\nremove:\n  - {requirement: aa.test, reason: x}", 3, "did you mean 'a.test:443'?"),
        ("version: 1\nchange:\n  - {requirement: a.test, reason: x}", 3, "nothing is changed"),
        ("version: 1\nchange:\n  - {requirement: a.test, reason: x, need: conditional}", 3, "belong together"),
        ("version: 1\nchange:\n  - {requirement: a.test, reason: x, ports: [0]}", 3, "a port must be a number"),
        ("version: 1\nchange:\n  - {requirement: a.test, reason: x, host: y.test}", 3, "unknown key 'host'"),
        ("version: 1\nadd:\n  - {host: a.test, reason: x}", 3, "a.test:443 is in mine already"),
        ("version: 1\nadd:\n  - {host: x.test}", 3, "there is no 'reason'"),
        ("version: 1\nadd:\n  - {reason: x}", 3, "has no 'host'"),
        ("version: 1\nchange: {}", 2, "expected a list of requirements to change"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(folder: Path, text: str, line: int | None, message: str) -> None:
    (folder / "over.yaml").write_text(text + "\n", encoding="utf-8")

    with pytest.raises(PolicyError) as caught:
        load_policy("mine.yaml", ["over.yaml"])

    assert message in str(caught.value)
    assert (caught.value.path, caught.value.line) == ("over.yaml", line)


def test_the_schema_describes_it() -> None:
    schema = json.loads((ROOT / "schemas" / "overlay.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(OVERLAY), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "remove": [{"requirement": "a.test"}]}, schema)


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return caller(capsys, monkeypatch)


def test_what_is_asked_otherwise_is_told(folder: Path, call: Call) -> None:
    (folder / "squid.conf").write_text("http_port 3128\nhttp_access allow all\n", encoding="utf-8")
    (folder / "allowlint.yaml").write_text(
        "version: 1\npolicies: [{policy: mine.yaml, overlays: [over.yaml]}]\n", encoding="utf-8"
    )

    report = report_of(call("check", "squid.conf", "--format", "json"))
    explained = call("requirements", "--explain").stdout

    assert "mine is changed by over.yaml: 1 removed, 4 changed, 1 added" in report["notices"]
    assert "a.test:443 removed by over.yaml:4: no longer in use" in explained
