r"""Regular languages over host names, decided exactly and in bounded work.

A pattern is compiled to a non-deterministic automaton that reads *right to left*, because host names nest at their right
end, and is made deterministic lazily, one state at a time, as texts or name trees are walked. Nothing here backtracks, so a
hostile expression costs states, never time: past ``MAX_NFA`` or ``MAX_STATES`` the work stops with :class:`TooComplex` and
the caller answers "unknown".

An own module rather than ``interegular`` or ``greenery``: neither has anchors inside a pattern (``(^|\.)x$``, the form that
every real allowlist uses), a bound on the work, or a walk in step with a tree of names. The property tests compare it with
the C library that Squid uses.
"""

from collections.abc import Iterator

from allowlint.model.record import NamedTuple

MAX_NFA = 20_000
"""States of one compiled pattern; an interval such as ``{1,255}{1,255}`` would multiply without end."""
MAX_STATES = 20_000
"""Deterministic states visited for one question."""
MAX_WORK = 4_000_000
"""Steps of NFA states that all patterns of one configuration may take together; a second or a few."""
FEW_EDGES = 4
"""Edges of one state that are looked through each time."""
MAX_OPEN = 400
"""Deterministic states in which the end of a text that is not known may leave a pattern, none of which holds another."""

ANY_CHARACTER = frozenset(chr(code) for code in range(1, 256))


class TooComplex(Exception):
    """The exact answer would take more work than allowed; the caller must answer "unknown"."""


class Budget:
    """The work that patterns may do together: each is bounded alone, and a configuration may hold any number of them."""

    __slots__ = ("left", "reserve")

    def __init__(self, units: int = MAX_WORK) -> None:
        self.left = units
        self.reserve = units // 4
        """What is kept for questions that take little work: texts that are known to their end."""

    def keep(self) -> None:
        """Refuse a question that may take much work once the rest is reserved."""
        if self.left < self.reserve:
            raise TooComplex("the expressions need too much work for a path that is not known")

    def spend(self, units: int) -> None:
        """Take from the budget. Raises :class:`TooComplex` once it is used up."""
        self.left -= units
        if self.left < 0:
            raise TooComplex("the patterns of the configuration need too much work")

    def search(self, units: int) -> None:
        """Take from what is not reserved, for a question about a whole wildcard. Raises :class:`TooComplex`."""
        if self.left < self.reserve:
            raise TooComplex("the patterns of the configuration need too much work")
        self.left -= units


class Chars(NamedTuple):
    """One character out of a set."""

    chars: frozenset[str]


class Anchor(NamedTuple):
    """The left (``^``) or right (``$``) end of the text."""

    at_end: bool
    newline: bool = False
    """Whether the place before a newline that ends the text is a right end too (``$`` in Perl)."""


class Sequence(NamedTuple):
    """One expression after another."""

    items: "tuple[Expression, ...]"


class Choice(NamedTuple):
    """Any one of several expressions."""

    items: "tuple[Expression, ...]"


class Repeat(NamedTuple):
    """An expression ``least`` to ``most`` times; ``most`` is None where there is no bound."""

    item: "Expression"
    least: int
    most: int | None


Expression = Chars | Anchor | Sequence | Choice | Repeat

State = frozenset[int]


