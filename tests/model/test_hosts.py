"""The algebra of host sets is exact: compared with plain predicates over every name of a small universe.

Each generated set comes with the predicate that says by itself what a member is. Names of the universe must agree; a set
that is not empty must show a member, and one that is empty must have none.
"""

import re
from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allowlint.model import hosts, tree
from allowlint.model.automaton import TooComplex
from allowlint.model.hosts import MAX_PIECES, HostSet
from allowlint.model.namelist import FEW, NameList
from allowlint.model.regular import Regular
from allowlint.syntax.ere import compile_ere

LABELS = ("a", "b", "ab")
UNIVERSE = tuple(".".join(labels) for depth in (1, 2, 3) for labels in product(LABELS, repeat=depth))
AROUND = (*UNIVERSE, "z", "z.a", "a.z", "z.b.a", "a.b.ab.a", "b.b.b.b", "aab", "ba.ab", "a-b", "1.b")
"""The universe and some names beside it: labels that no pattern speaks of, and names that are deeper."""

Predicate = Callable[[str], bool]


class Case(NamedTuple):
    """A set with what it must hold."""

    text: str
    hosts: HostSet
    holds: Predicate


def _name(host: str) -> Case:
    return Case(host, hosts.name(host), lambda name: name == host)


def _below(host: str) -> Case:
    return Case(f"*.{host}", hosts.below(host), lambda name: name.endswith(f".{host}"))


def _suffix(host: str) -> Case:
    return Case(f"*{host}", hosts.suffix(host), lambda name: name == host or name.endswith(f".{host}"))


def _regular(pattern: str) -> Case:
    compiled = Regular(compile_ere(pattern), text=pattern)
    return Case(f"/{pattern}/", hosts.regular(compiled), lambda name: re.search(pattern, name) is not None)


def _narrowed(case: Case, pattern: str) -> Case:
    compiled = Regular(compile_ere(pattern), text=pattern)
    return Case(
        f"({case.text} matching /{pattern}/)",
        hosts.narrowed(case.hosts, compiled),
        lambda name: case.holds(name) and re.search(pattern, name) is not None,
    )


def _joined(left: Case, sign: str, right: Case) -> Case:
    text = f"({left.text} {sign} {right.text})"
    if sign == "&":
        return Case(text, left.hosts & right.hosts, lambda name: left.holds(name) and right.holds(name))
    if sign == "|":
        return Case(text, left.hosts | right.hosts, lambda name: left.holds(name) or right.holds(name))
    return Case(text, left.hosts - right.hosts, lambda name: left.holds(name) and not right.holds(name))


ATOMS = st.sampled_from(["a", "b", r"\.", ".", "[ab]", "[^a]", "ab", "(a|b)", "(ab|b)", r"(a\.)", r"(^|\.)"])
REPEATED = st.builds(
    "".join, st.tuples(ATOMS.filter(lambda atom: "^|" not in atom and len(atom) != 2), st.sampled_from("*+?"))
)


def _patterns(parts: int) -> st.SearchStrategy[str]:
    middle = st.lists(ATOMS | REPEATED, min_size=1, max_size=parts).map("".join)
    return st.builds("{}{}{}".format, st.sampled_from(["", "^"]), middle, st.sampled_from(["", "$"]))


PATTERNS = _patterns(3)
"""Expressions that POSIX and Python read alike."""
SHORT_PATTERNS = _patterns(2)
"""Such that match within four characters."""

NAMES = st.sampled_from(UNIVERSE)
ENTRIES = st.one_of(NAMES.map(_name), NAMES.map(_below), NAMES.map(_suffix))
PLAIN_LEAVES = ENTRIES | st.just(Case("*", hosts.everything(), lambda _: True))
LEAVES = PLAIN_LEAVES | PATTERNS.map(_regular)


