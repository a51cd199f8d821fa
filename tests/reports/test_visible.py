import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.reports._visible import columns, head, padded, shortened, tail, visible, wrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text", "plain text"),
        ("Fußzeile 東京", "Fußzeile 東京"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("\x1b[2J", "<U+001B>[2J"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\u202eb\u2066c", "a<U+202E>b<U+2066>c"),
        ("a\u200b\ufeff", "a<U+200B><U+FEFF>"),
        ("x\ufe0f\u3164", "x<U+FE0F><U+3164>"),
        ("tab\there", "tab<U+0009>here"),
        ("\U000e0041", "<U+E0041>"),
        ("not utf-8: \udcff", "not utf-8: <0xFF>"),
    ],
)
def test_what_does_not_print_as_itself_is_shown_by_its_number(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(st.text())
def test_what_is_visible_can_be_printed_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)

    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert visible(shown) == shown


@pytest.mark.parametrize(("text", "expected"), [("abc", 3), ("東京", 4), ("e\u0301", 1), ("ﬁ", 1), ("", 0)])
def test_columns_are_those_of_a_terminal(text: str, expected: int) -> None:
    assert columns(text) == expected


def test_padding_counts_wide_letters_twice() -> None:
    assert padded("東京", 6) == "東京  "


def test_pieces_are_kept_from_either_end() -> None:
    assert head(["a", "東", "b"], 2) == "a"
    assert tail(["a", "東", "b"], 3) == "東b"


def test_what_is_too_long_ends_in_dots() -> None:
    assert shortened("abcdefgh", 8) == "abcdefgh"
    assert shortened("abcdefghi", 8) == "abcde..."


def test_words_are_wrapped_and_configuration_is_not() -> None:
    text = "allow it before the rule that denies it:\n    acl mde dstdomain winatp-gw-neu.microsoft.com"

    assert list(wrapped(text, 20)) == [
        "allow it before the",
        "rule that denies it:",
        "    acl mde dstdomain winatp-gw-neu.microsoft.com",
    ]


def test_a_word_longer_than_the_line_stays_whole() -> None:
    assert list(wrapped("see https://example.com/a/long/address now", 12)) == [
        "see",
        "https://example.com/a/long/address",
        "now",
    ]


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])), st.integers(1, 60))
def test_wrapping_loses_nothing_but_where_lines_end(text: str, room: int) -> None:
    lines = list(wrapped(text, room))

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
