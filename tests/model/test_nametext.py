"""Names that are kept as one text are held to the same names one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model import namelist, nametext
from allowlint.model.hosts import HostSet, covering, everything
from allowlint.model.namelist import NameList, ancestors
from allowlint.model.nametext import NameText

LABELS = st.sampled_from(("a", "b", "ab", "x-y"))
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
LINES = st.lists(st.one_of(NAMES, NAMES.map(".{}".format), st.just("")), max_size=15)
FEW = st.sampled_from((0, 1, 20))
"""How many endings are searched for one by one."""


def text_of(lines: list[str]) -> NameText:
    return NameText("".join(f"\n{line}" for line in lines) + "\n")


@pytest.fixture(autouse=True)
def _chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that short texts have several."""
    monkeypatch.setattr(nametext, "_CHUNK", 8)


@given(LINES)
def test_each_name_is_found_with_its_line(lines: list[str]) -> None:
    text = text_of(lines)

    found = [(text.line(place), name, text.name(place)) for place, name in text.names()]

    assert found == [(number, line, line) for number, line in enumerate(lines, 1) if line]
    assert len(text) == len(found)
    assert list(text.wide) == list(dict.fromkeys(line[1:] for line in lines if line[:1] == "."))


@given(LINES, st.lists(st.one_of(NAMES, NAMES.map(".{}".format), st.just("")), min_size=1, max_size=3), FEW)
def test_names_are_found_by_how_they_end(lines: list[str], ends: list[str], few: int) -> None:
    wanted = [line for line in lines if line and line.endswith(tuple(ends))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nametext, "FEW", few)
        text = text_of(lines)
        found = [text.name(place) for place in text.ending(ends)]
        alone = list(text.alone(ends))

    if few and len(ends) <= few and "" not in ends:
        assert found == wanted
    # With many there may be others, but in their order.
    assert [name for name in found if name.endswith(tuple(ends))] == wanted
    assert {name for name in wanted if name[0] != "."} <= set(alone) <= {line for line in lines if line[:1] != "."}


def both(lines: list[str], others: list[str]) -> tuple[NameList, NameList]:
    """The same names, as a text beside some that are written one by one, and all one by one."""
    mixed, plain = NameList(), NameList()
    mixed.texts.append(text_of(lines))
    for names, written in ((mixed, others), (plain, [*lines, *others])):
        for line in filter(None, written):
            (names.whole if line[0] == "." else names.exact)[line.removeprefix(".")] = 0
    return mixed, plain


REGIONS = st.one_of(
    st.lists(st.tuples(NAMES, st.booleans(), st.booleans()), max_size=5).map(covering), st.just(everything())
)


SOME = st.lists(st.one_of(NAMES, NAMES.map(".{}".format), st.just("")), max_size=4)
"""So few that most regions are reached by one of them or by none."""


@given(SOME, SOME, st.lists(NAMES, min_size=1, max_size=6), st.lists(REGIONS, max_size=3), FEW)
@settings(max_examples=500)
def test_a_list_that_holds_a_text_is_the_list_of_its_names(
    lines: list[str], others: list[str], hosts: list[str], regions: list[HostSet], few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nametext, "FEW", few)
        # A short list is taken whole.
        patch.setattr(namelist, "FEW", few)
        mixed, plain = both(lines, others)

        for host in hosts:
            assert (host in mixed) == (host in plain)
            assert mixed.reaches(tuple(ancestors(host))) == plain.reaches(tuple(ancestors(host)))
            assert mixed.lists(host) == plain.lists(host)
        for region in regions:
            assert mixed.within(region) == plain.within(region) == covering(plain.entries()) & region
        assert set(mixed.names()) == set(plain.names())
        assert set(mixed.wide()) == set(plain.wide())
        assert set(mixed.entries()) == set(plain.entries())


WAYS = st.sampled_from(("exact", "lower", "whole", "text"))


@given(st.lists(st.tuples(NAMES, st.booleans(), WAYS), max_size=3), NAMES)
@settings(max_examples=500)
def test_a_host_is_in_a_list_where_an_entry_reaches_it(entries: list[tuple[str, bool, str]], host: str) -> None:
    names = NameList()
    names.texts.append(text_of([f".{name}" if wide else name for name, wide, way in entries if way == "text"]))
    for name, _, way in entries:
        if way != "text":
            getattr(names, way)[name] = 0

    reached = [
        name for name, at, below in names.entries() if (at and host == name) or (below and host.endswith(f".{name}"))
    ]
    assert (host in names) == bool(reached)
    assert names.lists(host) == ((host, True, False) in set(names.entries()))
    assert len(names) == len(list(names.entries()))


def test_a_name_is_searched_for_once() -> None:
    text = text_of([*(f"a{number}.b.test" for number in range(50)), ".b.test", "c.test"])

    known = text.about(("b.test",))

    assert text.about(("a1.b.test", "x.b.test"))[0] is known[0]
    assert text.about(("x.test",))[0] is not known[0]