def _expressions(leaves: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    return st.recursive(
        leaves,
        lambda inner: st.builds(_joined, inner, st.sampled_from("&|-"), inner),
        max_leaves=6,
    )


TREES = _expressions(PLAIN_LEAVES)
SETS = _expressions(LEAVES) | st.builds(_narrowed, TREES, PATTERNS)


def members(case: Case) -> set[str]:
    return {name for name in AROUND if name in case.hosts}


def expected(case: Case) -> set[str]:
    return {name for name in AROUND if case.holds(name)}


@given(SETS)
@settings(max_examples=150, deadline=None)
def test_a_set_has_exactly_the_members_that_its_operations_say(case: Case) -> None:
    assert members(case) == expected(case), case.text


@given(SETS)
@settings(max_examples=150, deadline=None)
def test_a_set_is_empty_or_shows_a_member(case: Case) -> None:
    witness = case.hosts.witness()

    assert bool(case.hosts) is (witness is not None), case.text
    if witness is None:
        assert not expected(case), case.text
    else:
        assert witness in case.hosts
        assert case.holds(witness), (case.text, witness)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_no_member_of_a_set_of_names_has_fewer_labels_than_its_witness(case: Case) -> None:
    witness = case.hosts.witness()
    assume(witness is not None)

    assert witness is not None
    assert witness.count(".") <= min((name.count(".") for name in expected(case)), default=9)


@given(SETS, SETS)
@settings(max_examples=200, deadline=None)
def test_inclusion_holds_unless_a_name_is_in_one_set_alone(left: Case, right: Case) -> None:
    outside = (left.hosts - right.hosts).witness()

    assert (left.hosts <= right.hosts) is (outside is None)
    if outside is None:
        assert expected(left) <= expected(right), (left.text, right.text)
    else:
        assert left.holds(outside), (left.text, outside)
        assert not right.holds(outside), (right.text, outside)


@given(SETS, SETS)
@settings(max_examples=100, deadline=None)
def test_sets_are_equal_however_they_were_made(left: Case, right: Case) -> None:
    assert left.hosts - right.hosts == left.hosts - (left.hosts & right.hosts)
    assert (left.hosts | right.hosts) - right.hosts == left.hosts - right.hosts
    assert left.hosts & right.hosts == right.hosts & left.hosts
    assert (left.hosts == right.hosts) is (left.hosts <= right.hosts and right.hosts <= left.hosts)


@given(SETS, SETS)
@settings(max_examples=100, deadline=None)
def test_the_laws_of_de_morgan_hold(left: Case, right: Case) -> None:
    every = hosts.everything()

    assert every - (left.hosts | right.hosts) == (every - left.hosts) & (every - right.hosts)
    assert every - (left.hosts & right.hosts) == (every - left.hosts) | (every - right.hosts)
    assert every - (every - left.hosts) == left.hosts


@given(SETS, SETS, SETS)
@settings(max_examples=60, deadline=None)
def test_intersection_and_union_distribute(one: Case, two: Case, three: Case) -> None:
    assert one.hosts & (two.hosts | three.hosts) == (one.hosts & two.hosts) | (one.hosts & three.hosts)
    assert one.hosts - (two.hosts | three.hosts) == (one.hosts - two.hosts) - three.hosts
    assert one.hosts | (two.hosts & three.hosts) == (one.hosts | two.hosts) & (one.hosts | three.hosts)


@given(SETS, SETS)
@settings(max_examples=100, deadline=None)
def test_a_difference_is_what_is_left(left: Case, right: Case) -> None:
    rest = left.hosts - right.hosts

    assert not rest & right.hosts
    assert rest <= left.hosts
    assert rest | (left.hosts & right.hosts) == left.hosts


@given(SETS, PATTERNS)
@settings(max_examples=100, deadline=None)
def test_narrowing_is_the_intersection_with_the_pattern(case: Case, pattern: str) -> None:
    compiled = Regular(compile_ere(pattern), text=pattern)
    narrowed = hosts.narrowed(case.hosts, compiled)

    assert narrowed == case.hosts & hosts.regular(compiled), (case.text, pattern)
    witness = (case.hosts - narrowed).witness()
    assert witness is None or (case.holds(witness) and not re.search(pattern, witness))


@given(SETS)
@settings(max_examples=200, deadline=None)
def test_a_listed_set_is_listed_whole(case: Case) -> None:
    listed = case.hosts.listed()

    if listed is not None:
        assert set(listed) >= expected(case)
        assert all(map(case.holds, listed))
        assert len(listed) == len(set(listed))


@given(st.lists(st.tuples(NAMES, st.booleans(), st.booleans()), max_size=12))
@settings(max_examples=200, deadline=None)
def test_many_entries_at_once_are_the_union_of_each(entries: list[tuple[str, bool, bool]]) -> None:
    whole = hosts.covering(entries)

    one_by_one = HostSet()
    for name, at, below in entries:
        one_by_one = one_by_one | (hosts.name(name) if at else HostSet()) | (hosts.below(name) if below else HostSet())
    assert whole == one_by_one


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_the_parts_of_a_tree_are_the_tree(case: Case) -> None:
    for _, node in case.hosts.pieces:
        joined = tree.NOTHING
        for part in tree.parts(node):
            joined = tree.either(joined, part)

        assert [tree.holds(joined, name) for name in AROUND] == [tree.holds(node, name) for name in AROUND], case.text


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("a.b", ["a.b"], ["b", "a", "x.a.b", "xa.b"]),
        ("*.a.b", ["x.a.b", "y.x.a.b"], ["a.b", "xa.b", "b", "a.b.x"]),
        ("*a.b", ["a.b", "x.a.b", "y.x.a.b"], ["b", "xa.b", "a.b.x"]),
    ],
)
def test_a_requirement_stands_for_a_name_or_for_everything_below(
    pattern: str, inside: list[str], outside: list[str]
) -> None:
    found = hosts.requirement_hosts(pattern)

    assert all(name in found for name in inside)
    assert not any(name in found for name in outside)


