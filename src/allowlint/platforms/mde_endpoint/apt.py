"""The proxy of apt, by which a package manager installs mdatp.

The grammar is that of apt.conf(5): ``Acquire::https::Proxy "...";`` or blocks, the last assignment counts. What apt takes was tried with
apt 2.6.1: the proxy of the host before the general one, that of https before that of http, which https takes too where it
has none; ``DIRECT`` is no proxy.
"""

import re
from collections.abc import Iterator

from allowlint.model.record import NamedTuple
from allowlint.platforms.mde_endpoint.settings import PROXY, Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source

_TOKEN = re.compile(r"/\*.*?(?:\*/|\Z)|(?://|#)[^\n]*|\"[^\"\n]*\"?|[{};]|[^\s\"{};]+", re.DOTALL)
_MARKS = ("{", "}", ";")
_COMMENT = ("//", "#", "/*")
_HOST = "packages.microsoft.com"
_ORDER = tuple(f"acquire::{scheme}::proxy{host}" for host in (f"::{_HOST}", "") for scheme in ("https", "http"))
"""The names that are asked, in their order."""
_DEEPEST = 40


class _Assigned(NamedTuple):
    name: str
    value: str
    place: int


def detect(source: Source) -> bool:
    """Whether it is a configuration of apt that names a proxy."""
    first = next((each for each in _TOKEN.findall(source.text[:65_536]) if not each.startswith(_COMMENT)), "")
    return first.lower().startswith("acquire") and bool(re.search(r"proxy", source.text, re.IGNORECASE))


def read(source: Source) -> list[Setting]:
    """The proxy for Microsoft's packages, where there is one."""
    found = {each.name.lower(): each for each in _assigned(source.text)}
    counting = next((found[name] for name in _ORDER if name in found and found[name].value), None)
    if counting is None:
        return []
    value = "" if counting.value.upper() == "DIRECT" else counting.value
    place = source.at(source.line_of(counting.place))
    return [Setting(Consumer.INSTALLATION, PROXY, value, place, "", counting.name, removed=not value)]


def _assigned(text: str) -> Iterator[_Assigned]:
    """Yield what is assigned, with the whole names."""
    scopes: list[str] = []
    for place, words, end in _statements(text):
        name = "::".join((*scopes, *words[:1]))
        if len(words) > 1:
            yield _Assigned(name, words[1], place)
        if end == "{":
            scopes = [*scopes, *words[:1]]
        elif end == "}":
            scopes = scopes[:-1]
        if len(scopes) > _DEEPEST:
            return


def _statements(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield the words up to each mark, with the place of the first and the mark behind them."""
    words: list[str] = []
    place = 0
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part in _MARKS:
            yield place, words, part
            words = []
        elif not part.startswith(_COMMENT):
            place = place if words else match.start()
            words.append(part.strip('"'))
