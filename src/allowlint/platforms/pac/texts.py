"""Questions about texts: which condition says that a part of the host or of the URL belongs to a language.

Host names reach a script in lower case (browsers lower them; WinHTTP does unless it is told otherwise), so a pattern with
capital letters matches nothing in the code of Mozilla, which compares case; where ignoring case would matter, the answer
depends on the client.
"""

from __future__ import annotations

from collections.abc import Callable

from allowlint.model.addresses import AddressSet, parse_addresses
from allowlint.model.automaton import (
    ANY_CHARACTER,
    Anchor,
    Automaton,
    Budget,
    Chars,
    Choice,
    Expression,
    Repeat,
    Sequence,
    TooComplex,
    size,
)
from allowlint.model.condition import (
    ALWAYS,
    NEVER,
    ClientIn,
    Condition,
    Frame,
    HostIn,
    PortIn,
    TextMatches,
    Unmodelled,
    ViewIn,
)
from allowlint.model.condition import Expression as Written
from allowlint.model.flow import View
from allowlint.model.hosts import LABEL_CHARACTERS
from allowlint.model.location import Location
from allowlint.model.namelist import NameList
from allowlint.platforms.pac import patterns
from allowlint.platforms.pac.logic import all_of, any_of, negated
from allowlint.platforms.pac.patterns import ANY, ANYTHING, NOTHING, choice, sequence, word
from allowlint.platforms.pac.values import Base, Cut, Text

HOST_CHARACTERS = frozenset(LABEL_CHARACTERS + ".")
SOMETHING = patterns.at_least(1)
DOT = word(".")
WORK = 1_000_000
"""Steps that all comparisons of one script may take; public scripts of hundreds of lines need a tenth."""
_HOST = {view: Frame() for view in View}
_SCHEMES = {View.PLAIN: "http://", View.TUNNEL: "https://", View.DECRYPTED: "https://"}
_SHORT = {view: Frame(scheme, "", path=True) for view, scheme in _SCHEMES.items()}
_LONG = {view: Frame(scheme, ":{port}", path=True) for view, scheme in _SCHEMES.items()}
USUAL = any_of(
    all_of(ViewIn(frozenset((View.PLAIN,))), PortIn(((80, 80),))),
    all_of(ViewIn(frozenset((View.TUNNEL, View.DECRYPTED))), PortIn(((443, 443),))),
)
"""Ports that a URL does not spell out.

Browsers give scripts the URL as they serialize it, in which the usual port never stands (url.spec.whatwg.org, "port state": the
default port becomes null; Firefox: netwerk/test/unit/test_standardurl_port.js). What callers of WinHTTP write is not documented.
"""


class Unsupported(Exception):
    """The question is not modelled; the message completes "it depends on ..."."""


class Asker:
    """Makes conditions of questions about texts, one for each question however often it is asked."""

    def __init__(self, path: str, old_engine: Callable[[], bool] = lambda: False) -> None:
        self.old_engine = old_engine
        self.budget = Budget(WORK)
        self.place = Location(path, 1)
        self._known: dict[tuple[object, ...], Condition] = {}

    def whole(self, text: Text, language: Expression, shown: str, location: Location) -> Condition:
        """Whether the text belongs to the language. Raises Unsupported."""
        for cut in reversed(text.cuts):
            language = _uncut(cut, language)
        return self._asked(text.base, language, shown, location, search=False)

    def found(self, text: Text, expression: Expression, shown: str, location: Location) -> Condition:
        """Whether an expression, which may have anchors, is found in the text. Raises Unsupported."""
        language = patterns.whole(expression)
        if language is not None:
            return self.whole(text, language, shown, location)
        for cut in reversed(text.cuts):
            if cut.kind not in ("lower", "upper"):
                raise Unsupported("a regular expression on a part of the text")
            expression = _uncut(cut, expression)
        return self._asked(text.base, expression, shown, location, search=True)

    def _asked(self, base: Base, language: Expression, shown: str, location: Location, *, search: bool) -> Condition:
        if language == NOTHING:
            return NEVER
        # Lists of ten thousands of names are all of the plain kind.
        key = (base, patterns.plain(language) or (repr(language) if size(language) < 200 else language), search)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._made(base, language, Shown(shown, location), search)
        return known

    def _made(self, base: Base, language: Expression, shown: Shown, search: bool) -> Condition:
        if base is Base.CLIENT and not search:
            return _of_client(language)
        if base not in (Base.HOST, Base.URL):
            raise Unsupported(base.value)
        ask = self._of_host if base is Base.HOST else self._of_url
        exact = ask(language, shown, search)
        plain = patterns.plain(language)
        if plain is not None and plain[1].islower():
            return exact
        loose = patterns.folded(language)
        if loose == language:
            return exact
        any_case = ask(loose, shown, search)
        return exact if any_case is exact else any_of(exact, all_of(any_case, self.unknown_case()))

    def unknown_case(self) -> Unmodelled:
        """Whether capital letters in a pattern match."""
        reason = "whether the client compares names without regard to capital letters"
        return Unmodelled("case", reason, self.place)

    def _of_host(self, language: Expression, shown: Shown, search: bool) -> Condition:
        if search:
            return self._matches(language, shown, _HOST)
        names, rest = NameList(), []
        for branch in patterns.branches(language):
            rest += [] if _foreign(branch) or _filed(branch, names) else [branch]
        if any(branch == ANYTHING for branch in rest):
            return ALWAYS
        parts: list[Condition] = [HostIn(names)] if len(names) else []
        if rest:
            parts.append(self._matches(_bound(choice(*rest)), shown, _HOST))
        return any_of(*parts)

    def _of_url(self, language: Expression, shown: Shown, search: bool) -> Condition:
        scheme = None if search else _scheme_only(language)
        if scheme is not None:
            return scheme
        short = self._matches(language if search else _bound(language), shown, _SHORT)
        long = short._replace(frames=_LONG)
        if not self.old_engine():
            return any_of(all_of(USUAL, short), all_of(negated(USUAL), long))
        reason = "whether the client writes the usual port into the URL"
        which = Unmodelled("port in the URL", reason, self.place)
        # What is asked once only cannot multiply: a path that is not known is another question each time.
        return any_of(all_of(USUAL, negated(which), short), all_of(negated(all_of(USUAL, negated(which))), long))

    def _matches(self, expression: Expression, shown: Shown, frames: dict[View, Frame]) -> TextMatches:
        if size(expression) > 20_000:
            raise Unsupported(f"{shown.text} (too large)")
        automaton = Automaton(expression, self.budget)
        return TextMatches((Written(shown.text, automaton, shown.location),), (automaton,), frames, shown.text)


