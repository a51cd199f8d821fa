"""The text of a script and its tree."""

import pytest

from allowlint.errors import InputError
from allowlint.platforms.pac.script import read_script


def asking(question: str) -> bytes:
    return f"function FindProxyForURL(url, host) {{\n  return {question} ? 'PROXY a.test:1' : 'DIRECT';\n}}\n".encode()


@pytest.mark.parametrize(
    "question",
    [
        "a" + "[a]" * 600,
        "!" * 600 + "a",
        "[" * 600 + "]" * 600,
        "a = " * 600 + "b",
        "function () { return " * 200 + "1" + "}" * 200,
    ],
)
def test_a_script_that_is_nested_too_deeply_is_refused_with_the_line(question: str) -> None:
    with pytest.raises(InputError, match="nested more than 500 levels deep") as refused:
        read_script("proxy.pac", asking(question))

    assert (refused.value.path, refused.value.line) == ("proxy.pac", 2)


@pytest.mark.parametrize(
    "question",
    [
        "host == 'a'" + " || host == 'a'" * 3_000,
        "(host == 'a' || " * 3_000 + "url" + ")" * 3_000,
        "url + " * 3_000 + "''",
        "host == 'a' ? 1 : " * 3_000 + "url",
    ],
)
def test_a_long_chain_is_not_taken_for_a_nest(question: str) -> None:
    assert read_script("proxy.pac", asking(question)).fault is None


def test_nor_are_thousands_of_else_if() -> None:
    arms = "if (host == 'a') return 'DIRECT';\n  else " * 3_000
    script = f"function FindProxyForURL(url, host) {{\n  {arms} return 'DIRECT';\n}}\n"

    assert read_script("proxy.pac", script.encode()).fault is None
