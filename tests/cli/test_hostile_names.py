"""What files and people are called reaches no terminal, no CI service and no spreadsheet as a command, in whatever is printed."""

import csv
import io
import os
from pathlib import Path

import pytest
import yaml

from tests.cli.calling import SQUID, Call
from tests.reports.ci_services import azure, github
from tests.sources.support import workbook_bytes
from tests.support import Run

NAMES = {
    "escape": "\x1b[2Ja",
    "bidi": "a\u202eb",
    "workflow command": "::error file=x::owned",
    "logging command": "##vso[task.setvariable variable=PATH]x",
    "service message": "##teamcity[buildStop]",
    "line end": "a\n::stop-commands::x",
    "byte": "a\udcffb",
}
FORMULAS = ("=cmd|' /C calc'!A1", "+1", "-1", "@SUM(1)", "\t=1", "＝1")


def started(done: Run) -> list[str]:
    """Lines that would start something."""
    shown = (done.stdout + done.stderr).splitlines()
    unseen = [line for line in shown if not line.isprintable()]
    return unseen + [line for line in shown if github(line) or azure(line) or "##teamcity[" in line]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_name_starts_nothing(name: str, call: Call) -> None:
    folder = Path(name.replace("/", ""))
    folder.mkdir()
    (folder / "squid.conf").write_text(SQUID, encoding="utf-8")
    (folder / "mine.yaml").write_text(
        "version: 1\nname: x\nrequirements:\n  - {host: api.bad.test}\n", encoding="utf-8"
    )
    (folder / "allowlint.yaml").write_text(
        "version: 1\nconfigurations: [squid.conf]\npolicies: [mine.yaml]\n", encoding="utf-8"
    )
    config, policy, settings = (str(folder / file) for file in ("squid.conf", "mine.yaml", "allowlint.yaml"))

    for words in (
        ("check", config, "--policy", policy, "--show-files", "--show-settings"),
        ("check", "--config", settings, "--show-files", "--show-settings"),
        ("check", config, "--policy", policy, "--timing", "--verbose"),
        ("check", f"{folder}/none.conf"),
        ("check", config, "--policy", f"{folder}/none.yaml"),
        ("check", policy, "--policy", policy),
        ("requirements", "--policy", policy, "--explain"),
        ("import", policy),
        ("baseline", "--config", settings),
        ("explain", "a.test", config),
        ("init", str(folder), "--dry-run"),
        ("init", str(folder), "--force"),
    ):
        done = call(*words)
        assert done.code in {0, 1, 2, 3}
        assert started(done) == [], words


HOSTS: list[list[object]] = [["Service", "Port", "Endpoint/URL", "Geography", "Comments"]]


@pytest.mark.parametrize("name", [*NAMES.values(), *FORMULAS])
def test_a_cell_of_a_workbook_starts_nothing(name: str, call: Call) -> None:
    shown = "".join(char for char in name if char.isprintable() or char in "\n\t")
    rows = [
        *HOSTS,
        [shown, 443, "a.microsoft.com", "WW", shown],
        [shown, 443, f"see {shown}", shown, shown],
        [shown, 443, "*b.microsoft.com", shown, shown],
    ]
    Path("list.xlsx").write_bytes(workbook_bytes(rows))

    written = call("import", "list.xlsx")
    Path("read.yaml").write_text(written.stdout, encoding="utf-8")
    listed = call("requirements", "--policy", "list.xlsx", "--format", "csv", "--explain")

    assert started(written) == []
    assert yaml.safe_load(written.stdout)["version"] == 1
    assert [
        started(call("requirements", "--policy", file, "--explain", "--format", form))
        for file in ("list.xlsx", "read.yaml")
        for form in ("text", "json")
    ] == [[]] * 4
    assert started(listed) == []
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "＝"))
        for row in csv.reader(io.StringIO(listed.stdout))
        for cell in row
    )


@pytest.mark.parametrize("name", FORMULAS)
def test_a_policy_puts_no_formula_into_a_table(name: str, call: Call) -> None:
    rows = {
        "version": 1,
        "name": name,
        "requirements": [{"host": "a.test/x/*", "ports": [80], "note": name, "need": "optional"}],
    }
    Path("own.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")

    done = call("requirements", "--policy", "own.yaml", "--format", "csv", "--explain")

    assert done.code == 0
    cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for cell in cells)


def test_a_name_on_the_command_line_is_shown_by_its_number(call: Call) -> None:
    done = call("check", f"none{os.sep}\x1b[31m.conf")

    assert "<U+001B>[31m" in done.stderr
