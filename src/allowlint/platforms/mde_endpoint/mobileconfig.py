"""Configuration profiles of macOS: the payload ``com.apple.proxy.http.global`` in a ``.mobileconfig``.

The names are those of Apple's "Device Management" documentation (GlobalHTTPProxy). A signed profile is not opened: its plist lies
in a signature.
"""

import re
from collections.abc import Iterator
from typing import Any

from allowlint.errors import InputError
from allowlint.platforms.mde_endpoint.json_text import as_text, line_with, objects
from allowlint.platforms.mde_endpoint.settings import AUTODETECT, PAC, PROXY, Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source

_PAYLOAD = "com.apple.proxy.http.global"
SIGNED = bytes.fromhex("06092a864886f70d010702")
"""The identifier of signed data, as DER has it."""
_LARGEST = 8 << 20
_BROKEN = (ValueError, LookupError, ArithmeticError, RecursionError, AttributeError, TypeError)


def detect(source: Source) -> bool:
    """Whether it is a profile with such a payload."""
    if _signed(source):
        return True
    begins = source.content.startswith(b"bplist00") or bool(re.search(r"<plist\b", source.text[:4096]))
    return begins and _PAYLOAD.encode() in source.content.replace(b"\0", b"")


def read(source: Source) -> list[Setting]:
    """What it says about the proxy of the machine. Raises InputError for what is no property list, or declares entities."""
    if _signed(source):
        name = source.path.replace("\\", "/").rpartition("/")[2]
        hint = f"take the signature off: openssl smime -verify -noverify -inform DER -in {name} -out plain.mobileconfig"
        raise InputError("a signed profile, which is not opened", path=source.path, hint=hint)
    return [setting for each in objects(_parsed(source)) for setting in _payload(source, each)]


def _signed(source: Source) -> bool:
    """Whether it is a profile in a signature (CMS, RFC 5652: a sequence that begins with the identifier of signed data)."""
    return source.name.endswith(".mobileconfig") and SIGNED in source.content[:40]


def _parsed(source: Source) -> Any:
    import plistlib
    from xml.parsers.expat import ExpatError

    if len(source.content) > _LARGEST or b"<!ENTITY" in source.content.replace(b"\0", b""):
        raise InputError(
            "no plain property list: too large, or with entities", path=source.path, hint="export it again"
        )
    try:
        return plistlib.loads(source.content)
    except (plistlib.InvalidFileException, ExpatError, *_BROKEN) as error:
        # The reader of the standard library checks little of what it is given.
        raise InputError(
            f"no property list: {error}", path=source.path, hint="export the profile again, unsigned"
        ) from error


def _payload(source: Source, each: dict[str, Any]) -> Iterator[Setting]:
    if each.get("PayloadType") != _PAYLOAD:
        return
    kind = as_text(each.get("ProxyType")).lower()
    setting = Setting(Consumer.MDATP, PROXY, "", source.at(line_with(source, _PAYLOAD)), "", _PAYLOAD)
    server, port, script = (
        as_text(each.get(name)).strip() for name in ("ProxyServer", "ProxyServerPort", "ProxyPACURL")
    )
    login = as_text(each.get("ProxyUsername"))
    if kind == "auto" or (script and not server):
        place = source.at(line_with(source, "ProxyPACURL", "ProxyType", _PAYLOAD))
        yield setting._replace(name=PAC if script else AUTODETECT, value=script or "1", location=place)
        return
    where = source.at(line_with(source, "ProxyServer", _PAYLOAD))
    text = f"http://{f'{login}:***@' if login else ''}{server}{f':{port}' if port else ''}"
    yield setting._replace(value=text if server else "", location=where, removed=not server)
