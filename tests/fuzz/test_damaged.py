"""Every reader is fed damaged fixtures, in every run; more of them with ALLOWLINT_FUZZ_EXAMPLES, others with HYPOTHESIS_PROFILE=explore.

What was found before is kept in ``finds/<target>`` and fed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.edits import NAMES, PIECES, SPAN, Edit, damaged
from tests.fuzz.guard import scratch
from tests.fuzz.samples import Seed
from tests.fuzz.targets import TARGETS, feed, seeds_of

EXAMPLES = int(os.environ.get("ALLOWLINT_FUZZ_EXAMPLES") or 40)
FINDS = Path(__file__).with_name("finds")

_PLACES = st.integers(0, SPAN - 1)
EDITS = st.builds(Edit, st.sampled_from(NAMES), _PLACES, _PLACES, st.sampled_from(PIECES), st.integers(0, 1_000))


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_damaged_ends_in_a_documented_way(name: str) -> None:
    target, seeds = TARGETS[name], seeds_of(name)
    others = [seed.content for seed in seeds]

    @settings(max_examples=EXAMPLES if target.quick else EXAMPLES // 4, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(seeds), st.lists(EDITS, min_size=1, max_size=6))
    def check(seed: Seed, edits: list[Edit]) -> None:
        with scratch() as folder:
            feed(target, seed.name, damaged(seed.content, edits, others), Path(folder))

    check()


def finds() -> Iterator[tuple[str, Path]]:
    for path in sorted(FINDS.glob("*/*")):
        yield path.parent.name, path


@pytest.mark.parametrize(
    ("name", "path"), [*finds()], ids=lambda value: value.name if isinstance(value, Path) else value
)
def test_what_was_found_before_stays_mended(name: str, path: Path, tmp_path: Path) -> None:
    feed(TARGETS[name], path.name.rpartition("--")[2], path.read_bytes(), tmp_path)


def test_every_find_belongs_to_a_target() -> None:
    assert {name for name, _ in finds()} <= set(TARGETS)
