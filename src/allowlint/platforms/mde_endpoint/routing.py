"""The way of one consumer's connections, as the rules of one rulebase.

What is written as the documents ask for is a sure way. Everything else is unknown with its reason: no document says what the sensor
does with ``http://10.0.0.6:8080``, or Defender Antivirus with a proxy that has no scheme.
"""

from collections.abc import Iterable, Sequence

from allowlint.model.condition import ALWAYS, Condition, ViewIn
from allowlint.model.device import DIRECT, Action, Route, Rule, Rulebase, Stage, Way, default_rule
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple
from allowlint.platforms._ways import UNTOLD, untold
from allowlint.platforms.mde_endpoint.addresses import shown, taken_apart
from allowlint.platforms.mde_endpoint.bypasses import past_unsurely, past_winhttp
from allowlint.platforms.mde_endpoint.settings import (
    AUTODETECT,
    BYPASS,
    OTHER,
    PAC,
    PLAIN_PROXY,
    PROXY,
    SERVER,
    TELEMETRY,
    Consumer,
    Setting,
)
from allowlint.platforms.mde_endpoint.settings import DIRECT as NO_PROXY

_PLAIN = ViewIn(frozenset((View.PLAIN,)))
_SETTLE = "begin the path with the PAC script itself"


class Choice(NamedTuple):
    """A rulebase, with what is to be known of it."""

    rulebase: Rulebase
    falls_back: bool = False
    """Whether the next way is taken where the proxy does not answer."""


def effective(settings: Iterable[Setting]) -> dict[str, Setting]:
    """The setting that counts, by its name: the last one, and one by policy before one on the spot. What is misplaced counts for nothing."""
    found: dict[str, Setting] = {}
    for setting in settings:
        known = found.get(setting.name)
        if setting.misplaced or (known is not None and setting.local and not known.local and not known.removed):
            continue
        found[setting.name] = setting
    return found


def static_proxy(settings: Sequence[Setting]) -> Setting | None:
    """The proxy that the system is left with, after the last of its commands; None where it has none."""
    last = settings[-1] if settings else None
    found = effective(settings).get(PROXY)
    gone = last is None or last.removed or last.name in (NO_PROXY, OTHER)
    return None if gone or found is None or found.removed else found


def way_of(consumer: Consumer, settings: Sequence[Setting]) -> Choice:
    """The way that the settings of one consumer give."""
    counting = effective(settings)
    top = settings[0].location
    if consumer is Consumer.SENSOR:
        return _sensor(counting.get(TELEMETRY), top)
    if consumer is Consumer.ANTIVIRUS:
        return _antivirus(counting, top)
    if consumer in (Consumer.MDATP, Consumer.INSTALLATION):
        return _linux(consumer, counting, top)
    return _windows(consumer, settings, top)


def _sensor(setting: Setting | None, top: Location) -> Choice:
    name = Consumer.SENSOR
    if setting is None or setting.removed or (not setting.value.strip() and not setting.open):
        place = setting.location if setting is not None else top
        return Choice(
            unknown_way(
                name, place, "no TelemetryProxyServer", "how the EDR sensor finds a proxy that this file does not set"
            )
        )
    text = f"{TELEMETRY} = {shown(setting.value)}"
    if setting.open:
        return Choice(unknown_way(name, setting.location, text, setting.open))
    written = taken_apart(setting.value)
    if not written.clean or written.scheme or setting.type not in ("", "REG_SZ"):
        why = f"what the EDR sensor does with `{shown(setting.value)}`, which is not host:port"
        why = why if setting.type in ("", "REG_SZ") else f"what the EDR sensor does with a {setting.type}"
        return Choice(unknown_way(name, setting.location, text, why))
    return Choice(_to(name, written.address, setting.location, text, DIRECT), falls_back=True)


