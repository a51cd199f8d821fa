"""Names that differ by a slip of the keyboard, and names that differ on purpose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.checks._typos import LIMIT, alike, distance, letters, slip


@pytest.mark.parametrize(
    ("name", "other", "edits"),
    [
        ("definitionupdate.microsoft.com", "definitionupdates.microsoft.com", 1),
        ("defintionupdates.microsoft.com", "definitionupdates.microsoft.com", 1),
        ("definitoinupdates.microsoft.com", "definitionupdates.microsoft.com", 1),
        ("smartscreenprod.microsoft.com", "smartscreen-prod.microsoft.com", 1),
        ("endpointsecurity.microsoft.com", "endpoint.security.microsoft.com", 1),
        ("edfinitionupdatess.microsoft.com", "definitionupdates.microsoft.com", 2),
        ("go.mircosoft.com", "go.microsoft.com", 1),
        ("us-v20.events.data.microsoft.com", "eu-v20.events.data.microsoft.com", 0),
        ("winatp-gw-weu.microsoft.com", "winatp-gw-neu.microsoft.com", 0),
        ("do.microsoft.com", "go.microsoft.com", 0),
        ("go.microsoft.com", "go.microsoft.com", 0),
        ("download.microsoft.com", "definitionupdates.microsoft.com", 0),
    ],
)
def test_a_slip(name: str, other: str, edits: int) -> None:
    assert slip(name, other) == edits
    assert slip(other, name) == edits


words = st.text("abc.-", max_size=8)


@given(words, words)
def test_the_distance_is_the_shortest_way_as_far_as_it_looks_like_a_slip(left: str, right: str) -> None:
    assert min(distance(left, right), LIMIT + 1) == min(_by_the_book(left, right), LIMIT + 1)


@given(words, words)
def test_names_a_slip_away_are_alike_in_their_letters(left: str, right: str) -> None:
    assert alike(letters(left), letters(right)) or _by_the_book(left, right) > LIMIT


def _by_the_book(left: str, right: str) -> int:
    table = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            ways = [
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (left[i - 1] != right[j - 1]),
            ]
            if i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(left), len(right)]
