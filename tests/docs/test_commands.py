"""Every command that a page shows is run, in the folder that the page names, and prints what the page says."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.written import DOCS, PAGES, Block, blocks, commands, fits, read, updated
from tests.support import FIXTURES, KEPT, ROOT, Golden

pytestmark = pytest.mark.checkout

WITH_COMMANDS = [path for path in PAGES if "```console" in read(path)]
COLUMNS = "84"
"""As wide as the site shows text without a scroll bar."""


class Shell:
    """Runs the commands of one page, in copies of the projects that it names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "none"
        self.code = 0
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        # What the page calls allowlint is what is under test.
        program = bin_folder / "allowlint"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m allowlint "$@"\n', encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        path = os.pathsep.join((str(bin_folder), str(Path(sys.executable).parent), os.environ["PATH"]))
        names = {f"GIT_{who}_{what}": "example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        kept = {name: os.environ[name] for name in (*KEPT, "PYTHONPATH") if name in os.environ}
        day = "2026-06-15T12:00:00Z"
        self.environment = {
            **kept, **names, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": COLUMNS, "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day, "FIXTURES": str(FIXTURES), "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        }  # fmt: skip

    def prepare(self, block: Block) -> None:
        """Do what the comments before a block ask for."""
        for kind, value in block.directives:
            if kind == "project":
                source = next(p for p in (FIXTURES / "docs" / value, FIXTURES / "projects" / value) if p.is_dir())
                target = Path(self.folder / str(len(list(self.folder.iterdir()))) / value)
                self.project = Path(shutil.copytree(source, target))
            elif kind == "run":
                done = self.run(value)
                assert self.code == 0, f"{value}\n{done}"
            elif kind == "env":
                name, _, word = value.partition("=")
                self.environment[name] = word
            elif kind == "write":
                assert block.file, f"the block does not name its file: {block.lines[:1]}"
                file = self.project / block.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("\n".join((*block.lines, "")), encoding="utf-8")

    def run(self, command: str) -> list[str]:
        """Run one command and return the lines that it prints; ``echo $?`` tells how the one before ended."""
        script = f"(exit {self.code})\n{command}"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", script],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.code = done.returncode
        return done.stdout.rstrip("\n").split("\n") if done.stdout.rstrip("\n") else []


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_page_shows_what_its_commands_print(page: Path, tmp_path: Path, golden: Golden) -> None:
    shell = Shell(tmp_path)
    lines = read(page).split("\n")
    changed: list[tuple[Block, list[str]]] = []
    for block in blocks(read(page)):
        shell.prepare(block)
        if block.language == "console":
            changed.append((block, _run(shell, block)))
    for block, now in reversed(changed):
        lines[block.first : block.first + len(block.lines)] = now

    golden.check(page, "\n".join(lines))


def _run(shell: Shell, block: Block) -> list[str]:
    """The block as it should be: every command with what it prints now."""
    found = []
    wanted = commands(block)
    for index, command in enumerate(wanted):
        printed = shell.run(command.text)
        expected = int((block.said("exits") or ["0"])[0]) if index == len(wanted) - 1 else 0
        assert shell.code == expected, f"$ {command.text}\nended with {shell.code}:\n" + "\n".join(printed)
        first, *more = command.text.split("\n")
        found += [f"$ {first}", *(f"> {line}" for line in more)]
        found += command.output if fits(command.output, printed) else updated(command.output, printed)
    return found


def test_the_pages_are_those_that_the_site_has() -> None:
    assert len(WITH_COMMANDS) >= 8
    assert ROOT in DOCS.parents
