"""What is wrong with single settings. Each fault has the name of its check."""

from collections.abc import Iterator, Sequence

from allowlint.model.device import Note
from allowlint.platforms.mde_endpoint import words
from allowlint.platforms.mde_endpoint.addresses import Written, malformed, shown, taken_apart
from allowlint.platforms.mde_endpoint.registry import PLACE
from allowlint.platforms.mde_endpoint.routing import effective, static_proxy
from allowlint.platforms.mde_endpoint.settings import (
    AUTHENTICATED,
    BYPASS,
    NUMBER,
    PAC,
    PINNING,
    PLAIN_PROXY,
    PREFER,
    PROXY,
    SERVER,
    STRING,
    TELEMETRY,
    Consumer,
    Setting,
)

_PROXIES = frozenset((TELEMETRY, SERVER, PROXY, PLAIN_PROXY, PAC))
_NUMBERS = frozenset((AUTHENTICATED, PREFER, PINNING))
EXAMPLE = "10.0.0.6:8080"


def of_setting(setting: Setting) -> Iterator[Note]:
    """Yield what is wrong with one setting, wherever it stands. What is taken away has no fault."""
    if setting.removed:
        return
    if setting.misplaced:
        yield _note(setting, "wrong-registry-key", _misplaced(setting), _moved(setting))
    yield from _of_type(setting)
    if setting.open or setting.name not in _PROXIES:
        return
    if "@" in setting.value and taken_apart(setting.value).login:
        text = f"{_named(setting)} has credentials in it (`{shown(setting.value)}`): a service cannot use them, and everybody can read them"
        help_ = (
            "let the proxy take these connections without a login, and write host and port alone; change the password"
        )
        yield _note(setting, "proxy-with-credentials", text, help_)


def _named(setting: Setting) -> str:
    return f"the {setting.name} of {setting.consumer.called}" if setting.name in (PROXY, PLAIN_PROXY) else setting.name


def _note(setting: Setting, kind: str, text: str, help_: str, *, mild: bool = False) -> Note:
    return Note(kind, setting.location, text, help_, mild)


def address_of(written: Written) -> str:
    """The address that was meant, for advice."""
    return written.address or (
        f"{written.host}:<port>" if written.good_host and not written.script else "<host>:<port>"
    )


def _misplaced(setting: Setting) -> str:
    return f"{setting.name} has no effect in `{setting.source}`: {setting.misplaced}"


def _moved(setting: Setting) -> str:
    place = PLACE[setting.name]
    kind = NUMBER if setting.name in _NUMBERS else STRING
    address = address_of(taken_apart(setting.value)) if setting.name in (TELEMETRY, SERVER) else shown(setting.value)
    value = f"http://{address}" if setting.name == SERVER else address
    text = f'move it:\n  reg add "{place}" /v {setting.name} /t {kind} /d {value or 1} /f'
    return f"deploy it by group policy ({words.SENSOR_POLICY})" if "MDM" in setting.misplaced else text


def _of_type(setting: Setting) -> Iterator[Note]:
    wanted = NUMBER if setting.name in _NUMBERS else STRING
    if not setting.type or setting.type == wanted or setting.consumer is Consumer.WINHTTP:
        return
    value = shown(setting.value)
    text = f"{setting.name} is a {setting.type} (`{value}`), and a {wanted} is wanted: it is not read as what it looks like"
    parts = taken_apart(setting.value)
    right = address_of(parts) if setting.name == TELEMETRY else value
    help_ = (
        f'remove it and set it again:\n  reg add "{PLACE[setting.name]}" /v {setting.name} /t {wanted} /d {right} /f'
    )
    yield _note(setting, "wrong-value-type", text, help_)


