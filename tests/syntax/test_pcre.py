"""The dialect is the PCRE2 library's, and where it overlaps with Python's it is that too."""

import re
import warnings
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.automaton import Automaton, TooComplex
from allowlint.model.regular import Regular
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern
from allowlint.syntax.pcre import compile_pcre, parse_pcre
from tests.syntax import pcre2

with_library = pytest.mark.skipif(pcre2.library() is None, reason="the reference is libpcre2-8, which is not installed")

PIECES = st.sampled_from(
    r"a b A . * + ? ^ $ | ( ) (?: [ab] [^a] [a-c] [^A-B] []b] [b-] [[:alpha:]] [[:^upper:]b] [[:word:].] [[:] [[.] [\w.] [^\d] "
    r"[\]a] [\x61-c] [a\-b] \. \d \w \s \D \W \S \h \H \v \V \N \A \z \Z \n \x2e \x{62} \x6 \02 \cJ \Qa.b\E \Qb* {2} {1,2} {1,} "
    r"{,2} { } {x} (a|b) (^|\.) (?i) (?i: (?-i) (?s) (?-s:. (?^) (?<n>a) (?P<m>b) (?'o'a) (?|a|b) (?#x) *? +? ?? {2}? "
    r"- \ ] [ [a [c-a] {3,2} \j \b a+ a++ a?+ (?=a) \1 (?x) (?m)".split(" ")
)
PATTERNS = st.lists(PIECES, max_size=7).map("".join)
TEXTS = st.lists(st.text(alphabet="abAB.c- 1\n]", max_size=6), min_size=1, max_size=6)


def verdicts(pattern: str, texts: list[str], **options: bool) -> list[bool] | str | None:
    """What we say of each text; None for invalid, the reason for unmodelled."""
    try:
        regular = Regular(compile_pcre(pattern, **options))
        return [regular.matches(text) for text in texts]
    except InvalidPattern:
        return None
    except (UnmodelledPattern, TooComplex) as error:
        return str(error)


@with_library
@given(PATTERNS, TEXTS, st.booleans(), st.booleans())
@settings(max_examples=4000, deadline=None)
def test_every_pattern_means_what_the_library_says(
    pattern: str, texts: list[str], ignore_case: bool, dot_all: bool
) -> None:
    answers = verdicts(pattern, texts, ignore_case=ignore_case, dot_all=dot_all)

    if not isinstance(answers, str):
        options = (pcre2.CASELESS if ignore_case else 0) | (pcre2.DOTALL if dot_all else 0)
        assert answers == pcre2.found(pattern, texts, options), (pattern, texts)


@with_library
@given(PATTERNS, TEXTS, st.booleans())
@settings(max_examples=1000, deadline=None)
def test_without_newlines_in_texts_the_shorter_reading_is_the_same(
    pattern: str, texts: list[str], ignore_case: bool
) -> None:
    texts = [text.replace("\n", "") for text in texts]
    answers = verdicts(pattern, texts, ignore_case=ignore_case, newlines=False)

    if not isinstance(answers, str):
        assert answers == pcre2.found(pattern, texts, pcre2.CASELESS if ignore_case else 0), (pattern, texts)


SHARED = st.sampled_from(
    r"a b A . * + ? ^ $ | ( ) (?: [ab] [^a] [a-c] [^A-B] []b] [b-] [\w.] [^\d] \. \d \w \D \W \S \A \n \x2e {2} {1,2} {1,} "
    r"(a|b) (^|\.) (?i:a) (?s:.) (?P<m>b) (?#x) *? +? ?? {2}? -".split(" ")
)
"""What Python and PCRE read alike."""


@given(st.lists(SHARED, max_size=7).map("".join), TEXTS, st.booleans())
@settings(max_examples=2000, deadline=None)
def test_what_python_has_too_means_the_same_there(pattern: str, texts: list[str], ignore_case: bool) -> None:
    answers = verdicts(pattern, texts, ignore_case=ignore_case)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(pattern, (re.IGNORECASE if ignore_case else re.NOFLAG) | re.ASCII)
    except re.error:
        # Python refuses more, and with other words.
        return

    # "a{2}{3}" and "^*" mean something to Python only.
    if isinstance(answers, list):
        assert answers == [compiled.search(text) is not None for text in texts], (pattern, texts)


