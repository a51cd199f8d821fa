"""``http_port`` and ``https_port``: the ways that clients have into Squid, and what they meet there."""

from allowlint.model.condition import Unmodelled
from allowlint.model.device import Action, Entrance, Rule, Rulebase, Stage, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms.squid.bumping import Bumping
from allowlint.platforms.squid.config import Config, Directive
from allowlint.platforms.squid.moments import Moment
from allowlint.platforms.squid.rulebases import Gates

INTERCEPTING = frozenset(("intercept", "transparent", "tproxy"))
"""Options of a listener for traffic that was redirected to it."""


def entrances(config: Config, gates: Gates) -> tuple[Entrance, ...]:
    """Every listener that inside clients can use."""
    for port in config.ports:
        if port.words:
            _check(port, config)
    return tuple(_entrance(port, config, gates) for port in _listeners(config))


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
    intercepted = not INTERCEPTING.isdisjoint(options)
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
    if "require-proxy-header" in options:
        rulebases = (_proxy_header(port), *rulebases)
    labels = frozenset((specification, number, *named))
    return Entrance(
        f"{port.name} {' '.join((specification, *options))}",
        rulebases,
        port.location,
        views,
        labels,
        explicit=not intercepted,
        secure=secure and not intercepted,
        own_name="tproxy" not in options,
    )


def _proxy_header(port: Directive) -> Rulebase:
    """Only a balancer in front that speaks the PROXY protocol gets in; whether clients come by way of it is not told here."""
    reason = "whether clients come through a balancer that sends the PROXY header"
    condition = Unmodelled(f"proxy header {port.location}", reason, port.location)
    refused = Rule(condition, Action.BLOCK, port.location, port.text)
    return Rulebase(
        Stage.ACCESS, "proxy_protocol_access", (refused,), default_rule(Action.PROCEED, port.location, port.text)
    )


def _check(port: Directive, config: Config) -> None:
    """Combinations of options with which Squid does not start (``parsePortCfg``, ``cache_cf.cc``)."""
    options = _options(port)
    bumping = "ssl-bump" in options or "sslBump" in options
    intercepted = not INTERCEPTING.isdisjoint(options)
    certificate = any(option.startswith(("cert=", "tls-cert=")) for option in options)
    if port.name == "https_port" and bumping != intercepted:
        missing = "tproxy/intercept" if bumping else "ssl-bump"
        config.reading.fault(
            port.location, f"https_port: {missing} is missing; intercept and ssl-bump go together there"
        )
    elif port.name == "https_port" and not certificate:
        config.reading.fault(port.location, "https_port requires a cert= parameter")
    if bumping and not certificate and config.lists["ssl_bump"]:
        # Observed on 5.7: it starts, and the first TLS connection that is to be inspected ends the process.
        why = "ssl-bump without tls-cert=: Squid fails at the first connection that it is to inspect"
        config.reading.unknown(port.location, port.text, why)


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
