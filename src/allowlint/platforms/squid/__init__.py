"""Squid, the open-source web proxy.

Export
    ``squid.conf`` with the files that it includes or takes ACL values from. Names of the device
    (``/etc/squid/acl/mde.txt``) are looked up beside the configuration; nothing outside of its folder (or ``--root``) is read.
What is read
    ``acl`` of the types that speak of names, ports, methods, clients and identities, ``http_access``,
    ``adapted_http_access``, ``http_reply_access``, ``miss_access``, ``ssl_bump`` in its three steps, ``http_port`` and
    ``https_port``, ``auth_param``, ``external_acl_type``, ``cache_peer``, ``never_direct`` and ``always_direct``, URL rewriters
    and ICAP/eCAP as far as that they may interfere. What would keep Squid from starting is reported as such.
What is not
    What a helper program, the clock, DNS, a reverse lookup, the client's headers or an upstream proxy answers: those
    make an answer unknown where it depends on them. Reverse-proxy (``accel``) ports are left out.

Semantics are those of Squid 5.7, compared with the real engine by the oracle tests; where versions differ the finding says so.
"""

from collections.abc import Iterable, Iterator

from allowlint.model.device import Device
from allowlint.model.waiver import Remark
from allowlint.platforms import Options, Platform
from allowlint.platforms.squid.names import DIRECTIVES

_TELLING = frozenset(("acl", "http_access", "http_port", "https_port", "ssl_bump"))
"""Directives of which a configuration that matters here has at least one."""


def detect(_path: str, head: bytes) -> bool:
    """Whether the lines begin with directives of Squid, ``acl`` or ``http_access`` among them."""
    words = list(_first_words(head.decode("utf-8", "replace")))
    known = sum(word in DIRECTIVES or word in ("include", "if", "else", "endif") for word in words)
    return not _TELLING.isdisjoint(words) and 2 * known >= len(words)


def _first_words(text: str) -> Iterator[str]:
    continued = False
    for line in text.removeprefix("\ufeff").split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith("#") and not continued:
            yield stripped.split(None, 1)[0]
        continued = line.rstrip("\r").endswith("\\")


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration and its side files into one device."""
    from allowlint.platforms.squid.parsing import parsed

    return parsed(path, content, options)


def remarks(content: bytes) -> Iterable[Remark]:
    """The waivers in comments and descriptions, each with what it belongs to."""
    from allowlint.platforms.squid.remarks import found_in

    return found_in(content)


PLATFORM = Platform(
    id="squid",
    title="Squid",
    detect=detect,
    parse=parse,
    reads="http_access and its companions, ssl_bump in three steps, listeners, authentication, peers, includes and value files",
    remarks=remarks,
)
