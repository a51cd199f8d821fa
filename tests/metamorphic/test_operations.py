"""Every platform takes part, with operations that do something."""

from __future__ import annotations

import pytest

from tests.metamorphic.cases import cases_of
from tests.metamorphic.operations import DEMANDED, Operations, nothing
from tests.metamorphic.platforms import BY_PLATFORM, TABLES

TEXTUAL = (*DEMANDED, "shuffles", "renamings", "duplicates", "fewer_allows", "fewer_denies", "detours")
LOOKED_AT = 60
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.platform)


@pytest.mark.parametrize("platform", BY_PLATFORM)
def test_every_registered_platform_takes_part(platform: str) -> None:
    """Soundness is shown for every platform or claimed for none."""
    found = BY_PLATFORM[platform]
    assert found is not None, f"write tests/metamorphic/platforms/{platform}.py (see tests/metamorphic/operations.py)"
    assert found.platform == platform


@each_table
def test_what_every_format_has_a_place_for_is_there(table: Operations) -> None:
    assert [name for name in DEMANDED if getattr(table, name) is nothing] == []
    assert table.forces
    assert all(name in vars(Operations) or name in Operations._fields for name in TEXTUAL)


@each_table
def test_every_operation_finds_something_to_do(table: Operations) -> None:
    """A table whose operations yield nothing would agree with anything."""
    looked_at = cases_of(table)[:LOOKED_AT]
    for operation in TEXTUAL:
        if getattr(table, operation) is not nothing:
            edits = [edit for case in looked_at for edit in case.edits(operation)]
            assert any(edit.text != case.text for case in looked_at for edit in case.edits(operation)), operation
            assert all(edit.what for edit in edits)
    assert any(True for case in looked_at for _ in table.doubts(case.text, case.random("doubts")))


@each_table
def test_the_same_run_has_the_same_edits(table: Operations) -> None:
    """A failure that comes and goes is none that anybody mends."""
    for case in cases_of(table)[:5]:
        for operation in TEXTUAL:
            assert case.edits(operation) == case.edits(operation), operation
