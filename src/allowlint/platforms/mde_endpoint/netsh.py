"""What ``netsh winhttp show proxy`` and ``show advproxy`` print.

The words are those of the machine's language, so that the form tells: a line with ``WinHTTP`` (which no language translates) and a
colon, then one indented line (there is no proxy) or two with a colon each (the proxy, and the names that go past it); or, of
``advproxy``, an object of JSON, whose names are English everywhere (learn.microsoft.com, "netsh winhttp").
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from allowlint.platforms.mde_endpoint.differing import SEVERAL
from allowlint.platforms.mde_endpoint.settings import (
    AUTODETECT,
    BYPASS,
    DIRECT,
    OTHER,
    PAC,
    PROXY,
    Consumer,
    Setting,
)
from allowlint.platforms.mde_endpoint.source import Source

_TITLE = re.compile(r"(?![ \t]*(?:\d+[.)]|[#>*-])\s).*WinHTTP")
_LONGEST = 300
"""Characters of a title, in any language; the time for longer lines would grow with their square."""
_FIELD = re.compile(r"^[ \t]++[^:：]{0,300}\S[ \t]*+[:：][ \t]++(.*)$")
_JSON = re.compile(r"\{[^{}]*\"(?:ProxyIsEnabled|AutoConfigIsEnabled)\"[^{}]*\}")
_SHOW = "netsh winhttp show proxy"
_SHOW_ADVANCED = "netsh winhttp show advproxy"


def detect(source: Source) -> bool:
    """Whether the output of one of the commands is in it."""
    return bool(_JSON.search(source.text)) or any(True for _ in _blocks(source))


def read(source: Source) -> list[Setting]:
    """What it says about the proxy of WinHTTP."""
    simple = [list(_simple(source, fields)) if fields else [_none(source, plain)] for fields, plain in _blocks(source)]
    objects = [list(_advanced(source, match)) for match in _JSON.finditer(source.text)]
    return [*_of_one_machine(simple), *_of_one_machine(objects)]


def _of_one_machine(outputs: list[list[Setting]]) -> Iterator[Setting]:
    """Yield what one command printed; where it was run more than once with other answers, nobody knows for which machine."""
    yield from (setting for output in outputs for setting in output)
    if len({tuple((each.name, each.value) for each in output) for output in outputs}) > 1:
        yield outputs[-1][-1]._replace(name=OTHER, value="", open=SEVERAL)


def _blocks(source: Source) -> Iterator[tuple[list[tuple[int, str]], int]]:
    """Yield for each title the fields below it, or the line of the only one that is no field."""
    for title, line in enumerate(source.lines, 1):
        text = line[: _LONGEST + 1].rstrip()
        if len(text) > _LONGEST or not text.endswith((":", "：")) or not _TITLE.match(text):
            continue
        below = _indented(source, title)
        fields = [(number, found[1].strip()) for number, line in below if (found := _FIELD.match(line)) is not None]
        if len(fields) == len(below) and len(fields) in (1, 2):
            yield fields, 0
        elif len(below) == 1 and not fields:
            yield [], below[0][0]


def _indented(source: Source, title: int) -> list[tuple[int, str]]:
    """The indented lines below a title, with their numbers; blank ones may stand before them, and behind the first of two fields."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(source.lines[title : title + 8], title + 1):
        if line.strip() and line[:1] in (" ", "\t"):
            found.append((number, line))
        elif line.strip() or (found and (len(found) > 1 or not _FIELD.match(found[0][1]))):
            break
    return found


def _none(source: Source, line: int) -> Setting:
    return Setting(Consumer.WINHTTP, DIRECT, "", source.at(line), "", _SHOW)


def _simple(source: Source, fields: list[tuple[int, str]]) -> Iterator[Setting]:
    names = (PROXY, BYPASS)
    for name, (line, text) in zip(names, fields, strict=False):
        empty = text.startswith(("(", "（")) or not text
        if name == PROXY or not empty:
            value = Setting(Consumer.WINHTTP, name, text, source.at(line), "", _SHOW)
            yield value._replace(name=DIRECT, value="") if empty else value
    if len(fields) == 1 and not fields[0][1].startswith(("(", "（")):
        cut = Setting(Consumer.WINHTTP, BYPASS, "", source.at(fields[0][0]), "", _SHOW)
        yield cut._replace(open="which names go past the proxy: the line below it is missing")


def _advanced(source: Source, match: re.Match[str]) -> Iterator[Setting]:
    try:
        given = json.loads(match[0])
    except ValueError:
        place = source.at(source.line_of(match.start()))
        yield Setting(
            Consumer.WINHTTP, OTHER, "", place, "", _SHOW_ADVANCED, open="what its JSON says, which is broken"
        )
        return
    yield from advanced(given, _Places(source, match), _SHOW_ADVANCED)


class _Places:
    """Where a name of an object stands."""

    def __init__(self, source: Source, match: re.Match[str]) -> None:
        self._source, self._start, self._text = source, match.start(), match[0]

    def of(self, name: str) -> int:
        found = self._text.lower().find(f'"{name.lower()}"')
        return self._source.line_of(self._start + max(found, 0))

    @property
    def source(self) -> Source:
        return self._source


def advanced(given: dict[str, Any], places: "_Places | tuple[Source, int]", command: str) -> Iterator[Setting]:
    """Yield what an object of advanced settings says. Names differ in case from release to release."""
    lowered = {key.lower(): value for key, value in given.items()}

    def setting(name: str, key: str, value: str) -> Setting:
        source = places[0] if isinstance(places, tuple) else places.source
        line = places[1] if isinstance(places, tuple) else places.of(key)
        return Setting(Consumer.WINHTTP, name, value, source.at(line), "", command)

    proxy, bypass, script = (str(lowered.get(key) or "").strip() for key in ("proxy", "proxybypass", "autoconfigurl"))
    found = []
    if proxy and lowered.get("proxyisenabled") is not False:
        found.append(setting(PROXY, "Proxy", proxy))
        if bypass:
            found.append(setting(BYPASS, "ProxyBypass", bypass))
    if script and lowered.get("autoconfigisenabled") is not False:
        found.append(setting(PAC, "AutoconfigUrl", script))
    if lowered.get("autodetect") is True:
        found.append(setting(AUTODETECT, "AutoDetect", "1"))
    yield from found or [setting(DIRECT, "ProxyIsEnabled", "")]
