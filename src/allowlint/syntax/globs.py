r"""Wildcards as products spell them: what a star crosses, where it may stand, and what a leading dot means.

A dialect is data, with the source of each claim beside it. Every pattern stands for whole texts: :func:`parse_glob` anchors it at
both ends. An entry that the product accepts and never matches, or refuses, is :class:`~allowlint.syntax.patterns.InvalidPattern`;
a character of which no document says what it does is :class:`~allowlint.syntax.patterns.UnmodelledPattern`.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from allowlint.model.automaton import (
    ANY_CHARACTER,
    MAX_NFA,
    Anchor,
    Chars,
    Expression,
    Repeat,
    Sequence,
    TooComplex,
    literal,
    size,
)
from allowlint.model.record import NamedTuple
from allowlint.syntax.patterns import InvalidPattern, UnmodelledPattern


class Place(StrEnum):
    """Where a wildcard may stand."""

    ANYWHERE = "anywhere"
    WHOLE = "in place of a whole token"
    FIRST = "at the beginning"


class GlobDialect(NamedTuple):
    """How one product reads wildcards."""

    product: str
    wildcards: Mapping[str, Expression]
    """What each wildcard character stands for."""
    place: Place = Place.ANYWHERE
    separators: str = "."
    """What tokens are parted by."""
    leading_dot: Expression | None = None
    """What may stand before the name where the entry begins with a dot; None where the dot is a character."""
    refused: str = ""
    """Characters with which the product never matches an entry."""
    unknown: str = ""
    """Characters that are not documented."""
    ignore_case: bool = True


ANY_TEXT = Repeat(Chars(ANY_CHARACTER), 0, None)
_LABEL = Repeat(Chars(ANY_CHARACTER - {"."}), 1, None)
_DOT = Chars(frozenset("."))
_BELOW = Sequence((_LABEL, _DOT))

SHELL = GlobDialect("shell", {"*": ANY_TEXT, "?": Chars(ANY_CHARACTER)}, ignore_case=False)
"""``shExpMatch`` of PAC scripts read plainly: a star crosses dots and slashes, and nothing else is special (Netscape's
"Navigator Proxy Auto-Config File Format", 1996: "the patterns are shell glob expressions, not regular expressions"; engines make a
regular expression of it and leave brackets in, which is the business of whoever reads the script)."""

FORTIOS_WILDCARD = GlobDialect("FortiOS", {"*": ANY_TEXT}, unknown="?[]{}\\")
"""``wildcard`` entries of a URL filter and ``wildcard-fqdn`` objects: a star may stand anywhere and crosses everything, as in the
factory objects ``*update.microsoft.com`` and ``aus*.mozilla.org`` of FortiOS 6.4 and 7.2. No document says what else is special."""

_PARTED_BY = "./?&=;+"
_PANOS_TOKEN = Repeat(Chars(ANY_CHARACTER - frozenset(_PARTED_BY)), 1, None)
PANOS_URL = GlobDialect(
    "PAN-OS",
    {
        "*": Sequence((_PANOS_TOKEN, Repeat(Sequence((Chars(frozenset(_PARTED_BY)), _PANOS_TOKEN)), 0, None))),
        "^": _PANOS_TOKEN,
    },
    place=Place.WHOLE,
    separators=_PARTED_BY,
)
"""Entries of a URL category or list: ``*`` is one or more tokens, ``^`` exactly one, and either must be a whole token
(docs.paloaltonetworks.com, "Guidelines for URL Category Exceptions"). That an entry without a slash goes on to the right where no
ending token is appended is not said here; it depends on the device."""

AZURE_FQDN = GlobDialect("Azure Firewall", {"*": ANY_TEXT}, place=Place.FIRST)
"""``targetFqdns`` of an application rule: a star at the beginning crosses dots and knows no label boundary, so that
``*microsoft.com`` matches ``anymicrosoft.com`` (learn.microsoft.com, "Azure Firewall FAQ": wildcards in target FQDNs)."""

AWS_DOMAIN = GlobDialect("AWS Network Firewall", {}, leading_dot=Repeat(_BELOW, 0, None))
"""``Targets`` of a stateful domain list: ``.x`` is x and everything below it, and a star is a character that no name has
(docs.aws.amazon.com, "Stateful domain list rule groups"; run with Suricata 6 and 7)."""

ZSCALER_URL = GlobDialect("Zscaler", {}, leading_dot=Repeat(_BELOW, 0, 5), refused="*")
"""Hosts in a custom URL category: ``.x`` is x and up to five labels below it, and a star is not permitted
(help.zscaler.com, "URL Format Guidelines")."""


def parse_glob(text: str, dialect: GlobDialect) -> Expression:
    """The expression of one entry, anchored at both ends.

    Raises :class:`~allowlint.syntax.patterns.InvalidPattern` where the product never matches the entry,
    :class:`~allowlint.syntax.patterns.UnmodelledPattern` where it cannot be told what the product does, and
    :class:`~allowlint.model.automaton.TooComplex` where it would take too many states.
    """
    if len(text) > MAX_NFA:
        raise UnmodelledPattern(f"the pattern is longer than {MAX_NFA} characters")
    for char in dialect.unknown:
        if char in text:
            raise UnmodelledPattern(f"{char} in a pattern of {dialect.product}")
    for char in dialect.refused:
        if char in text:
            raise InvalidPattern(f"{dialect.product} never matches an entry with {char}")
    head: tuple[Expression, ...] = ()
    if dialect.leading_dot is not None and text.startswith("."):
        head, text = (dialect.leading_dot,), text[1:]
    expression = Sequence((Anchor(False), *head, *_pieces(text, dialect), Anchor(True)))
    if size(expression) > MAX_NFA:
        raise TooComplex(f"the pattern needs more than {MAX_NFA} states")
    return expression


def _pieces(text: str, dialect: GlobDialect) -> Iterator[Expression]:
    begin = 0
    for at, char in enumerate(text):
        if char not in dialect.wildcards:
            continue
        if not _may_stand(text, at, dialect):
            raise InvalidPattern(f"in {dialect.product} {char} stands only {dialect.place}")
        if at and char == "*" == text[at - 1] and dialect.wildcards[char] is ANY_TEXT:
            # One star after another adds nothing but work.
            begin = at + 1
            continue
        yield from literal(text[begin:at], ignore_case=dialect.ignore_case).items
        yield dialect.wildcards[char]
        begin = at + 1
    yield from literal(text[begin:], ignore_case=dialect.ignore_case).items


def _may_stand(text: str, at: int, dialect: GlobDialect) -> bool:
    match dialect.place:
        case Place.ANYWHERE:
            return True
        case Place.FIRST:
            return at == 0
    around = text[:at][-1:], text[at + 1 : at + 2]
    return all(not char or char in dialect.separators for char in around)
