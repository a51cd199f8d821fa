"""ACLs of regular expressions: POSIX ERE of the C library, searched unanchored, one list for each ACL.

Squid drops a pattern that the library refuses and runs with the others (observed on 5.7), and joins the rest into one
expression; what is written is compiled here in the same way.
"""

from collections.abc import Iterator
from functools import partial

from allowlint.model.automaton import Automaton, Budget, Choice, TooComplex, size
from allowlint.model.automaton import Expression as Tree
from allowlint.model.condition import Expression, Unmodelled
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.config import Acl
from allowlint.platforms.squid.text import Reading, Token
from allowlint.syntax.ere import parse_ere
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

JOINED = 2_000
"""States up to which the expressions of one ACL become one automaton, so that a long list is matched in one walk."""


MAX_TEXT = 1_000_000
"""Characters of all expressions of a configuration together; reading more takes longer than anybody waits."""


class Limits:
    """What the expressions of one configuration may cost together."""

    __slots__ = ("budget", "text")

    def __init__(self) -> None:
        self.budget = Budget()
        self.text = MAX_TEXT


class Compiled(NamedTuple):
    """The expressions of an ACL."""

    expressions: tuple[Expression, ...]
    automata: tuple[Automaton, ...]
    unmodelled: tuple[Unmodelled, ...]
    """One for each expression that Squid takes and whose language is not modelled."""


def compile_acl(acl: Acl, flags: tuple[str, ...], reading: Reading, limits: Limits) -> Compiled:
    """Compile the values of an ACL; ``flags`` are the words besides ``-i`` and ``+i`` that are no expressions."""
    good: list[Expression] = []
    trees: list[Tree] = []
    unmodelled: list[Unmodelled] = []
    for value, ignore_case in _patterns(acl, flags, reading):
        limits.text -= len(value.text)
        if limits.text < 0:
            reason = f"expressions of more than {MAX_TEXT // 1_000_000} MB"
            unmodelled.append(Unmodelled(f"acl {acl.key} {reason}", reason, value.location))
            break
        tree = _tree(value, acl, ignore_case, reading, unmodelled)
        if tree is not None:
            trees.append(tree)
            again = _COMPILED[ignore_case]
            good.append(Expression(value.text, Automaton(tree, limits.budget), value.location, again))
    return Compiled(tuple(good), _joined(trees, limits.budget), tuple(unmodelled))


def _patterns(acl: Acl, flags: tuple[str, ...], reading: Reading) -> Iterator[tuple[Token, bool]]:
    """Yield the values that are expressions, with whether they ignore case; flags are noted in the ACL."""
    for line in acl.lines:
        ignore_case, leading = False, True
        for value in line.values:
            leading = leading and value.text[0] in "+-"
            written_here = value.location.path == line.location.path
            if value.text in ("-i", "+i"):
                ignore_case = value.text == "-i"
            elif leading and value.text == "--":
                leading = False
            elif leading and written_here and value.text[0] in "+-" and value.text not in flags:
                reading.fault(value.location, f"unsupported ACL option: {value.text}")
            elif value.text in flags and written_here:
                acl.flags.add(value.text)
            else:
                yield value, ignore_case


def _tree(value: Token, acl: Acl, ignore_case: bool, reading: Reading, unmodelled: list[Unmodelled]) -> Tree | None:
    try:
        tree = parse_ere(_stripped(value.text), ignore_case=ignore_case)
        if size(tree) <= JOINED * 10:
            return tree
        reason = f"the expression {short(value.text)} (too large)"
    except InvalidPattern as error:
        why = f"not a valid expression ({error}): Squid drops it"
        reading.unknown(value.location, value.text, why, matters=False)
        return None
    except (UnmodelledPattern, TooComplex) as error:
        reason = f"the expression {short(value.text)} ({error})"
    unmodelled.append(Unmodelled(f"acl {acl.key} {reason}", reason, value.location))
    return None


def _compiled(ignore_case: bool, text: str, budget: Budget) -> Automaton:
    return Automaton(parse_ere(_stripped(text), ignore_case=ignore_case), budget)


_COMPILED = {ignore_case: partial(_compiled, ignore_case) for ignore_case in (False, True)}


def _stripped(pattern: str) -> str:
    """Squid drops a leading ``.*`` or ``^.*``, which changes no match but can make the rest invalid or valid."""
    if pattern == ".*":
        return pattern
    text = pattern[3:] if pattern.startswith("^.*") else pattern
    while text.startswith(".*"):
        text = text[2:]
    return text or ".*"


def _joined(trees: list[Tree], budget: Budget) -> tuple[Automaton, ...]:
    """The expressions in as few automata as stay small."""
    automata: list[Automaton] = []
    together: list[Tree] = []
    total = 0
    for tree in trees:
        if together and total + size(tree) > JOINED:
            automata.append(Automaton(Choice(tuple(together)), budget))
            together, total = [], 0
        together.append(tree)
        total += size(tree)
    if together:
        automata.append(Automaton(Choice(tuple(together)) if len(together) > 1 else together[0], budget))
    return tuple(automata)


def short(text: str) -> str:
    """An expression as messages quote it."""
    return text if len(text) <= 50 else text[:47] + "..."