class Automaton:
    """Texts in which a pattern is found anywhere (anchors bind it to the ends), read from the right.

    States are sets of NFA states. Reading starts at :attr:`start`; :meth:`step` reads one more character to the left;
    :meth:`accepts` says whether the text may end here.
    """

    __slots__ = (
        "_accept_memo",
        "_budget",
        "_edges",
        "_epsilon",
        "_final",
        "_kinds",
        "_last",
        "_live",
        "_move_memo",
        "_right",
        "_start",
        "_step_memo",
        "_sure",
        "answers",
        "expression",
    )

    def __init__(self, expression: Expression, budget: Budget | None = None) -> None:
        """Make the automaton of a pattern; ``budget`` is what it shares with the other patterns of a configuration."""
        self.expression = expression
        self._budget = budget or Budget()
        self._edges: list[list[tuple[frozenset[str], int]]] = []
        self._epsilon: list[list[tuple[str, int]]] = []
        self._step_memo: dict[tuple[State, str], State] = {}
        self._accept_memo: dict[State, bool] = {}
        self._move_memo: dict[tuple[int, str], frozenset[int]] = {}
        self._final = self._right = self._last = -1
        self._start: State | None = None
        self._sure: frozenset[int] = frozenset()
        self._kinds: dict[str, tuple[int, ...]] | None = None
        self.answers: dict[object, str | None] = {}
        self._live: dict[frozenset[str], frozenset[int]] = {}

    @property
    def start(self) -> State:
        """The state at the right end of the text. The automaton is built when it is first asked for.

        Raises :class:`TooComplex` where it would be too large.
        """
        if self._start is None:
            begin, self._final = self._new(), self._new()
            self._edges[begin].append((ANY_CHARACTER, begin))
            self._build(self.expression, begin, self._final)
            # Leads nowhere; marks the start, where the text may be empty and both its ends are one.
            self._right = self._new()
            # Marks the place before a newline that ends the text.
            self._last = self._new()
            self._sure = frozenset(
                number
                for number, edges in enumerate(self._edges)
                if (ANY_CHARACTER, number) in edges and self._final in self._close({number}, ("", "^"))
            )
            self._start = self._close({begin, self._right}, ("", "$", "Z"))
        return self._start

    def _new(self) -> int:
        if len(self._edges) >= MAX_NFA:
            raise TooComplex(f"the pattern needs more than {MAX_NFA} states")
        self._budget.spend(1)
        self._edges.append([])
        self._epsilon.append([])
        return len(self._edges) - 1

    def _build(self, node: Expression, source: int, target: int) -> None:
        """Add states so that ``target`` is reached from ``source`` by reading ``node`` from its right end."""
        match node:
            case Chars(chars):
                self._edges[source].append((chars, target))
            case Anchor(at_end, newline):
                self._epsilon[source].append(("^" if not at_end else "Z" if newline else "$", target))
            case Choice(items):
                for item in items:
                    self._build(item, source, target)
            case Sequence(items):
                self._sequence(items, source, target)
            case Repeat(item, least, most):
                self._repeat(item, least, most, source, target)

    def _sequence(self, items: "tuple[Expression, ...]", source: int, target: int) -> None:
        for item in reversed(items[1:]):
            following = self._new()
            self._build(item, source, following)
            source = following
        if items:
            self._build(items[0], source, target)
        else:
            self._epsilon[source].append(("", target))

    def _repeat(self, item: Expression, least: int, most: int | None, source: int, target: int) -> None:
        for _ in range(least):
            following = self._new()
            self._build(item, source, following)
            source = following
        if most is None:
            loop = self._new()
            self._epsilon[source].append(("", loop))
            self._build(item, loop, loop)
            self._epsilon[loop].append(("", target))
            return
        self._epsilon[source].append(("", target))
        for _ in range(most - least):
            following = self._new()
            self._build(item, source, following)
            source = following
            self._epsilon[source].append(("", target))

    def _close(self, states: set[int], passable: tuple[str, ...]) -> State:
        reached, todo = set(states), list(states)
        while todo:
            for kind, target in self._epsilon[todo.pop()]:
                if kind in passable and target not in reached:
                    reached.add(target)
                    todo.append(target)
        # A match that is complete, or complete wherever the text begins, stays so whatever stands further left.
        found = self._final in reached or not self._sure.isdisjoint(reached)
        return frozenset((self._final,)) if found else frozenset(reached)

    def joined(self, others: "list[Automaton]") -> "Automaton":
        """The automaton of this pattern or one of the others, on the same budget."""
        return Automaton(Choice((self.expression, *(other.expression for other in others))), self._budget)

    def kind(self, char: str) -> tuple[int, ...]:
        """The kind of a character: all characters of a kind lead from each state to the same one."""
        if self._kinds is None:
            self._kinds = {}
            for index, chars in enumerate({chars for edges in self._edges for chars, _ in edges} - {ANY_CHARACTER}):
                for each in chars:
                    self._kinds[each] = (*self._kinds.get(each, ()), index)
        return self._kinds.get(char, ())

    def alphabet(self) -> list[str]:
        """One character of each kind that the pattern tells apart."""
        return list({self.kind(char): char for char in sorted(ANY_CHARACTER, reverse=True)}.values())

    def step(self, state: State, char: str) -> State:
        """Read ``char``, the next character to the left."""
        key = (state, char)
        known = self._step_memo.get(key)
        if known is None:
            if self._final in state:
                known = state
            else:
                known = self._read(state, char)
            if len(self._step_memo) > 40 * MAX_STATES:
                raise TooComplex(f"the pattern visits more than {MAX_STATES} states")
            self._step_memo[key] = known
        return known

    def _read(self, state: State, char: str) -> State:
        targets: set[int] = set()
        for number in state:
            edges = self._edges[number]
            if len(edges) > FEW_EDGES:
                targets |= self._moves(number, char)
            else:
                targets.update([target for chars, target in edges if char in chars])
        if char == "\n" and self._right in state:
            known = self._close({*targets, self._last}, ("", "Z"))
        else:
            known = self._close(targets, ("",))
        self._budget.spend(len(state) + len(targets) + len(known))
        return known

    def _moves(self, number: int, char: str) -> frozenset[int]:
        """Where a state with many edges leads: the beginning of a list of expressions has one for each, and is in every state."""
        key = (number, char)
        known = self._move_memo.get(key)
        if known is None:
            edges = self._edges[number]
            self._budget.spend(len(edges))
            known = self._move_memo[key] = frozenset([target for chars, target in edges if char in chars])
        return known

    def settled(self, state: State, readable: frozenset[str]) -> bool | None:
        """Whether every text that goes on to the left from here contains the pattern, or none does; None where it may depend.

        ``readable`` are the characters that may still come.
        """
        if self._final in state:
            return True
        if self._right in state or self._last in state:
            return None
        if readable not in self._live:
            self._live[readable] = self._leading_on(readable)
        return None if not self._live[readable].isdisjoint(state) else False

    def _leading_on(self, readable: frozenset[str]) -> frozenset[int]:
        """The states from which the end of the pattern can be reached."""
        before: dict[int, list[int]] = {}
        for number, edges in enumerate(self._edges):
            passable = [target for kind, target in self._epsilon[number] if kind in ("", "^")]
            for target in [*(target for chars, target in edges if not readable.isdisjoint(chars)), *passable]:
                before.setdefault(target, []).append(number)
        found, todo = {self._final}, [self._final]
        while todo:
            further = [number for number in before.get(todo.pop(), ()) if number not in found]
            found.update(further)
            todo += further
        return frozenset(found)

    def search(self, units: int) -> None:
        """Take from what is not reserved. Raises :class:`TooComplex` once that is used up."""
        self._budget.search(units)

    def accepts(self, state: State) -> bool:
        """Whether a text that ends here (at its left end) contains the pattern."""
        known = self._accept_memo.get(state)
        if known is None:
            passable: tuple[str, ...] = ("", "^")
            if self._right in state:
                passable = ("", "^", "$", "Z")
            elif self._last in state:
                passable = ("", "^", "Z")
            self._budget.spend(len(state))
            known = self._final in self._close(set(state), passable)
            self._accept_memo[state] = known
        return known

    def least_after_anything(self) -> frozenset[State]:
        """States after any text at all, of which every other such state holds one.

        A state that holds another accepts all that the other accepts, so if these accept, all do. Most patterns have one.
        """
        self._budget.keep()
        least: list[State] = []
        todo = [self.start]
        alphabet = self.alphabet()
        while todo:
            state = todo.pop()
            if any(self._holds(state, other) for other in least):
                continue
            least = [state, *(other for other in least if not self._holds(other, state))]
            if len(least) > MAX_OPEN:
                raise TooComplex("the pattern has too many states for an open path")
            todo += [self.step(state, char) for char in alphabet]
        return frozenset(least)

    def _holds(self, state: State, other: State) -> bool:
        return other <= state or self._final in state

    def all_after_anything(self) -> frozenset[State]:
        """States that together accept what any state after any text accepts: one for all texts but those whose end counts."""
        self._budget.keep()
        found, after_newline = set[int](), self.step(self.start, "\n")
        todo = [*self.start, *after_newline]
        while todo:
            edges = [edge for number in todo for edge in self._edges[number]]
            targets = {target for chars, target in edges if not chars.isdisjoint(ANY_CHARACTER)}
            reached = self._close(targets, ("",))
            self._budget.spend(len(todo) + len(edges) + len(reached))
            todo = list(reached - found)
            found |= reached
        if self._final in found or not self._sure.isdisjoint(found):
            found = {self._final}
        return frozenset((self.start, after_newline, frozenset(found)))


def literal(text: str, *, ignore_case: bool = False) -> Sequence:
    """The expression that is ``text`` itself."""
    return Sequence(tuple(Chars(fold(frozenset(char)) if ignore_case else frozenset(char)) for char in text))


def fold(chars: frozenset[str]) -> frozenset[str]:
    """The set with both cases of each ASCII letter in it."""
    return chars | {c.lower() for c in chars if c.isascii()} | {c.upper() for c in chars if c.isascii()}


def size(expression: Expression) -> int:
    """Number of NFA states that the expression needs, roughly; saturates so that nested intervals stay cheap to measure."""
    match expression:
        case Sequence(items) | Choice(items):
            total = 1 + sum(size(item) for item in items)
        case Repeat(item, least, most):
            total = 2 + size(item) * max(least, most or 1, 1)
        case _:
            total = 1
    return min(total, 10 * MAX_NFA)


def characters(expression: Expression) -> Iterator[frozenset[str]]:
    """Every character set in the expression."""
    match expression:
        case Chars(chars):
            yield chars
        case Sequence(items) | Choice(items):
            for item in items:
                yield from characters(item)
        case Repeat(item, _, _):
            yield from characters(item)
