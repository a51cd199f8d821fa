"""Operations on PAC scripts.

A script only chooses the way, so the laws are about ways:

* The gate is `routing`: satisfied is straight to the server. To let something through is `if (...) return "DIRECT"`, to stop
  something is to return a proxy.
* A deny-all in first place is a first statement that returns: a black hole (`PROXY 127.0.0.1:9`) blocks; a proxy at which
  nobody answers (`PROXY 192.0.2.1:9`) leaves nothing direct, and, on a path, which does not declare it, nothing allowed;
  `null`, an empty text, a misspelt way or an exception leave what clients do, so nothing allowed is sure.
* An unrelated rule asks for a foreign name and returns anything, or ends with an error: nobody else gets there.
* Order means nothing between functions, between variables with plain texts, between conditions of PAC joined by one
  operator, and between rules that return the same.
* To delete is to take away a line, which often leaves no script, or a statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from random import Random

from tree_sitter import Node

from allowlint.model.device import Stage
from tests.metamorphic.operations import FOREIGN, UNDECLARED, Doubt, Edit, Force, Generated, Operations
from tests.metamorphic.platforms.pac.layout import layouts, renamings
from tests.metamorphic.platforms.pac.source import Source, is_pure, read, statements, tokens, usable, walk
from tests.metamorphic.platforms.pac.words import unknown_words
from tests.oracle.pac_generator import generate

SEEDS = (70_000, 70_002, 70_004, 70_005, 70_007, 70_009, 70_011, 70_014, 70_015)
"""Of scripts that are judged in a fifth of a second. Near the bound of the work that is allowed, an edit that means nothing
may go beyond it, and the answer is unknown."""
NOBODY = "192.0.2.1:9"
"""A proxy at an address that is for documents only."""
_PROXY = re.compile(r"\b(?:PROXY|HTTP)\s+([\w.-]+:\d+)")
_PLAIN = ("string", "number", "array", "true", "false")


def unrelated(text: str, _random: Random) -> Iterator[Edit]:
    """A rule about a foreign name in front of any statement of the function."""
    source = read(text)
    host = source.host()
    conditions = (
        f'dnsDomainIs({host}, ".{FOREIGN}")',
        f'{host} == "www.{FOREIGN}"',
        f'shExpMatch({host}, "*.{FOREIGN}")',
        f"/[.]{FOREIGN}$/.test({host})",
        f'{host}.substring({host}.length - {len(FOREIGN)}) == "{FOREIGN}"',
    )
    endings = (
        'return "DIRECT"',
        f'return "PROXY {FOREIGN}:3128"',
        'return "PROXY 127.0.0.1:9"',
        "return null",
        "throw 1",
    )
    offsets = [node.start_byte for node in source.body()] if not source.root.has_error else [source.top()]
    for offset in offsets:
        for condition in conditions:
            for ending in endings:
                rule = f"if ({condition}) {ending};"
                yield Edit(source.inserted(offset, rule), f"{rule} at {offset}")


def _rules(source: Source) -> list[Node]:
    """The statements `if (...) return ...;` that are understood and have no `else`."""
    return [] if source.root.has_error else [node for node in source.body() if _returned(node) is not None]


def _returned(node: Node) -> Node | None:
    """What a rule returns, where that is a text."""
    if node.type != "if_statement" or node.child_by_field_name("alternative") is not None:
        return None
    then = node.child_by_field_name("consequence")
    inner = statements(then) if then is not None and then.type == "statement_block" else [then]
    if len(inner) != 1 or inner[0] is None or inner[0].type != "return_statement":
        return None
    value = inner[0].named_children
    return value[0] if len(value) == 1 and value[0].type == "string" else None


def _condition(node: Node) -> Node:
    found = node.child_by_field_name("condition")
    assert found is not None, "an if without a condition is no script"
    return found


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """Functions, plain variables, conditions joined by one operator, rules one behind the other that return the same."""
    source = read(text)
    if source.root.has_error:
        return
    top = statements(source.root)
    functions = [node for node in top if node.type == "function_declaration"]
    if len(functions) < len(top):
        others = [(node, "") for node in functions]
        yield Edit(source.replaced(others) + "\n" + _joined(source, functions), "functions last")
        yield Edit(_joined(source, functions) + "\n" + source.replaced(others), "functions first")
    for what, kind in (("functions", _is_function), ("plain variables", _is_plain)):
        yield from _mixed(source, [node for node in top if kind(node)], what, random)
    for node in walk(source.root):
        if node.type == "binary_expression" and _operator(node) in ("&&", "||") and is_pure(source, node):
            operands = [node.named_children[0], node.named_children[1]]
            yield Edit(_exchanged(source, operands, operands[::-1]), f"operands in line {source.line(node)} exchanged")
    yield from _rules_mixed(source, random)


def _rules_mixed(source: Source, random: Random) -> Iterator[Edit]:
    def returned(node: Node) -> str:
        value = _returned(node)
        return source.of(value) if value is not None and is_pure(source, _condition(node)) else ""

    for what, run in groupby(source.body(), returned):
        if what:
            yield from _mixed(source, list(run), f"rules that return {what}", random)


def _mixed(source: Source, nodes: list[Node], what: str, random: Random) -> Iterator[Edit]:
    if len(nodes) > 1:
        other = random.sample(nodes, len(nodes))
        yield Edit(_exchanged(source, nodes, other), f"{what} from line {source.line(nodes[0])} mixed")


def _exchanged(source: Source, nodes: Sequence[Node], others: Sequence[Node]) -> str:
    return source.replaced([(node, source.of(other)) for node, other in zip(nodes, others, strict=True)])


def _joined(source: Source, nodes: Sequence[Node]) -> str:
    return "\n".join(source.of(node) for node in nodes)


def _is_function(node: Node) -> bool:
    return node.type == "function_declaration"


def _is_plain(node: Node) -> bool:
    """Whether it is a `var` that nothing has to come before."""
    if node.type != "variable_declaration":
        return False
    values = [part.child_by_field_name("value") for part in statements(node)]
    return all(value is not None and _is_literal(value) for value in values)


def _is_literal(node: Node) -> bool:
    return node.type in _PLAIN and all(_is_literal(child) for child in node.named_children if node.type == "array")


def _operator(node: Node) -> str:
    found = node.child_by_field_name("operator")
    return found.type if found is not None else ""


def duplicates(text: str, _random: Random) -> Iterator[Edit]:
    """An `if` or a `switch` twice; it changes nothing that it asks for."""
    source = read(text)
    for node in source.body() if not source.root.has_error else ():
        changing = ("assignment_expression", "update_expression", "augmented_assignment_expression")
        if node.type in ("if_statement", "switch_statement") and not any(n.type in changing for n in walk(node)):
            yield Edit(source.inserted(node.end_byte, source.of(node)), f"line {source.line(node)} twice")


def deletions(text: str, _random: Random) -> Iterator[Edit]:
    """A line is gone, or a statement."""
    source = read(text)
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.strip():
            yield Edit("\n".join(lines[:index] + lines[index + 1 :]), f"without line {index + 1}: {line}")
    for node in walk(source.root):
        parent = node.parent
        if parent is not None and parent.type in ("program", "statement_block") and node.is_named:
            yield Edit(source.replaced([(node, "")]), f"without `{source.of(node)[:80]}`")


def fewer_allows(text: str, _random: Random) -> Iterator[Edit]:
    """A rule is gone that sends something straight to the server."""
    yield from _fewer(text, lambda way: way.startswith("DIRECT"))


def fewer_denies(text: str, _random: Random) -> Iterator[Edit]:
    """A rule is gone that sends something to a proxy."""
    yield from _fewer(text, lambda way: way.startswith("PROXY"))


def _fewer(text: str, wanted: Callable[[str], bool]) -> Iterator[Edit]:
    source = read(text)
    for node in _rules(source):
        value = _returned(node)
        if value is not None and wanted(source.of(value)[1:]) and is_pure(source, _condition(node)):
            yield Edit(source.replaced([(node, "")]), f"without {source.of(node)}")


def doubts(text: str, random: Random) -> Iterator[Doubt]:
    """A rule behind a condition that always holds, that never does, or that asks for what no script tells."""
    source = read(text)
    unknown = ("timeRange(0, 11)", 'isResolvable("doubtful.invalid")', '!weekdayRange("MON", "THU")')
    for node in _rules(source):

        def behind(term: str, node: Node = node) -> Edit:
            condition = f"({term} && {source.of(_condition(node))})"
            return Edit(source.replaced([(_condition(node), condition)]), f"line {source.line(node)}: {condition}")

        yield Doubt(behind("true"), behind("false"), behind(random.choice(unknown)))


def detours(text: str, _random: Random) -> Iterator[Edit]:
    """The first statement sends everything to a proxy that nobody declares, with and without something behind it."""
    for way in (f"PROXY {UNDECLARED}", f"PROXY {UNDECLARED}; DIRECT", f"PROXY {UNDECLARED}; PROXY {NOBODY}"):
        yield Edit(_first(f'return "{way}";')(text), f"everything goes to {way}")


def _first(statement: str) -> Callable[[str], str]:
    """The script with another first statement of its function."""

    def edit(text: str) -> str:
        source = read(text)
        return source.inserted(source.top(), statement)

    return edit


def _force(stage: Stage, statement: str, *, on_path: bool | None = None) -> Force:
    return Force(stage, f"{statement} in first place", _first(statement), on_path)


def proxies(text: str) -> list[str]:
    """The proxies in the script's texts."""
    source = read(text)
    return [found.lower() for token in tokens(source.root) for found in _PROXY.findall(source.of(token))]


