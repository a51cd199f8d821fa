"""The shape of the code: layers that hold, functions that fit on a screen, modules that can be read at a sitting."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from allowlint.registry import CONSTANTS
from tests.support import ROOT

pytestmark = pytest.mark.checkout

SOURCE = ROOT / "src" / "allowlint"
MODULES = sorted(SOURCE.rglob("*.py"))
LINES_OF_A_FUNCTION = 50
LINES_OF_A_MODULE = 400

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_layers_hold() -> None:
    """The contracts of pyproject.toml; an import that breaks one is named with its line."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", CONSTANTS)
def test_extensions_of_one_kind_do_not_know_each_other(kind: str) -> None:
    """What two of them share belongs in a private module beside them (`_x.py`)."""
    graph = grimp.build_graph("allowlint", cache_dir=None)
    inside = {module for module in graph.modules if module.startswith(f"allowlint.{kind}.")}

    crossings = [
        f"{importer} -> {imported}"
        for importer in sorted(inside)
        if not _extension(importer).startswith("_")
        for imported in sorted(graph.find_modules_directly_imported_by(importer) & inside)
        if _extension(importer) != _extension(imported) and not _extension(imported).startswith("_")
    ]

    assert crossings == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    too_long = [
        f"{path.name}:{node.lineno} {node.name}: {length} lines"
        for node, length in _functions(tree)
        if length > LINES_OF_A_FUNCTION
    ]

    assert not too_long


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_can_be_read_at_a_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= LINES_OF_A_MODULE, f"{lines} lines: make it a package"


def test_the_measure_counts_what_it_says() -> None:
    body = "    x = 1\n" * LINES_OF_A_FUNCTION
    docstring = '    """First.\n\n    Second.\n    """\n'

    (_, fits), (_, too_long) = _functions(ast.parse(f"def f():\n{docstring}{body}\ndef g():\n{body}    x = 2\n"))

    assert (fits, too_long) == (LINES_OF_A_FUNCTION + 1, LINES_OF_A_FUNCTION + 2)


def _extension(module: str) -> str:
    """Return the part of ``allowlint.<kind>.<extension>...`` that names the extension."""
    return module.split(".")[2]


def _functions(tree: ast.Module) -> Iterator[tuple[Function, int]]:
    """Yield each function with its lines, from ``def`` to its end, docstring not counted."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)


def _docstring_lines(node: Function) -> int:
    first = node.body[0]
    is_docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return (first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0
