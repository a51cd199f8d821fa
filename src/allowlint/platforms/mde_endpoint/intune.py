"""Policies of Intune as Microsoft Graph exports them: custom OMA-URI settings, and the settings catalog.

``omaSettings`` and ``settingInstance`` are the forms of Microsoft Graph (windows10CustomConfiguration,
deviceManagementConfigurationSetting). The ids of the catalog are OMA-URIs in lower case with underscores; the ids of the boxes below a
policy are taken for whatever begins with the id of the policy.
"""

import re
from collections.abc import Iterator
from typing import Any

from allowlint.platforms.mde_endpoint.differing import POLICIES, differing
from allowlint.platforms.mde_endpoint.json_text import as_text, line_with, objects, parsed
from allowlint.platforms.mde_endpoint.registry import BY_MDM
from allowlint.platforms.mde_endpoint.settings import (
    AUTHENTICATED,
    BYPASS,
    PAC,
    SERVER,
    TELEMETRY,
    Consumer,
    Setting,
)
from allowlint.platforms.mde_endpoint.source import Source

_POLICIES = {
    "system/telemetryproxy": (Consumer.SENSOR, TELEMETRY),
    "system/disableenterpriseauthproxy": (Consumer.SENSOR, AUTHENTICATED),
    "admx_microsoftdefenderantivirus/proxyserver": (Consumer.ANTIVIRUS, SERVER),
    "admx_microsoftdefenderantivirus/proxypacurl": (Consumer.ANTIVIRUS, PAC),
    "admx_microsoftdefenderantivirus/proxybypass": (Consumer.ANTIVIRUS, BYPASS),
}
_CATALOG = {f"device_vendor_msft_policy_config_{path.replace('/', '_')}": what for path, what in _POLICIES.items()}
_URI = re.compile(r"^\./(?:device/)?vendor/msft/policy/config/", re.IGNORECASE)
_TELLING = re.compile(
    r"\"(?:omaUri|settingDefinitionId)\"\s*:\s*\"[^\"]*(?:TelemetryProxy|DisableEnterpriseAuthProxy|Proxy(?:Server|PacUrl|Bypass))",
    re.IGNORECASE,
)
_DATA = re.compile(r"<data\s+id\s*=\s*[\"'][^\"']*[\"']\s+value\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def detect(source: Source) -> bool:
    """Whether it is JSON that sets one of the policies."""
    return source.text.lstrip()[:1] in ("{", "[") and bool(_TELLING.search(source.text))


def read(source: Source) -> list[Setting]:
    """What it says about proxies. Raises InputError for what is no JSON."""
    found: list[Setting] = []
    for each in objects(parsed(source)):
        uri, setting = each.get("omaUri"), each.get("settingDefinitionId")
        if isinstance(uri, str):
            found += _custom(source, uri, each)
        elif isinstance(setting, str) and setting.lower() in _CATALOG:
            found += _of_catalog(source, setting, each)
    return [*found, *differing(found, POLICIES)]


def _custom(source: Source, uri: str, each: dict[str, Any]) -> Iterator[Setting]:
    what = _POLICIES.get(_URI.sub("", uri.strip()).strip("/").lower())
    if what is None:
        return
    text = as_text(each.get("value"))
    backed = "<enabled" in text.lower() or "<disabled" in text.lower()
    if backed:
        boxes = [double or single for double, single in _DATA.findall(text)]
        off = "<disabled" in text.lower()
        yield _setting(source, what, uri, boxes[0] if boxes else "", removed=off, unknown=not boxes and not off)
    else:
        hidden = bool(each.get("isEncrypted")) or each.get("value") is None
        yield _setting(source, what, uri, "" if hidden else text, unknown=hidden)


def _of_catalog(source: Source, setting: str, each: dict[str, Any]) -> Iterator[Setting]:
    what = _CATALOG[setting.lower()]
    simple, choice = each.get("simpleSettingValue"), each.get("choiceSettingValue")
    if isinstance(simple, dict):
        yield _setting(source, what, setting, as_text(simple.get("value")))
        return
    if not isinstance(choice, dict):
        yield _setting(source, what, setting, "", unknown=True)
        return
    chosen = as_text(choice.get("value")).rpartition("_")[2]
    if what[1] == AUTHENTICATED:
        yield _setting(source, what, setting, chosen)
        return
    boxes = [
        as_text(inner["simpleSettingValue"].get("value"))
        for inner in objects(choice.get("children"))
        if isinstance(inner.get("simpleSettingValue"), dict)
    ]
    off = chosen == "0"
    yield _setting(source, what, setting, boxes[0] if boxes else "", removed=off, unknown=not boxes and not off)


def _setting(
    source: Source, what: tuple[Consumer, str], place: str, text: str, *, removed: bool = False, unknown: bool = False
) -> Setting:
    consumer, name = what
    misplaced = BY_MDM if name == TELEMETRY else ""
    where = source.at(line_with(source, place))
    missing = "its value, which the export does not hold" if unknown else ""
    return Setting(consumer, name, text, where, "", place, removed=removed, misplaced=misplaced, open=missing)
