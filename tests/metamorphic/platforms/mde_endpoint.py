"""Operations on registry exports with the proxies of endpoints.

A registry export only sets values, so the laws are about ways:

* The gate is `routing`: satisfied is straight to the server, which nothing here is but a blob for direct access.
* What spoils everything at the end (the last value of a name counts) is a proxy that is none, or one that no path declares.
* Order means nothing between keys of which each is written once.
* To delete is to take away a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from allowlint.model.device import Stage
from tests.metamorphic.operations import FOREIGN, UNDECLARED, Doubt, Edit, Force, Generated, Operations, nothing

_FIRST = "Windows Registry Editor Version 5.00"
_COLLECTION = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\DataCollection]"
_DEFENDER = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender]"
_NAME = re.compile(r'^"(\w{8,})"=', re.MULTILINE)
_PROXY = re.compile(r"[\w.-]+:\d{2,5}")


def usable(text: str) -> bool:
    """Whether it is text of one byte for each character, with a proxy of the sensor in its place."""
    return text.startswith(_FIRST) and _COLLECTION in text and '"TelemetryProxyServer"="' in text


def unrelated(text: str, _random: Random) -> Iterator[Edit]:
    """A key of another program, and a value of another meaning."""
    for key in (r"[HKEY_LOCAL_MACHINE\SOFTWARE\Other]", r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge]"):
        yield Edit(f'{text.rstrip()}\n\n{key}\n"ProxyServer"="{FOREIGN}:1"\n', f"{key} at the end")
    yield Edit(text.replace(_COLLECTION, f'{_COLLECTION}\n"AllowTelemetry"=dword:00000001', 1), "AllowTelemetry")


def layouts(text: str, _random: Random) -> Iterator[Edit]:
    """Line ends, comments, blank lines, a byte-order mark, the case of keys and names."""
    plain = text.replace("\r\n", "\n")
    yield Edit(plain.replace("\n", "\r\n"), "other line ends")
    yield Edit(plain.replace("\n[", "\n; a comment\n\n["), "comments")
    yield Edit("\u00ef\u00bb\u00bf" + text, "a byte-order mark")
    yield Edit(text.replace("HKEY_LOCAL_MACHINE\\SOFTWARE", "hkey_local_machine\\Software"), "the case of keys")
    yield Edit(_NAME.sub(lambda found: found[0].upper(), text), "the case of names")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """Keys in another order."""
    head, *keys = re.split(r"(?m)^(?=\[)", text)
    if len(keys) > 1 and len({key.partition("]")[0].lower() for key in keys}) == len(keys) and "[-" not in text:
        ended = [key if key.endswith("\n") else f"{key}\n" for key in keys]
        yield Edit(head + "".join(random.sample(ended, len(ended))), "keys mixed")


def unknown_words(text: str, random: Random) -> Iterator[Edit]:
    """A name with a letter that does not belong there."""
    for found in _NAME.finditer(text):
        place = random.randrange(found.start(1) + 1, found.end(1))
        line = text.count("\n", 0, place) + 1
        yield Edit(f"{text[:place]}q{text[place:]}", f"a letter in {found[1]}", range(line, line + 1))


def deletions(text: str, _random: Random) -> Iterator[Edit]:
    """A line is gone."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.strip():
            yield Edit("\n".join(lines[:index] + lines[index + 1 :]), f"without line {index + 1}: {line}")


def duplicates(text: str, _random: Random) -> Iterator[Edit]:
    """A value twice."""
    for line in text.split("\n"):
        if _NAME.match(line) and not line.rstrip().endswith("\\"):
            yield Edit(text.replace(line, f"{line}\n{line}", 1), f"{line} twice")


def doubts(text: str, _random: Random) -> Iterator[Doubt]:
    """The sensor's proxy as it is, taken away, and in bytes that spell nothing."""
    value = r'"TelemetryProxyServer"="[^"\n]*"'
    gone = Edit(re.sub(value, '"TelemetryProxyServer"=-', text), "the proxy taken away")
    spoilt = Edit(re.sub(value, '"TelemetryProxyServer"=hex(1):3x,00', text), "the proxy in bytes that are none")
    yield Doubt(Edit(f"{text}; a comment\n", "the proxy as it is"), gone, spoilt)


def _force(stage: Stage, value: str, *, on_path: bool | None = None) -> Force:
    def edit(text: str) -> str:
        values = "".join(f'{key}\n"{name}"="{value}"\n\n' for key, name in _SET)
        system = f"{_CONNECTIONS}\n{_blob(value)}\n" if "WinHttpSettings" in text else ""
        return f"{text.rstrip()}\n\n{values}{system}"

    return Force(stage, f"{value} at the end", edit, on_path)


_CONNECTIONS = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections]"


def _blob(proxy: str) -> str:
    """The value in which WinHTTP keeps a static proxy."""
    head = (0x18, 0, 3, len(proxy))
    raw = b"".join(number.to_bytes(4, "little") for number in head) + proxy.encode() + bytes(4)
    return f'"WinHttpSettings"=hex:{",".join(f"{byte:02x}" for byte in raw)}\n'


_SET = ((_COLLECTION, "TelemetryProxyServer"), (_DEFENDER, "ProxyServer"))


def detours(text: str, _random: Random) -> Iterator[Edit]:
    """The last value of the sensor is a proxy that nobody declares."""
    yield Edit(f'{text.rstrip()}\n\n{_COLLECTION}\n"TelemetryProxyServer"="{UNDECLARED}"\n', f"to {UNDECLARED}")


def proxies(text: str) -> list[str]:
    """The proxies of the sensor, where it alone is in the file."""
    return _PROXY.findall(text) if "Windows Defender" not in text else []


def generated(_count: int) -> Iterator[Generated]:
    """The fixtures are as many forms as there are."""
    yield from ()


OPERATIONS = Operations(
    platform="mde_endpoint",
    names=("config.reg",),
    usable=usable,
    generated=generated,
    forces=(
        _force(Stage.ROUTING, "192.0.2.1:9"),
        _force(Stage.ROUTING, "http://"),
        _force(Stage.ACCESS, "a b c"),
        _force(Stage.ACCESS, "192.0.2.1:9", on_path=True),
    ),
    unrelated=unrelated,
    layouts=layouts,
    shuffles=shuffles,
    renamings=nothing,
    duplicates=duplicates,
    unknown_words=unknown_words,
    deletions=deletions,
    fewer_allows=nothing,
    fewer_denies=nothing,
    doubts=doubts,
    gate=Stage.ROUTING,
    detours=detours,
    proxies=proxies,
    cases=20,
)
