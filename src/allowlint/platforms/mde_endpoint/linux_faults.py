"""What is wrong with the proxy of mdatp. Each fault has the name of its check."""

from collections.abc import Iterator, Sequence

from allowlint.model.device import Note
from allowlint.platforms.mde_endpoint.addresses import Written, malformed, shown, taken_apart
from allowlint.platforms.mde_endpoint.faults import address_of
from allowlint.platforms.mde_endpoint.routing import effective
from allowlint.platforms.mde_endpoint.settings import PLAIN_PROXY, PROXY, Consumer, Setting


def of_mdatp(settings: Sequence[Setting]) -> Iterator[Note]:
    """Yield what is wrong with the settings of mdatp, while it runs or while it is installed."""
    counting = {name: each for name, each in effective(settings).items() if not each.removed and each.value.strip()}
    proxy, plain = counting.get(PROXY), counting.get(PLAIN_PROXY)
    if proxy is not None and not proxy.open:
        faults = list(_faults(taken_apart(proxy.value)))
        if faults:
            text = f"the proxy of {proxy.consumer.called} is `{shown(proxy.value)}`, {' and '.join(faults)}: the documents want http://host:port"
            yield Note("mdatp-proxy-malformed", proxy.location, text, _right(proxy, taken_apart(proxy.value)))
    elif proxy is None and plain is not None and "PROXY" not in counting:
        text = f"`{plain.source.rpartition(': ')[2]}` is set and no HTTPS_PROXY: {plain.consumer.called} speaks HTTPS alone"
        written = taken_apart(plain.value)
        yield Note("https-proxy-not-set", plain.location, text, _right(plain, written))


def _right(setting: Setting, written: Written) -> str:
    address = address_of(written)
    if setting.consumer is Consumer.MDATP:
        return f"mdatp config proxy set --value http://{address}"
    if setting.source.startswith("Acquire"):
        return f'Acquire::https::Proxy "http://{address}/";'
    return f'HTTPS_PROXY="http://{address}/"'


def _faults(written: Written) -> Iterator[str]:
    if not written.several and not written.script:
        if not written.scheme:
            yield "without http:// before it"
        elif written.scheme != "http":
            yield f"with {written.scheme}://"
        if written.path not in ("", "/"):
            yield "with a path"
    yield from malformed(written)
