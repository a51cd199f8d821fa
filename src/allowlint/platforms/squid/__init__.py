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

from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.condition import Unmodelled
from allowlint.model.device import Action, Device, Entrance, Entry, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms import Options, Platform
from allowlint.platforms.squid.bumping import Bumping
from allowlint.platforms.squid.conditions import Converter
from allowlint.platforms.squid.config import Config, Directive, read_config
from allowlint.platforms.squid.domains import entries
from allowlint.platforms.squid.moments import Moment
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
    converter = Converter(config, public_dns="public-dns" in options.assumptions)
    gates = Gates(converter, Location(shown, 1))
    entrances = tuple(_entrance(port, config, gates) for port in _listeners(config))
    device = Device(
        name=shown,
        platform="squid",
        entrances=entrances,
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


def _listeners(config: Config) -> list[Directive]:
    """The ports that inside clients can use; one is made up where the configuration has none."""
    ports = [
        port for port in config.ports if port.words and "accel" not in _options(port) and "vhost" not in _options(port)
    ]
    reachable = [port for port in ports if not port.words[0].text.startswith(("127.", "localhost:", "[::1]"))]
    if not config.ports:
        place = config.lists["http_access"][0].location if config.lists["http_access"] else Location("", 0)
        config.reading.unknown(
            place, "no http_port", "a plain http_port is assumed", matters=bool(config.lists["ssl_bump"])
        )
        return [Directive("http_port", (), place, "http_port")]
    return reachable or ports


def _options(port: Directive) -> list[str]:
    return [word.text for word in port.words[1:]]


def _entrance(port: Directive, config: Config, gates: Gates) -> Entrance:
    options = _options(port)
    specification = port.words[0].text if port.words else "3128"
    named = [option[5:] for option in options if option.startswith("name=")]
    intercepted = any(option in ("intercept", "transparent", "tproxy") for option in options)
    secure = port.name == "https_port"
    number = specification.rpartition(":")[2]
    moment = Moment(
        intercepted=intercepted,
        host_known=not (intercepted and secure),
        made_up=intercepted and secure,
        port_name=named[0] if named else specification,
        port_number=int(number) if number.isascii() and number.isdigit() and len(number) <= 5 else 0,
    )
    rulebases = gates.requests(moment)
    if ("ssl-bump" in options or "sslBump" in options) and config.lists["ssl_bump"]:
        certificate = any(option.startswith(("cert=", "tls-cert=")) for option in options)
        rulebases += (Bumping(gates, moment, has_certificate=certificate).first(),)
    elif not port.words and config.lists["ssl_bump"]:
        # Whether the listener inspects is not in the files given.
        rulebases += (_maybe_bumping(gates, moment),)
    else:
        rulebases += gates.forwarding(moment)
    views = frozenset((View.TUNNEL, View.PLAIN))
    if intercepted:
        views = frozenset((View.TUNNEL,)) if secure else frozenset((View.PLAIN,))
    return Entrance(f"{port.name} {' '.join((specification, *options))}", rulebases, port.location, views)


def _maybe_bumping(gates: Gates, moment: Moment) -> Rulebase:
    """For rules without a listener: it may inspect by them, or not at all."""
    place = gates.config.lists["ssl_bump"][0].location
    condition = Unmodelled("listener", "whether the listener has ssl-bump: no http_port is in the files given", place)
    first = Bumping(gates, moment, has_certificate=True).first()
    rule = Rule(condition, Action.PROCEED, place, "http_port ... ssl-bump", (first,))
    return Rulebase(
        Stage.INSPECTION,
        "http_port",
        (rule,),
        default_rule(Action.PROCEED, place, "http_port", gates.forwarding(moment)),
    )


def _entries(config: Config, converter: Converter) -> list[Entry]:
    found: list[Entry] = []
    for acl in config.acls.values():
        domains = converter.domains.get(acl.key)
        if domains is not None and acl.type != "srcdomain":
            found += entries(acl, domains)
    return found


PLATFORM = Platform(
    id="squid",
    title="Squid",
    detect=detect,
    parse=parse,
    reads="http_access and its companions, ssl_bump in three steps, listeners, authentication, peers, includes and value files",
)