def of_sensor(settings: Sequence[Setting]) -> Iterator[Note]:
    """Yield what is wrong with the sensor's settings together, and with its proxy."""
    counting = effective(settings)
    proxy, asked = counting.get(TELEMETRY), counting.get(AUTHENTICATED)
    has_proxy = proxy is not None and not proxy.removed
    for setting in settings:
        if setting.name == TELEMETRY and not setting.removed and not setting.open:
            yield from _sensor_proxy(setting)
    # The readers of scripts and policies see a part of what a machine has: a value that is missing may come from elsewhere.
    if has_proxy and proxy is not None:
        yield from _authenticated(proxy, asked)
    elif not any(setting.name == TELEMETRY and setting.misplaced for setting in settings):
        other = asked or counting.get(PREFER) or proxy
        if other is not None:
            text = "TelemetryProxyServer is not set: the EDR sensor goes by automatic detection, by the proxy of WinHTTP, or directly"
            help_ = f"where machines have no direct way: {words.sensor(EXAMPLE)}"
            yield _note(other, "sensor-proxy-not-set", text, help_)


def _sensor_proxy(setting: Setting) -> Iterator[Note]:
    written = taken_apart(setting.value)
    value = f"{TELEMETRY} is `{shown(setting.value)}`"
    if (written.scheme or written.path) and not written.script:
        what = " and ".join(
            part
            for part, there in ((f"a scheme ({written.scheme}://)", written.scheme), (_path(written), written.path))
            if there
        )
        text = f"{value}, with {what}: the EDR sensor wants host:port and nothing else"
        yield _note(setting, "sensor-proxy-with-scheme", text, words.sensor(address_of(written)))
    faults = list(malformed(written))
    if faults:
        text = f"{value}, {' and '.join(faults)}: the EDR sensor wants host:port"
        yield _note(setting, "sensor-proxy-malformed", text, words.sensor(address_of(written)))


def _path(written: Written) -> str:
    return "a slash at its end" if written.path == "/" else "a path"


def _authenticated(proxy: Setting, asked: Setting | None) -> Iterator[Note]:
    if asked is not None and not asked.removed and (asked.value == "1" or asked.open or asked.type not in ("", NUMBER)):
        return
    if asked is None or asked.removed:
        text = "TelemetryProxyServer is set without DisableEnterpriseAuthProxy: the documents want both"
        yield _note(proxy, "authenticated-proxy-not-disabled", text, words.authenticated())
    else:
        text = f"DisableEnterpriseAuthProxy is {asked.value}, which lets the telemetry service use a user's proxy with a login: 1 is wanted"
        yield _note(asked, "authenticated-proxy-not-disabled", text, words.authenticated())


def of_antivirus(settings: Sequence[Setting]) -> Iterator[Note]:
    """Yield what is wrong with the settings of Defender Antivirus."""
    counting = {name: each for name, each in effective(settings).items() if not each.removed}
    for setting in settings:
        if setting.name == SERVER and not setting.removed and not setting.open:
            yield from _antivirus_proxy(setting)
    yield from _script_and_bypass(counting)
    pinning = counting.get(PINNING)
    weak = {"0": "switches off pinning and the check for revoked certificates", "1": "switches off certificate pinning"}
    if pinning is not None and pinning.value in weak:
        text = f"SSLOptions is {pinning.value}, which {weak[pinning.value]}: who stands in between is no longer noticed"
        yield _note(pinning, "pinning-weakened", text, words.pinning())
    elif pinning is not None and pinning.value == "2":
        text = "SSLOptions is 2, which switches off the check for revoked certificates: meant for machines that reach no certificate lists"
        help_ = "let the system reach the certificate lists by a proxy of WinHTTP, and remove the value"
        yield _note(pinning, "pinning-weakened", text, help_, mild=True)


