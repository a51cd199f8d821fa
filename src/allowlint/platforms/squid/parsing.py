"""From the bytes of ``squid.conf`` and its side files to a device."""

from allowlint.errors import InputError
from allowlint.model.device import Device, Entry
from allowlint.model.location import Location
from allowlint.platforms import Options
from allowlint.platforms.squid.conditions import Converter
from allowlint.platforms.squid.config import Config, read_config
from allowlint.platforms.squid.domains import entries
from allowlint.platforms.squid.listeners import entrances
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


def parsed(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration and its side files into one device."""
    files = Files(path, options.root, PREFIXES, log=options.log, limits=options.limits)
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
