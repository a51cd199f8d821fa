"""The checks as a list, each imported when it has something to look at.

Importing all of them took a tenth of the check of a small configuration. What is said of them here is generated from the modules
(``make golden``), and left aside where a module was added since.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from allowlint import registry
from allowlint.checks import Check, nothing
from allowlint.checks._index import ROWS, Row
from allowlint.model.device import Stage
from allowlint.model.finding import Severity
from allowlint.model.verdict import Answer

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

PARTS = ("run", "review", "compare")
"""What a check may do."""


def listed() -> Sequence[Check]:
    """Every check, those of plug-ins too where they are wanted."""
    if tuple(row[0] for row in ROWS) != registry.names("checks"):
        return tuple(registry.all("checks").values())
    return tuple(map(_check, ROWS))


def modules() -> dict[int, str]:
    """The module of each check, by the identity of the check, as a list or the registry has it."""
    return {id(check): module for module, check in registry.all("checks").items()} | {
        id(_check(row)): row[0] for row in ROWS
    }


@cache
def _check(row: Row) -> Check:
    module, code, name, severity, summary, alone, notes, answers, parts = row
    run, review, compare = (_deferred(f"allowlint.checks.{module}", part) if part in parts else None for part in PARTS)
    told = tuple((Stage(stage), Answer(answer)) for stage, answer in answers)
    return Check(code, name, Severity(severity), summary, run or nothing, alone, review, compare, notes, told)


def _deferred(module: str, part: str) -> Callable[[Any], Iterator[Any]]:
    """A function of a module, which is imported when it is called."""

    def call(subject: Any) -> Iterator[Any]:
        function: Callable[[Any], Iterator[Any]] = getattr(import_module(module), part)
        return function(subject)

    call.__module__ = module
    return call


def index() -> str:
    """The module that holds the rows, made anew."""
    lines = [
        '"""What is said of every check: generated from the modules by `make golden`; see ``_listed``."""',
        "",
        "# fmt: off",
        "Row = tuple[str, str, str, str, str, bool | None, tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]",
        "ROWS: tuple[Row, ...] = (",
        *(f"    {_row(module, check)!r}," for module, check in registry.all("checks").items()),
        ")",
    ]
    return "\n".join(lines) + "\n"


def _row(module: str, check: Check) -> Row:
    own = vars(import_module(f"allowlint.checks.{module}"))
    parts = tuple(part for part in PARTS if part in own and getattr(check, part) is own[part])
    answers = tuple((stage.value, answer.value) for stage, answer in check.answers)
    return module, check.code, check.name, check.severity.value, check.summary, check.alone, check.notes, answers, parts