class Shown:
    """How a question is written in the script, and where."""

    __slots__ = ("location", "text")

    def __init__(self, text: str, location: Location) -> None:
        self.text = text
        self.location = location


def _bound(language: Expression) -> Expression:
    return Sequence((Anchor(False), language, Anchor(True)))


def _branches(language: Expression) -> tuple[Expression, ...]:
    return language.items if isinstance(language, Choice) else (language,)


def _foreign(branch: Expression) -> bool:
    """Whether no host belongs to it, because it needs a character that none has."""
    items = branch.items if isinstance(branch, Sequence) else (branch,)
    return any(isinstance(item, Chars) and HOST_CHARACTERS.isdisjoint(item.chars) for item in items)


def _filed(branch: Expression, names: NameList) -> bool:
    """Put a branch that is one name, or everything below one, into the list; what no name can be needs no place."""
    items = branch.items if isinstance(branch, Sequence) else (branch,)
    open_start = bool(items) and items[0] == ANYTHING
    text = _spelled(items[1:] if open_start else items)
    if text is None:
        # No label is empty: at least something before a dot is no more than anything before it.
        return items[:1] == (SOMETHING,) and items[1:2] == (DOT,) and _filed(sequence(ANYTHING, *items[1:]), names)
    name = text[1:] if open_start else text
    if open_start and text[:1] != ".":
        return False
    if name and all(name.split(".")):
        (names.lower if open_start else names.exact).setdefault(name, len(names))
    return True


def _spelled(items: tuple[Expression, ...]) -> str | None:
    """The text of single characters, as far as names have them."""
    found = []
    for item in items:
        if not isinstance(item, Chars):
            return None
        possible = item.chars & HOST_CHARACTERS
        if len(possible) != 1:
            return None
        found.append(next(iter(possible)))
    return "".join(found)


def _scheme_only(language: Expression) -> Condition | None:
    """``http:`` and anything: a question about nothing but the scheme."""
    items = language.items if isinstance(language, Sequence) else (language,)
    if items[-1:] != (ANYTHING,):
        return None
    start = patterns.literal_of(items[:-1])
    if start is None or len(start) > len("https://"):
        return None
    views = frozenset(view for view, scheme in _SCHEMES.items() if scheme.startswith(start))
    if any(start.startswith(scheme) and start != scheme for scheme in _SCHEMES.values()):
        return None
    return ALWAYS if len(views) == len(_SCHEMES) else ViewIn(views) if views else NEVER


def _of_client(language: Expression) -> Condition:
    """Questions about the text of an address: the whole of it, or its first numbers."""
    found = AddressSet()
    for branch in _branches(language):
        items = branch.items if isinstance(branch, Sequence) else (branch,)
        open_end = bool(items) and items[-1] == ANYTHING
        text = patterns.literal_of(items[:-1] if open_end else items)
        if text is None:
            raise Unsupported("the text of the client's address")
        found = found | _beginning(text, open_end=open_end)
    return ClientIn(found) if found else NEVER


def _beginning(text: str, *, open_end: bool) -> AddressSet:
    parts = text.split(".")
    if open_end:
        if not text:
            raise Unsupported("the text of the client's address")
        if parts[-1] and len(parts) < 5:
            raise Unsupported("the first digits of the client's address")
        numbers = parts[:-1]
        spelled = ".".join(numbers + ["0"] * (4 - len(numbers))) + f"/{8 * len(numbers)}"
    else:
        spelled = text
    try:
        return parse_addresses(spelled) if "-" not in spelled and (open_end or "/" not in text) else AddressSet()
    except ValueError:
        return AddressSet()