def _antivirus(counting: dict[str, Setting], top: Location) -> Choice:
    name = Consumer.ANTIVIRUS
    server, script = (_given(counting.get(key)) for key in (SERVER, PAC))
    if server is None:
        if script is None:
            why = "how Defender Antivirus finds a proxy that this file does not set"
            return Choice(unknown_way(name, top, "no ProxyServer", why))
        return Choice(_script(name, script))
    text = f"{SERVER} = {shown(server.value)}"
    written = taken_apart(server.value)
    past = counting.get(BYPASS)
    why = server.open or _odd_server(server) or (past.open if past is not None and not past.removed else "")
    if why:
        return Choice(unknown_way(name, server.location, text, why))
    rules = _past(past, unsure=name)
    # The policy's own order: the server, then the script, then none.
    after = () if script is not None else (DIRECT,)
    rulebase = _to(name, written.address, server.location, text, *after)
    return Choice(rulebase._replace(rules=rules), falls_back=script is None)


def _odd_server(server: Setting) -> str:
    """Why it is not known where a ProxyServer leads; empty where it is as the documents want it, with a slash behind it or not."""
    written = taken_apart(server.value)
    plain = taken_apart(server.value.removesuffix("/")) if written.path == "/" else written
    if not plain.clean or plain.scheme not in ("http", "https") or server.type not in ("", "REG_SZ"):
        return f"what Defender Antivirus does with `{shown(server.value)}`, which is not http://host:port"
    return (
        "" if plain.scheme == "http" else "whether Defender Antivirus speaks TLS to a proxy that is given with https://"
    )


def _windows(consumer: Consumer, settings: Sequence[Setting], top: Location) -> Choice:
    """What the system itself is told: the last command or output counts, with what belongs to it."""
    last = settings[-1]
    # What is taken away last leaves nothing of what was set before it.
    gone = last.name == NO_PROXY and last.removed
    together = [each for each in settings if each.source == last.source and not each.removed and not gone]
    found = {each.name: each for each in together}
    if last.name == NO_PROXY and not last.removed:
        place = last.location
        return Choice(_ruled(consumer, (), _rule(ALWAYS, (DIRECT,), place, f"{consumer}: no proxy")))
    other = found.get(OTHER)
    if other is not None or not together:
        place, why = (other.location, other.open) if other is not None else (top, f"which proxy {consumer.called} has")
        return Choice(unknown_way(consumer, place, last.source, why or f"which proxy {consumer.called} has"))
    if AUTODETECT in found:
        place = found[AUTODETECT].location
        return Choice(
            unknown_way(consumer, place, "automatic detection", "what automatic detection (WPAD) answers", _SETTLE)
        )
    if PAC in found:
        return Choice(_script(consumer, found[PAC]))
    return Choice(_static(consumer, found, top))


def _static(consumer: Consumer, found: dict[str, Setting], top: Location) -> Rulebase:
    setting = found.get(PROXY)
    if setting is None:
        return unknown_way(consumer, top, "no proxy", f"which proxy {consumer.called} has")
    text = f"{consumer} proxy = {shown(setting.value)}"
    past = found.get(BYPASS)
    rules = _past(past)
    plain, tunnel = _by_protocol(setting.value)
    untold_part = setting.open or (past.open if past is not None else "")
    if untold_part or "?" in (plain, tunnel):
        why = untold_part or f"which proxy `{shown(setting.value)}` means"
        return unknown_way(consumer, setting.location, text, why)
    ends = [Route(Way.PROXY, address) if address else DIRECT for address in (plain, tunnel)]
    if ends[0] != ends[1]:
        rules = (*rules, _rule(_PLAIN, (ends[0],), setting.location, text))
    return _ruled(consumer, rules, _rule(ALWAYS, (ends[1],), setting.location, text))


