"""A regular expression that is compiled late is what ``re.compile`` gives."""

import re

import pytest

from allowlint.model.lazy import lazy_pattern

TEXT = "One two\nthree"


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE])
def test_it_does_what_the_compiled_one_does(flags: int) -> None:
    late, early = lazy_pattern(r"^(t)\w", flags), re.compile(r"^(t)\w", flags)

    assert [match.span() for match in late.finditer(TEXT)] == [match.span() for match in early.finditer(TEXT)]
    assert late.sub(r"<\1>", TEXT) == early.sub(r"<\1>", TEXT)
    assert (late.match("Two") is None) == (early.match("Two") is None)
    assert (late.pattern, late.flags, late.groups) == (early.pattern, early.flags, early.groups)


def test_bytes_are_searched_too() -> None:
    found = lazy_pattern(rb"t(.)").search(b"two")

    assert found is not None
    assert found[1] == b"w"


def test_a_fault_shows_at_the_first_use() -> None:
    late = lazy_pattern("(")

    with pytest.raises(re.error):
        late.match("")


def test_it_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    late = lazy_pattern("a")
    late.match("a")
    monkeypatch.setattr(re, "compile", lambda *_: pytest.fail("compiled again"))

    assert late.match("a") is not None
