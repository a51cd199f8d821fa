"""The language of URL lists against a matcher written down from the vendor's words, token by token."""

from itertools import pairwise
from random import Random

import pytest

from allowlint.model.automaton import Automaton
from allowlint.model.regular import Regular
from allowlint.platforms.paloalto_panos.url_patterns import Pattern, read_exclusion, read_pattern

TOKENS = ("a", "b", "com", "*", "^")


def by_tokens(entry: list[str], host: list[str]) -> bool:
    """An asterisk takes one or more labels, a caret exactly one, anything else itself."""
    if not entry:
        return not host
    if not host:
        return False
    first, rest = entry[0], entry[1:]
    if first == "*":
        return any(by_tokens(rest, host[taken:]) for taken in range(1, len(host) + 1))
    return first in ("^", host[0]) and by_tokens(rest, host[1:])


def matches(pattern: Pattern, host: str) -> bool:
    if pattern.everything:
        return True
    if pattern.reach is not None:
        name, itself, below = pattern.reach
        return (itself and host == name) or (below and host.endswith(f".{name}"))
    assert pattern.hosts is not None
    return Regular(Automaton(pattern.hosts), text=pattern.text).matches(host)


def cases(tokens: tuple[str, ...]) -> list[tuple[list[str], list[str]]]:
    random = Random(5)
    found = []
    for _ in range(1500):
        entry = [random.choice(tokens) for _ in range(random.randint(1, 4))]
        host = [random.choice(("a", "b", "c", "com")) for _ in range(random.randint(1, 5))]
        if not any(one == two == "*" for one, two in pairwise(entry)):
            found.append((entry, host))
    return found


def test_an_entry_matches_the_names_that_its_tokens_say() -> None:
    wrong = [
        (entry, host)
        for entry, host in cases(TOKENS)
        if matches(read_pattern(".".join(entry) + "/", appended=False), ".".join(host)) != by_tokens(entry, host)
    ]

    assert wrong == []


def test_an_asterisk_of_the_exclusion_list_is_one_label() -> None:
    wrong = [
        (entry, host)
        for entry, host in cases(("a", "b", "com", "*"))
        if matches(read_exclusion(".".join(entry)), ".".join(host))
        != by_tokens("^".join("".join(f"{each} " for each in entry).split("*")).split(), host)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("entry", "fault", "advice"),
    [
        ("winatp-gw-*.microsoft.com", "a wildcard must stand for a whole token", ""),
        ("*microsoft.com", "a wildcard must stand for a whole token", "*.microsoft.com/"),
        ("li^.example.com", "a wildcard must stand for a whole token", ""),
        ("https://go.microsoft.com", "a scheme is not part of an entry", "go.microsoft.com/"),
        ("http://www.microsoft.com/pkiops/", "a scheme is not part of an entry", "www.microsoft.com/pkiops/"),
        ("example.com/^", "a caret must not follow a slash", ""),
        ("go.micro\u00a0soft.com", "it contains a character that no host name has", ""),
        ("a." * 130 + "com", "it is longer than 255 characters", ""),
    ],
)
def test_what_never_matches(entry: str, fault: str, advice: str) -> None:
    pattern = read_pattern(entry, appended=True)

    assert (pattern.fault, pattern.advice) == (fault, advice)


@pytest.mark.parametrize("entry", ["example.com:8443/", "*.*.example.com", ".example.com", "a..b.com"])
def test_what_the_documents_do_not_say(entry: str) -> None:
    assert read_pattern(entry, appended=True).doubt


def test_only_what_looks_like_a_part_of_a_name_goes_on_to_required_ones() -> None:
    assert read_pattern("facebook.com", appended=False).beyond is None
    assert read_pattern("eu.events", appended=False).beyond is not None
    assert read_pattern("eu.events", appended=True).beyond is None
    assert read_pattern("eu.events/", appended=False).beyond is None
