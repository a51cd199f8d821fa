"""What other tools need for comparable work, where they are installed in an environment of their own."""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.costs import Comparison, Group, Room
from tests.bench.groups import FEW, Maker, exports_of_panos, policies, small_check

LXML = "import sys; from lxml import etree; etree.parse(sys.argv[1], etree.XMLParser(huge_tree=True))"
RULES = 65_000


def peers(folder: Path, python: str) -> Iterator[Maker]:
    """Yield the groups of the peers that the environment of an interpreter has."""
    if _has(python, "lxml"):
        yield "lxml", partial(tree, folder, python)
    linters = [name for name in ("yamllint", "pre_commit") if _has(python, name)]
    if linters:
        yield "linters", partial(small, folder, python, linters)


def tree(folder: Path, python: str) -> Group:
    """A whole check beside nothing but a tree of the same file."""
    export, check = exports_of_panos(folder, RULES)
    commands = {"lxml": (python, "-c", LXML, str(export)), "check": check}
    lines: list[Comparison | Room] = [
        Comparison(f"{FEW} requirements, in parses by lxml.etree", "check", "lxml", 1.3),
        Room("memory, in that of the tree", "check", "lxml", 1.0),
    ]
    return Group(f"PAN-OS beside lxml, {export.stat().st_size / 1e6:.0f} MB", commands, lines)


def small(folder: Path, python: str, linters: list[str]) -> Group:
    """The check of a small configuration beside linters with nothing to do."""
    few, _ = policies(folder)
    ways = {
        "yamllint": (python, "-m", "yamllint", "-d", "{rules: {}}", str(few)),
        "pre_commit": (python, "-m", "pre_commit", "--version"),
    }
    commands = {"check": small_check(folder), **{name: ways[name] for name in linters}}
    lines = [Comparison(f"allowlint check, in runs of {name}", "check", name) for name in linters]
    return Group("Small checks beside other linters", commands, lines, rounds=15)


def _has(python: str, module: str) -> bool:
    code = f"import sys, importlib.util; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", code], check=False).returncode == 0
