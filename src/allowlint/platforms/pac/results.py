"""What a PAC script returns: a list of ways, read as clients do.

Chromium skips an entry that it does not understand; others may stop there. So such an entry stays in the list as a way to
nowhere, and the first entry is what an answer is judged by, because WinHTTP takes no other.
"""

from __future__ import annotations

import re

from allowlint.model.device import DIRECT, Action, Route, Way
from allowlint.model.number import LAST_PORT, whole
from allowlint.platforms._ways import NOWHERE

# ``HTTP host:port`` is a proxy to Firefox alone; Chromium knows no such word (net/base/proxy_string_util.cc).
_WAYS = {
    "PROXY": (Way.PROXY, 80),
    "HTTPS": (Way.SECURE_PROXY, 443),
    "SOCKS": (Way.SOCKS, 1080),
    "SOCKS4": (Way.SOCKS, 1080),
    "SOCKS5": (Way.SOCKS, 1080),
}
_NO_HOSTS = frozenset(("0.0.0.0", "0", "255.255.255.255"))  # noqa: S104 - nothing is bound here
_OWN = frozenset(("localhost", "[::1]"))
_LOOPBACK = re.compile(r"127(\.\d{1,3}){1,3}")
_NO_SERVICE = frozenset((1, 9, 80, 65535))
"""Ports of the client itself on which nobody has a proxy: the usual ends of a black hole, and what is meant without a port."""


def routes_of(text: str) -> tuple[Route, ...]:
    """The ways, best first; at least one."""
    found = tuple(_route(part.strip()) for part in text.split(";") if part.strip())
    return found or (NOWHERE,)


def _route(entry: str) -> Route:
    words = entry.split()
    kind = words[0].upper()
    if kind == "DIRECT" and len(words) == 1:
        return DIRECT
    if kind not in _WAYS or len(words) != 2:
        return NOWHERE
    way, usual = _WAYS[kind]
    address = _address(words[1].lower(), usual)
    return Route(way, address) if address else NOWHERE


def _address(text: str, usual: int) -> str:
    host, colon, port = text.rpartition(":") if not text.endswith("]") and ":" in text else (text, "", "")
    if not host or "/" in host or "@" in host or any(char in host for char in ",\"'"):
        return ""
    if not colon:
        return f"{host}:{usual}"
    number = whole(port, LAST_PORT)
    return f"{host}:{number}" if number is not None else ""


def action_of(routes: tuple[Route, ...]) -> Action:
    """A black hole blocks; everything else only chooses the way."""
    host, _, port = routes[0].address.rpartition(":")
    own = host in _OWN or _LOOPBACK.fullmatch(host) is not None
    hole = host in _NO_HOSTS or port == "0" or (own and int(port) in _NO_SERVICE)
    return Action.BLOCK if hole and host else Action.PROCEED


def fault_of(text: str) -> str:
    """What is wrong with the first entry of a list of ways, in words that follow a colon; empty where nothing is."""
    entry = next((part.strip() for part in text.split(";") if part.strip()), "")
    words = entry.split()
    if not words:
        return "there is no word in it"
    if _route(entry).way is not Way.NOWHERE:
        return ""
    kind = words[0].upper()
    if kind == "DIRECT" or kind not in _WAYS:
        return f"`{entry}` is more than `DIRECT`" if kind == "DIRECT" else f"`{words[0]}` is no kind of way"
    if len(words) == 1:
        return f"behind `{words[0]}` stands no address"
    if len(words) > 2:
        return f"`{entry}` is no single entry: a semicolon parts two"
    return f"`{words[1]}` is no `host:port`"