@given(NAMES)
def test_the_forms_of_a_requirement_are_the_sets_of_the_same_name(name: str) -> None:
    assert hosts.requirement_hosts(name) == hosts.name(name)
    assert hosts.requirement_hosts(f"*.{name}") == hosts.below(name)
    assert hosts.requirement_hosts(f"*{name}") == hosts.suffix(name)
    assert hosts.suffix(name) - hosts.below(name) == hosts.name(name)
    assert name not in hosts.below(name)


# Frames: what a product compares besides the name.

PATHS = tuple("".join(chars) for length in range(5) for chars in product("ab.x/", repeat=length))
"""Every text of up to four characters that may follow."""

AROUND_NAMES = st.sampled_from(["", "a", "b.", "x/", "ab"])


@given(PATTERNS, AROUND_NAMES, AROUND_NAMES)
@settings(max_examples=150, deadline=None)
def test_a_frame_stands_around_the_name(pattern: str, head: str, tail: str) -> None:
    framed = Regular(compile_ere(pattern), head=head, tail=tail)

    for name in UNIVERSE[:20]:
        assert framed.matches(name) is (re.search(pattern, head + name + tail) is not None), (pattern, name)


@given(SHORT_PATTERNS, AROUND_NAMES, AROUND_NAMES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_an_open_tail_asks_every_path_or_any(pattern: str, head: str, tail: str, every: bool) -> None:
    framed = Regular(compile_ere(pattern), head=head, tail=tail, open_tail=True, every=every)

    for name in ("a", "b", "ab", "a.b", "b.ab"):
        texts = (head + name + tail + path for path in PATHS)
        found = (re.search(pattern, text) is not None for text in texts)
        assert framed.matches(name) is (all(found) if every else any(found)), (pattern, name)


@given(TREES, PATTERNS, AROUND_NAMES, AROUND_NAMES)
@settings(max_examples=150, deadline=None)
def test_a_set_narrowed_by_a_framed_pattern_has_the_names_whose_text_matches(
    case: Case, pattern: str, head: str, tail: str
) -> None:
    narrowed = hosts.narrowed(case.hosts, Regular(compile_ere(pattern), text=pattern, head=head, tail=tail))

    matching = {name for name in AROUND if case.holds(name) and re.search(pattern, head + name + tail)}
    assert {name for name in AROUND if name in narrowed} == matching
    assert narrowed <= case.hosts


@pytest.mark.parametrize(
    ("pattern", "frame", "holds"),
    [
        (r"(^|\.)x\.test$", {}, True),
        (r"(^|\.)x\.test:443$", {"tail": ":443"}, True),
        (r"^http://([^/]*\.)?x\.test/", {"head": "http://", "tail": "/", "open_tail": True, "every": True}, True),
        (r"^https://.*x\.test", {"tail": ":443"}, False),
        (r"x\.test$", {"tail": ":443"}, False),
        (r"x.test", {}, True),
        (r"^[a-m]*\.x\.test$", {}, False),
    ],
)
def test_a_wildcard_is_covered_only_where_the_pattern_holds_for_all_of_it(
    pattern: str, frame: dict[str, str], holds: bool
) -> None:
    wildcard = hosts.below("x.test")
    regular = Regular(compile_ere(pattern), text=pattern, **frame)  # type: ignore[arg-type]

    assert (wildcard <= hosts.narrowed(wildcard, regular)) is holds
    missed = (wildcard - hosts.narrowed(wildcard, regular)).witness()
    assert (missed is None) is holds
    assert missed is None or not regular.matches(missed)


# Long lists of names.


def _filled(entries: list[tuple[str, int]], more: int) -> tuple[NameList, HostSet]:
    names, union = NameList(), HostSet()
    for number in range(more):
        names.whole[f"filler{number}.test"] = number
    for name, reach in entries:
        (names.exact, names.lower, names.whole)[reach][name] = 0
        union = union | (hosts.name, hosts.below, hosts.suffix)[reach](name)
    return names, union


REACHING = st.lists(st.tuples(NAMES, st.integers(0, 2)), max_size=FEW)


@given(REACHING, SETS, st.sampled_from([0, FEW + 1]))
@settings(max_examples=150, deadline=None)
def test_a_list_covers_the_union_of_its_entries_within_the_region(
    entries: list[tuple[str, int]], region: Case, more: int
) -> None:
    region = region._replace(hosts=region.hosts - hosts.below("test"))
    names, union = _filled(entries, more)

    assert names.within(region.hosts) == union & region.hosts, (entries, region.text)


@given(REACHING, st.lists(SETS, min_size=2, max_size=4), st.sampled_from([0, FEW + 1]))
@settings(max_examples=100, deadline=None)
def test_a_list_answers_each_question_afresh(entries: list[tuple[str, int]], regions: list[Case], more: int) -> None:
    names, union = _filled(entries, more)

    for region in regions:
        asked = region.hosts - hosts.below("test")
        assert names.within(asked) == union & asked


def test_a_region_of_several_pieces_is_covered_piece_by_piece() -> None:
    region = HostSet()
    for pattern in ("^a", "b$", r"\.ab"):
        region = region | (_regular(pattern).hosts & hosts.below("b"))
    names, union = _filled([("a.b", 0), ("ab.b", 2), ("b.b", 1)], FEW + 1)

    assert len(region.pieces) > 1
    assert names.within(region) == union & region
    assert {name for name in UNIVERSE if name in names.within(region)} == {
        name
        for name in UNIVERSE
        if (name == "a.b" or name in {"ab.b", "a.ab.b", "b.ab.b", "ab.ab.b"} or name.endswith(".b.b"))
        and (name.startswith("a") or name.endswith("b") or ".ab" in name)
    }


# What would cost too much.


def test_a_wildcard_cut_into_too_many_pieces_is_refused() -> None:
    pieces = [piece for number in range(MAX_PIECES + 1) for piece in _regular(f"^a{{{number}}}b").hosts.pieces]

    with pytest.raises(TooComplex, match=str(MAX_PIECES)):
        hosts.gathered(pieces)


def test_a_pattern_with_exponentially_many_states_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "MAX_STATES", 500)

    # Names are read from the right, and which of the last 16 characters was an "a" takes 65,536 states to remember.
    with pytest.raises(TooComplex, match="500 states"):
        hosts.regular(Regular(compile_ere("^.{16}a"), text="^.{16}a"))


def test_a_witness_of_a_long_chain_of_labels_is_found() -> None:
    deep = ".".join(["a"] * 60)

    assert hosts.below(deep).witness() == f"a.{deep}"
    assert (hosts.below(deep) & _regular("^b").hosts).witness() == f"b.{deep}"
