"""Names that configurations may hold to start something where a report is read, in every format and at every place."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from allowlint import registry
from allowlint.model.report import Run
from allowlint.reports import Style
from tests.reports.ci_services import azure, github
from tests.reports.runs import build

NAMES = {
    "control characters": "a\x07\x08\x0b\x0c\x7f\x85b",
    "nul": "a\x00b",
    "escape": "\x1b[2J\x1b]8;;http://x.test\x07a",
    "bidi": "a\u202eb\u2066c",
    "unseen": "a\u200b\u00ad\ufeffb",
    "line ends": "a\r\n\u2028\u2029b\rc",
    "lone surrogates": "a\ud83d\udcff\udfffb",
    "no characters": "a\ufffe\uffff\U0001ffffb",
    "workflow command": "::error file=x,line=1::owned",
    "workflow command on a new line": "a\n  ::stop-commands::token\n::set-output name=a::b",
    "old workflow command": "a ##[add-mask]the",
    "logging command": "##vso[task.setvariable variable=PATH;isOutput=true]/tmp",
    "logging command, hidden": "a ###vso[task.complete result=Succeeded;]",
    "service message": "##teamcity[buildStop comment='x']",
    "brackets": "]]>]",
    "cdata": "<![CDATA[x]]>",
    "entity": "&lt;&#0;<!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "script": "<script>alert(1)</script>",
    "bar": "a|b|c",
    "fence": "```\n~~~\n",
    "formula": "=cmd|' /C calc'!A1",
    "formula in a list": 'a";=1+1;"',
    "attachment": "[[ATTACHMENT|/etc/passwd]]",
    "percent": "%0A%0D%25%AZP25%3B100%",
    "ways": "../../etc/passwd",
    "empty": "",
    "blanks": "   ",
    "long": "x" * 20_000,
}
FORMATS = sorted(registry.names("reports"))


def hostile(name: str) -> Run:
    """A run that has the name wherever a name can be."""
    waiver = {"checks": [name or "ACC"], "reason": name, "owner": name, "ticket": name, "requirement": name}
    step = {"at": "f:1:1+3", "text": name, "effect": "block"}
    finding = {
        "code": "ACC001", "name": "missing-allow", "at": "f:1:1+3", "message": name, "config": name, "device": name, "requirement": name,
        "witness": name, "object": name, "need": "required", "reasons": [name], "help": name, "trace": [step],
        "related": [{"at": "f:1", "message": name}],
    }  # fmt: skip
    verdict = {
        "host": "a.example.com",
        "access": "unknown",
        "note": name,
        "reasons": [{"text": name, "settle": name}],
        "leans": [name],
    }
    change = {
        "config": name,
        "device": name,
        "requirement": name,
        "stage": "access",
        "before": name,
        "after": name,
        "kind": "broken",
    }
    values: dict[str, Any] = {
        "policies": [{"name": name, "published": name}],
        "profile": {"client": name, "assumptions": [name]},
        "devices": [
            {"config": name, "name": name, "platform": name, "rules": 1, "verdicts": [verdict], "profile": {"client": name}},
            {"config": "p", "name": name, "verdicts": [verdict], "hops": [{"name": name, "verdicts": [verdict]}]},
        ],
        "findings": [
            finding,
            finding | {"requirement": "a.example.com:443"},
            finding | {"waiver": waiver},
            finding | {"known": name or "x"},
            finding | {"code": "HYG003", "name": "shadowed-rule", "requirement": ""},
        ],
        "notices": [name],
        "sources": {"f": f"{name}\n{name}"},
        "waivers": [waiver | {"state": "active"}],
        "baseline": {"path": name, "matched": 0, "dead": [name]},
        "comparison": {"ref": name, "commit": name, "changes": [change]},
        "provenance": {"command": [name], "settings": [name], "made": "2026-11-23T10:00:00Z"},
    }  # fmt: skip
    run = build(values)
    places = (found._replace(location=found.location._replace(path=name)) for found in run.findings[:2])
    return run._replace(findings=(*places, *run.findings))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_starts_nothing(form: str, name: str) -> None:
    content = registry.load("reports", form).render(hostile(name), Style())

    for text in [content] if isinstance(content, str) else _members(content):
        _is_plain(text)
        if form not in ("github", "azure_devops", "xlsx"):
            assert [line for line in text.splitlines() if github(line) or azure(line)] == []
            assert "##teamcity[" not in text
    _CHECKS.get(form, lambda content: None)(content)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_annotations_hold_no_command_but_their_own(name: str) -> None:
    run = hostile(name)
    allowed = {"group", "endgroup", "error", "warning", "notice"}

    for line in registry.load("reports", "github").render(run, Style()).splitlines():
        found = github(line)
        assert found is not None
        assert found.name in allowed
        assert set(found.properties) <= {"file", "line", "col", "endColumn", "title"}
        assert azure(line) is None
        assert not any(github(part) or azure(part) for part in found.message.splitlines())
    for line in registry.load("reports", "azure_devops").render(run, Style()).splitlines():
        issue = azure(line)
        assert issue is None or issue.name == "task.logissue"
        assert issue is None or set(issue.properties) <= {"type", "sourcepath", "linenumber", "columnnumber", "code"}
        assert issue is None or not any(github(part) or azure(part) for part in issue.message.splitlines())
        command = github(line)
        assert command is None or line in ("##[group]issues of allowlint", "##[endgroup]")


def _members(content: bytes) -> list[str]:
    with ZipFile(io.BytesIO(content)) as file:
        return [file.read(name).decode("utf-8") for name in file.namelist()]


def _is_plain(text: str) -> None:
    """Nothing that a terminal obeys, that turns the reading order around, or that cannot be written as UTF-8."""
    text.encode("utf-8")
    bad = [char for char in text if not char.isprintable() and char not in "\n\r\t"]
    assert bad == []


def _json(content: str) -> None:
    assert content.isascii()
    assert json.loads(content)


def _xml(content: str) -> None:
    root = ElementTree.fromstring(content)  # noqa: S314 - it is our own
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out"),
    }
    assert "[[ATTACHMENT" not in "".join(root.itertext())


def _csv(content: str) -> None:
    rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows for cell in row)


_CHECKS: dict[str, Any] = {"json": _json, "sarif": _json, "gitlab": _json, "junit": _xml, "csv": _csv}