def _uncut(cut: Cut, language: Expression) -> Expression:
    """The texts of which the part belongs to the language."""
    undo = _UNDO.get(cut.kind)
    if undo is None:
        raise Unsupported(f"a part of a text ({cut.kind})")
    if cut.kind not in ("lower", "upper") and patterns.anchored(language):
        raise Unsupported("a regular expression on a part of a text")
    return undo(cut, language)


def _undrop(cut: Cut, language: Expression) -> Expression:
    short = patterns.at_least(0, cut.number - 1) if patterns.nullable(language) and cut.number else NOTHING
    return choice(sequence(*([ANY] * cut.number), language), short)


def _literals(language: Expression) -> list[str]:
    found = patterns.words(language)
    if found is None:
        raise Unsupported("a part of a text that is compared with more than constants")
    return found


def _untake(cut: Cut, language: Expression) -> Expression:
    return _cut_to(cut, language, lambda text: sequence(word(text), ANYTHING))


def _unlast(cut: Cut, language: Expression) -> Expression:
    return _cut_to(cut, language, lambda text: sequence(ANYTHING, word(text)))


def _cut_to(cut: Cut, language: Expression, longer: Callable[[str], Expression]) -> Expression:
    """Texts that are cut to so many characters where they have more."""
    texts = [text for text in _literals(language) if len(text) <= cut.number]
    return choice(*(longer(text) if len(text) == cut.number else word(text) for text in texts))


def _undrop_last(cut: Cut, language: Expression) -> Expression:
    short = patterns.at_least(0, cut.number - 1) if patterns.nullable(language) and cut.number else NOTHING
    return choice(sequence(language, *([ANY] * cut.number)), short)


def _parts(cut: Cut) -> tuple[Expression, Expression, str]:
    """A part without the separator, the separator, and its (first) character."""
    char = cut.text[0]
    return Repeat(Chars(ANY_CHARACTER - {char}), 0, None), word(cut.text), char


def _unafter(cut: Cut, language: Expression) -> Expression:
    part, separator, _ = _parts(cut)
    return sequence(*([part, separator] * (cut.number + 1)), language)


def _unbefore(cut: Cut, language: Expression) -> Expression:
    _, separator, char = _parts(cut)
    return sequence(patterns.without(language, char), separator, ANYTHING)


def _unafter_last(cut: Cut, language: Expression) -> Expression:
    _, separator, char = _parts(cut)
    return sequence(ANYTHING, separator, patterns.without(language, char))


def _unhead(cut: Cut, language: Expression) -> Expression:
    """What stands before the last separator; nothing where there is none."""
    part, separator, _ = _parts(cut)
    found = sequence(language, separator, part)
    return choice(found, part) if patterns.nullable(language) else found


def _unafter_nth(cut: Cut, language: Expression) -> Expression:
    """What stands behind the n-th separator from the right."""
    kept = [text for text in _literals(language) if text.count(cut.text) == cut.number - 1]
    return choice(*(sequence(ANYTHING, word(cut.text + text)) for text in kept))


def _untail(cut: Cut, language: Expression) -> Expression:
    """The last n pieces; the whole text where there are no more."""
    if cut.number == 1:
        return _unpiece(cut._replace(number=-1), language)
    kept = [text for text in _literals(language) if text.count(cut.text) < cut.number]
    full = [text for text in kept if text.count(cut.text) == cut.number - 1]
    return choice(*map(word, kept), *(sequence(ANYTHING, word(cut.text + text)) for text in full))


def _unpiece(cut: Cut, language: Expression) -> Expression:
    part, separator, char = _parts(cut)
    inner = patterns.without(language, char)
    if cut.number >= 0:
        rest = choice(patterns.EMPTY, sequence(separator, ANYTHING))
        return sequence(*([part, separator] * cut.number), inner, rest)
    start = choice(patterns.EMPTY, sequence(ANYTHING, separator))
    return sequence(start, inner, *([separator, part] * (-cut.number - 1)))


_UNDO: dict[str, Callable[[Cut, Expression], Expression]] = {
    "lower": lambda _, language: patterns.mapped(language, patterns.before_case(lower=True)),
    "upper": lambda _, language: patterns.mapped(language, patterns.before_case(lower=False)),
    "drop": _undrop,
    "take": _untake,
    "last": _unlast,
    "droplast": _undrop_last,
    "after": _unafter,
    "before": _unbefore,
    "afterlast": _unafter_last,
    "head": _unhead,
    "afternth": _unafter_nth,
    "piece": _unpiece,
    "tail": _untail,
    "prefixed": lambda cut, language: patterns.behind(language, cut.text),
    "suffixed": lambda cut, language: patterns.ahead(language, cut.text),
}
"""How each cut is undone: "drop" the first n, "take" the first n, the "last" n, what stands "after" the n-th separator from the
left, and so on; the separator is one character, or a text whose first character occurs in the text only with it."""

__all__ = ["Asker", "TooComplex", "Unsupported"]