def _antivirus_proxy(setting: Setting) -> Iterator[Note]:
    written = taken_apart(setting.value)
    value = f"{SERVER} is `{shown(setting.value)}`"
    if not written.scheme and not written.several and written.text.strip():
        text = f"{value}, without a scheme: Defender Antivirus wants http:// before it (it is the EDR sensor that wants host:port)"
        yield _note(setting, "antivirus-proxy-without-scheme", text, words.antivirus(address_of(written)))
    elif written.scheme not in ("http", "https", ""):
        text = f"{value}, with {written.scheme}://: Defender Antivirus wants http:// or https://"
        yield _note(setting, "antivirus-proxy-malformed", text, words.antivirus(address_of(written)))
    faults = list(malformed(written))
    if written.script and not written.several:
        faults = [f"the address of a PAC script, which belongs into {PAC}"]
    elif written.path not in ("", "/") and not written.several:
        faults.append("with a path")
    if faults:
        text = f"{value}, {' and '.join(faults)}: Defender Antivirus wants http://host:port"
        help_ = (
            words.antivirus(address_of(written))
            if not written.script
            else f"set the group policy ({words.PAC_POLICY}) instead"
        )
        yield _note(setting, "antivirus-proxy-malformed", text, help_)
    elif written.path == "/":
        text = f"{value}, with a slash at its end, which no document has"
        yield _note(setting, "antivirus-proxy-malformed", text, words.antivirus(address_of(written)), mild=True)


def _script_and_bypass(counting: dict[str, Setting]) -> Iterator[Note]:
    server, script, bypass = (counting.get(name) for name in (SERVER, PAC, BYPASS))
    kind = "pac-or-bypass-malformed"
    if script is not None and not script.open and script.value.strip():
        written = taken_apart(script.value)
        if written.scheme not in ("http", "https"):
            how = f"with {written.scheme}://" if written.scheme else "without a scheme"
            text = f"{PAC} is `{shown(script.value)}`, {how}: a service fetches scripts from http:// or https://"
            yield _note(script, kind, text, 'Set-MpPreference -ProxyPacUrl "https://proxy.example.com/proxy.pac"')
        elif written.blank or written.quoted or not written.host:
            text = f"{PAC} is `{shown(script.value)}`, which is no URL"
            yield _note(script, kind, text, 'Set-MpPreference -ProxyPacUrl "https://proxy.example.com/proxy.pac"')
        elif server is not None and server.value.strip():
            text = f"{PAC} is set beside {SERVER}, which is tried first: the script counts only where that proxy fails"
            yield _note(script, kind, text, "remove one of the two", mild=True)
    if bypass is not None and not bypass.open and bypass.value.strip():
        yield from _bypass(bypass, proxied=server is not None or script is not None)


def _bypass(bypass: Setting, *, proxied: bool) -> Iterator[Note]:
    kind, parts = (
        "pac-or-bypass-malformed",
        [part for part in bypass.value.replace(";", "\n").replace(",", "\n").split("\n") if part.strip()],
    )
    odd = [part.strip() for part in parts if any(char in part.strip() for char in "<>\"' \t/*") and "://" not in part]
    if odd:
        text = f"{BYPASS} has `{shown(odd[0])}`: Defender Antivirus documents names and URLs, and no `<local>`, star, network or blank"
        yield _note(bypass, kind, text, 'Set-MpPreference -ProxyBypass "intranet.example.com","updates.example.com"')
    elif not proxied:
        text = f"{BYPASS} is set without {SERVER} or {PAC}: there is nothing to go past"
        yield _note(bypass, kind, text, "remove it, or set the proxy too", mild=True)


def of_windows(settings: Sequence[Setting]) -> Iterator[Note]:
    """Yield what is to be known of a static proxy of WinHTTP."""
    proxy = static_proxy(settings)
    if proxy is not None and proxy.consumer is Consumer.WINHTTP:
        text = f"WinHTTP has the static proxy `{shown(proxy.value)}`: a laptop that leaves the network finds no proxy, and everything that asks the system goes wrong"
        help_ = "meant for desktops that stay where they are; let laptops detect the proxy (WPAD), and undo it with: netsh winhttp reset proxy"
        yield _note(proxy, "static-proxy-on-roaming-device", text, help_)
