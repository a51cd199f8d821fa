"""Our records behave as ``typing.NamedTuple`` does, in everything that the project uses of it."""

import pickle
import typing

import pytest

from allowlint.model.record import NamedTuple


class Ours(NamedTuple):
    """Documented."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"


class Theirs(typing.NamedTuple):
    """Documented."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"


PAIRS = [
    (Ours(1), Theirs(1)),
    (Ours(1, "b"), Theirs(1, "b")),
    (Ours(1, third=(3,)), Theirs(1, third=(3,))),
    (Ours(first=5, second="x", third=(1,)), Theirs(first=5, second="x", third=(1,))),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_fields_defaults_and_methods(ours: Ours, theirs: Theirs) -> None:
    assert (ours.first, ours.second, ours.third, ours.both) == (theirs.first, theirs.second, theirs.third, theirs.both)
    assert tuple(ours) == tuple(theirs)
    assert ours._asdict() == theirs._asdict()
    assert repr(ours).removeprefix("Ours") == repr(theirs).removeprefix("Theirs")
    assert hash(ours) == hash(theirs)
    assert tuple(ours._replace(second="new")) == tuple(theirs._replace(second="new"))
    assert Ours._make(iter(ours)) == ours
    assert type(Ours._make(ours)) is Ours
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours.__doc__ == Theirs.__doc__


def test_positional_patterns() -> None:
    match Ours(1, "b"):
        case Ours(first, second):
            assert (first, second) == (1, "b")


def test_it_is_immutable_and_has_no_other_attributes() -> None:
    record = Ours(1)

    with pytest.raises(AttributeError):
        record.first = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        record.other = 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [Ours, Theirs])
def test_wrong_fields_are_refused(kind: typing.Any) -> None:
    for values, named in (((), {}), ((1, "b", (), 4), {}), ((1,), {"first": 2}), ((1,), {"fourth": 2})):
        with pytest.raises(TypeError):
            kind(*values, **named)
    with pytest.raises(ValueError, match="unexpected"):
        kind(1)._replace(fourth=1)


def test_it_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Ours(1, "b"))) == Ours(1, "b")  # noqa: S301 - made here
