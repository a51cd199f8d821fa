"""What is sent or kept comes back as it was; what has another form is refused, and never half understood."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint import registry
from allowlint.lint.asked import Client
from allowlint.lint.identity import identity
from allowlint.lint.inputs import read
from allowlint.lint.judging import Asking, Look, piece_of
from allowlint.lint.pieces import Contents, Piece, hiding
from allowlint.lint.portable import Malformed, packed_piece, unpacked_piece
from allowlint.lint.portable.patterns import Patterns
from allowlint.lint.watch import Watch
from allowlint.model import tree
from allowlint.model.automaton import ANY_CHARACTER, Anchor, Automaton, Chars, Choice, Expression, Repeat, Sequence
from allowlint.model.extent import hosts_in_words
from allowlint.model.hosts import HostSet
from allowlint.model.regular import Regular
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options

LETTERS = "ab."

expressions: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(
        st.frozensets(st.sampled_from(LETTERS), min_size=1).map(Chars),
        st.just(Chars(ANY_CHARACTER)),
        st.booleans().map(Anchor),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Sequence(tuple(items))),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Choice(tuple(items))),
        st.tuples(inner, st.integers(0, 2), st.none() | st.integers(2, 3)).map(lambda parts: Repeat(*parts)),
    ),
    max_leaves=6,
)
regulars = st.builds(
    lambda expression, head, tail, open_tail, every: Regular(
        Automaton(expression), text="t", head=head, tail=tail, open_tail=open_tail, every=every
    ),
    expressions,
    st.sampled_from(["", "http://"]),
    st.sampled_from(["", ":443", "/"]),
    st.booleans(),
    st.booleans(),
)
names = st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=3).map(".".join)


@given(
    st.lists(st.tuples(regulars, st.booleans()), max_size=2), st.lists(names, min_size=1, max_size=3), st.lists(names)
)
@settings(max_examples=150)
def test_a_set_of_hosts_comes_back_with_the_same_hosts(
    cube: list[tuple[Regular, bool]], held: list[str], tried: list[str]
) -> None:
    node = tree.built([(name, True, number == 0) for number, name in enumerate(held)])
    before = HostSet(((frozenset(cube), node),))
    patterns = Patterns()
    value = json.loads(json.dumps(patterns.packed(before)))

    after = Patterns(json.loads(json.dumps(patterns.values))).unpacked(value)

    assert hosts_in_words(after) == hosts_in_words(before)
    for host in (*tried, *held, *(f"a.{name}" for name in held)):
        assert (host in after) is (host in before)


def test_a_pattern_that_is_nested_deep_comes_back() -> None:
    expression: Expression = Chars(frozenset("a"))
    for _ in range(300):
        expression = Sequence((expression,))
    hosts = HostSet(((frozenset({(Regular(Automaton(expression), text="deep"), True)}), tree.EVERYTHING),))
    patterns = Patterns()
    value = patterns.packed(hosts)

    assert "xay" in Patterns(json.loads(json.dumps(patterns.values))).unpacked(value)


def piece(folder: Path) -> tuple[Piece, tuple[Requirement, ...]]:
    config = folder / "squid.conf"
    config.write_text(
        "http_port 3128\nacl a dstdom_regex (^|\\.)x[0-9]+\\.good\\.test$\nacl b dstdomain .good.test\nacl c src 10.0.0.0/8\n"
        "http_access deny a\nhttp_access allow b c\nstrange line with password=hunter2hunter2\nhttp_access deny all\n",
        encoding="utf-8",
    )
    requirements = (Requirement("*.good.test"), Requirement("bad.test", (80, 443)))
    (found,) = read([str(config)], lambda _: (Options(), "squid"))
    checks = list(registry.all("checks").values())
    return piece_of(found, lambda _: Asking(requirements, Client()), Look(checks, 60, Watch())), requirements


def test_a_piece_comes_back_whole_and_without_secrets(tmp_path: Path) -> None:
    before, requirements = piece(tmp_path)

    text = packed_piece(before, requirements)
    after = unpacked_piece(text, requirements)

    assert "hunter2" not in text
    assert [finding.fingerprint for finding in after.findings] == [finding.fingerprint for finding in before.findings]
    assert [f._replace(trace=()) for f in after.findings] == [f._replace(trace=()) for f in before.findings]
    for ours, theirs in zip(after.results, before.results, strict=True):
        assert [(v.id, v.requirement, v.port) for v in ours.verdicts] == [
            (v.id, v.requirement, v.port) for v in theirs.verdicts
        ]
        for mine, yours in zip(ours.verdicts, theirs.verdicts, strict=True):
            assert {stage: mine.word(stage) for stage in mine.stages} == {
                stage: yours.word(stage) for stage in yours.stages
            }
            for stage, found in mine.stages.items():
                assert hosts_in_words(found.failing) == hosts_in_words(yours.stages[stage].failing)
                assert [(s.rule.text, s.rule.location, s.effect) for s in found.steps] == [
                    (s.rule.text, s.rule.location, s.effect) for s in yours.stages[stage].steps
                ]


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        found += nodes(each, (*path, key))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, tuple[Requirement, ...]]:
    found, requirements = piece(tmp_path_factory.mktemp("piece"))
    return packed_piece(found, requirements), requirements


@given(data=st.data(), value=st.sampled_from([None, True, -1, 10**30, "x", "\ud800", [], [[]], {}, {"access": 1}]))
@settings(max_examples=200)
def test_what_has_another_form_is_refused_and_never_crashes(
    whole: tuple[str, tuple[Requirement, ...]], data: st.DataObject, value: object
) -> None:
    text, requirements = whole
    values = json.loads(text)
    path = data.draw(st.sampled_from(nodes(values)[1:]))
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    try:
        found = unpacked_piece(json.dumps(values), requirements)
    except Malformed:
        return
    # A text may be another text: that is what seals are for.
    assert isinstance(found, Piece)


def test_contents_are_read_again_and_only_where_they_are_what_was_judged(tmp_path: Path) -> None:
    from hashlib import sha256

    file = tmp_path / "squid.conf"
    file.write_bytes(b"one")
    known = Piece(str(file), "squid", (), (), (), sha256(b"one").hexdigest())
    contents = Contents({"here": b"content", "there": known})

    assert (contents["here"], contents["there"], contents.get("nowhere")) == (b"content", b"one", None)
    assert hiding(contents, ["there", "secret"])["there"] == b""
    assert len(hiding(contents, ["secret"])) == 3
    file.write_bytes(b"two")
    assert contents["there"] == b""
    file.unlink()
    assert contents["there"] == b""


def test_the_program_is_known_to_the_letter() -> None:
    version, digest = identity().split()

    assert version[0].isdigit()
    assert len(digest) == 64
