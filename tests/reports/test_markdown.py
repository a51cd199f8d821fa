"""The comment on a pull request: what it shows, how long it gets, and that nothing of a configuration is obeyed."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from markdown_it import MarkdownIt

from allowlint.reports import Style
from allowlint.reports._marked_up import code
from allowlint.reports.markdown import MARKER, render
from tests.reports.runs import build, load
from tests.support import FIXTURES

CASES = FIXTURES / "reports" / "markdown"
FAULT = {"code": "ACC001", "name": "missing-allow", "message": "m", "requirement": "a:443", "need": "required"}
GITHUB = 65_536
"""Characters of a comment: «Body is too long (maximum is 65536 characters)»."""
EVIL = [
    "@octocat",
    "a|b",
    "a\\|b",
    "`",
    "``a`",
    " a ",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://x.test/y.png)",
    "[x](javascript:alert(1))",
    "www.example.com",
    "https://example.com",
    "a\n\n# heading",
    "--> <!-- x",
    "</details>",
    "#1",
    "*bold*",
    "&lt;",
    "\\",
]


def rendered(**values: Any) -> str:
    return render(build(values), Style())


def shown(markdown: str) -> str:
    """The text that a reader sees of GitHub's flavour, without what stands in code."""
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown)
    return re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_it_begins_with_its_mark_and_the_answer() -> None:
    mark, answer, empty, *_ = render(load(CASES / "accepted"), Style()).splitlines()

    assert mark == MARKER == "<!-- allowlint -->"
    assert answer == "**❌ FAILED: 1 of 6 required endpoints does not work (3 more accepted), and 1 cannot be told**"
    assert empty == ""


@pytest.mark.parametrize(
    ("verdict", "icon"),
    [({}, "✅ PROVEN"), ({"access": "unknown"}, "⚠️ NOT PROVEN"), ({"access": "blocked"}, "❌ FAILED")],
)
def test_the_answer_has_a_sign(verdict: dict[str, str], icon: str) -> None:
    assert f"**{icon}: " in rendered(devices=[{"config": "f", "verdicts": [{"host": "a", **verdict}]}])


def test_what_a_change_did_comes_before_the_faults() -> None:
    text = render(load(CASES / "accepted"), Style())

    assert text.index("### Since `origin/main") < text.index("### Errors")
    assert "| **broken** | `a.example.com:443` | `squid.conf` | `access` | `allowed` | `blocked` |" in text
    assert "answers: 1 broken, 1 changed, 1 mended; earlier findings: 2 left, 1 gone" in text


def test_a_comparison_that_failed_says_why() -> None:
    text = rendered(comparison={"ref": "main", "failed": "no such revision"})

    assert "### Since `main`\n\nCould not be compared: `no such revision`" in text


def test_few_faults_are_open_and_the_rest_is_folded() -> None:
    text = rendered(findings=[FAULT | {"at": f"f:{line}"} for line in range(1, 10)])

    before, _, folded = text.partition("<details>")
    assert before.count("error[ACC001]") == 5
    assert folded.count("error[ACC001]") == 4
    assert "<summary>More errors: 4 errors</summary>" in folded


def test_what_is_accepted_is_folded_and_marked() -> None:
    _, _, folded = render(load(CASES / "accepted"), Style()).partition("<summary>Accepted: 2 waived, 2 known</summary>")

    assert "`http_access deny all` [waived until\n              2027-03-31]" in folded
    assert "| expired | 2026-10-31 | `TLS001 (until 2026-10-31)` |" in folded


