"""What the expressions of a line match, compared with Squid's way of compiling them, carried out with the C library itself.

That Squid does join them so is observed in ``tests/oracle``.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allowlint.model.device import Device
from allowlint.model.location import Location
from allowlint.model.regular import Regular
from allowlint.platforms.squid.config import Acl, AclLine
from allowlint.platforms.squid.expressions import Limits, compile_acl
from allowlint.platforms.squid.joining import FULL, Word, joints
from allowlint.platforms.squid.text import Reading, Token
from allowlint.syntax.files import Files
from tests.platforms.squid.reading import device_of, write
from tests.syntax import posix

pytestmark = pytest.mark.skipif(not posix.AVAILABLE, reason="the reference is the GNU C library")

HERE = Location("squid.conf", 1)


def squid_matches(words: list[str], texts: list[str]) -> list[bool]:
    """What Squid finds; words are compiled together where that compiles, else one by one."""
    for compiled in (list(_together(words)), list(_alone(words))):
        try:
            if all(pattern.valid for pattern in compiled):
                return [any(pattern.matches(text) for pattern in compiled) for text in texts]
        finally:
            for pattern in compiled:
                pattern.close()
    raise AssertionError("only valid patterns are left in the end")


def _with_case(words: list[str]) -> Iterator[tuple[bool, str]]:
    ignore_case = False
    for word in words:
        if word in ("-i", "+i"):
            ignore_case = word == "-i"
        else:
            yield ignore_case, word


def _together(words: list[str]) -> Iterator[posix.LibraryPattern]:
    for ignore_case, part in groupby(_with_case(words), lambda pair: pair[0]):
        yield posix.LibraryPattern("|".join(f"({word})" for _, word in part), ignore_case)


def _alone(words: list[str]) -> Iterator[posix.LibraryPattern]:
    for ignore_case, word in _with_case(words):
        pattern = posix.LibraryPattern(word, ignore_case)
        if pattern.valid:
            yield pattern


def our_matches(words: list[str], texts: list[str]) -> list[bool | None]:
    """What we say; None where we do not tell."""
    acl = Acl("x", "dstdom_regex")
    acl.lines.append(AclLine(HERE, "", tuple(Token(word, HERE) for word in words)))
    found = compile_acl(acl, (), Reading(Files("squid.conf", None)), Limits())
    sure = [Regular(automaton) for automaton in found.automata]
    wider = [Regular(automaton) for automaton in found.wider.automata] if found.wider else []
    answers: list[bool | None] = []
    for text in texts:
        if any(each.matches(text) for each in sure):
            answers.append(True)
        else:
            answers.append(None if found.unmodelled or any(each.matches(text) for each in wider) else False)
    return answers


PIECES = r"a b A . * + ? ^ $ | ( ) [ab] [^a] []b] [b-] \. \w \b \` \1 (a) (b|) {2} {,} { } \ [a [^ ] b] x (a|b) (^|\.) a\{".split()
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join).filter(lambda text: text[:2] != ".*")
LINES = st.tuples(
    st.sampled_from([[], ["-i"]]),
    # Squid takes a first word that begins with a sign for an option of the ACL, and refuses the file.
    st.lists(PATTERNS, min_size=1, max_size=4).filter(lambda words: words[0][0] not in "+-"),
    st.sampled_from([[], ["+i", "a.b"]]),
).map(lambda parts: [*parts[0], *parts[1], *parts[2]])
TEXTS = st.lists(st.text(alphabet="abAB.x-()[]|", max_size=6), min_size=1, max_size=5)


@given(LINES, TEXTS)
@settings(max_examples=2500, deadline=None)
def test_a_line_matches_what_squid_makes_of_it(words: list[str], texts: list[str]) -> None:
    found = squid_matches(words, texts)

    for text, answer, expected in zip(texts, our_matches(words, texts), found, strict=True):
        assert answer is None or answer is expected, (words, text)


@pytest.mark.parametrize(
    ("words", "matched", "unmatched"),
    [
        (["[ax", r"b]\.test$"], ["b.test", "x.test"], ["b].test", "c.test"]),
        (["(a", r"b)\.test"], ["a.org", "b.test"], ["c.test"]),
        (["[ax", r"b]\.test$", "+i"], ["b.test"], ["c.test"]),
        # Nothing is left behind the flag to be joined, for which Squid gives up joining.
        (["[ax", r"b]\.test$", "-i"], ["b].test"], ["b.test", "x.test"]),
        (["(a", "b"], ["b"], ["a"]),
        (["a)", "b"], ["a)", "b"], ["a"]),
        (["*a", "b)"], ["b)"], ["a", "b"]),
        (["[a", "b]" + "x" * 1024, "c"], ["c", "ax" + "x" * 1023], ["z"]),
    ],
)
def test_a_broken_expression_is_read_with_its_neighbours(
    words: list[str], matched: list[str], unmatched: list[str]
) -> None:
    assert our_matches(words, [*matched, *unmatched]) == [True] * len(matched) + [False] * len(unmatched)


def _unread(folder: Path, values: str) -> list[str]:
    text = f"http_port 3128\nacl w dstdom_regex {values}\nhttp_access allow w\nhttp_access deny all\n"
    device: Device = device_of(write(folder, {"squid.conf": text}))
    return [each.why for each in device.unread]


def test_what_becomes_of_a_broken_expression_is_said(tmp_path: Path) -> None:
    (joined,) = _unread(tmp_path, r"[ax b]\.test$")
    (dropped,) = _unread(tmp_path, r"[ax b\.test$")

    assert joined.endswith("Squid joins it to its neighbours")
    assert dropped.endswith("Squid drops it")


class _Counted(str):
    """A text that counts how often it is encoded."""

    __slots__ = ()
    times = 0

    def encode(self, *args: str, **kwargs: str) -> bytes:
        type(self).times += 1
        return super().encode(*args, **kwargs)


def test_each_expression_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Counted, "times", 0)
    words = [Word(Token("a", HERE), _Counted("a"), ignore_case=False) for _ in range(3_000)]

    (first, *others) = joints(words)

    assert _Counted.times == len(words)
    assert (first.word.text.count("a"), len(others)) == (FULL + 1, 2)
