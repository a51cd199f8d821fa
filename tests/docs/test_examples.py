"""Every YAML example of the site is what its schema describes, and is read by the program."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from allowlint import settings
from allowlint.cli import COMMANDS
from allowlint.cli._parsers import parser_of
from allowlint.model.condition import Doubt
from allowlint.sources import policy_yaml
from docs import _reasons, _settings
from tests.docs.written import DOCS, PAGES, Block, blocks, read
from tests.support import FIXTURES, ROOT

pytestmark = pytest.mark.checkout

SETTINGS = ("allowlint.yaml", "organisation.yaml")
SCHEMAS = {**dict.fromkeys(SETTINGS, "settings"), "overlay.yaml": "overlay"}
"""Which schema a file has, by its name; every other one is a policy."""
EXAMPLES = [
    (page, block)
    for page in PAGES
    for block in blocks(read(page))
    if block.language == "yaml" and not block.file.startswith(".")
]
"""Files of other programs begin with a dot; they read them when the commands of the page are run."""

OPTION = re.compile(r"`(?:[^`]*\s)?(--[a-z][a-z-]+)")
COMMAND = re.compile(r"`allowlint ([a-z][a-z-]*)")
FOREIGN = re.compile(r"`gh |`--no-verify`")
"""Lines about options of other programs."""


def example_id(value: object) -> str:
    return value.relative_to(DOCS).as_posix() if isinstance(value, Path) else ""


def schema_of(file: str) -> Any:
    name = SCHEMAS.get(file.rpartition("/")[2], "policy")
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def dated(block: Block) -> Any:
    """The content as the schema sees it: a date is text."""
    return json.loads(json.dumps(yaml.safe_load("\n".join(block.lines)), default=str))


@pytest.mark.parametrize(("page", "block"), EXAMPLES, ids=example_id)
def test_an_example_fits_its_schema(page: Path, block: Block) -> None:
    assert block.file, f"{page.name}: the first line of the example is a comment with the name of the file"

    errors = Draft202012Validator(schema_of(block.file), format_checker=FormatChecker()).iter_errors(dated(block))

    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize(("page", "block"), EXAMPLES, ids=example_id)
def test_an_example_is_read(page: Path, block: Block, tmp_path: Path) -> None:
    """By the program, which asks for more than the schema: files that are there, names of checks."""
    if block.said("write") and block.file.endswith(SETTINGS):
        # The commands below it read it, with the files that it names.
        assert any(other.language == "console" for other in blocks(read(page)) if other.first > block.first)
        return
    file = tmp_path / block.file
    for other in (other for at, other in EXAMPLES if at == page and other.file != block.file):
        written(tmp_path / other.file, other)
    written(file, block)

    if block.file.endswith(SETTINGS):
        assert settings.load(str(file)).file == str(file)
    elif not block.file.endswith("overlay.yaml"):
        assert policy_yaml.read(str(file)).policy.requirements


def written(file: Path, block: Block) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(block.lines), encoding="utf-8")


def test_every_key_of_the_settings_is_described() -> None:
    lines = _settings.page().splitlines()

    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]

    assert len(rows) >= 40
    assert [row[0] for row in rows if not row[2].removesuffix("**Required.**").strip()] == []


def test_every_code_of_a_doubt_has_a_meaning_and_a_remedy() -> None:
    text = _reasons.page()

    assert [code for code in Doubt if text.count(f"| `{code}` |") != 1] == []


def test_no_project_of_the_documentation_is_unused() -> None:
    used = {value for page in PAGES for block in blocks(read(page)) for value in block.said("project")}

    assert {path.name for path in (FIXTURES / "docs").iterdir() if path.is_dir()} - used == set()


@pytest.mark.parametrize("page", PAGES, ids=example_id)
def test_commands_and_options_in_the_text_exist(page: Path) -> None:
    parsers = [parser_of(name, import_module(f"allowlint.cli.{module}")) for name, (module, _) in COMMANDS.items()]
    options = {option for parser in parsers for option in parser._option_string_actions}
    lines = [line for line in read(page).splitlines() if not FOREIGN.search(line)]

    named = {name for line in lines for name in COMMAND.findall(line)}
    given = {option for line in lines for option in OPTION.findall(line)}

    assert named <= COMMANDS.keys()
    assert given <= {*options, "--version"}
