"""Wildcards mean what the product's document says; plain ones what Python's ``fnmatch`` says."""

import fnmatch
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.automaton import Automaton
from allowlint.model.regular import Regular
from allowlint.syntax import globs
from allowlint.syntax.globs import GlobDialect, parse_glob
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

NAMES = st.text(alphabet="aAb./-", max_size=8)


def matches(text: str, dialect: GlobDialect, name: str) -> bool:
    return Regular(Automaton(parse_glob(text, dialect))).matches(name)


@given(st.text(alphabet="aAb./*?[]^!-", max_size=8), st.lists(NAMES, min_size=1, max_size=8))
@settings(max_examples=1000, deadline=None)
def test_a_plain_pattern_means_what_fnmatch_says_with_brackets_as_characters(text: str, names: list[str]) -> None:
    reference = re.compile(fnmatch.translate(text.replace("[", "[[]")))

    for name in names:
        assert matches(text, globs.SHELL, name) is (reference.match(name) is not None), (text, name)


@given(st.text(alphabet="aAb./*", max_size=8), st.lists(NAMES, min_size=1, max_size=8))
@settings(max_examples=500, deadline=None)
def test_fortios_wildcards_are_the_same_without_regard_to_case(text: str, names: list[str]) -> None:
    for name in names:
        expected = fnmatch.fnmatchcase(name.lower(), text.lower())
        assert matches(text, globs.FORTIOS_WILDCARD, name) is expected, (text, name)


def panos(tokens: list[str], name: list[str]) -> bool:
    """The document's rule on lists of tokens: a star takes one or more of them, a caret exactly one."""
    if not tokens or not name:
        return tokens == name
    first, rest = tokens[0], tokens[1:]
    if first == "*":
        return any(panos(rest, name[taken:]) for taken in range(1, len(name) + 1))
    return (first == "^" or first == name[0]) and panos(rest, name[1:])


TOKENS = st.lists(st.sampled_from(["a", "b", "ab", "*", "^"]), min_size=1, max_size=5)
LABELS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=6)


@given(TOKENS, st.lists(LABELS, min_size=1, max_size=8))
@settings(max_examples=500, deadline=None)
def test_panos_wildcards_take_whole_tokens(tokens: list[str], names: list[list[str]]) -> None:
    for name in names:
        assert matches(".".join(tokens), globs.PANOS_URL, ".".join(name)) is panos(tokens, name), (tokens, name)


@pytest.mark.parametrize(
    ("dialect", "text", "inside", "outside"),
    [
        (globs.SHELL, "*.x.test", ["a.x.test", "a.b.x.test", ".x.test"], ["x.test", "A.X.test", "a.x.test.b"]),
        (globs.FORTIOS_WILDCARD, "*update.x.test", ["update.x.test", "wupdate.X.test"], ["update.y.test"]),
        (globs.PANOS_URL, "*.x.test", ["a.x.test", "a.b.X.test"], ["x.test", "ax.test", ".x.test"]),
        (globs.PANOS_URL, "^.x.test", ["a.x.test"], ["a.b.x.test", "x.test"]),
        (globs.PANOS_URL, "x.test/a/*", ["x.test/a/b", "x.test/a/b/c?d=e"], ["x.test/a/", "x.test/a"]),
        (globs.AZURE_FQDN, "*.x.test", ["a.x.test", "a.b.x.test"], ["x.test", "ax.test"]),
        (globs.AZURE_FQDN, "*x.test", ["x.test", "ax.test", "a.x.test"], ["x.test.a"]),
        (globs.AWS_DOMAIN, ".x.test", ["x.test", "a.x.test", "a.b.X.test"], ["ax.test", ".x.test"]),
        (globs.AWS_DOMAIN, "x.test", ["x.test"], ["a.x.test"]),
        (globs.AWS_DOMAIN, "*.x.test", ["*.x.test"], ["a.x.test", "x.test"]),
        (globs.ZSCALER_URL, ".x.test", ["x.test", "a.x.test", "a.b.c.d.e.x.test"], ["ax.test", "a.b.c.d.e.f.x.test"]),
    ],
)
def test_each_product_reads_it_in_its_own_way(
    dialect: GlobDialect, text: str, inside: list[str], outside: list[str]
) -> None:
    assert [name for name in inside if not matches(text, dialect, name)] == []
    assert [name for name in outside if matches(text, dialect, name)] == []


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (globs.PANOS_URL, "winatp-gw-*.x.test"),
        (globs.PANOS_URL, "li^.x.test"),
        (globs.PANOS_URL, "**.x.test"),
        (globs.AZURE_FQDN, "a.*.x.test"),
        (globs.AZURE_FQDN, "a*"),
        (globs.ZSCALER_URL, "*.x.test"),
    ],
)
def test_what_a_product_never_matches_is_invalid(dialect: GlobDialect, text: str) -> None:
    with pytest.raises(InvalidPattern, match=dialect.product):
        parse_glob(text, dialect)


def test_what_no_document_explains_is_not_guessed() -> None:
    with pytest.raises(UnmodelledPattern, match="FortiOS"):
        parse_glob("a?.x.test", globs.FORTIOS_WILDCARD)
