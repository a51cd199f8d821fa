"""What is wrong with the settings of several consumers beside each other. Each fault has the name of its check."""

from collections.abc import Iterator, Mapping, Sequence

from allowlint.model.device import Note
from allowlint.platforms.mde_endpoint import words
from allowlint.platforms.mde_endpoint.addresses import taken_apart
from allowlint.platforms.mde_endpoint.faults import EXAMPLE
from allowlint.platforms.mde_endpoint.routing import effective, static_proxy
from allowlint.platforms.mde_endpoint.settings import PAC, PROXY, SERVER, TELEMETRY, Consumer, Setting

Settings = Mapping[Consumer, Sequence[Setting]]
_WINDOWS = {Consumer.SENSOR: TELEMETRY, Consumer.ANTIVIRUS: SERVER, Consumer.WINHTTP: PROXY}


def of_consumers(settings: Settings) -> dict[Consumer, list[Note]]:
    """What is to be said of consumers beside each other, by the consumer whose setting it is about."""
    found: dict[Consumer, list[Note]] = {consumer: [] for consumer in settings}
    for consumer, note in (*_disagreeing(settings), *_without(settings), *_times(settings)):
        found.setdefault(consumer, []).append(note)
    return found


def _proxies(settings: Settings) -> dict[Consumer, Setting]:
    """The proxy that each consumer of Windows surely has."""
    found = {}
    for consumer, name in _WINDOWS.items():
        mine = settings.get(consumer, ())
        each = static_proxy(mine) if consumer is Consumer.WINHTTP else effective(mine).get(name)
        if each is not None and not each.removed and not each.open and each.value.strip():
            found[consumer] = each
    return found


def _disagreeing(settings: Settings) -> Iterator[tuple[Consumer, Note]]:
    proxies = _proxies(settings)
    addresses = {consumer: taken_apart(each.value).address for consumer, each in proxies.items()}
    told = {consumer: address for consumer, address in addresses.items() if address}
    if len(set(told.values())) > 1:
        listed = ", ".join(f"{consumer.called} {address}" for consumer, address in told.items())
        first = next(iter(told))
        text = f"not all have the same proxy: {listed}"
        help_ = "give all of them the proxy that lets the required endpoints through, or make sure that each one does"
        yield first, Note("consumers-disagree", proxies[first].location, text, help_)


def _without(settings: Settings) -> Iterator[tuple[Consumer, Note]]:
    proxies = _proxies(settings)
    if not proxies or len(proxies) == len(_WINDOWS):
        return
    # A sensor's file without a value of its own is a finding already; a PAC script is a proxy too.
    scripted = {consumer for consumer, each in settings.items() if any(s.name == PAC and not s.removed for s in each)}
    missing = [consumer for consumer in _WINDOWS if consumer not in proxies and consumer not in scripted]
    missing = [
        each
        for each in missing
        if not any(s.name in (TELEMETRY, SERVER) and not s.removed for s in settings.get(each, ()))
    ]
    if not missing:
        return
    consumer, setting = next(iter(proxies.items()))
    address = taken_apart(setting.value).address or EXAMPLE
    names = " and ".join(each.called for each in missing)
    text = f"only {' and '.join(each.called for each in proxies)} {'has' if len(proxies) == 1 else 'have'} a proxy in this file, and {names} {'has' if len(missing) == 1 else 'have'} none: each is set on its own"
    yield consumer, Note("consumer-without-proxy", setting.location, text, _given(missing, address))


def _given(missing: Sequence[Consumer], address: str) -> str:
    how = {
        Consumer.SENSOR: words.sensor(address),
        Consumer.ANTIVIRUS: words.antivirus(address),
        Consumer.WINHTTP: f"for certificate lists and updates: netsh winhttp set proxy {address} (machines that stay where they are)",
    }
    return "unless they are set elsewhere:\n" + "\n".join(how[consumer] for consumer in missing)


def _times(settings: Settings) -> Iterator[tuple[Consumer, Note]]:
    """Mdatp has its proxy once for its installation and once for its work."""
    kind = "install-and-run-time-differ"
    run, install = (
        effective(settings.get(consumer, ())).get(PROXY) for consumer in (Consumer.MDATP, Consumer.INSTALLATION)
    )
    given = [
        each
        for each in (run, install)
        if each is not None and not each.removed and each.value.strip() and not each.open
    ]
    if run is not None and len(given) == 2 and install is not None:
        first, second = (taken_apart(each.value).address for each in (run, install))
        if first and second and first != second:
            text = f"mdatp has the proxy {first} while it runs, and {second} while it is installed"
            yield (
                Consumer.MDATP,
                Note(
                    kind,
                    run.location,
                    text,
                    f"give both the same proxy: mdatp config proxy set --value http://{second}",
                ),
            )
    elif len(given) == 1 and given[0].source not in ("", "com.apple.proxy.http.global"):
        yield given[0].consumer, _only(given[0], kind)


def _only(setting: Setting, kind: str) -> Note:
    address = taken_apart(setting.value).address or EXAMPLE
    if setting.consumer is Consumer.MDATP:
        text = "only the proxy for running mdatp is in this file: the package manager needs one of its own when it installs and updates"
        help_ = f'/etc/environment: HTTPS_PROXY="http://{address}/", or in /etc/apt/apt.conf.d: Acquire::https::Proxy "http://{address}/";'
    else:
        text = "only the proxy for installing mdatp is in this file: the running service needs one of its own"
        help_ = f"mdatp config proxy set --value http://{address}"
    return Note(kind, setting.location, text, help_, mild=True)


def fallback_note(consumer: Consumer, settings: Sequence[Setting]) -> Note:
    """What becomes of a consumer whose proxy does not answer."""
    name = TELEMETRY if consumer is Consumer.SENSOR else SERVER
    setting = effective(settings)[name]
    text = f"when {taken_apart(setting.value).address} does not answer, {consumer.called} goes straight to the server and says nothing: a broken proxy stays hidden where the way is open, and a firewall sees connections that it does not expect"
    help_ = "watch the proxy itself, and decide at the edge whether these machines may go out directly (a path in allowlint.yaml shows what the edge does)"
    return Note("fallback-hides-broken-proxy", setting.location, text, help_)
