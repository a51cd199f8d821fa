r"""The value ``WinHttpSettings``, in which Windows keeps what ``netsh winhttp set proxy`` sets.

Of its form Microsoft documents only the value for direct access, ``18 00 00 00 00 00 00 00 01 ...``; the rest is what tools of the
public agree on (and Microsoft's own diagnostic scripts do): a size, a counter, flags (1 direct, 2 a proxy, 4 a script, 8 automatic
detection), then each text with its length before it. A value that does not fit is not guessed at.
"""

import struct
from collections.abc import Iterator

from allowlint.platforms.mde_endpoint.settings import (
    AUTODETECT,
    BYPASS,
    DIRECT,
    OTHER,
    PAC,
    PROXY,
    Consumer,
    RegistryValue,
    Setting,
)

_KINDS = frozenset((0x18, 0x28, 0x3C, 0x46))
_PROXY, _SCRIPT, _DETECT = 2, 4, 8
_FLAGS = 15
_LONGEST = 1 << 16


def settings_of_blob(value: RegistryValue, key: str) -> Iterator[Setting]:
    """Yield what the value sets."""
    whole = Setting(Consumer.WINHTTP, DIRECT, "", value.location, value.type, f"{key}\\WinHttpSettings")
    if value.removed:
        yield whole._replace(removed=True)
        return
    data = value.raw
    flags, texts = _read(data)
    if flags < 0:
        yield whole._replace(name=OTHER, open="what its bytes mean")
        return
    named = dict(zip((PROXY, BYPASS, PAC), texts, strict=False))
    wanted = {PROXY: flags & _PROXY, BYPASS: flags & _PROXY, PAC: flags & _SCRIPT}
    found = [whole._replace(name=name, value=text) for name, text in named.items() if text and wanted[name]]
    if flags & _DETECT:
        found.append(whole._replace(name=AUTODETECT, value="1"))
    missing = (flags & _PROXY and not named.get(PROXY)) or (flags & _SCRIPT and not named.get(PAC))
    if missing:
        found.append(whole._replace(name=OTHER, open="what its bytes mean"))
    yield from found or [whole]


def _read(data: bytes) -> tuple[int, list[str]]:
    """The flags and the texts; flags below 0 where the bytes do not fit."""
    if len(data) < 12:
        return -1, []
    kind, _, flags = struct.unpack_from("<III", data)
    if kind not in _KINDS or flags & ~_FLAGS:
        return -1, []
    texts: list[str] = []
    place = 12
    while place + 4 <= len(data) and len(texts) < 3:
        (length,) = struct.unpack_from("<I", data, place)
        if length > _LONGEST or place + 4 + length > len(data):
            return (-1, []) if len(texts) < 2 else (flags, texts)
        raw = data[place + 4 : place + 4 + length]
        if not raw.isascii() or b"\0" in raw:
            return -1, []
        texts.append(raw.decode("ascii"))
        place += 4 + length
    return flags, texts
