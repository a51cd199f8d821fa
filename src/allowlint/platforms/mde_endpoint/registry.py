r"""Which values of the registry say something about a proxy, and where they must stand.

The keys are those of the article "Configure proxy connectivity for Microsoft Defender for Endpoint on Windows"
(learn.microsoft.com/defender-endpoint/configure-proxy-internet) and of the ADMX files that the Policy CSP pages name
(DataCollection.admx, WindowsDefender.admx). That ``Set-MpPreference`` keeps its values under
``HKLM\SOFTWARE\Microsoft\Windows Defender`` no document says; they are taken for settings that a policy wins over.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from allowlint.platforms.mde_endpoint.blob import settings_of_blob
from allowlint.platforms.mde_endpoint.settings import (
    AUTHENTICATED,
    BYPASS,
    OTHER,
    PAC,
    PINNING,
    PREFER,
    SERVER,
    TELEMETRY,
    Consumer,
    RegistryValue,
    Setting,
)

COLLECTION = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection"
PROTECTION = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection"
DEFENDER = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
SPYNET = DEFENDER + r"\Spynet"
_LOCAL = r"HKLM\SOFTWARE\Microsoft\Windows Defender"
_CONNECTIONS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
_BLOB = "winhttpsettings"

_PLACES = {
    TELEMETRY: (Consumer.SENSOR, COLLECTION),
    AUTHENTICATED: (Consumer.SENSOR, COLLECTION),
    PREFER: (Consumer.SENSOR, PROTECTION),
    SERVER: (Consumer.ANTIVIRUS, DEFENDER),
    PAC: (Consumer.ANTIVIRUS, DEFENDER),
    BYPASS: (Consumer.ANTIVIRUS, DEFENDER),
    PINNING: (Consumer.ANTIVIRUS, SPYNET),
}
PLACE = {name: place for name, (_, place) in _PLACES.items()}
"""The key in which a value must stand, by its name."""
_NAMES = {name.lower(): name for name in _PLACES} | {"telemetryproxy": "TelemetryProxy"}
_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
}
_KEYS = frozenset(place.lower() for _, place in _PLACES.values())
_ALIKE = 0.88
"""How alike two names are, as difflib has it, of which one is taken for the other misspelt."""
_NEAR = re.compile(r"\\(?:Windows Defender|DataCollection|Windows Advanced Threat Protection)(?:\\|$)", re.IGNORECASE)
"""Keys in which somebody means one of these programs."""
TELLING = re.compile("|".join((*_NAMES, _BLOB)), re.IGNORECASE)
"""What a file of the registry says at least once if it speaks of any of this."""


def key_of(text: str) -> str:
    r"""A key in one spelling: ``HKLM\SOFTWARE\...``, whatever tool wrote it."""
    text = text.strip().strip("\"'").replace("/", "\\")
    text = text.rpartition("::")[2]
    hive, slash, rest = text.partition("\\")
    hive = hive.rstrip(":").upper()
    rest = "\\".join(part for part in rest.split("\\") if part)
    rest = re.sub(r"^software(?=\\|$)", "SOFTWARE", rest, flags=re.IGNORECASE)
    return f"{_HIVES.get(hive, hive)}{slash}{rest}"


def speaks_of_proxies(key: str) -> bool:
    """Whether it is a key of which values are read."""
    return key_of(key).lower() in _KEYS


def settings_of(values: Iterable[RegistryValue]) -> Iterator[Setting]:
    """Yield what values of the registry say about proxies, in their order; values about anything else say nothing."""
    for value in values:
        key = key_of(value.key)
        if value.name.lower() == _BLOB and key.lower() == _CONNECTIONS.lower():
            yield from settings_of_blob(value, key)
        elif key.lower() == _CONNECTIONS.lower() and get_close_matches(value.name.lower(), [_BLOB], 1, _ALIKE):
            why = f"whether `{value.name[:60]}` was to be `WinHttpSettings`"
            yield _setting(value, key, Consumer.WINHTTP, OTHER)._replace(open=why, removed=False)
        elif value.open and not value.name:
            yield from _lost(value, key)
        elif not value.name and value.removed:
            yield from _removed_with(value, key)
        elif value.name.lower() in _NAMES:
            yield from _named(value, key)
        elif key.lower() in _KEYS:
            yield from _misspelt(value, key)


def _lost(value: RegistryValue, key: str) -> Iterator[Setting]:
    """A line of a key that is read, of which not even the name could be read."""
    consumers = {place.lower(): consumer for consumer, place in _PLACES.values()}
    if key.lower() in consumers:
        yield _setting(value, key, consumers[key.lower()], OTHER)


def _misspelt(value: RegistryValue, key: str) -> Iterator[Setting]:
    """A value that is called nearly like one that is read there."""
    names = [name for name, (_, place) in _PLACES.items() if place.lower() == key.lower()]
    near = get_close_matches(value.name.lower(), [name.lower() for name in names], 1, _ALIKE)
    if near and not value.removed:
        name = _NAMES[near[0]]
        why = f"it is called `{value.name[:60]}` there, and the value that is read is called `{name}`"
        yield _setting(value, key, _PLACES[name][0], name, why)


def _named(value: RegistryValue, key: str) -> Iterator[Setting]:
    name = _NAMES[value.name.lower()]
    if name == "TelemetryProxy":
        if not _NEAR.search(key) and "policymanager" not in key.lower():
            return
        why = f"`TelemetryProxy` is the name of the policy; the value that the sensor reads is called `{TELEMETRY}`"
        why = why if "policymanager" not in key.lower() else BY_MDM
        yield _setting(value, key, Consumer.SENSOR, TELEMETRY, why)
        return
    consumer, place = _PLACES[name]
    if key.lower() == place.lower():
        yield _setting(value, key, consumer, name)
    elif consumer is Consumer.ANTIVIRUS and key.lower() in (_LOCAL.lower(), (_LOCAL + r"\Spynet").lower()):
        yield _setting(value, key, consumer, name)._replace(local=True)
    elif (
        name in (TELEMETRY, AUTHENTICATED, PREFER)
        or _NEAR.search(key)
        or get_close_matches(key.lower(), [place.lower()], 1, _ALIKE)
    ):
        yield _setting(value, key, consumer, name, _why(key, place))


BY_MDM = "it comes by MDM, and the sensor reads the registry key of the group policy"


def _why(key: str, place: str) -> str:
    lowered = key.lower()
    if "policymanager" in lowered:
        return BY_MDM
    if "wow6432node" in lowered:
        return "it stands in the part of the registry for 32-bit programs"
    if lowered.startswith(("hkcu", "hku")):
        return "it stands in a user's part of the registry, and the service reads the machine's"
    if r"software\policies" not in lowered:
        return r"it stands outside of `SOFTWARE\Policies`"
    last = place.rpartition("\\")[2]
    return f"it stands under `{key.rpartition(chr(92))[2]}` instead of `{last}`"


def _setting(value: RegistryValue, key: str, consumer: Consumer, name: str, misplaced: str = "") -> Setting:
    return Setting(
        consumer,
        name,
        value.value,
        value.location,
        value.type,
        key,
        removed=value.removed,
        misplaced=misplaced,
        open=value.open,
    )


def _removed_with(value: RegistryValue, key: str) -> Iterator[Setting]:
    """What goes away with a key."""
    lowered = key.lower()
    for name, (consumer, place) in _PLACES.items():
        if (place.lower() + "\\").startswith(lowered + "\\"):
            yield _setting(value, key, consumer, name)
    if (_CONNECTIONS.lower() + "\\").startswith(lowered + "\\"):
        yield from settings_of_blob(value, _CONNECTIONS)
