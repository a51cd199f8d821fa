"""Which words of squid.conf belong to the language, and what takes their place when they are misspelt.

Values are left out: another name in a `dstdomain` is another rule, and what that does is for the comparison with the real
Squid. Words of the language are directives, types, options, actions, the names of ACLs where they are used, and numbers or
words where only certain ones are possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.metamorphic.operations import Edit
from tests.metamorphic.platforms.squid.lines import Unit, replaced, units

UNKNOWN = "zzunknown"
LISTS = frozenset(
    "http_access adapted_http_access http_access2 http_reply_access miss_access always_direct never_direct "
    "url_rewrite_access ssl_bump sslproxy_cert_error adaptation_access cache send_hit store_miss".split()
)
CLOSED_TYPES = frozenset(("at_step", "proto", "port", "localport"))
"""ACL types whose values are words or numbers that Squid knows, or refuses."""
SETTINGS = frozenset(
    "http_port https_port auth_param external_acl_type cache_peer icap_enable ecap_enable nonhierarchical_direct "
    "reply_body_max_size configuration_includes_quoted_values tls_outgoing_options if include".split()
)
"""Directives of which every word is the language's, or a name that must exist."""


def unknown_words(text: str, random: Random) -> Iterator[Edit]:
    """Each word of the language in turn, misspelt."""
    parts = units(text)
    for number, unit in enumerate(parts):
        for index in _places(unit):
            old = unit.words[index]
            new = misspelt(old)
            line = unit.with_word(index, new)
            place = range(unit.number, unit.number + 1)
            yield Edit(replaced(parts, number, line.text), f"line {unit.number}: {line.text}", place)


def misspelt(word: str) -> str:
    """A word that Squid does not know, of the same form: `!name`, `-flag`, `option=value`."""
    if word.startswith("!"):
        return f"!{UNKNOWN}"
    if word[0] in "-+":
        return f"{word[0]}{UNKNOWN}"
    option, equals, value = word.partition("=")
    return f"{UNKNOWN}={value}" if equals and option else UNKNOWN


def _places(unit: Unit) -> Iterator[int]:
    """The words of a line that are the language's."""
    if not unit.words:
        return
    yield 0
    if unit.name == "acl":
        yield from _in_acl(unit)
    elif unit.name in LISTS or unit.name in SETTINGS:
        yield from range(1, len(unit.words))


def _in_acl(unit: Unit) -> Iterator[int]:
    words = unit.words
    if len(words) > 2:
        yield 2
    kind = words[2] if len(words) > 2 else ""
    for index in range(3, len(words)):
        closed = kind in CLOSED_TYPES or kind in ("any-of", "all-of")
        if closed or (words[index][0] in "-+" and all(word[0] in "-+" for word in words[3:index])):
            yield index
