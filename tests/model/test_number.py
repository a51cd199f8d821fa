"""Whole numbers as configurations write them, whatever else looks like one."""

import pytest

from allowlint.model.number import LAST_PORT, whole


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), ("443", 443), ("00443", 443), ("65535", 65_535), ("0" * 5_000 + "7", 7), ("65536", None), ("9" * 5_000, None), ("", None),
    ("²", None), ("٤٤٣", None), ("४", None), ("+1", None), ("-1", None), ("1_0", None), (" 1", None), ("1.0", None), ("0x1", None),
])  # fmt: skip
def test_only_ascii_digits_up_to_the_most_are_a_number(text: str, number: int | None) -> None:
    assert whole(text, LAST_PORT) == number
