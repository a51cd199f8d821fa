"""From the bytes of ``squid.conf`` and its side files to a device."""

from allowlint.errors import InputError
from allowlint.model.device import Device
from allowlint.model.location import Location
from allowlint.platforms import Options
from allowlint.platforms.squid.conditions import Converter
from allowlint.platforms.squid.config import read_config
from allowlint.platforms.squid.domains import entries, long_lists
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
    named = [
        (acl, converter.domains[acl.key])
        for acl in config.acls.values()
        if acl.key in converter.domains and acl.type != "srcdomain"
    ]
    gates = Gates(converter, Location(shown, 1))
    device = Device(
        name=shown,
        platform="squid",
        entrances=entrances(config, gates),
        written=tuple(entry for acl, domains in named for entry in entries(acl, domains)),
        long_lists=tuple(found for acl, domains in named for found in long_lists(acl, domains)),
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