def _generated(count: int) -> Iterator[Generated]:
    for seed in SEEDS[:count]:
        yield Generated(f"seed-{seed}", "proxy.pac", {"proxy.pac": generate(seed).script.encode()})


OPERATIONS = Operations(
    platform="pac",
    names=("*.pac", "wpad.dat"),
    usable=usable,
    generated=_generated,
    forces=(
        _force(Stage.ACCESS, 'return "PROXY 127.0.0.1:9";'),
        _force(Stage.ROUTING, f'return "PROXY {NOBODY}";'),
        _force(Stage.ACCESS, f'return "PROXY {NOBODY}";', on_path=True),
        *(
            _force(stage, statement)
            for statement in ("return null;", 'return "";', 'return "DIRCET";', "throw 1;", "return;")
            for stage in (Stage.ACCESS, Stage.ROUTING)
        ),
    ),
    unrelated=unrelated,
    layouts=layouts,
    shuffles=shuffles,
    renamings=renamings,
    duplicates=duplicates,
    unknown_words=unknown_words,
    deletions=deletions,
    fewer_allows=fewer_allows,
    fewer_denies=fewer_denies,
    doubts=doubts,
    gate=Stage.ROUTING,
    detours=detours,
    proxies=proxies,
    # Each one is run in a process of its own as well, which takes a twentieth of a second.
    cases=8,
    edits=1,
)