def _by_protocol(text: str) -> tuple[str, str]:
    """The proxy for plain HTTP and the one for TLS: ``host:port``, empty for none, ``?`` where it is not told."""
    found: dict[str, str] = {}
    for part in text.replace(";", " ").split():
        protocol, equals, rest = part.partition("=")
        if not equals:
            protocol, rest = "", part
        if protocol.lower() in ("ftp", "socks", "gopher"):
            continue
        written = taken_apart(rest)
        good = written.clean or (written.path == "/" and written.address)
        answer = written.address if good and written.scheme in ("", "http") and not written.login else "?"
        found[protocol.lower()] = "?" if protocol.lower() in found else answer
    both = found.get("", "")
    return found.get("http", both), found.get("https", both)


def _linux(consumer: Consumer, counting: dict[str, Setting], top: Location) -> Choice:
    other, script = counting.get(OTHER), counting.get(PAC)
    if script is not None:
        return Choice(_script(consumer, script))
    setting = _given(counting.get(PROXY))
    if setting is None or (other is not None and not other.removed):
        why = (
            other.open
            if other is not None and other.open
            else f"how {consumer.called} finds a proxy that this file does not set"
        )
        plain = counting.get(PLAIN_PROXY)
        if plain is not None and not plain.removed:
            why = f"whether {consumer.called} uses a proxy that is set for plain HTTP alone"
        return Choice(
            unknown_way(consumer, (other or plain or counting.get(PROXY) or _at(top)).location, "no HTTPS_PROXY", why)
        )
    text = f"{setting.source} = {shown(setting.value)}"
    written = taken_apart(
        setting.value.strip().removesuffix("/") if not taken_apart(setting.value).blank else setting.value
    )
    if setting.open or not written.clean or written.scheme != "http":
        why = (
            setting.open or f"what {consumer.called} does with `{shown(setting.value)}`, which is not http://host:port"
        )
        return Choice(unknown_way(consumer, setting.location, text, why))
    past = counting.get(BYPASS)
    if past is not None and past.open:
        return Choice(unknown_way(consumer, past.location, text, past.open))
    rulebase = _to(consumer, written.address, setting.location, text)
    # Tools differ in what an entry of no_proxy matches (a suffix, a network, the name alone): what it may match is unsure.
    return Choice(rulebase._replace(rules=_past(past, unsure=consumer)))


def _at(place: Location) -> Setting:
    return Setting(Consumer.MDATP, OTHER, "", place)


def _given(setting: Setting | None) -> Setting | None:
    """The setting, where it has a value."""
    return setting if setting is not None and not setting.removed and (setting.value.strip() or setting.open) else None


def _past(setting: Setting | None, unsure: Consumer | None = None) -> tuple[Rule, ...]:
    """The rules of a list of names that go past the proxy, as WinHTTP takes it, or as a consumer may take it."""
    if setting is None or setting.removed:
        return ()
    text, place = setting.value, setting.location
    found = past_winhttp(text, place) if unsure is None else past_unsurely(text, place, unsure.called)
    return tuple(_rule(condition, (DIRECT,), place, f"bypass {entry}") for condition, entry in found)


def _to(name: str, address: str, place: Location, text: str, *after: Route) -> Rulebase:
    return _ruled(name, (), _rule(ALWAYS, (Route(Way.PROXY, address), *after), place, text))


def _script(name: str, setting: Setting) -> Rulebase:
    why = f"what the PAC script at `{shown(setting.value)}` answers, which is not in this file"
    return unknown_way(name, setting.location, f"PAC {shown(setting.value)}", why, _SETTLE)


def unknown_way(name: str, place: Location, text: str, why: str, settle: str = "") -> Rulebase:
    """A way that may lead anywhere."""
    rule = default_rule(Action.PROCEED, place, why, (untold(place, text, why, settle),))
    return _ruled(name, (), rule._replace(routes=(UNTOLD,)))


def _rule(condition: Condition, routes: tuple[Route, ...], place: Location, text: str) -> Rule:
    return Rule(condition, Action.PROCEED, place, text, (), routes)


def _ruled(name: str, rules: tuple[Rule, ...], default: Rule) -> Rulebase:
    return Rulebase(Stage.ROUTING, f"proxy of {name}", rules, default)
