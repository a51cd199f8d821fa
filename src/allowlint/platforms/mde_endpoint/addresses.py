"""A proxy as somebody wrote it, taken apart; nothing is repaired, so that every fault can be told."""

import re
from collections.abc import Iterator

from allowlint.model.record import NamedTuple

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,2}")
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?")
_IPV6 = re.compile(r"(?=[0-9A-Fa-f.]*+:[0-9A-Fa-f.]*+:)[0-9A-Fa-f:.]++(?:%\w+)?")
_PROTOCOL = re.compile(r"(?:https?|ftp|socks[45]?)=", re.IGNORECASE)
_QUOTES = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb"
_SCRIPT = re.compile(r"\.(?:pac|dat|js)(?:$|[?#])|[?&]pac\b|/wpad\b", re.IGNORECASE)


class Written(NamedTuple):
    """The parts of a proxy's address."""

    text: str
    scheme: str = ""
    """In lower case, without ``://``."""
    login: bool = False
    host: str = ""
    """In lower case, without brackets."""
    port: str = ""
    path: str = ""
    """What follows the port, with its slash."""
    blank: bool = False
    """Whether there is white space in it or around it (no-break spaces too)."""
    quoted: bool = False
    several: bool = False
    """Whether it is a list."""
    bare_ipv6: bool = False
    """Whether it is an address of IPv6 without brackets, in which a port cannot be told."""
    bracketed: bool = False

    @property
    def script(self) -> bool:
        """Whether it looks like the address of a PAC script."""
        return bool(_SCRIPT.search(self.text))

    @property
    def good_host(self) -> bool:
        """Whether the host is a name or an address."""
        pattern = _IPV6 if self.bracketed else _HOST
        return bool(pattern.fullmatch(self.host)) and len(self.host) < 254

    @property
    def good_port(self) -> bool:
        """Whether there is a port that exists."""
        return self.port.isascii() and self.port.isdigit() and len(self.port) < 6 and 0 < int(self.port) < 65536

    @property
    def address(self) -> str:
        """``host:port`` as paths and other consumers are compared by; empty where a part is missing or faulty."""
        if not (self.good_host and self.good_port) or self.several or self.bare_ipv6:
            return ""
        host = self.host.rstrip(".")
        return f"[{host}]:{int(self.port)}" if self.bracketed else f"{host}:{int(self.port)}"

    @property
    def clean(self) -> bool:
        """Whether nothing is in it but a scheme, a host and a port."""
        odd = self.login or self.path or self.blank or self.quoted or self.script
        return bool(self.address) and not odd


def taken_apart(text: str) -> Written:
    """The parts of an address."""
    stripped = text.strip().strip(_QUOTES).strip()
    quoted = text.strip() != text.strip().strip(_QUOTES)
    blank = any(char.isspace() or char in "\u200b\u2060\ufeff" for char in text)
    if _PROTOCOL.match(stripped) or re.search(r"[;,\n]|\S\s+\S", stripped):
        return Written(text, blank=blank, quoted=quoted, several=True, login="@" in stripped)
    found = _SCHEME.match(stripped)
    scheme = found[1].lower() if found is not None else ""
    rest = stripped[found.end() :] if found is not None else stripped
    login, at, rest = rest.rpartition("@")
    place, slash, path = rest.partition("/")
    host, port, bare, bracketed = _host_and_port(place)
    return Written(
        text, scheme, bool(at and login), host.lower(), port, slash + path, blank, quoted, False, bare, bracketed
    )


def _host_and_port(place: str) -> tuple[str, str, bool, bool]:
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.removeprefix(":"), False, True
    if place.count(":") > 1:
        return place, "", True, False
    host, _, port = place.partition(":")
    return host, port, False, False


def shown(text: str) -> str:
    """A value as messages print it: without the credentials in it, in one line, not too long."""
    text = " ".join(text.split("\n"))
    before, at, after = text.rpartition("@")
    if at:
        found = re.match(r"\s*[\"']?(?:[A-Za-z0-9]+=)?[A-Za-z][\w+.-]*:/{1,2}", before)
        text = f"{found[0] if found is not None else ''}***@{after}"
    text = re.sub(r"\?.*", "?***", text)
    return text if len(text) <= 120 else text[:117] + "..."


def malformed(written: Written) -> Iterator[str]:
    """Yield what is wrong with the form of a proxy, in words that follow the value; scheme and path are another matter."""
    if not written.text.strip():
        yield "which is empty"
    elif written.several:
        yield "a list of proxies where one is wanted"
    elif written.script:
        yield "the address of a PAC script where a proxy is wanted"
    else:
        if written.blank:
            yield "with a blank in it"
        if written.quoted:
            yield "with quotation marks in it"
        yield from _host_or_port(written)


def _host_or_port(written: Written) -> Iterator[str]:
    if written.bare_ipv6:
        yield "an IPv6 address without brackets"
    elif not written.good_host:
        yield "without a host" if not written.host else "with a host that is none"
    elif not written.port:
        yield "without a port"
    elif not written.good_port:
        yield f"with a port that is none ({written.port[:12]})"
