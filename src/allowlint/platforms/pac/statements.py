"""Follows the statements of a script.

Each is followed once for all requests: an ``if`` that depends on the request is followed both ways, and where the ways come
together a variable has several values by a decision list. So the work grows with the script and not with the number of ways
through it.
"""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.automaton import TooComplex
from allowlint.model.condition import ALWAYS, Always, Condition
from allowlint.platforms.pac.logic import all_of, any_of, negated
from allowlint.platforms.pac.loops import Loops, sure
from allowlint.platforms.pac.machine import MAX_DEPTH, Exit, Exits, Kind, Variables, merged
from allowlint.platforms.pac.script import arm_body, begins_lexical, children, holds_functions
from allowlint.platforms.pac.values import (
    UNDEFINED,
    Function,
    Members,
    Ref,
    Value,
    condition_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


MAX_ARMS = 500
"""Labels of a switch: each is compared where none before it was the one."""


class Statements(Loops):
    """A machine that follows statements."""

    def run(self, node: Node) -> Exits:
        """Follow a statement: the ways out of it, in order; ``variables`` are those of the way through."""
        if self.depth > MAX_DEPTH:
            return self.gone_astray(node, "nested too deep")
        self.depth += 1
        try:
            self.tick()
            handler = _HANDLERS.get(node.type)
            return handler(self, node) if handler else self.gone_astray(node)
        except TooComplex as error:
            return self.gone_astray(node, str(error))
        finally:
            self.depth -= 1

    def block(self, statements: list[Node]) -> Exits:
        """Follow statements one after another."""
        self._hoist(statements)
        found: Exits = []
        for statement in statements:
            if not self.going():
                break
            found += self.run(statement)
        return found

    def _hoist(self, statements: list[Node]) -> None:
        for node in statements:
            if node.type == "function_declaration":
                name = node.child_by_field_name("name")
                if name is not None:
                    self.declare(self.script.source(name), Function(node, self.scopes))

    def _braces(self, node: Node) -> Exits:
        inner = children(node)
        if not any(child.type in ("lexical_declaration", "class_declaration") for child in inner):
            return self.block(inner)
        outside = self.scopes
        self.scopes = (*outside, self.number())
        try:
            return self.block(inner)
        finally:
            self.scopes = outside

    def _expression(self, node: Node) -> Exits:
        self.evaluate(children(node)[0])
        return self.settled()

    def _declaration(self, node: Node) -> Exits:
        found: Exits = []
        for part in children(node):
            name, value = part.child_by_field_name("name"), part.child_by_field_name("value")
            if name is None or name.type != "identifier":
                return [*found, *self.gone_astray(node)]
            text = self.script.source(name)
            if value is not None:
                result = self.evaluate(value)
                found += self.settled()
                if not self.going():
                    return found
                if node.type == "lexical_declaration":
                    self.declare(text, result, constant=is_constant(node))
                else:
                    self.declare_var(text, result)
            elif node.type == "lexical_declaration" or self.floor == 0:
                self.declare(text, UNDEFINED)
        return found

    def lexical(self, name: str) -> bool:
        """Whether ``let`` or ``const`` make a name at the outside."""
        for node in children(self.script.root):
            if node.type in ("lexical_declaration", "class_declaration"):
                names = [part.child_by_field_name("name") for part in (node, *children(node))]
                if any(found is not None and self.script.source(found) == name for found in names):
                    return True
        return False

    def _return(self, node: Node) -> Exits:
        inner = children(node)
        value: Value = self.evaluate(inner[0]) if inner else UNDEFINED
        found = self.taken()
        way = Exit(Kind.RETURN, self.variables or {}, value, self.place(node), self._ruled(node))
        self.variables = None
        return [*found, (ALWAYS, way)]

    def _ruled(self, node: Node) -> str:
        """A return with the question above it, as one line."""
        shown = self.script.shown(node, 60)
        above = node.parent
        if above is not None and above.type == "statement_block":
            above = above.parent
        if above is not None and above.type == "if_statement" and node.start_byte > above.start_byte:
            test = above.child_by_field_name("condition")
            return f"if {self.script.shown(test, 70)} {shown}" if test is not None else shown
        return shown

    def _throw(self, node: Node) -> Exits:
        self.evaluate(children(node)[0])
        found = self.taken()
        way = Exit(Kind.THROW, self.variables or {}, UNDEFINED, self.place(node), self.script.shown(node, 60))
        self.variables = None
        return [*found, (ALWAYS, way)]

    def _jump(self, node: Node) -> Exits:
        if children(node):
            return self.gone_astray(node, "a label")
        kind = Kind.BREAK if node.type == "break_statement" else Kind.CONTINUE
        way = Exit(kind, self.variables or {})
        self.variables = None
        return [(ALWAYS, way)]

    def _if(self, node: Node) -> Exits:
        """A chain of ``else if`` is followed in one go, because it may have hundreds of links."""
        found: Exits = []
        gone: list[Condition] = []
        joins: list[tuple[Condition, Variables]] = []
        branch: Node | None = node
        while branch is not None and branch.type == "if_statement":
            test = branch.child_by_field_name("condition")
            condition = self.tested(test)
            found += _guarded(gone, self.taken())
            before = self.variables
            if before is None:
                break
            gone = self._branch(condition, branch.child_by_field_name("consequence"), (found, gone, joins))
            left = self.variables is None
            self.variables = before
            if sure(condition):
                self.variables = None
            elif left and test is not None:
                self.known_past(test)
            following = branch.child_by_field_name("alternative")
            branch = children(following)[0] if following is not None and self.variables is not None else None
        if branch is not None and self.going():
            found += _guarded(gone, self.run(branch))
        self._come_together(joins)
        return found

    def _branch(
        self,
        condition: Condition,
        body: Node | None,
        lists: tuple[Exits, list[Condition], list[tuple[Condition, Variables]]],
    ) -> list[Condition]:
        """Follow one branch. What goes through it is no longer there for the ways out that stand below."""
        found, gone, joins = lists
        if body is None or (isinstance(condition, Always) and not condition.holds):
            return gone
        for inner, way in self.run(body):
            found.append((all_of(*gone, condition, inner), way))
        if self.variables is None:
            return gone
        joins.append((condition, self.variables))
        return [*gone, negated(condition)]

    def _come_together(self, joins: list[tuple[Condition, Variables]]) -> None:
        if self.variables is not None:
            joins.append((ALWAYS, self.variables))
        if joins:
            joins[-1] = (ALWAYS, joins[-1][1])
            self.variables = merged(joins)

    def _for(self, node: Node) -> Exits:
        outside = self.scopes
        if begins_lexical(node) and holds_functions(node):
            # Each round has variables of its own, which its functions keep.
            return self.gone_astray(node, "functions in a loop with `let`")
        self.scopes = (*outside, self.number()) if begins_lexical(node) else outside
        start, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        body = node.child_by_field_name("body")
        try:
            found = self._started(start)
            if self.variables is None or body is None:
                return found
            inner = children(test)[0] if test is not None and test.type == "expression_statement" else test
            return [*found, *self.loop((inner, node.child_by_field_name("increment"), body))]
        finally:
            self.scopes = outside

    def _started(self, start: Node | None) -> Exits:
        if start is None or start.type == "empty_statement":
            return []
        if start.type.endswith(("declaration", "statement")):
            return self.run(start)
        self.evaluate(start)
        return self.settled()

    def _while(self, node: Node) -> Exits:
        body = node.child_by_field_name("body")
        return self.loop((node.child_by_field_name("condition"), None, body)) if body is not None else []

    def _do(self, node: Node) -> Exits:
        body = node.child_by_field_name("body")
        test = node.child_by_field_name("condition")
        return self.loop((test, None, body), test_first=False) if body is not None else []

    def _for_each(self, node: Node) -> Exits:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        body, operator = node.child_by_field_name("body"), node.child_by_field_name("operator")
        if left is None or right is None or body is None or left.type != "identifier":
            return self.gone_astray(node)
        value = self.evaluate(right)
        found = self.settled()
        if not self.going():
            return found
        values = self.elements(value, keys=operator is None or self.script.source(operator) == "in")
        if values is None:
            return [*found, *self.gone_astray(node)]
        kind = node.child_by_field_name("kind")
        word = self.script.source(kind) if kind is not None else ""
        content = self.content(value) if isinstance(value, Ref) else None
        rounds: Exits = []
        outside = self.scopes
        for each in values:
            if not self.going():
                break
            if isinstance(value, Ref) and not alike(self.content(value), content):
                rounds += self.gone_astray(node, "what is gone through is changed meanwhile")
                break
            # Each round has a variable of its own.
            self.scopes = outside if word in ("", "var") else (*outside, self.number())
            try:
                self._given(word, self.script.source(left), each, node)
                rounds += self.settled()
                rounds += self.round(body) if self.going() else []
            finally:
                self.scopes = outside
        return [*found, *self.left(rounds)]

    def _given(self, word: str, name: str, value: Value, node: Node) -> None:
        """The variable of a loop, as the word before it makes it."""
        if word == "var":
            self.declare_var(name, value)
        elif word:
            self.declare(name, value, constant=word == "const")
        else:
            self.assign(name, value, node)

    def _switch(self, node: Node) -> Exits:
        test, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        if test is None or body is None:
            return self.gone_astray(node)
        value = self.evaluate(test)
        found = self.settled()
        arms = children(body)
        if not self.going():
            return found
        outside, self.scopes = self.scopes, (*self.scopes, self.number())
        try:
            return [*found, *self._arms(arms, value, node)]
        finally:
            self.scopes = outside

    def _arms(self, arms: list[Node], value: Value, node: Node) -> Exits:
        if len(arms) > MAX_ARMS:
            return self.gone_astray(node, f"a switch with more than {MAX_ARMS} labels")
        start = self.variables
        entries = self._entries(arms, value)
        if self.variables is not start:
            return self.gone_astray(node, "a label that changes something")
        found = self.taken()
        rounds: Exits = []
        gone: list[Condition] = []
        for position, condition in entries:
            self.variables = start
            for inner, way in self.block([s for arm in arms[position:] for s in arm_body(arm)]):
                rounds.append((all_of(*gone, condition, inner), way))
            if self.variables is not None:
                rounds.append((all_of(*gone, condition), Exit(Kind.BREAK, self.variables)))
            gone = [*gone, negated(condition)]
        self.variables = None if any(sure(condition) for _, condition in entries) else start
        return [*found, *self.left(rounds)]

    def _entries(self, arms: list[Node], value: Value) -> list[tuple[int, Condition]]:
        """Where the switch begins: (arm, condition), to be read in order; ``default`` comes last."""
        found: list[tuple[int, Condition]] = []
        last: int | None = None
        waiting: list[Condition] = []
        seen: list[Condition] = []
        for position, arm in enumerate(arms):
            label = arm.child_by_field_name("value")
            if label is None:
                last = position
                continue
            outside, self.pending = self.pending, []
            waiting.append(condition_of(self.equal(value, self.evaluate(label), arm)))
            # A label is evaluated where none before it was the one.
            self.pending = [*outside, *_guarded([negated(condition) for condition in seen], self.pending)]
            seen.append(waiting[-1])
            if arm_body(arm) or position + 1 == len(arms) or arms[position + 1].type == "switch_default":
                found.append((position, any_of(*waiting)))
                waiting = []
        return [*found, (last, ALWAYS)] if last is not None else found

    def _try(self, node: Node) -> Exits:
        body = node.child_by_field_name("body")
        if body is None or node.child_by_field_name("finalizer") is not None:
            return self.gone_astray(node)
        risks, pending = self.risks, self.pending
        found = self.run(body)
        if self.risks == risks and not any(way.kind is Kind.THROW for _, way in found):
            return found
        self.pending = pending
        return self.gone_astray(node, "an error that may be caught")

    def _nothing(self, _node: Node) -> Exits:
        return []

    def body_of(self, function: Node) -> Exits:
        """Follow the body of a function."""
        body = function.child_by_field_name("body")
        if body is None:
            return []
        if body.type == "statement_block":
            return self.block(children(body))
        value = self.evaluate(body)
        found = self.taken()
        way = Exit(Kind.RETURN, self.variables or {}, value, self.place(body), self.script.shown(body, 60))
        self.variables = None
        return [*found, (ALWAYS, way)]


def is_constant(node: Node) -> bool:
    """Whether a declaration begins with ``const``."""
    return any(child.type == "const" for child in node.children)


def alike(content: object, before: object) -> bool:
    """Whether a loop over the one goes on as over the other: what objects hold may change, but not what they have."""
    if isinstance(content, Members) and isinstance(before, Members):
        return list(content.members) == list(before.members)
    return content is before


def _guarded(gone: list[Condition], found: Exits) -> Exits:
    return [(all_of(*gone, condition), way) for condition, way in found] if gone else found


_HANDLERS: dict[str, Callable[[Statements, Node], Exits]] = {
    "statement_block": Statements._braces,
    "expression_statement": Statements._expression,
    "variable_declaration": Statements._declaration,
    "lexical_declaration": Statements._declaration,
    "return_statement": Statements._return,
    "throw_statement": Statements._throw,
    "break_statement": Statements._jump,
    "continue_statement": Statements._jump,
    "if_statement": Statements._if,
    "for_statement": Statements._for,
    "for_in_statement": Statements._for_each,
    "while_statement": Statements._while,
    "do_statement": Statements._do,
    "switch_statement": Statements._switch,
    "try_statement": Statements._try,
    "function_declaration": Statements._nothing,
    "empty_statement": Statements._nothing,
    "debugger_statement": Statements._nothing,
}
