"""Patterns of secrets are tried only on lines that have their signs: what they would hide must be the same."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allowlint.syntax import secrets

TRIED = [(signs, words, re.compile(late.pattern, late.flags)) for signs, words, late in secrets._PATTERNS]


@given(st.data())
def test_whatever_a_pattern_fits_has_one_of_its_signs_and_one_of_its_words(data: st.DataObject) -> None:
    signs, words, pattern = data.draw(st.sampled_from(TRIED))
    line = data.draw(st.from_regex(pattern))

    assert any(sign in line for sign in signs)
    assert not words or any(word in line.casefold() for word in words)


PIECES = ("set shared ", "a@b> set ", "sett shared ", "sek rule ", "password", "=", ":", "@", "://", "user", "secret", "-w ", "--token ", "auth_param", " ", "?key=", "=hex:", "0a,", "cachemgr_passwd ", "x")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_a_line_is_masked_as_by_trying_every_pattern(line: str) -> None:
    plain = secrets._foreign(line)
    for _, _, pattern in TRIED:
        plain = pattern.sub(secrets._starred, plain)

    if re.match(rf"{secrets._SHELL}({'|'.join(secrets._VERBS)})\s", plain):
        plain = secrets._COMMAND.sub(secrets._starred, plain, count=1)

    assert secrets.masked(line) == plain


UNITS = (
    "a.", "a_", "a-", "=a:", "://", "://a:", "password-", "heade-", "a b ", " -a ", "key-", " key ENC ", "?token.", " --a.", '\\"', "pass ", "login:",
)  # fmt: skip


@pytest.mark.parametrize("before", ["", "set comment ", "acl x note ", "request_header_add "])
@pytest.mark.parametrize("unit", UNITS)
def test_a_line_that_was_grown_to_do_harm_takes_little_time(unit: str, before: str) -> None:
    line = before + unit * (20_000 // len(unit)) + "=x:y @ -"
    start = time.process_time()

    secrets.masked(line)
    secrets.without_secrets(line)

    assert time.process_time() - start < 3


@pytest.mark.parametrize(("text", "shown"), [
    ("cache_peer p parent 3128 0 login=svc:Zq9", "cache_peer p parent 3128 0 login=*******"),
    ("cache_peer p parent 3128 0 login=PASS", "cache_peer p parent 3128 0 login=PASS"),
    ("url_rewrite_program /usr/bin/rw --secret Zq9", "url_rewrite_program /usr/bin/rw --secret ***"),
    ("tokens (url_regex [?&]sig=Zq9)", "tokens (url_regex [?&]sig=****"),
    ('{"proxyPassword":"Z\\"q9","x":1}', '{"proxyPassword":*******,"x":1}'),
    ('"onboardingInfo": "Zq9"', '"onboardingInfo": *****'),
    ('"WorkspaceKey"="Zq9"', '"WorkspaceKey"=*****'),
    ("ProxyBypass: *.x", "ProxyBypass: *.x"),
    ("bypass=*.x", "bypass=*.x"),
])  # fmt: skip
def test_what_a_text_tells_by_itself_is_hidden(text: str, shown: str) -> None:
    assert secrets.without_secrets(text) == shown
