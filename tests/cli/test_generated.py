"""Completions and manual pages: made from the parsers, and kept as files."""

import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
import shtab
from argparse_manpage.manpage import Manpage  # type: ignore[import-untyped]

from allowlint.cli import COMMANDS
from allowlint.cli._parsers import parser_of, whole_parser
from allowlint.cli.completion import SHELLS
from tests.cli.calling import Call
from tests.support import ROOT, Golden

DATA = ROOT / "src" / "allowlint" / "_data"

pytestmark = pytest.mark.checkout


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_are_those_of_the_parsers(shell: str, golden: Golden) -> None:
    golden.check(DATA / "completions" / f"allowlint.{shell}", shtab.complete(whole_parser(COMMANDS), shell=shell))


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_manual_pages_are_those_of_the_parsers(command: str, golden: Golden) -> None:
    golden.check(DATA / "man" / f"{'-'.join(filter(None, ('allowlint', command)))}.1", manual_page(command))


def manual_page(command: str) -> str:
    """The page of a command, or of all, without the day on which it was made."""
    name = f"allowlint-{command}" if command else "allowlint"
    summary = "policy-as-code linter for firewall and proxy allowlists"
    if command:
        module = import_module(f"allowlint.cli.{COMMANDS[command][0]}")
        parser = parser_of(command, module)
        parser.prog, summary = name, module.HELP
    else:
        parser = whole_parser(COMMANDS)
    page = str(Manpage(parser, {"project_name": "allowlint", "manual_section": 1, "manual_title": "allowlint"}))
    page = re.sub(r'^(\.TH \S+ "1") "[^"]*"', r'\1 ""', page, count=1, flags=re.MULTILINE)
    spelled = name.replace("-", "\\-")
    page = page.replace(f".SH NAME\n{spelled}\n", f".SH NAME\n{spelled} \\- {summary}\n")
    page, heading, examples = page.partition(".SH COMMENTS\nexamples:\n")
    page = page.replace(f".B {spelled}\n", f".B allowlint {command}".rstrip() + "\n")
    return f"{page}.SH EXAMPLES\n.nf\n{examples.rstrip()}\n.fi\n" if heading else page


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_completion(shell: str, call: Call) -> None:
    done = call("completion", shell)

    assert done.code == 0
    assert "fail-on" in done.stdout


def test_bash_takes_the_completion_and_offers_what_fits(tmp_path: Path) -> None:
    script = DATA / "completions" / "allowlint.bash"
    ask = (
        f"source {script}; COMP_WORDS=(allowlint check --fail); COMP_CWORD=2; COMP_LINE='allowlint check --fail'; "
        'COMP_POINT=${#COMP_LINE}; _shtab_allowlint allowlint --fail check; printf "%s\\n" "${COMPREPLY[@]}"'
    )

    done = subprocess.run(["bash", "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "--fail-on" in done.stdout.split(), done.stderr


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "platforms"])
def test_every_command_teaches_with_an_example(command: str, call: Call) -> None:
    _, heading, examples = call(command, "--help").stdout.partition("\nexamples:\n")

    assert heading
    assert f"allowlint {command}" in examples
