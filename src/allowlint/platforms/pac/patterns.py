"""Languages of whole texts: what globs and regular expressions of JavaScript match, and what of a text a cut of it tells.

A language is an expression of :mod:`allowlint.model.automaton` without anchors, for the whole of a text. A script often looks
at a part of the host (``host.substring(4)``, ``host.split(".")[0]``): the language of the part is turned into the language
of the whole, which is always regular.
"""

from collections.abc import Callable, Iterator

from allowlint.model.automaton import (
    ANY_CHARACTER,
    Anchor,
    Chars,
    Choice,
    Expression,
    Repeat,
    Sequence,
    TooComplex,
    fold,
    literal,
)

ANY = Chars(ANY_CHARACTER)
ANYTHING = Repeat(ANY, 0, None)
NOTHING = Chars(frozenset())
EMPTY = Sequence(())
MAX_WORDS = 20_000
"""Literals that are looked at one by one."""


def sequence(*items: Expression) -> Expression:
    """One expression after another, flattened."""
    flat: list[Expression] = []
    for item in items:
        if isinstance(item, Sequence):
            flat += item.items
        else:
            flat.append(item)
    return NOTHING if NOTHING in flat else flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def choice(*items: Expression) -> Expression:
    """Any of the expressions, flattened."""
    flat: list[Expression] = []
    for item in items:
        flat += item.items if isinstance(item, Choice) else (item,)
    kept = [item for item in flat if item != NOTHING]
    return NOTHING if not kept else kept[0] if len(kept) == 1 else Choice(tuple(kept))


def word(text: str) -> Expression:
    """Exactly this text."""
    return sequence(literal(text))


def glob(pattern: str) -> Expression:
    """``*`` for anything and ``?`` for one character; everything else is itself."""
    return sequence(*(ANYTHING if char == "*" else ANY if char == "?" else Chars(frozenset(char)) for char in pattern))


def at_least(count: int, most: int | None = None) -> Expression:
    """So many characters, whatever they are."""
    return Repeat(ANY, count, most)


def nullable(node: Expression) -> bool:
    """Whether the empty text belongs to it."""
    match node:
        case Sequence(items):
            return all(nullable(item) for item in items)
        case Choice(items):
            return any(nullable(item) for item in items)
        case Repeat(item, least, _):
            return least == 0 or nullable(item)
    return False


def anchored(node: Expression) -> bool:
    """Whether an anchor stands in it."""
    match node:
        case Anchor():
            return True
        case Sequence(items) | Choice(items):
            return any(anchored(item) for item in items)
        case Repeat(item, _, _):
            return anchored(item)
    return False


MAX_SPREAD = 5_000
"""Branches of a language that are looked at one by one."""
MAX_ITEMS = 200_000
"""Items of all branches together."""


def whole(node: Expression) -> Expression | None:
    """The language of the texts in which an expression is found; None where an anchor stands inside of it."""
    found: list[Expression] = []
    for items in _alternatives(node, anchored):
        if items is None:
            return None
        inner = items
        while inner and inner[0] == Anchor(False):
            inner = inner[1:]
        while inner and inner[-1] == Anchor(True):
            inner = inner[:-1]
        before = () if items[:1] == (Anchor(False),) else (ANYTHING,)
        after = () if items[-1:] == (Anchor(True),) else (ANYTHING,)
        if any(anchored(item) for item in inner):
            return None
        found.append(sequence(*before, *inner, *after))
    return choice(*found)


def branches(node: Expression) -> Iterator[Expression]:
    """The language in branches, with what is optional or a choice at either end spread out while that makes few."""
    for items in _alternatives(node, lambda _: True):
        if items is None:
            break
        yield sequence(*items) if items else EMPTY
    else:
        return
    yield from node.items if isinstance(node, Choice) else (node,)


def _alternatives(node: Expression, spread: Callable[[Expression], bool]) -> Iterator[tuple[Expression, ...] | None]:
    """Yield the items of each branch once choices are spread out; None, and nothing more, where there are too many."""
    found: list[tuple[Expression, ...]] = [()]
    alike: list[Expression] = []
    """What comes next in every branch."""
    for item in _flat(node):
        options = _options(item) if spread(item) else None
        if options is None:
            alike.append(item)
            continue
        ends = [ending for option in options for ending in _alternatives(option, spread)]
        if None in ends or len(found) * len(ends) > MAX_SPREAD:
            yield None
            return
        found = [(*items, *alike, *ending) for items in found for ending in ends if ending is not None]
        alike = []
        if sum(map(len, found)) > MAX_ITEMS:
            yield None
            return
    if len(found) * len(alike) > MAX_ITEMS:
        yield None
        return
    yield from ((*items, *alike) for items in found)


def _flat(node: Expression) -> tuple[Expression, ...]:
    return tuple(inner for item in node.items for inner in _flat(item)) if isinstance(node, Sequence) else (node,)


def _options(node: Expression) -> tuple[Expression, ...] | None:
    match node:
        case Choice(items):
            return items
        case Repeat(item, 0, 1):
            return (EMPTY, item)
    return None


