from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.model.location import Location
from allowlint.reports import Style
from allowlint.reports._paint import Paint
from allowlint.reports._snippet import Span, marked, snippet
from allowlint.reports._visible import columns


def drawn(text: str, column: int, length: int, room: int = 80) -> tuple[str, str]:
    found = marked(text, column, length, room)
    return found.text, " " * found.offset + "^" * found.width


def shown(spans: Sequence[Span], text: str, width: int = 80) -> list[str]:
    places = {(span.location.path, span.location.line): text for span in spans}
    return list(snippet(spans, places, Paint(Style()), width))


def test_the_caret_stands_under_what_is_meant() -> None:
    assert drawn("http_access deny all", 13, 4) == ("http_access deny all", "            ^^^^")


def test_without_a_column_the_whole_line_is_meant_but_not_its_margin() -> None:
    assert drawn("  deny all  ", 0, 0) == ("  deny all", "  ^^^^^^^^")


def test_without_a_length_only_the_start_is_marked() -> None:
    assert drawn("deny all", 6, 0) == ("deny all", "     ^")


def test_a_place_behind_the_end_of_the_line_is_marked_there() -> None:
    assert drawn("abc", 9, 4) == ("abc", "   ^")


def test_an_empty_line_can_be_pointed_at() -> None:
    assert drawn("", 1, 0) == ("", "^")


def test_a_tab_moves_the_caret_and_is_named_where_it_is_meant() -> None:
    assert drawn("\tdeny all", 2, 4) == ("    deny all", "    ^^^^")
    assert drawn("deny\tall", 5, 1) == ("deny<U+0009>all", "    ^^^^^^^^")


def test_a_no_break_space_is_named_and_the_caret_still_right() -> None:
    assert drawn("a\u00a0b deny", 5, 4) == ("a<U+00A0>b deny", "           ^^^^")


def test_wide_letters_take_two_columns() -> None:
    assert drawn("東京 deny", 4, 4) == ("東京 deny", "     ^^^^")
    assert drawn("東京 deny", 1, 2) == ("東京 deny", "^^^^")


def test_an_escape_never_reaches_the_terminal() -> None:
    assert drawn("\x1b[2J deny", 6, 4) == ("<U+001B>[2J deny", "            ^^^^")


def test_a_long_line_is_cut_on_both_sides() -> None:
    line = "a" * 200 + "TARGET" + "b" * 200

    text, caret = drawn(line, 201, 6, 40)

    assert text == "..." + "a" * 14 + "TARGET" + "b" * 14 + "..."
    assert text[caret.index("^") : len(caret)] == "TARGET"


def test_a_line_of_megabytes_is_cut_as_fast() -> None:
    text, caret = drawn("x " * 5_000_000 + "TARGET", 10_000_001, 6, 60)

    assert text.endswith("x TARGET")
    assert text[caret.index("^") : len(caret)] == "TARGET"


def test_a_mark_longer_than_the_line_is_cut_too() -> None:
    text, caret = drawn("a " + "x" * 500, 3, 500, 40)

    assert len(text) <= 40
    assert text.startswith("a xxx")
    assert len(caret) <= 40


@given(
    st.text(alphabet="ab \t\u00a0\u202e東\u0301\x1b", max_size=120),
    st.integers(0, 130),
    st.integers(0, 130),
    st.integers(24, 100),
)
def test_whatever_the_line_holds_it_fits_and_is_safe(text: str, column: int, length: int, room: int) -> None:
    found = marked(text, column, length, room)

    assert columns(found.text) <= room
    assert found.offset + found.width <= room + 1
    assert found.text.isprintable()


def test_two_places_on_one_line_share_it() -> None:
    spans = [Span(Location("f", 3, 1, 4), "one", "red"), Span(Location("f", 3, 6, 3), "two", "cyan", "-")]

    assert shown(spans, "deny all") == [
        " --> f:3:1",
        "  |",
        "3 | deny all",
        "  | ^^^^ one",
        "  |      --- two",
        "  |",
    ]


def test_two_places_far_apart_on_one_line_show_a_part_each() -> None:
    line = "first" + "." * 200 + "second"
    spans = [Span(Location("f", 1, 206, 6), "", "red"), Span(Location("f", 1, 1, 5), "", "cyan", "-")]

    lines = shown(spans, line, 60)

    assert [line for line in lines if line.startswith("1 |")] == [
        "1 | " + "." * 50 + "second",
        "1 | first" + "." * 51,
    ]


def test_places_in_two_files_have_a_heading_each_and_one_gutter() -> None:
    spans = [Span(Location("a.conf", 120, 1, 1), "", "red"), Span(Location("b.txt", 7, 1, 1), "this", "cyan", "-")]

    assert shown(spans, "x") == [
        "   --> a.conf:120:1",
        "    |",
        "120 | x",
        "    | ^",
        "    |",
        "   ::: b.txt:7:1",
        "    |",
        "  7 | x",
        "    | - this",
        "    |",
    ]


def test_a_label_without_room_goes_below() -> None:
    spans = [Span(Location("f", 1, 1, 50), "why this decides it, in more words than fit", "red")]

    assert shown(spans, "x" * 50, 60)[3:5] == [
        "  | " + "^" * 50,
        "  | why this decides it, in more words than fit",
    ]


def test_a_line_that_is_not_at_hand_leaves_the_label() -> None:
    spans = [Span(Location("gone.conf", 5, 1), "blocks it", "red")]

    assert list(snippet(spans, {}, Paint(Style()), 80)) == [" --> gone.conf:5:1", "  | blocks it", "  |"]


def test_a_file_as_a_whole_has_no_line() -> None:
    spans = [Span(Location("gone.conf", 0), "", "red")]

    assert next(iter(snippet(spans, {}, Paint(Style()), 80))) == " --> gone.conf"


@pytest.mark.parametrize("color", ["red", "yellow", "cyan"])
def test_colours_add_nothing_but_escapes(color: str) -> None:
    spans = [Span(Location("f", 1, 1, 4), "label", color)]
    places = {("f", 1): "deny all"}

    painted = "\n".join(snippet(spans, places, Paint(Style(color=True)), 80))

    import re

    assert "\x1b[1;" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == "\n".join(snippet(spans, places, Paint(Style()), 80))
