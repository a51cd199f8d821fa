"""What GitHub Actions and Azure Pipelines make of the reports for them, and of the text report in their logs."""

import re
from typing import Any

import pytest

from allowlint.model.report import Run
from allowlint.reports import Style
from allowlint.reports._defused import defused
from allowlint.reports.azure_devops import render as render_azure
from allowlint.reports.github import render as render_github
from tests.reports.ci_services import Command, azure, github
from tests.reports.runs import build, load
from tests.support import FIXTURES, allowlint
from tests.test_projects import command

DEMO = FIXTURES / "projects" / "demo"
FAULT = {"code": "ACC001", "name": "missing-allow", "message": "m", "requirement": "a:443", "need": "required"}


def of_github(run: Run) -> list[Command]:
    read = [github(line) for line in render_github(run, Style()).splitlines()]
    assert None not in read
    return [found for found in read if found is not None and found.name not in ("group", "endgroup")]


def of_azure(run: Run) -> list[Command]:
    return [found for line in render_azure(run, Style()).splitlines() if (found := azure(line)) is not None]


def faults(number: int, **more: Any) -> list[dict[str, Any]]:
    return [FAULT | {"at": f"f:{line}", "message": f"m{line}"} | more for line in range(1, number + 1)]


def test_a_fault_is_an_annotation_at_its_place() -> None:
    note, found = of_github(build({"findings": [FAULT | {"at": "acl/a.txt:3:5+7", "help": "write\n  b"}]}))

    assert note == Command("notice", {"title": "allowlint"}, "nothing was checked")
    assert found.name == "error"
    assert found.properties == {
        "file": "acl/a.txt",
        "line": "3",
        "col": "5",
        "endColumn": "11",
        "title": "ACC001 missing-allow",
    }
    assert found.message == "m (acl/a.txt)\nhelp: write\n  b\nallowlint rule ACC001"


def test_a_fault_is_an_issue_at_its_place() -> None:
    (found,) = of_azure(build({"findings": [FAULT | {"at": "acl/a.txt:3:5+7"}]}))

    assert found.name == "task.logissue"
    assert found.properties == {
        "type": "error",
        "sourcepath": "acl/a.txt",
        "linenumber": "3",
        "columnnumber": "5",
        "code": "ACC001",
    }
    assert found.message == "ACC001 missing-allow: m (acl/a.txt)\nallowlint rule ACC001"


def test_values_come_through_whole() -> None:
    odd = "100%: a,b;c]d %0A %AZP25 %3B"
    run = build({"findings": [FAULT | {"at": "f:1", "message": odd, "device": odd, "config": "x"}]})

    assert of_github(run)[1].message.startswith(f"{odd} (x, {odd})\n")
    assert of_azure(run)[0].message.startswith(f"ACC001 missing-allow: {odd} (x, {odd})\n")


def test_a_file_with_an_odd_name_comes_through_whole() -> None:
    run = build({"findings": [FAULT | {"at": "f:1"}]})
    (first,) = run.findings
    run = run._replace(findings=(first._replace(location=first.location._replace(path="a,b: 100%].conf")),))

    assert of_github(run)[1].properties["file"] == "a,b: 100%].conf"
    assert of_azure(run)[0].properties["sourcepath"] == "a,b: 100%].conf"


def test_the_worst_come_first() -> None:
    order = ("info", "warning", "error")
    run = build({"findings": [FAULT | {"at": f"f:{at}", "severity": word} for at, word in enumerate(order, start=1)]})

    assert [found.name for found in of_github(run)[1:]] == ["error", "warning", "notice"]
    assert [found.properties["type"] for found in of_azure(run)] == ["error", "warning"]


def test_one_fault_of_several_endpoints_is_one_annotation() -> None:
    found = [FAULT | {"at": "f:2", "requirement": f"h{n}:443", "message": f"h{n}:443 is blocked"} for n in range(12)]

    (_, one) = of_github(build({"findings": found}))

    assert one.message.startswith("12 endpoints are blocked (f)\nendpoint: h0:443 required\n")
    assert "\nand 4 more\n" in one.message


