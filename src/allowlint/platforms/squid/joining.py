"""How Squid joins the expressions of one ACL line into few, and what becomes of those that the C library refuses.

``compileOptimisedREs`` (``acl/RegexData.cc``) writes ``(a)|(b)|(c)`` and compiles that. Only where the library refuses such a
joint does Squid compile each expression alone and drop those that are refused. So an expression that is broken by itself can be
made whole by its neighbours: of ``[ab`` and ``c]`` the joint is ``([ab)|(c])``, one class of characters that each of them alone
knows nothing of (observed).
"""

from collections.abc import Iterable

from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.text import Token
from allowlint.syntax.ere import Reading, read_ere
from allowlint.syntax.patterns import InvalidPattern

FULL = 1024
"""Bytes of expressions after which Squid begins another joint."""


class Word(NamedTuple):
    """An expression of a line, as Squid compiles it, or one of the flags ``-i`` and ``+i`` between them."""

    token: Token
    text: str
    """The expression without what Squid cuts off; empty for a flag."""
    ignore_case: bool
    """Whether the expression ignores case, or those behind the flag do."""


class Joint(NamedTuple):
    """Several expressions as Squid compiles them together."""

    word: Word
    """The whole as one expression, in the place of the first."""
    reading: Reading


def joints(words: Iterable[Word]) -> tuple[Joint, ...]:
    """The expressions of a line as Squid joins them; none where it gives up and compiles each alone.

    Raises :class:`~allowlint.syntax.patterns.UnmodelledPattern` where it cannot be told.
    """
    try:
        return tuple(_joint(part) for part in _parts(words))
    except InvalidPattern:
        return ()


def _joint(part: list[Word]) -> Joint:
    text = "|".join(f"({word.text})" for word in part)
    first = part[0]
    whole = Word(first.token._replace(text=text), text, first.ignore_case)
    return Joint(whole, read_ere(text, ignore_case=first.ignore_case))


def _parts(words: Iterable[Word]) -> list[list[Word]]:
    """The expressions that go into one joint each; none where Squid finds a joint empty that is not the first."""
    done: list[list[Word]] = []
    part: list[Word] = []
    ignore_case, size = False, 0
    for word in words:
        if word.text:
            part.append(word)
            size += len(word.text.encode("utf-8", "surrogateescape"))
            if size > FULL:
                done.append(part)
                part, size = [], 0
        elif word.ignore_case != ignore_case:
            if not part and done:
                return []
            done += [part] if part else []
            part, size, ignore_case = [], 0, word.ignore_case
    return [*done, part] if part or not done else []