def test_folds_are_closed_and_begin_with_an_empty_line() -> None:
    for case in ("accepted", "hostile-names"):
        text = render(load(CASES / case), Style())
        outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        assert outside.count("<details>") == outside.count("</details>") == len(re.findall("</summary>\n\n", outside))


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("where", ["table", "text"])
def test_code_shows_what_it_holds_and_nothing_happens(evil: str, where: str) -> None:
    markdown = (
        f"| a | b |\n| --- | --- |\n| {code(evil, table=True)} | end |\n" if where == "table" else f"x {code(evil)} y\n"
    )

    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown)

    (inside,) = re.findall(r"<code>(.*?)</code>", html, flags=re.DOTALL)
    text = inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert text.replace("<U+007C>", "|") == evil.replace("\n", " ")
    assert html.count("<td>") == (2 if where == "table" else 0)


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_of_a_configuration_is_outside_of_code(evil: str) -> None:
    change = {"config": evil, "device": evil, "requirement": evil, "stage": "access", "before": evil, "after": evil}
    waiver = {"checks": [evil], "reason": evil, "owner": evil, "ticket": evil}
    word = "Evil-Text"
    values = {
        "devices": [{"config": evil, "name": evil, "verdicts": [{"host": "a", "access": "unknown", "reasons": [{"text": evil, "settle": evil}]}]}],
        "findings": [
            FAULT | {"at": "f:1", "message": evil, "help": evil, "config": evil, "device": evil, "waiver": waiver},
            FAULT | {"at": "f:2", "message": evil, "reasons": [evil]},
        ],
        "notices": [evil],
        "profile": {"client": evil},
        "waivers": [waiver | {"state": "active"}],
        "comparison": {"ref": evil, "changes": [change | {"kind": "broken"}]},
        "provenance": {"command": [evil], "settings": [evil]},
    }  # fmt: skip

    html = shown(rendered(**values))

    harmless = shown(rendered(**_replaced(values, evil, word)))
    assert word not in harmless
    assert html == harmless


def _replaced(values: Any, old: str, new: str) -> Any:
    if isinstance(values, Mapping):
        return {key: _replaced(value, old, new) for key, value in values.items()}
    if isinstance(values, list):
        return [_replaced(value, old, new) for value in values]
    return new if values == old else values


@pytest.mark.parametrize("number", [50, 400, 3000])
def test_it_fits_into_a_comment_and_says_what_it_left_out(number: int) -> None:
    findings = [
        FAULT | {"at": f"f{n}:1", "message": f"m{n} " + "é東" * 30, "requirement": f"h{n}:443"} for n in range(number)
    ]
    warnings = [found | {"severity": "warning"} for found in findings[: number // 2]]
    verdicts = [{"host": f"h{n}", "access": "unknown", "reasons": [{"text": "r"}]} for n in range(number)]
    change = {"device": "", "stage": "access", "before": "allowed", "after": "blocked", "kind": "broken"}
    changes = [change | {"config": "f", "requirement": f"h{n}:443"} for n in range(number)]

    text = rendered(
        findings=findings + warnings,
        devices=[{"config": "f", "verdicts": verdicts}],
        comparison={"ref": "main", "changes": changes},
        provenance={"command": ["x" * 500]},
    )

    assert len(text.encode()) <= GITHUB - 500
    parts = ("changes", "faults", "answers")
    listed = {
        "changes": text.count("| **broken** |"),
        "faults": len(re.findall(r"^(?:error|warning)\[", text, re.MULTILINE)),
        "answers": text.count("| access | `r` |"),
    }
    missing = {part: sum(map(int, re.findall(rf"(\d+) more {part}, for which", text))) for part in parts}
    assert {part: listed[part] + missing[part] for part in parts} == {
        "changes": number,
        "faults": number + number // 2,
        "answers": number,
    }
    assert number < 400 or (missing["faults"] and listed["faults"] > 50)


def test_one_endless_item_leaves_room_for_the_others() -> None:
    text = rendered(
        findings=[FAULT | {"at": "f:1", "message": "x" * 100_000}, FAULT | {"at": "f:2", "severity": "warning"}]
    )

    assert len(text.encode()) <= GITHUB
    assert "1 more faults, for which there is no room here; the text report has all." in text
    assert "warning[ACC001]" in text
