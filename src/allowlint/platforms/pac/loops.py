"""Tests and loops: what is known past a test, and rounds that are followed one after the other."""

from __future__ import annotations

from allowlint.model.condition import ALWAYS, NEVER, Always, Condition, Unmodelled, parts
from allowlint.platforms.pac.expressions import Expressions
from allowlint.platforms.pac.lists import in_order
from allowlint.platforms.pac.logic import negated
from allowlint.platforms.pac.machine import Exit, Exits, Kind, joined, merged
from allowlint.platforms.pac.script import asks_something, descendants
from allowlint.platforms.pac.values import (
    HOLE,
    UNDEFINED,
    Cases,
    Const,
    Items,
    Members,
    Ref,
    Value,
    cases,
    condition_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX_ROUNDS = 140
"""Rounds of a loop whose end depends on the request; a host has at most 127 labels."""
MAX_UNTOLD = 4
"""Rounds of a loop whose end cannot be told: what a further round does is not known either."""


class Loops(Expressions):
    """A machine that follows loops."""

    def run(self, node: Node) -> Exits:
        """Follow a statement; see the statements."""
        raise NotImplementedError

    def gone_astray(self, node: Node, what: str = "") -> Exits:
        """A statement that is not modelled: what follows it is not known."""
        value = self.unsupported(node, what)
        way = Exit(Kind.UNKNOWN, self.variables or {}, value, self.place(node), value.reason)
        self.pending, self.variables = [], None
        return [(ALWAYS, way)]

    def settled(self) -> Exits:
        """The ways out that the expression had."""
        found = self.taken()
        # Whatever stands behind a way that is taken for sure is never reached.
        end = next((index for index, (condition, _) in enumerate(found) if condition is ALWAYS), None)
        if end is not None:
            self.variables = None
            return found[: end + 1]
        return found

    def known_past(self, test: Node) -> None:
        """Past a test that leads away, forget the values of a variable for which it surely does."""
        names = {self.script.source(node) for node in descendants(test) if node.type == "identifier"}
        found = {name: value for name in names if isinstance(value := self.lookup(name), Cases)}
        if len(found) != 1 or self.acts(test):
            return
        ((name, value),) = found.items()
        before, variable = self.variables or {}, (self.scope_of(name) or 0, name)
        kept = []
        for condition, leaf in value.cases:
            self.variables = {**before, variable: leaf}
            holds = self.tested(test)
            if not sure(holds) or self.taken():
                kept.append((condition, leaf))
        self.variables = before
        if kept and len(kept) < len(value.cases):
            # What falls to a value that is gone is gone too.
            self.variables = {**before, variable: cases([*kept[:-1], (ALWAYS, kept[-1][1])])}

    def tested(self, node: Node | None) -> Condition:
        """Whether a test holds."""
        return condition_of(self.truth(self.evaluate(node), node)) if node is not None else NEVER

    def loop(self, parts: tuple[Node | None, Node | None, Node], *, test_first: bool = True) -> Exits:
        """``for``, ``while`` and ``do``: (test, update, body)."""
        test, update, body = parts
        found: Exits = []
        rounds, untold, first = 0, 0, not test_first
        while self.going():
            if not first:
                stops = self._stopped(test)
                untold += any(map(_untold, (condition for condition, _ in stops)))
                # A list that is gone through has an end; a loop whose end depends on the request may have none.
                rounds += bool(stops) or test is None or test.type in ("empty_statement", "true", "number")
                rounds += test is not None and test.type == "parenthesized_expression" and not asks_something(test)
                found += stops
                if not self.going():
                    break
            first = False
            found += self.round(body)
            if (rounds > MAX_ROUNDS or untold > MAX_UNTOLD) and self.going():
                why = "it goes round too often" if rounds > MAX_ROUNDS else "when it ends cannot be told"
                found += self.gone_astray(body.parent or body, why)
            if self.going() and update is not None:
                self.evaluate(update)
                found += self.settled()
        return self.left(found)

    def _stopped(self, test: Node | None) -> Exits:
        """Ask whether the loop goes on; the way out where it does not."""
        condition = self.tested(test) if test is not None and test.type != "empty_statement" else ALWAYS
        found = self.settled()
        if self.variables is None or (isinstance(condition, Always) and condition.holds):
            return found
        found.append((negated(condition), Exit(Kind.BREAK, self.variables)))
        if isinstance(condition, Always):
            self.variables = None
        return found

    def round(self, body: Node) -> Exits:
        """Follow the body of a loop once."""
        others, joins = joined(self.run(body), Kind.CONTINUE, self.variables)
        self.variables = merged([(condition, way.variables) for condition, way in joins]) if joins else None
        return others

    def left(self, found: Exits) -> Exits:
        """Go on behind a loop."""
        others, joins = joined(found, Kind.BREAK, self.variables)
        self.variables = merged([(condition, way.variables) for condition, way in joins]) if joins else None
        return others

    def elements(self, value: Value, *, keys: bool) -> list[Value] | None:
        """What is gone through by ``for ... in`` (``keys``) and ``for ... of``; None where it is not modelled."""
        content = self.content(value) if isinstance(value, Ref) else None
        if isinstance(content, Items):
            if keys:
                return [Const(str(index)) for index, item in enumerate(content.items) if item is not HOLE]
            return [UNDEFINED if item is HOLE else item for item in content.items]
        if isinstance(content, Members) and keys:
            return [Const(key) for key in in_order(content.members)]
        return None


def sure(condition: Condition) -> bool:
    """Whether a condition always holds."""
    return isinstance(condition, Always) and condition.holds


def _untold(condition: Condition) -> bool:
    """Whether a condition asks for something that cannot be told."""
    return any(isinstance(part, Unmodelled) for part in parts(condition))
