"""Patterns of secrets are tried only on lines that have their signs: what they would hide must be the same."""

import re

from hypothesis import given
from hypothesis import strategies as st

from allowlint.reports import _secrets

TRIED = [(signs, re.compile(late.pattern, late.flags)) for signs, late in _secrets._PATTERNS]


@given(st.data())
def test_whatever_a_pattern_fits_has_one_of_its_signs(data: st.DataObject) -> None:
    signs, pattern = data.draw(st.sampled_from(TRIED))
    line = data.draw(st.from_regex(pattern))

    assert any(sign in line for sign in signs)


PIECES = ("password", "=", ":", "@", "://", "user", "secret", "-w ", "--token ", "auth_param", " ", "?key=", "=hex:", "0a,", "cachemgr_passwd ", "x")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_line_is_masked_as_by_trying_every_pattern(line: str) -> None:
    plain = _secrets._foreign(line)
    for _, pattern in TRIED:
        plain = pattern.sub(_secrets._starred, plain)

    if _secrets._VERB.match(plain):
        plain = _secrets._COMMAND.sub(_secrets._starred, plain, count=1)

    assert _secrets.masked(line) == plain
