"""squid.conf is cut into lines and words as Squid 5.7 does it (the experiments S60 to S64 and what its source says)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.platforms.squid.text import BUFFER, Line, Reading, Token, logical_lines, tokens
from allowlint.platforms.squid.value_files import file_values
from allowlint.syntax.files import Files
from tests.platforms.squid.reading import place, read_text, write


def words(text: str | bytes, folder: Path) -> list[Token]:
    """The words of all lines."""
    return [token for line in read_text(folder, text).lines for token in tokens(line)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n\n  \n\t\n", []),
        ("# a\n  # b\n\t# c", []),
        ("a b", ["a b"]),
        ("  \t a b  \t \n", ["a b"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a b\rrest is dropped\nc", ["a b", "c"]),
        ("a\x0bb\x0cc", ["a\x0bb\x0cc"]),
        ("\x0b\x0ca", ["a"]),
        ("a\u00a0b", ["a\u00a0b"]),
        ("a\u2028b\x85c\x1cd", ["a\u2028b\x85c\x1cd"]),
    ],
)
def test_a_line_is_what_stands_between_newlines_without_blanks_and_comments(
    text: str, lines: list[str], tmp_path: Path
) -> None:
    assert read_text(tmp_path, text).texts == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a \\\nb", ["a b"]),
        ("a \\\n    b\n", ["a b"]),
        (".a.test\\\n   .b.test\n", [".a.test.b.test"]),
        ("a \\\r\n  b\r\n", ["a b"]),
        ("a \\\n# comment\n  b\n", ["a b"]),
        ("a \\\n  # comment \\\n  b\n", ["a b"]),
        ("a \\\n\nb c\nd", ["a b c", "d"]),
        ("a \\\n   \n\t\nb\n", ["a b"]),
        ("a \\\nb \\\nc\nd", ["a b c", "d"]),
        ("a \\ \nb", ["a \\", "b"]),
        ("a \\\\\nb", ["a \\b"]),
        ("\\\na", ["a"]),
        ("\\\n\\\n\\\na \\\n\\\nb", ["a b"]),
        ("a # comment \\\nb", ["a # comment b"]),
    ],
)
def test_a_backslash_at_the_end_joins_the_next_line(text: str, lines: list[str], tmp_path: Path) -> None:
    assert read_text(tmp_path, text).texts == lines


def test_a_line_that_is_continued_by_nothing_is_dropped_as_squid_does(tmp_path: Path) -> None:
    assert read_text(tmp_path, "a\nhttp_access allow all \\\n").texts == ["a"]
    assert read_text(tmp_path, "a\nhttp_access allow all \\").texts == ["a"]


def test_an_empty_line_in_a_continuation_lets_the_next_directive_become_a_value(tmp_path: Path) -> None:
    joined = read_text(tmp_path, "acl w dstdomain .a.test \\\n\nhttp_access allow w\n")

    assert joined.texts == ["acl w dstdomain .a.test http_access allow w"]


def test_a_byte_order_mark_is_part_of_the_first_word(tmp_path: Path) -> None:
    (first, *_) = words(b"\xef\xbb\xbfhttp_port 3128\n", tmp_path)

    assert first.text == "\ufeffhttp_port"


def test_any_byte_can_begin_a_line(tmp_path: Path) -> None:
    kept = [byte for byte in range(256) if byte not in b"\0\t\n\x0b\x0c\r #"]

    read = read_text(tmp_path, b"\n".join(bytes([byte]) + b"x" for byte in kept))

    assert [text.encode("utf-8", "surrogateescape") for text in read.texts] == [bytes([byte]) + b"x" for byte in kept]


def test_bytes_that_are_no_utf_8_are_kept(tmp_path: Path) -> None:
    (line,) = read_text(tmp_path, b"acl x dstdomain \xe4\xff.test\n").lines

    assert line.text.encode("utf-8", "surrogateescape") == b"acl x dstdomain \xe4\xff.test"


def test_what_follows_a_nul_is_dropped_and_reported(tmp_path: Path) -> None:
    read = read_text(tmp_path, b"a b\0 c\nd")

    assert read.texts == ["a b", "d"]
    assert [(place(item.location)[1], item.matters) for item in read.reading.unread] == [(1, True)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b\tc  d", ["a", "b", "c", "d"]),
        ("a #b c", ["a"]),
        ("a b#c d", ["a", "b#c", "d"]),
        ("a .x.test#note .y.test", ["a", ".x.test#note", ".y.test"]),
        ("a # b", ["a"]),
        ("a \"b c\" 'd'", ["a", '"b', 'c"', "'d'"]),
        ("a\u00a0b c", ["a\u00a0b", "c"]),
        ("a b\x0bc", ["a", "b\x0bc"]),
    ],
)
def test_words_are_separated_by_blanks_and_end_at_a_comment(line: str, expected: list[str], tmp_path: Path) -> None:
    assert [token.text for token in words(line, tmp_path)] == expected


def test_in_patterns_a_backslash_keeps_a_blank(tmp_path: Path) -> None:
    (line,) = read_text(tmp_path, r"a\ b c\\ d \# e").lines

    assert [token.text for token in tokens(line, pairs=True)] == [r"a\ b", r"c\\", "d", r"\#", "e"]


# Where a word stands.


def test_a_word_is_found_where_it_stands(tmp_path: Path) -> None:
    text = "# first\n\n  acl\tmde  dstdomain .a.test # x\nhttp_access allow mde\n"

    assert [(token.text, *place(token.location)) for token in words(text, tmp_path)] == [
        ("acl", "squid.conf", 3, 3, 3),
        ("mde", "squid.conf", 3, 7, 3),
        ("dstdomain", "squid.conf", 3, 12, 9),
        (".a.test", "squid.conf", 3, 22, 7),
        ("http_access", "squid.conf", 4, 1, 11),
        ("allow", "squid.conf", 4, 13, 5),
        ("mde", "squid.conf", 4, 19, 3),
    ]


def test_a_word_of_a_joined_line_is_found_on_its_own_line(tmp_path: Path) -> None:
    text = "acl mde dstdomain .a.test \\\n   .b.test .c.test \\\n# between\n\n\t.d.test\n"

    assert [(token.text, *place(token.location)[1:3]) for token in words(text, tmp_path)][3:] == [
        (".a.test", 1, 19),
        (".b.test", 2, 4),
        (".c.test", 2, 12),
        (".d.test", 5, 2),
    ]


def test_a_word_that_is_joined_from_two_lines_is_found_where_it_begins(tmp_path: Path) -> None:
    (*_, word) = words("acl x dstdomain .a.te\\\n   st\n", tmp_path)

    assert (word.text, *place(word.location)) == (".a.test", "squid.conf", 1, 17, 7)


def test_columns_count_characters_and_not_bytes(tmp_path: Path) -> None:
    (*_, word) = words("acl m\u00fcller-\u20ac dstdomain .a.test\n", tmp_path)

    assert place(word.location) == ("squid.conf", 1, 24, 7)


def test_a_line_as_a_whole_reaches_to_the_end_of_its_first_part(tmp_path: Path) -> None:
    first, second = read_text(tmp_path, "  http_access allow a  \nhttp_access \\\n  deny b\n").lines

    assert place(first.whole) == ("squid.conf", 1, 3, 19)
    assert place(second.whole) == ("squid.conf", 2, 1, 11)


PIECES = st.sampled_from(
    ["acl", "x", ".a.test", "  ", "\t", " ", "\\\n", "\n", "# c\n", " #", "\r\n", "b#c", "\u00e4", "\\"]
)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_every_word_can_be_read_again_at_its_place(text: str) -> None:
    physical = text.split("\n")

    for line in _lines(text):
        for word in tokens(line):
            _, number, column, length = place(word.location)
            assert length == len(word.text)
            here = physical[number - 1][column - 1 :]
            # A word may go on behind a backslash at the end of the line.
            begins = here.split("\r")[0].removesuffix("\\")
            assert begins.startswith(word.text) or word.text.startswith(begins), (text, word)
            assert begins


def _lines(text: str) -> list[Line]:
    return list(logical_lines(text.encode(), "squid.conf", Reading(Files("squid.conf", None))))


# Long lines.


def test_a_line_as_long_as_squids_buffer_is_one_line(tmp_path: Path) -> None:
    text = "acl x dstdomain " + "a" * (BUFFER - 16)

    read = read_text(tmp_path, text + "\nb")

    assert read.texts == [text, "b"]
    assert read.reading.unread == []


def test_what_does_not_fit_into_squids_buffer_is_a_line_of_its_own(tmp_path: Path) -> None:
    text = "acl x dstdomain " + "a" * (BUFFER - 16)

    read = read_text(tmp_path, text + "http_access allow all\nb")

    assert read.texts == [text, "http_access allow all", "b"]
    assert place(read.lines[1].whole) == ("squid.conf", 1, BUFFER + 1, 21)
    (unread,) = read.reading.unread
    assert (unread.location.line, unread.matters) == (1, True)
    assert str(BUFFER) in unread.why


def test_joined_lines_may_be_longer_than_squids_buffer(tmp_path: Path) -> None:
    text = "acl x dstdomain \\\n" + " .a.test \\\n" * 3000 + " .b.test\n"

    (line,) = read_text(tmp_path, text).lines

    assert len(line.text) > 3 * BUFFER / 2
    assert [place(token.location)[1:3] for token in tokens(line)][-2:] == [(3001, 2), (3002, 2)]


def test_the_limit_counts_bytes(tmp_path: Path) -> None:
    read = read_text(tmp_path, "a" * (BUFFER - 1) + "\u00e4")

    assert len(read.lines) == 2


def test_no_part_of_a_very_long_line_is_lost(tmp_path: Path) -> None:
    read = read_text(tmp_path, b" " * (BUFFER * 1001) + b"http_access deny all\nhttp_access allow all\n")

    assert read.texts == ["http_access deny all", "http_access allow all"] or read.faults


# Conditionals.


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("if true\na\nendif\nb", ["a", "b"]),
        ("if false\na\nendif\nb", ["b"]),
        ("if true\na\nelse\nb\nendif", ["a"]),
        ("if false\na\nelse\nb\nendif\nc", ["b", "c"]),
        ("if 1 = 1\na\nendif", ["a"]),
        ("if 1=2\na\nelse\nb\nendif", ["b"]),
        ("if -3 = -3\na\nendif", ["a"]),
        ("if 0x10 = 16\na\nendif", ["a"]),
        ("if\ttrue\na\nendif", ["a"]),
        ("  if false\n  a\n  endif\n", []),
        ("if ${process_number} = 7\na\nelse\nb\nendif", ["b"]),
        # Not nested: the innermost condition alone counts (S62b).
        ("if false\nif true\na\nendif\nb\nendif", ["a"]),
        ("if true\nif false\na\nelse\nb\nendif\nc\nendif", ["b", "c"]),
        ("if false\nif false\na\nelse\nb\nendif\nc\nelse\nd\nendif", ["b", "d"]),
        ("iffy\nendiff\nelsewhere", ["iffy", "endiff", "elsewhere"]),
    ],
)
def test_a_conditional_takes_in_the_lines_that_squid_acts_on(text: str, lines: list[str], tmp_path: Path) -> None:
    read = read_text(tmp_path, text)

    assert read.texts == lines
    assert read.faults == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\nif true\nb\n", 3, "if-statement without 'endif'"),
        ("a\nendif\n", 2, "'endif' without 'if'"),
        ("\nelse\na", 2, "'else' without 'if'"),
        ("if sometimes\na\nendif", 1, "Unable to evaluate expression 'sometimes'"),
        ("if\na\nendif", 1, "Unable to evaluate expression ''"),
        ("if a = 1\nb\nendif", 1, "String is not an integer number: 'a = 1'"),
        ("if false\nif wrong\nendif\nendif", 2, "Unable to evaluate expression 'wrong'"),
    ],
)
def test_a_broken_conditional_keeps_squid_from_starting(text: str, line: int, message: str, tmp_path: Path) -> None:
    read = read_text(tmp_path, text)

    assert message in read.faults
    assert {fault.location.line for fault in read.reading.faults} == {line}


def test_a_number_with_a_leading_zero_is_a_number(tmp_path: Path) -> None:
    assert read_text(tmp_path, "if 010 = 010\na\nendif").faults == []


def test_lines_that_depend_on_how_squid_is_started_are_guarded(tmp_path: Path) -> None:
    first, second, third, fourth = read_text(
        tmp_path, "if ${process_number} = 1\na\nelse\nb\nendif\nc\nif ${service_name} = 2\nd\nendif\n"
    ).lines

    assert [line.text for line in (first, second, third, fourth)] == ["a", "b", "c", "d"]
    assert first.guard is not None
    assert second.guard is not None
    assert (first.guard.holds, second.guard.holds) == (True, False)
    assert (first.guard.text, place(first.guard.location)[1]) == ("${process_number} = 1", 1)
    assert third.guard is None
    assert fourth.guard is not None


def test_a_line_under_two_guards_may_be_any_line(tmp_path: Path) -> None:
    files = {
        "squid.conf": "if ${process_number} = 1\ninclude inner.conf\nendif\n",
        "inner.conf": "if ${process_number} = 0\nhttp_access allow all\nendif\n",
    }
    path = write(tmp_path, files)
    (line,) = logical_lines(path.read_bytes(), str(path), Reading(Files(str(path), None)))

    assert line.opaque


# Files of values.


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (".a.test\n.b.test", [".a.test", ".b.test"]),
        (".a.test\r\n.b.test\r\n", [".a.test", ".b.test"]),
        ("\n  \n\t.a.test \t\n\n", [".a.test"]),
        ("# all\n.a.test # one\n.b.test\t#two\n.c.test#three\n  # four\n", [".a.test", ".b.test", ".c.test#three"]),
        (".a.test .b.test\n", [".a.test .b.test"]),
        (".a.test \\\n.b.test\n", [".a.test \\", ".b.test"]),
        ("\ufeff.a.test\n", ["\ufeff.a.test"]),
        ('".a.test"\n', ['".a.test"']),
        ("", []),
    ],
)
def test_a_file_has_one_value_on_each_line(content: str, values: list[str]) -> None:
    assert [value.text for value in file_values(content.encode(), "list.txt")] == values


def test_a_value_of_a_file_is_found_where_it_stands() -> None:
    found = file_values("# all\n\n  .a.test  # x\r\n.b.test\n\u00e4\t.c.test".encode(), "list.txt")

    assert [place(value.location) for value in found] == [
        ("list.txt", 3, 3, 7),
        ("list.txt", 4, 1, 7),
        ("list.txt", 5, 1, 9),
    ]


def test_a_line_of_a_file_that_is_longer_than_squids_buffer_is_two_values() -> None:
    content = "# " + "x" * 2045 + " .evil.test\n.a.test\n"

    assert [value.text for value in file_values(content.encode(), "list.txt")] == [".evil.test", ".a.test"]
