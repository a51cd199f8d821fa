"""Patterns over host names: what of the text that a product compares is the host, and what stands around it."""

from collections.abc import Iterator

from allowlint.model.automaton import Anchor, Automaton, Chars, Expression, Repeat, State

HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


class Regular:
    """A regular set of host names: the names whose text, put into a frame, contains a pattern.

    The frame is what a product compares besides the name: ``head`` stands before it (``http://``), ``tail`` after it
    (``:443``, ``/path``). With ``open_tail`` any characters may follow the tail (a path of which only the prefix is
    known); then ``every`` decides whether all such texts must match or one is enough.
    """

    __slots__ = ("_accepted", "_automaton", "_frame", "_head", "_readable", "every", "frame", "start", "text")

    def __init__(
        self,
        automaton: Automaton,
        *,
        text: str = "",
        head: str = "",
        tail: str = "",
        open_tail: bool = False,
        every: bool = False,
    ) -> None:
        self.text = text
        self._accepted: dict[frozenset[State], bool] = {}
        self._automaton = automaton
        self._head = head[::-1]
        self._frame = f"{tail} {open_tail}"
        self.frame = (head, tail, open_tail, every)
        self._readable = HOST_CHARACTERS | set(head)
        if not open_tail:
            states = frozenset((automaton.start,))
        else:
            states = automaton.least_after_anything() if every else automaton.all_after_anything()
        for char in reversed(tail):
            states = self.step(states, char)
        self.start = states
        # Where one state stands for all that may follow, all of them match if one does.
        self.every = every or len(states) == 1

    def __eq__(self, other: object) -> bool:
        """Whether both read alike: what may follow the name often makes no difference."""
        return isinstance(other, Regular) and self._known() == other._known()

    def __hash__(self) -> int:
        return hash(self._known())

    def _known(self) -> tuple[object, ...]:
        return id(self._automaton), self._head, self.every, self.start

    @property
    def expression(self) -> Expression:
        """The pattern itself."""
        return self._automaton.expression

    @property
    def spelled(self) -> str:
        """The pattern with all that tells it from another one of the same text, the same in every run."""
        from hashlib import sha256

        told = "\x1f".join((*_tokens(self._automaton.expression), self._head, str(self.every), self._frame))
        return f"{self.text} ({sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:8]})"

    def kind(self, char: str) -> tuple[int, ...]:
        """The kind of a character: all characters of a kind lead from each state to the same one."""
        return self._automaton.kind(char)

    @property
    def answers(self) -> dict[object, str | None]:
        """Searches that were made with the pattern, for whoever makes them."""
        return self._automaton.answers

    def step(self, states: frozenset[State], char: str) -> frozenset[State]:
        """Read one more character of the name, going left."""
        step = self._automaton.step
        return frozenset([step(state, char) for state in states])

    def settled(self, states: frozenset[State]) -> bool | None:
        """Whether every name that goes on to the left from here is in the set, or none is; None where it depends."""
        answers = {self._automaton.settled(state, self._readable) for state in states}
        deciding = not self.every
        return deciding if deciding in answers else None if None in answers else not deciding

    def search(self, units: int) -> None:
        """Take from the budget of the pattern: walking several at once is work even where each of them has been there."""
        self._automaton.search(units)

    def accepts(self, states: frozenset[State]) -> bool:
        """Whether the name may begin here."""
        known = self._accepted.get(states)
        if known is None:
            known = self._accepted[states] = self._accepts(states)
        return known

    def _accepts(self, states: frozenset[State]) -> bool:
        for char in self._head:
            states = self.step(states, char)
        accepted = [self._automaton.accepts(state) for state in states]
        return all(accepted) if self.every else any(accepted)

    def matches(self, host: str) -> bool:
        """Whether ``host`` is in the set."""
        states = self.start
        for char in reversed(host):
            states = self.step(states, char)
        return self.accepts(states)


def _tokens(expression: Expression) -> Iterator[str]:
    """Yield what an expression is made of. Patterns may be nested deeper than Python calls itself."""
    todo: list[Expression | str] = [expression]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, Chars):
            yield "".join(sorted(part.chars))
        elif isinstance(part, Anchor):
            yield f"$ {part}"
        elif isinstance(part, Repeat):
            yield f"{part.least} to {part.most}"
            todo.append(part.item)
        else:
            yield type(part).__name__
            todo += [")", *reversed(part.items)]