def test_it_is_said_when_not_all_are_shown() -> None:
    run = build(
        {"findings": faults(14), "devices": [{"config": "f", "verdicts": [{"host": "a", "access": "blocked"}]}]}
    )

    assert of_github(run)[0].message == (
        "FAILED: the one required endpoint does not work. the worst 10 of 14 errors are shown here; the log has all"
    )
    assert "the worst 10 of 14 errors" in render_azure(run, Style()).splitlines()[-1]
    assert "shown here" not in of_github(build({"findings": faults(10)}))[0].message


def test_what_is_accepted_is_information_that_says_so() -> None:
    run = load(FIXTURES / "reports" / "github" / "accepted")

    titles = {found.properties["title"]: found.name for found in of_github(run)}

    assert titles["ACC001 missing-allow [waived until 2027-03-31]"] == "notice"
    assert titles["TLS001 inspected [known from .allowlint-baseline.json]"] == "notice"
    assert not any("[waived" in found.message or "[known" in found.message for found in of_azure(run))
    assert "ACC001 missing-allow [waived until 2027-03-31]: c.example.com" in render_azure(run, Style())


def test_a_message_is_no_longer_than_what_is_shown() -> None:
    (_, found) = of_github(build({"findings": [FAULT | {"at": "f:1", "help": "word " * 2000}]}))

    assert len(found.message) <= 4096
    assert found.message.endswith("... (cut; the log has all)")


def test_nothing_wrong_is_only_the_answer() -> None:
    run = build({"devices": [{"config": "f", "verdicts": [{"host": "a"}]}]})

    assert render_github(run, Style()).count("\n") == 1
    assert of_github(run)[0].message.startswith("PROVEN: ")
    assert render_azure(run, Style()).startswith("allowlint: PROVEN: ")


class TestInTheService:
    """The default report is followed by annotations, and by nothing else."""

    @staticmethod
    def printed(*args: str, **env: str) -> str:
        # Some reports say when they were made.
        done = allowlint(*command(DEMO)["args"], *args, cwd=DEMO, env={"SOURCE_DATE_EPOCH": "1795453200"} | env)
        assert done.code == 1
        return done.stdout

    def test_in_github_actions(self) -> None:
        text = self.printed()

        annotated = self.printed(GITHUB_ACTIONS="true")

        assert annotated.startswith(text)
        assert annotated == text + self.printed("--format", "github")
        assert annotated.count("\n::error ") > 5

    def test_in_azure_pipelines(self) -> None:
        assert self.printed(TF_BUILD="True") == self.printed() + self.printed("--format", "azure-devops")

    @pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
    def test_a_format_that_is_named_stands_alone(self, form: str) -> None:
        assert self.printed("--format", form, GITHUB_ACTIONS="true", TF_BUILD="True") == self.printed("--format", form)

    def test_quiet_is_quiet(self) -> None:
        assert self.printed("--quiet", GITHUB_ACTIONS="true") == ""

    def test_the_text_report_itself_holds_no_command(self) -> None:
        assert [line for line in self.printed().splitlines() if github(line) or azure(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "::error::x",
        "  ::set-output name=a::b",
        "\u00a0::stop-commands::token",
        "text ##[add-mask]word",
        "text ##vso[task.setvariable variable=PATH]x",
        "###vso[task.complete result=Succeeded]",
        "##teamcity[buildStop comment='x']",
        "a\n::warning file=x::y",
        "a\r::warning file=x::y",
    ],
)
def test_a_command_is_defused_and_still_readable(line: str) -> None:
    harmless = defused(line)

    assert not any(github(part) or azure(part) for part in re.split(r"[\r\n]", harmless))
    assert "##teamcity[" not in harmless
    assert harmless.replace("<U+0023>", "#").replace("<U+003A>", ":") == line


@pytest.mark.parametrize(
    "line", ["  ::: squid/a.txt:6:1", "ssl::server_name .x", "::1", "## heading", "a::b::c", "#[x]", "2001:db8::1 ::2"]
)
def test_what_is_no_command_stays(line: str) -> None:
    assert defused(line) == line
