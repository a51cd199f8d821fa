"""ACLs of regular expressions: POSIX ERE of the C library, searched unanchored, one list for each ACL.

Squid drops a pattern that the library refuses and runs with the others, unless its neighbours make it one that the library takes
(:mod:`~allowlint.platforms.squid.joining`); what is written is compiled here in the same way.
"""

from collections.abc import Iterator
from functools import partial

from allowlint.model.automaton import Automaton, Budget, Choice, TooComplex, size
from allowlint.model.automaton import Expression as Tree
from allowlint.model.condition import Expression, Unmodelled
from allowlint.model.record import NamedTuple
from allowlint.platforms.squid.config import Acl, AclLine
from allowlint.platforms.squid.joining import Word, joints
from allowlint.platforms.squid.text import Reading, Token, brief
from allowlint.syntax import ere
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern

JOINED = 2_000
"""States up to which the expressions of one ACL become one automaton, so that a long list is matched in one walk."""
LARGEST = 10 * JOINED
"""States of one expression."""
MAX_TEXT = 1_000_000
"""Characters of all expressions of a configuration together; reading more takes longer than anybody waits."""


class Limits:
    """What the expressions of one configuration may cost together."""

    __slots__ = ("budget", "text")

    def __init__(self) -> None:
        self.budget = Budget()
        self.text = MAX_TEXT


class Wider(NamedTuple):
    """Expressions that are not told exactly."""

    automata: tuple[Automaton, ...]
    """What they match at most."""
    text: str
    unsure: Unmodelled
    """Whether they match what they match at most."""


class Compiled(NamedTuple):
    """The expressions of an ACL."""

    expressions: tuple[Expression, ...]
    automata: tuple[Automaton, ...]
    wider: Wider | None
    unmodelled: tuple[Unmodelled, ...]
    """One for each expression that Squid takes and of which nothing is told."""


def compile_acl(acl: Acl, flags: tuple[str, ...], reading: Reading, limits: Limits) -> Compiled:
    """Compile the values of an ACL; ``flags`` are the words besides ``-i`` and ``+i`` that are no expressions."""
    gathering = _Gathering(acl, reading, limits)
    for line in acl.lines:
        words = list(_words(line, acl, flags, reading))
        limits.text -= sum(len(word.text) for word in words)
        if limits.text < 0:
            gathering.untold(words[0].token, f"expressions of more than {MAX_TEXT // 1_000_000} MB")
            break
        gathering.take(words)
    return gathering.compiled()


def _words(line: AclLine, acl: Acl, flags: tuple[str, ...], reading: Reading) -> Iterator[Word]:
    """Yield the expressions and the flags between them; other flags are noted in the ACL."""
    ignore_case, leading = False, True
    for value in line.values:
        leading = leading and value.text[0] in "+-"
        written_here = value.location.path == line.location.path
        if value.text in ("-i", "+i"):
            ignore_case = value.text == "-i"
            yield Word(value, "", ignore_case)
        elif leading and value.text == "--":
            leading = False
        elif leading and written_here and value.text[0] in "+-" and value.text not in flags:
            reading.fault(value.location, f"unsupported ACL option: {value.text}")
        elif value.text in flags and written_here:
            acl.flags.add(value.text)
        else:
            yield Word(value, _stripped(value.text), ignore_case)


_Alone = ere.Reading | InvalidPattern | UnmodelledPattern | TooComplex
"""What an expression is by itself."""


class _Gathering:
    """The expressions of an ACL while its lines are read."""

    __slots__ = ("acl", "good", "limits", "reading", "trees", "unmodelled", "widened", "wider")

    def __init__(self, acl: Acl, reading: Reading, limits: Limits) -> None:
        self.acl = acl
        self.reading = reading
        self.limits = limits
        self.good: list[Expression] = []
        self.trees: list[Tree] = []
        self.wider: list[Tree] = []
        self.widened: list[Unmodelled] = []
        """Why each of ``wider`` is not told exactly."""
        self.unmodelled: list[Unmodelled] = []

    def take(self, words: list[Word]) -> None:
        """Take the expressions of one line."""
        alone = [(word, _alone(word)) for word in words if word.text]
        if not any(_broken(read) for _, read in alone):
            # Squid joins them to one that matches what each of them matches.
            self._add_all(alone)
            return
        try:
            together = joints(words)
        except (UnmodelledPattern, TooComplex) as error:
            self.untold(alone[0][0].token, f"the expressions from {short(alone[0][0].text)} on ({error})")
            return
        self._note_refused(alone, "joins it to its neighbours" if together else "drops it")
        self._add_all([(joint.word, joint.reading) for joint in together] or alone)

    def _note_refused(self, alone: list[tuple[Word, _Alone]], what: str) -> None:
        for word, read in alone:
            if isinstance(read, InvalidPattern):
                why = f"not a valid expression ({read}): Squid {what}"
                self.reading.unknown(word.token.location, word.token.text, why, matters=False)

    def _add_all(self, found: list[tuple[Word, _Alone]]) -> None:
        for word, read in found:
            match read:
                case ere.Reading(tree, "") if size(tree) <= LARGEST:
                    self.trees.append(tree)
                    self.good.append(self._expression(word, tree))
                case ere.Reading(tree, why) if size(tree) <= LARGEST:
                    self.wider.append(tree)
                    self.widened.append(self._unmodelled(word.token, _about(word, why)))
                case ere.Reading():
                    self.untold(word.token, _about(word, "too large"))
                case UnmodelledPattern() | TooComplex():
                    self.untold(word.token, _about(word, str(read)))

    def _expression(self, word: Word, tree: Tree) -> Expression:
        automaton = Automaton(tree, self.limits.budget)
        return Expression(word.token.text, automaton, word.token.location, _COMPILED[word.ignore_case])

    def untold(self, token: Token, reason: str) -> None:
        """Take an expression of which nothing is told."""
        self.unmodelled.append(self._unmodelled(token, reason))

    def _unmodelled(self, token: Token, reason: str) -> Unmodelled:
        return Unmodelled(f"acl {self.acl.key} {reason}", reason, token.location)

    def compiled(self) -> Compiled:
        """All that was taken."""
        wider = None
        if self.wider:
            first, others = self.widened[0], len(self.widened) - 1
            unsure = first._replace(reason=f"{first.reason} or {others} more like it") if others else first
            automata = _joined(self.wider, self.limits.budget)
            wider = Wider(automata, f"{self.acl.type} as widely as it may match", unsure)
        automata = _joined(self.trees, self.limits.budget)
        return Compiled(tuple(self.good), automata, wider, tuple(self.unmodelled))


def _alone(word: Word) -> _Alone:
    try:
        return ere.read_ere(word.text, ignore_case=word.ignore_case)
    except (InvalidPattern, UnmodelledPattern, TooComplex) as error:
        return error


def _broken(read: _Alone) -> bool:
    """Whether an expression may mean something else as a part of another."""
    return not isinstance(read, ere.Reading) or read.closes


def _about(word: Word, why: str) -> str:
    return f"the expression {short(word.token.text)} ({why})"


def _compiled(ignore_case: bool, text: str, budget: Budget) -> Automaton:
    return Automaton(ere.parse_ere(_stripped(text), ignore_case=ignore_case), budget)


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
    return brief(text, 50)
