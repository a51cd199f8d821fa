"""The dialect is the C library's: compared with ``regcomp``/``regexec`` themselves, in the locale that Squid runs in."""

import ctypes
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.automaton import Automaton, TooComplex
from allowlint.model.regular import Regular
from allowlint.syntax.ere import InvalidPattern, UnmodelledPattern, compile_ere

REG_EXTENDED, REG_ICASE, REG_NOSUB = 1, 2, 8

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"),
    reason="the reference is the GNU C library",
)


class LibraryPattern:
    """One pattern compiled by the C library."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self.library = ctypes.CDLL(None)
        self.compiled = ctypes.create_string_buffer(256)
        flags = REG_EXTENDED | REG_NOSUB | (REG_ICASE if ignore_case else 0)
        self.valid = self.library.regcomp(self.compiled, pattern.encode("latin-1"), flags) == 0

    def matches(self, text: str) -> bool:
        return self.library.regexec(self.compiled, text.encode("latin-1"), 0, None, 0) == 0  # type: ignore[no-any-return]

    def close(self) -> None:
        if self.valid:
            self.library.regfree(self.compiled)


def verdict(pattern: str, text: str, ignore_case: bool) -> bool | str:
    try:
        return Regular(compile_ere(pattern, ignore_case=ignore_case)).matches(text)
    except InvalidPattern:
        return "invalid"
    except (UnmodelledPattern, TooComplex):
        return "unmodelled"


def reference(pattern: str, text: str, ignore_case: bool) -> bool | str:
    compiled = LibraryPattern(pattern, ignore_case)
    try:
        return compiled.matches(text) if compiled.valid else "invalid"
    finally:
        compiled.close()


PIECES = st.sampled_from(
    "a b A . * + ? ^ $ | ( ) [ab] [^a] [a-c] [[:alpha:]] []b] [b-] \\. \\w \\W \\d {2} {1,2} {,2} {1,} { } \\ - [a x "
    "(a|b) (^|\\.) {2,1} [c-a]".split()
)
PATTERNS = st.lists(PIECES, max_size=7).map("".join)
TEXTS = st.text(alphabet="abAB.x-", max_size=7)


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=5), st.booleans())
@settings(max_examples=3000, deadline=None)
def test_every_pattern_means_what_the_c_library_says(pattern: str, texts: list[str], ignore_case: bool) -> None:
    for text in texts:
        answer = verdict(pattern, text, ignore_case)

        if answer != "unmodelled":
            assert answer == reference(pattern, text, ignore_case), (pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"(^|\.)smartscreen(-prod)?\.microsoft\.com$", "x.smartscreen-prod.microsoft.com", True),
        (r"(^|\.)smartscreen(-prod)?\.microsoft\.com$", "xsmartscreen.microsoft.com", False),
        ("microsoft.com", "microsoftXcom.test", True),
        (r"^a\d+\.test$", "a1.test", False),
        ("*.example.com", "a.example.com", "invalid"),
        (r"(?i)^c\.test$", "c.test", "invalid"),
        (r"^(a\.test$", "a.test", "invalid"),
    ],
)
def test_forms_met_in_real_allowlists(pattern: str, text: str, expected: bool | str) -> None:
    assert verdict(pattern, text, ignore_case=False) == expected
    assert reference(pattern, text, ignore_case=False) == expected


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"a(^|\.){2}", "a."), ("(^a|b)+$", "aa"), (r"b($(.|[ab])){0,3}[ab]", "b..a")]
)
def test_the_library_loses_the_anchors_of_a_repeated_group(pattern: str, text: str) -> None:
    assert reference(pattern, text, ignore_case=False) is True
    assert verdict(pattern, text, ignore_case=False) == "unmodelled"


def test_ranges_are_read_in_upper_case_where_case_is_ignored() -> None:
    ends = "!-./09:@AMZ[]^_`amz{~\x7f"
    texts = [*ends, "b", "N", "|"]

    for first in ends:
        for last in ends:
            pattern = f"^[{first}-{last}y]$"
            for text in texts:
                answer = verdict(pattern, text, ignore_case=True)
                assert answer == reference(pattern, text, ignore_case=True), (pattern, text)


def test_a_hostile_pattern_ends_in_bounded_work() -> None:
    for hostile in (
        "(" * 5000 + "a" + ")" * 5000,
        "((a{1,255}){1,255}){1,255}",
        "(a|a)*" * 1600 + "b",
        "[ab]*a" + "[ab]" * 3000,
    ):
        answer = verdict(hostile, "a" * 200, ignore_case=False)

        assert answer in (True, False, "unmodelled", "invalid")


def test_an_interval_bomb_is_refused_before_it_is_built() -> None:
    with pytest.raises(TooComplex):
        compile_ere("(a{1,255}){1,255}")


def test_a_compiled_pattern_is_an_automaton() -> None:
    assert isinstance(compile_ere("a"), Automaton)
