"""How far a fault reaches: sets of hosts as lines, and which fault is a part of which."""

from hypothesis import given
from hypothesis import strategies as st

from allowlint.model import tree
from allowlint.model.extent import MOST, Extent, hosts_in_words, inside, kept
from allowlint.model.hosts import HostSet, below, covering, empty, name, suffix

LABELS = st.sampled_from(["a", "b", "c", "test"])
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
PARTS = st.one_of(NAMES.map(name), NAMES.map(below), NAMES.map(suffix))


@st.composite
def sets(draw: st.DrawFn) -> HostSet:
    found = empty()
    for part, adds in draw(st.lists(st.tuples(PARTS, st.booleans()), max_size=5)):
        found = found | part if adds else found - part
    return found


@given(sets())
def test_what_is_written_is_read_again(hosts: HostSet) -> None:
    lines = hosts_in_words(hosts)

    again = HostSet(((frozenset(), tree.read(lines)),)) if lines else empty()

    assert hosts <= again
    assert again <= hosts


@given(sets(), sets())
def test_one_set_is_inside_another_as_it_is(one: HostSet, other: HostSet) -> None:
    assert inside(hosts_in_words(one), hosts_in_words(other)) is (one <= other)


@given(st.lists(PARTS, max_size=4), st.randoms(use_true_random=False))
def test_equal_sets_have_equal_lines_however_they_came_about(parts: list[HostSet], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = empty(), empty()
    for part in parts:
        one = one | part
    for part in shuffled:
        other = other | part

    assert hosts_in_words(one) == hosts_in_words(other)


def test_what_is_taken_out_is_said() -> None:
    assert hosts_in_words(below("x.test") - name("a.x.test") - suffix("b.x.test")) == (
        "!*.b.x.test",
        "!a.x.test",
        "!b.x.test",
        "*.x.test",
    )


def test_a_long_list_is_its_hash_and_equals_only_itself() -> None:
    many = covering((f"h{number}.test", True, False) for number in range(MOST + 1))
    fewer = covering((f"h{number}.test", True, False) for number in range(MOST + 2))

    (line,) = hosts_in_words(many)

    assert line.startswith("sha256:")
    assert line.endswith(f"({MOST + 1} of them)")
    assert inside((line,), (line,))
    assert not inside(hosts_in_words(many), hosts_in_words(fewer))


def test_each_part_of_a_fault_has_to_be_a_part() -> None:
    fault = Extent("10.0.0.1", ("*.x",), (), ("deny all",), ("the time",))

    assert fault.within(fault)
    assert fault._replace(fails=("a.x",)).within(fault)
    assert fault._replace(reasons=()).within(fault)
    assert not fault._replace(fails=("*.x", "y")).within(fault)
    assert not fault._replace(doubtful=("*.x", "y")).within(fault)
    assert not fault._replace(ways=("deny all", "deny x")).within(fault)
    assert not fault._replace(reasons=("the time", "the helper")).within(fault)
    assert not fault._replace(client="10.0.0.2").within(fault)


def test_what_may_fail_and_now_does_is_no_part() -> None:
    doubt = Extent(doubtful=("a.x",))

    assert not Extent(fails=("a.x",)).within(doubt)


def test_lines_are_kept_once_and_in_order() -> None:
    assert kept(["b", "a", "b"]) == ("a", "b")
