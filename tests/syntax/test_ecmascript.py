"""The dialect is what a JavaScript engine does."""

import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.automaton import Automaton, TooComplex
from allowlint.model.regular import Regular
from allowlint.syntax.ecmascript import compile_ecmascript, parse_ecmascript
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

SEARCH = """
(function (pattern, flags, texts) {
    var expression;
    try { expression = new RegExp(pattern, flags) } catch (error) { return "null" }
    return JSON.stringify(texts.map(function (text) { return text.search(expression) >= 0 }));
})
"""


@lru_cache(maxsize=1)
def engine() -> Any:
    """A context of the engine that is installed."""
    quickjs = pytest.importorskip("quickjs", reason="the reference is QuickJS, which is not installed")
    return quickjs.Context()


def engine_says(pattern: str, flags: str, texts: list[str]) -> list[bool] | None:
    """Whether each text contains the pattern; None where the engine refuses it."""
    arguments = ", ".join(json.dumps(value) for value in (pattern, flags, texts))
    found: list[bool] | None = json.loads(engine().eval(f"{SEARCH}({arguments})"))
    return found


def verdicts(pattern: str, flags: str, texts: list[str]) -> list[bool] | str | None:
    """What we say of each text; None for invalid, the reason for unmodelled."""
    try:
        regular = Regular(compile_ecmascript(pattern, flags=flags))
        return [regular.matches(text) for text in texts]
    except InvalidPattern:
        return None
    except (UnmodelledPattern, TooComplex) as error:
        return str(error)


PIECES = st.sampled_from(
    r"a b A . * + ? ^ $ | ( ) (?: [ab] [^a] [a-c] [^A-B] [] [^] []b] [b-] [\w-.] [a-\d] [^\d] [\]a] [\x61-c] [a\-b] [\u0041-B] "
    r"[\B] [\b] \. \/ \d \w \s \D \W \S \h \A \z \e \n \v \0 \x2e \x6 \u0062 \u62 \u{2} \cJ \p{L} {2} {1,2} {1,} {,2} { } {x} "
    r"(a|b) (^|\.) *? +? ?? {2}? - \ ] [ [a [c-a] {3,2} \b a+ a++ (?=a) (?i) (?i:a) (?P<n>a) (?<n>a) \1 [\xe9-\xeb] é \u0178".split(
        " "
    )
)
PATTERNS = st.lists(PIECES, max_size=7).map("".join)
TEXTS = st.lists(st.text(alphabet="abABu.c- 1\n\r]ÉéÿsS", max_size=6), min_size=1, max_size=6)


@given(PATTERNS, st.sampled_from(["", "i", "g", "s", "gi"]), TEXTS)
@settings(max_examples=4000, deadline=None)
def test_every_pattern_means_what_the_engine_says(pattern: str, flags: str, texts: list[str]) -> None:
    answers = verdicts(pattern, flags, texts)

    if not isinstance(answers, str):
        assert answers == engine_says(pattern, flags, texts), (pattern, flags, texts)


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "expected"),
    [
        (r"^([a-z0-9-]+\.)*microsoft\.com$", "", "a.b.microsoft.com", True),
        (r"^([a-z0-9-]+\.)*microsoft\.com$", "", "microsoft.com\n", False),
        (r"^https?:\/\/[^\/]*\.microsoft\.com\/", "i", "HTTPS://x.Microsoft.com/", True),
        (r"microsoft.com", "", "microsoftXcom", True),
        (r"a[^]b", "", "a\nb", True),
        (r"a[]b", "", "ab", False),
    ],
)
def test_forms_met_in_real_scripts(pattern: str, flags: str, text: str, expected: bool) -> None:
    assert verdicts(pattern, flags, [text]) == [expected]
    assert engine_says(pattern, flags, [text]) == [expected]


def test_every_character_ignores_case_as_the_engine_does() -> None:
    every = [chr(code) for code in range(1, 256)]

    for char in [*every, *map(chr, range(256, 0x2200)), "\u212a", "\u212b"]:
        pattern = f"^\\u{ord(char):04x}$"
        assert verdicts(pattern, "i", every) == engine_says(pattern, "i", every), pattern


@pytest.mark.parametrize(
    ("pattern", "flags", "named"),
    [
        (r"(?=a)", "", "look-ahead"),
        (r"(?<!a)", "", "look-behind"),
        (r"(a)\1", "", "back-reference"),
        (r"\bmicrosoft", "", "word boundary"),
        (r"(?<n>a)", "", "named group"),
        (r"(?i:a)", "", r"group \(\?i"),
        ("a", "m", "flag m"),
        ("a", "u", "flag u"),
        ("a", "y", "flag y"),
        ("(" * 10_000, "", "nested"),
    ],
)
def test_what_is_not_regular_is_named(pattern: str, flags: str, named: str) -> None:
    with pytest.raises(UnmodelledPattern, match=named):
        parse_ecmascript(pattern, flags=flags)


@pytest.mark.parametrize("pattern", ["*.example.com", "(a", "a)", "[a", "a{3,2}", "a**", "[z-a]", "\\", "(?P<n>a)"])
def test_what_the_engine_refuses_is_invalid(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        parse_ecmascript(pattern)
    assert engine_says(pattern, "", [""]) is None


def test_a_flag_that_there_is_not_is_invalid() -> None:
    for flags in ("x", "ii"):
        with pytest.raises(InvalidPattern):
            parse_ecmascript("a", flags=flags)
        assert engine_says("a", flags, [""]) is None


def test_a_compiled_pattern_is_an_automaton() -> None:
    assert isinstance(compile_ecmascript("a"), Automaton)
