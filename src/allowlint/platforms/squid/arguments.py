"""Arguments of directives that Squid refuses: a listener's options, switches, helpers.

A misspelt option does not do nothing: Squid does not start. Each rule here was tried with ``squid -k parse`` (5.7); an option
that any version from 3.5 on takes is taken for known. What only the machine can tell (whether a program or a certificate is
there) is not looked at.
"""

from collections.abc import Iterator

from allowlint.model.location import Location
from allowlint.platforms.squid.names import (
    AUTH_SCHEMES,
    AUTH_SETTINGS,
    FORMAT_WORDS,
    HELPER_OPTIONS,
    ON_OFF,
    PORT_OPTIONS,
)
from allowlint.platforms.squid.text import Reading, Token, brief

ON = ("on", "enable")
"""How a switch is turned on; the second is deprecated, and works."""
OFF = ("off", "disable")
MACRO = "${"
"""Stands for what Squid fills in when it starts."""
ACCELERATED = ("accel", "vhost")
"""Options that make a listener a reverse proxy, without which some others are refused."""
_FOR_ACCELERATORS = frozenset(("allow-direct", "defaultsite", "vport", "protocol"))


def switched_on(words: tuple[Token, ...]) -> bool:
    """Whether the argument of a switch turns it on."""
    return bool(words) and words[0].text in ON


def check(name: str, words: tuple[Token, ...], place: Location, reading: Reading) -> None:
    """Note what Squid refuses or ignores in the arguments of a directive that stands at a place."""
    if any(MACRO in word.text for word in words):
        return
    for word, message in _faults(name, words):
        reading.fault(word.location if word else place, message)
    if name == "auth_param" and len(words) > 1 and words[1].text not in AUTH_SETTINGS:
        reading.unknown(words[1].location, words[1].text, "no setting of auth_param: Squid ignores it", matters=False)


def _faults(name: str, words: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
    """Yield (the word, None for the line; the message) for what Squid refuses."""
    if name in ON_OFF:
        yield from _switch(name, words)
    elif name in ("http_port", "https_port", "ascii_port"):
        yield from _port(words)
    elif name == "external_acl_type":
        yield from _helper(words)
    elif name == "auth_param":
        yield from _scheme(words)
    elif name == "cache_peer" and len(words) < 4:
        yield None, "cache_peer wants a host, a type, and two ports"


def _switch(name: str, words: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
    if not words:
        yield None, f"{name} wants 'on' or 'off'"
    elif words[0].text not in (*ON, *OFF):
        yield words[0], f"{name} can only be 'on' or 'off', not '{brief(words[0].text)}'"


def _port(words: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
    if not words:
        yield None, "missing port"
        return
    host, colon, number = words[0].text.rpartition(":")
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) < 65536) or (colon and host in ("", ":")):
        yield words[0], f"missing or invalid port: '{brief(words[0].text)}'"
    accelerated = False
    for word in words[1:]:
        option = word.text.partition("=")[0]
        accelerated = accelerated or word.text in ACCELERATED
        if option not in PORT_OPTIONS and not option.startswith("tls-"):
            yield word, f"unknown option of a listener: '{brief(word.text)}'"
        elif option in _FOR_ACCELERATORS and not accelerated:
            yield word, f"the option '{option}' needs 'accel' before it"


def _helper(words: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
    """``external_acl_type NAME [options] FORMAT... PROGRAM [arguments]``."""
    rest = list(words[1:])
    while rest and rest[0].text.partition("=")[0] in HELPER_OPTIONS:
        rest.pop(0)
    format_words = []
    while rest and rest[0].text.startswith("%"):
        format_words.append(rest.pop(0))
    if not format_words:
        where = rest[0] if rest else None
        yield where, "external_acl_type wants options that it knows, then a format (%SRC), then a program"
    elif not rest:
        yield None, "external_acl_type without a program"
    for word in format_words:
        name = word.text[1:]
        if name[:2].isupper() and name not in FORMAT_WORDS and not name.startswith(("USER_CERT_", "USER_CA_CERT_")):
            yield word, f"unknown format word '{brief(word.text)}'"


def _scheme(words: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
    if len(words) < 2:
        yield None, "auth_param wants a scheme and a setting"
    elif words[0].text not in AUTH_SCHEMES:
        yield words[0], f"unknown authentication scheme '{brief(words[0].text)}'"
    elif words[1].text in (("casesensitive", "utf8") if words[0].text == "basic" else ("keep_alive",)):
        yield from _switch(words[1].text, words[2:])
