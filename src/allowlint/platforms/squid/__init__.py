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

from allowlint.errors import InputError
from allowlint.model.device import Device, Entry
from allowlint.model.location import Location
from allowlint.model.waiver import Remark
from allowlint.platforms import Options, Platform
from allowlint.platforms.squid.conditions import Converter
from allowlint.platforms.squid.config import Config, read_config
from allowlint.platforms.squid.domains import entries
from allowlint.platforms.squid.listeners import entrances
from allowlint.platforms.squid.names import DIRECTIVES
from allowlint.platforms.squid.rulebases import Gates
from allowlint.platforms.squid.text import Reading
from allowlint.syntax.files import Files

PREFIXES = (
    "/etc/squid/",
    "/etc/squid3/",
    "/etc/squid-openssl/",
    "/usr/local/etc/squid/",
    "/usr/local/squid/etc/",
    "/opt/squid/etc/",
)
"""Folders in which packages of Squid keep its configuration."""

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
    files = Files(path, options.root, PREFIXES)
    reading = Reading(files)
    config = read_config(content, path, reading)
    shown = files.shown(path) if path != "-" else "-"
    if not config.lists["http_access"] and not config.ports and len(config.acls) <= 6 and not reading.faults:
        raise InputError(
            "no Squid directive in it", path=shown, hint="name a squid.conf, or the platform with --platform"
        )
    converter = Converter(config)
    gates = Gates(converter, Location(shown, 1))
    device = Device(
        name=shown,
        platform="squid",
        entrances=entrances(config, gates),
        entries=tuple(_entries(config, converter)),
        unread=tuple(reading.unread),
        load_faults=tuple(dict.fromkeys(reading.faults)),
        rule_count=config.rule_count,
        files=tuple(files.read_paths),
        vocabulary={
            "allow": "acl mde dstdomain {entry}\nhttp_access allow mde",
            "bypass": "acl mde ssl::server_name {entry}\nssl_bump splice mde",
        },
    )
    return (device,)


def _entries(config: Config, converter: Converter) -> list[Entry]:
    found: list[Entry] = []
    for acl in config.acls.values():
        domains = converter.domains.get(acl.key)
        if domains is not None and acl.type != "srcdomain":
            found += entries(acl, domains)
    return found


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
