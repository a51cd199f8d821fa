"""Expressions in numbers, and paths of which every one must match: what only some automata meet."""

import re
from itertools import product

import pytest

from allowlint.model import hosts
from allowlint.model.automaton import FEW_EDGES, Automaton, TooComplex, literal
from allowlint.model.extent import hosts_in_words
from allowlint.model.hosts import MAX_PIECES, HostSet
from allowlint.model.regular import Regular
from allowlint.syntax.ere import compile_ere

NAMES = tuple("".join(chars) for length in (1, 2, 3) for chars in product("abcd.", repeat=length))


def test_of_a_long_list_of_expressions_any_may_match() -> None:
    patterns = [f"^{first}{second}{third}" for first, second, third in product("abcde", "ab", "cd")][: 2 * FEW_EDGES]
    first, *others = map(compile_ere, patterns)
    joined = Regular(first.joined(others))

    assert len(patterns) == 2 * FEW_EDGES
    for name in NAMES:
        assert joined.matches(name) is any(re.search(pattern, name) for pattern in patterns), name


def test_of_a_long_list_of_ends_any_may_match() -> None:
    ends = [f"{first}{second}" for first, second in product("abcd", "abcd")]
    first, *others = (compile_ere(f"{end}$") for end in ends)
    joined = Regular(first.joined([*others, Automaton(literal("zz"))]))

    for name in NAMES:
        assert joined.matches(name) is (name[-2:] in ends), name
    assert joined.matches("azza")


@pytest.mark.parametrize(
    ("pattern", "every", "some"),
    [
        # Whatever ends otherwise than in x matches for "a", and what ends in x for "b".
        ("^a.*[^x]$|^b.*x$", "", "a b"),
        ("^a.*[^x]$|^a.*x$|^a$|^b.*x$", "a", "a b"),
        ("^a.*(x|y)$|^b", "b", "a b"),
        ("^a", "a", "a"),
        ("^c$", "", "c"),
        ("x", "", "a b c"),
        ("^[ab].*$", "a b", "a b"),
    ],
)
def test_a_pattern_holds_for_every_path_or_for_some(pattern: str, every: str, some: str) -> None:
    for wanted, held in ((True, every), (False, some)):
        framed = Regular(compile_ere(pattern), open_tail=True, every=wanted)

        assert [name for name in "abc" if framed.matches(name)] == held.split(), wanted


def cut(pattern: str, *, head: str = "", open_tail: bool = False, every: bool = False) -> HostSet:
    regular = Regular(compile_ere(pattern), text="the same text", head=head, open_tail=open_tail, every=every)
    return hosts.narrowed(hosts.below("x.test"), regular)


def test_sets_that_are_cut_differently_have_different_lines() -> None:
    whole = hosts.below("x.test")
    cuts = [
        cut("^a"),
        cut("^b"),
        cut("^ab", head="a"),
        cut("^a.*b", open_tail=True),
        whole - cut("^a"),
        whole - cut("^b"),
        cut("^a") - hosts.name("a.x.test"),
        whole,
    ]

    lines = [hosts_in_words(one) for one in cuts]

    assert len(set(lines)) == len(cuts)
    assert hosts_in_words(cut("^a")) == lines[0]
    assert all(lines)


def test_a_set_is_refused_only_beyond_its_pieces() -> None:
    few = [piece for number in range(MAX_PIECES) for piece in cut(f"^a{{{number + 1}}}b").pieces]

    assert len(hosts.gathered(few).pieces) == MAX_PIECES
    with pytest.raises(TooComplex):
        hosts.gathered([*few, *cut("^c").pieces])