PATHS = ["".join(chars) for length in range(5) for chars in product("ab.\n/", repeat=length)]
ENDS = st.lists(
    st.sampled_from(["a", "b", ".", "$", "^", r"\z", r"\n", "[^a]", "a*", ".*", "(a|$)", "/"]), min_size=1, max_size=3
)


@given(ENDS.map("".join), st.sampled_from(["", "/", "a", "\n"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_an_end_that_is_not_known_asks_every_text_or_any(pattern: str, tail: str, every: bool) -> None:
    regular = Regular(compile_pcre(pattern), tail=tail, open_tail=True, every=every)
    compiled = re.compile(pattern.replace(r"\z", r"\Z"))

    for name in ("a", "ba"):
        found = [compiled.search(name + tail + path) is not None for path in PATHS]
        assert regular.matches(name) is (all(found) if every else any(found)), (pattern, name)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^([a-z0-9-]+\.)*microsoft\.com$", "a.b.microsoft.com", True),
        (r"^([a-z0-9-]+\.)*microsoft\.com$", "evilmicrosoft.com", False),
        (r"^([a-z0-9-]+\.)*microsoft\.com$", "microsoft.com\n", True),
        (r"^([a-z0-9-]+\.)*microsoft\.com\z", "microsoft.com\n", False),
        (r"(?i)MICROSOFT", "www.microsoft.com", True),
        (r"a(?i)b|c", "C", True),
        (r"(a(?i)b)c", "abC", False),
        (r"\Qa.b\E$", "axb", False),
        (r"x\.test.*$", "x.test\n\n", False),
    ],
)
def test_forms_met_in_real_allowlists(pattern: str, text: str, expected: bool) -> None:
    assert verdicts(pattern, [text]) == [expected]


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        (r"(?=a)", "look-ahead"),
        (r"a(?!b)", "look-ahead"),
        (r"(?<=a)b", "look-behind"),
        (r"(?<!a)b", "look-behind"),
        (r"(a)\1", r"back-reference \\1"),
        (r"(?<n>a)\k<n>", "back-reference"),
        (r"(?P<n>a)(?P=n)", "back-reference"),
        (r"(?R)", "recursion"),
        (r"(a)(?1)", "recursion"),
        (r"(a)(?-1)", "recursion"),
        (r"(?(1)a|b)", "conditional"),
        (r"(?>a+)b", "atomic"),
        (r"a++b", "possessive"),
        (r"a{2}+b", "possessive"),
        (r"(?C1)a", "callout"),
        (r"a\Kb", r"\\K"),
        (r"\Ga", r"\\G"),
        (r"\bmicrosoft", "word boundary"),
        (r"(*UTF8)a", "verb"),
        (r"(?x)a b", r"option \(\?x"),
        (r"(?m)^a", r"option \(\?m"),
        (r"\p{L}", "property"),
        (r"a{,2}", "some versions"),
        (r"[\w-.]", "hyphen"),
        ("é", "ASCII"),
        ("(" * 10_000, "nested"),
    ],
)
def test_what_is_not_regular_is_named(pattern: str, named: str) -> None:
    with pytest.raises(UnmodelledPattern, match=named):
        parse_pcre(pattern)


@pytest.mark.parametrize(
    "pattern", ["*.example.com", "(a", "a)", "[a", "a{3,2}", "a**", "[z-a]", "\\", "a{65536}", r"\x{100}", "(?#x"]
)
@with_library
def test_what_the_library_refuses_is_invalid(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        parse_pcre(pattern)
    assert pcre2.found(pattern, [""], 0) is None


def test_a_compiled_pattern_is_an_automaton() -> None:
    assert isinstance(compile_pcre("a"), Automaton)
