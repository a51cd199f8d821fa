"""The dialect is the C library's: compared with ``regcomp``/``regexec`` themselves, in the locale that Squid runs in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.automaton import Automaton, TooComplex
from allowlint.model.regular import Regular
from allowlint.syntax.ere import InvalidPattern, UnmodelledPattern, compile_ere, read_ere
from tests.syntax import posix

pytestmark = pytest.mark.skipif(not posix.AVAILABLE, reason="the reference is the GNU C library")


def verdict(pattern: str, text: str, ignore_case: bool) -> bool | str:
    try:
        return Regular(compile_ere(pattern, ignore_case=ignore_case)).matches(text)
    except InvalidPattern:
        return "invalid"
    except (UnmodelledPattern, TooComplex):
        return "unmodelled"


def reference(pattern: str, text: str, ignore_case: bool) -> bool | str:
    compiled = posix.LibraryPattern(pattern, ignore_case)
    try:
        return compiled.matches(text) if compiled.valid else "invalid"
    finally:
        compiled.close()


PIECES = st.sampled_from(
    r"a b A . * + ? ^ $ | ( ) [ab] [^a] [a-c] [[:alpha:]] []b] [^]a] [b-] [!-.] [[.a.]] \. \w \W \s \S \d {2} {1,2} {,2} {1,} {,} {0} "
    r"{ } \ - [a x \b \B \< \> \` \' \1 \2 (a) (b|) (|a) () (a|b) (^|\.) (^a|b) ($|a) {2,1} [c-a] a** a*+ \{ \n \|".split()
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


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=5), st.booleans())
@settings(max_examples=1500, deadline=None)
def test_a_wider_pattern_matches_whatever_the_library_finds(pattern: str, texts: list[str], ignore_case: bool) -> None:
    try:
        reading = read_ere(pattern, ignore_case=ignore_case)
    except (InvalidPattern, UnmodelledPattern):
        return
    wider = Regular(Automaton(reading.expression))
    for text in texts:
        found = reference(pattern, text, ignore_case)

        assert found != "invalid"
        assert found is False or wider.matches(text), (pattern, text)


@pytest.mark.parametrize(
    ("pattern", "widened"),
    [
        (r"\bmicrosoft\.com$", "word boundary"),
        (r"\<microsoft", "word boundary"),
        (r"(a)b\1", "back-reference"),
        (r"(^a|b)+$", "anchor in a group"),
        ("(a{1,255}){1,255}", "states"),
        ("a" + "{1}" * 42, "quantifiers"),
    ],
)
def test_what_is_widened_is_named(pattern: str, widened: str) -> None:
    assert widened in read_ere(pattern).widened


def test_what_a_wider_pattern_does_not_match_is_told() -> None:
    wider = Regular(Automaton(read_ere(r"\bmicrosoft\.com$").expression))

    assert wider.matches("notmicrosoft.com")
    assert not wider.matches("microsoft.com.test")


def test_a_back_reference_is_found_or_not_by_what_was_asked_before() -> None:
    fresh, asked = (posix.LibraryPattern(r"(b|)\1$^", ignore_case=False) for _ in range(2))
    asked.matches("")

    assert (fresh.matches("bb"), asked.matches("bb")) == (False, True)
    assert Regular(Automaton(read_ere(r"(b|)\1$^").expression)).matches("bb")
    fresh.close()
    asked.close()


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^a{,}b$", "aaab", True),
        (r"^a{,}b$", "b", True),
        (r"(a\1)", "aa", "invalid"),
        (r"(a)|\1", "a", "invalid"),
        (r"\`*a", "a", "invalid"),
        (r"\'{2}", "a", "invalid"),
        (r"a)b", "a)b", True),
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
    with pytest.raises(UnmodelledPattern, match="states"):
        compile_ere("(a{1,255}){1,255}")


def test_a_compiled_pattern_is_an_automaton() -> None:
    assert isinstance(compile_ere("a"), Automaton)