def mapped(node: Expression, change: "dict[str, frozenset[str]]") -> Expression:
    """Every character replaced by the characters that a function takes to it."""
    match node:
        case Chars(chars):
            return Chars(frozenset().union(*(change.get(char, frozenset(char)) for char in chars)))
        case Sequence(items):
            return sequence(*(mapped(item, change) for item in items))
        case Choice(items):
            return choice(*(mapped(item, change) for item in items))
        case Repeat(item, least, most):
            return _repeat(mapped(item, change), least, most)
    return node


def _repeat(item: Expression, least: int, most: int | None) -> Expression:
    if item == NOTHING:
        return EMPTY if least == 0 else NOTHING
    return Repeat(item, least, most)


def before_case(*, lower: bool) -> "dict[str, frozenset[str]]":
    """For each character, those that ``toLowerCase`` (or ``toUpperCase``) takes to it; ASCII, which is all that URLs have."""
    found: dict[str, frozenset[str]] = {}
    for code in range(65, 91):
        upper, small = chr(code), chr(code + 32)
        both = frozenset((upper, small))
        found[small], found[upper] = (both, frozenset()) if lower else (frozenset(), both)
    return found


def without(node: Expression, char: str) -> Expression:
    """The members in which a character does not occur."""
    return mapped(node, {char: frozenset()})


def words(node: Expression) -> list[str] | None:
    """All members, where they are few; None where they are many or endless."""
    found: list[str] = []
    for text in _words(node):
        if text is None or len(found) > MAX_WORDS:
            return None
        found.append(text)
    return found


def _words(node: Expression) -> Iterator[str | None]:
    match node:
        case Chars(chars):
            yield from sorted(chars) if len(chars) <= 4 else (None,)
        case Choice(items):
            for item in items:
                yield from _words(item)
        case Sequence(items):
            yield from _products(items)
        case _:
            yield None


def _products(items: tuple[Expression, ...]) -> Iterator[str | None]:
    found = [""]
    for item in items:
        following: list[str] = []
        for text in _words(item):
            if text is None or len(following) > 1000:
                yield None
                return
            following += [start + text for start in found]
        found = following
    yield from found


def derivative(node: Expression, char: str) -> Expression:
    """What may follow a first character (the derivative of Brzozowski)."""
    match node:
        case Chars(chars):
            return EMPTY if char in chars else NOTHING
        case Choice(items):
            return choice(*(derivative(item, char) for item in items))
        case Sequence(items):
            return _of_sequence(items, char)
        case Repeat(item, least, most):
            if most == 0:
                return NOTHING
            rest = Repeat(item, max(least - 1, 0), None if most is None else most - 1)
            return sequence(derivative(item, char), rest)
    raise TooComplex("an anchor inside of a text that is put together")


def _of_sequence(items: tuple[Expression, ...], char: str) -> Expression:
    found: list[Expression] = []
    for index, item in enumerate(items):
        found.append(sequence(derivative(item, char), *items[index + 1 :]))
        if not nullable(item):
            break
    return choice(*found)


def turned(node: Expression) -> Expression:
    """The members read backwards."""
    match node:
        case Sequence(items):
            return sequence(*(turned(item) for item in reversed(items)))
        case Choice(items):
            return choice(*(turned(item) for item in items))
        case Repeat(item, least, most):
            return Repeat(turned(item), least, most)
    return node


def behind(node: Expression, start: str) -> Expression:
    """The texts that belong to the language once ``start`` is put before them."""
    for char in start:
        node = derivative(node, char)
    return node


def ahead(node: Expression, end: str) -> Expression:
    """The texts that belong to the language once ``end`` is put behind them."""
    return turned(behind(turned(node), end[::-1]))


def folded(node: Expression) -> Expression:
    """The language without regard to the case of letters that are written in capitals."""
    match node:
        case Chars(chars):
            small = {char.lower() for char in chars if "A" <= char <= "Z"}
            return node if small <= chars else Chars(fold(chars))
        case Sequence(items):
            return _kept(node, items, tuple(folded(item) for item in items), Sequence)
        case Choice(items):
            return _kept(node, items, tuple(folded(item) for item in items), Choice)
        case Repeat(item, least, most):
            inner = folded(item)
            return node if inner is item else Repeat(inner, least, most)
    return node


def _kept(node: Expression, old: tuple[Expression, ...], new: tuple[Expression, ...], kind: type) -> Expression:
    return node if all(a is b for a, b in zip(old, new, strict=True)) else kind(new)


def literal_of(items: tuple[Expression, ...]) -> str | None:
    """The text that single characters come to; None where there is more to them."""
    if not all(isinstance(item, Chars) and len(item.chars) == 1 for item in items):
        return None
    return "".join(next(iter(item.chars)) for item in items if isinstance(item, Chars))


def plain(language: Expression) -> tuple[bool, str] | None:
    """Whether anything may stand in front, and the text that follows; None where there is more to it."""
    items = language.items if isinstance(language, Sequence) else (language,)
    open_start = bool(items) and items[0] == ANYTHING
    text = literal_of(items[1:] if open_start else items)
    return None if text is None else (open_start, text)
