"""What a PAC script returns: a list of ways, read as clients do.

Chromium skips an entry that it does not understand; others may stop there. So such an entry stays in the list as a way to
nowhere, and the first entry is what an answer is judged by, because WinHTTP takes no other.
"""

from __future__ import annotations

from allowlint.model.device import DIRECT, Action, Route, Way

# ``HTTP host:port`` is a proxy to Firefox alone; Chromium knows no such word (net/base/proxy_string_util.cc).
_WAYS = {
    "PROXY": (Way.PROXY, 80),
    "HTTPS": (Way.SECURE_PROXY, 443),
    "SOCKS": (Way.SOCKS, 1080),
    "SOCKS4": (Way.SOCKS, 1080),
    "SOCKS5": (Way.SOCKS, 1080),
}
NOWHERE = Route(Way.NOWHERE)
_NO_HOSTS = frozenset(("0.0.0.0", "0", "255.255.255.255"))  # noqa: S104 - nothing is bound here
_OWN = frozenset(("127.0.0.1", "localhost", "[::1]"))
_NO_SERVICE = frozenset((0, 1, 9))
"""Ports on which nothing answers: the usual ends of a black hole."""


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
    return f"{host}:{int(port)}" if port.isascii() and port.isdigit() and int(port) < 65536 else ""


def action_of(routes: tuple[Route, ...]) -> Action:
    """A black hole blocks; everything else only chooses the way."""
    host, _, port = routes[0].address.rpartition(":")
    hole = host in _NO_HOSTS or (host in _OWN and int(port or "0") in _NO_SERVICE)
    return Action.BLOCK if hole and host else Action.PROCEED
