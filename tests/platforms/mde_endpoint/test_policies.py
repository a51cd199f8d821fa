r"""What values of the registry and policies leave open is no way, and what takes a value away leaves none, in every format.

The ways are by hand from the documents that the modules of the platform cite: a sure way is one that is written as they want it.
"""

import json
import struct

import pytest

from tests.platforms.mde_endpoint.small import (
    ANTIVIRUS,
    COLLECTION,
    CONNECTIONS,
    DEFENDER,
    DIRECT,
    FALLING,
    OURS,
    POLICIES,
    PROXY,
    SENSOR,
    UNTOLD,
    WINHTTP,
    devices,
    kinds,
    routing,
    ways,
)


def reg(key: str, *values: str) -> str:
    return "\r\n".join(("Windows Registry Editor Version 5.00", "", f"[{key}]", *values, ""))


PLAIN = f'"TelemetryProxyServer"="{OURS}"'
REGISTRY = {
    "sensor": (COLLECTION, (PLAIN,), {SENSOR: FALLING}),
    "sensor with a scheme": (COLLECTION, (f'"TelemetryProxyServer"="http://{OURS}"',), {SENSOR: UNTOLD}),
    "sensor with a slash": (COLLECTION, (f'"TelemetryProxyServer"="{OURS}/"',), {SENSOR: UNTOLD}),
    "sensor without a port": (COLLECTION, ('"TelemetryProxyServer"="10.0.0.6"',), {SENSOR: UNTOLD}),
    "sensor with a port that is none": (COLLECTION, ('"TelemetryProxyServer"="10.0.0.6:70000"',), {SENSOR: UNTOLD}),
    "sensor with a blank": (COLLECTION, (f'"TelemetryProxyServer"=" {OURS}"',), {SENSOR: UNTOLD}),
    "sensor with quotes": (COLLECTION, (f'"TelemetryProxyServer"="\\"{OURS}\\""',), {SENSOR: UNTOLD}),
    "sensor with a login": (COLLECTION, (f'"TelemetryProxyServer"="ann:x@{OURS}"',), {SENSOR: UNTOLD}),
    "sensor with a list": (COLLECTION, (f'"TelemetryProxyServer"="{OURS};10.0.0.7:8080"',), {SENSOR: UNTOLD}),
    "sensor with nothing": (COLLECTION, ('"TelemetryProxyServer"=""',), {SENSOR: UNTOLD}),
    "sensor of another type": (COLLECTION, ('"TelemetryProxyServer"=dword:00000001',), {SENSOR: UNTOLD}),
    "sensor taken away": (COLLECTION, (PLAIN, '"TelemetryProxyServer"=-'), {SENSOR: UNTOLD}),
    "sensor set again": (COLLECTION, ('"TelemetryProxyServer"=-', PLAIN), {SENSOR: FALLING}),
    "sensor, its key taken away": (COLLECTION, (PLAIN, "", f"[-{COLLECTION}]"), {SENSOR: UNTOLD}),
    "sensor, a key above taken away": (COLLECTION, (PLAIN, "", rf"[-{POLICIES}\Windows]"), {SENSOR: UNTOLD}),
    "sensor, a key beside taken away": (COLLECTION, (PLAIN, "", rf"[-{POLICIES}\Windows\Data]"), {SENSOR: FALLING}),
    "sensor at a user": (COLLECTION.replace("LOCAL_MACHINE", "CURRENT_USER"), (PLAIN,), {SENSOR: UNTOLD}),
    "sensor for programs of 32 bits": (
        COLLECTION.replace("SOFTWARE", r"SOFTWARE\WOW6432Node"),
        (PLAIN,),
        {SENSOR: UNTOLD},
    ),
    "sensor outside of policies": (COLLECTION.replace(r"\Policies", ""), (PLAIN,), {SENSOR: UNTOLD}),
    "sensor by MDM": (
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\PolicyManager\current\device\System",
        (f'"TelemetryProxy"="{OURS}"',),
        {SENSOR: UNTOLD},
    ),
    "sensor by the name of the policy": (COLLECTION, (f'"TelemetryProxy"="{OURS}"',), {SENSOR: UNTOLD}),
    "sensor misspelt": (COLLECTION, (f'"TelemetryProxyServr"="{OURS}"',), {SENSOR: UNTOLD}),
    "antivirus": (DEFENDER, (f'"ProxyServer"="http://{OURS}"',), {ANTIVIRUS: FALLING}),
    "antivirus with a slash": (DEFENDER, (f'"ProxyServer"="http://{OURS}/"',), {ANTIVIRUS: FALLING}),
    "antivirus with a path": (DEFENDER, (f'"ProxyServer"="http://{OURS}/x"',), {ANTIVIRUS: UNTOLD}),
    "antivirus without a scheme": (DEFENDER, (f'"ProxyServer"="{OURS}"',), {ANTIVIRUS: UNTOLD}),
    "antivirus over TLS": (DEFENDER, (f'"ProxyServer"="https://{OURS}"',), {ANTIVIRUS: UNTOLD}),
    "antivirus with a script": (DEFENDER, ('"ProxyPacUrl"="http://x.test/proxy.pac"',), {ANTIVIRUS: UNTOLD}),
    "antivirus with a script beside": (
        DEFENDER,
        (f'"ProxyServer"="http://{OURS}"', '"ProxyPacUrl"="http://x.test/proxy.pac"'),
        {ANTIVIRUS: PROXY},
    ),
    "antivirus with a script that is taken away": (
        DEFENDER,
        (f'"ProxyServer"="http://{OURS}"', '"ProxyPacUrl"="http://x.test/proxy.pac"', '"ProxyPacUrl"=-'),
        {ANTIVIRUS: FALLING},
    ),
    "antivirus taken away": (DEFENDER, (f'"ProxyServer"="http://{OURS}"', '"ProxyServer"=-'), {ANTIVIRUS: UNTOLD}),
    "antivirus of another type": (DEFENDER, ('"ProxyServer"=dword:00000001',), {ANTIVIRUS: UNTOLD}),
}


@pytest.mark.parametrize(("key", "values", "expected"), REGISTRY.values(), ids=REGISTRY)
def test_what_the_registry_says(key: str, values: tuple[str, ...], expected: dict[str, str]) -> None:
    assert ways("config.reg", reg(key, *values)) == expected


@pytest.mark.parametrize(
    "case",
    [
        "sensor at a user",
        "sensor for programs of 32 bits",
        "sensor outside of policies",
        "sensor by MDM",
        "sensor misspelt",
    ],
)
def test_a_value_that_nobody_reads_there_is_told(case: str) -> None:
    key, values, _ = REGISTRY[case]
    (device,) = devices("config.reg", reg(key, *values)).values()

    assert "wrong-registry-key" in kinds(device)


def test_a_proxy_of_some_other_program_is_none_of_these() -> None:
    text = reg(
        COLLECTION, PLAIN, "", r"[HKEY_LOCAL_MACHINE\SOFTWARE\Example]", '"TelemetryProxy"="x"', '"ProxyServer"="x"'
    )

    assert ways("config.reg", text) == {SENSOR: FALLING}


@pytest.mark.parametrize(
    "listed", ["microsoft.com", "go.microsoft.com", "http://go.microsoft.com/x", "*.microsoft.com"]
)
def test_names_that_go_past_the_proxy_of_the_antivirus_are_unsure(listed: str) -> None:
    """What an entry matches besides itself is not documented; others surely do not go past."""
    values = (f'"ProxyServer"="http://{OURS}"', f'"ProxyBypass"="{listed}"')
    device = devices("config.reg", reg(DEFENDER, *values))[ANTIVIRUS]

    assert routing(device, "go.microsoft.com") == "unknown"
    assert routing(device, "login.live.com") == "proxied"


def blob(flags: int, *texts: str, kind: int = 0x28, more: bytes = b"") -> str:
    """``WinHttpSettings``: a size, a counter, flags (1 direct, 2 a proxy, 4 a script, 8 detection), then texts with their lengths."""
    data = struct.pack("<III", kind, 0, flags)
    data += b"".join(struct.pack("<I", len(text)) + text.encode("latin1") for text in texts) + more
    return f'"WinHttpSettings"=hex:{",".join(f"{byte:02x}" for byte in data)}'


BLOBS = {
    "no proxy": (blob(1, "", ""), DIRECT),
    "proxy": (blob(3, OURS, ""), PROXY),
    "proxy that is switched off": (blob(1, OURS, ""), DIRECT),
    "proxy that is missing": (blob(3, "", ""), UNTOLD),
    "script": (blob(5, "", "", "http://x.test/proxy.pac"), UNTOLD),
    "script that is switched off": (blob(1, "", "", "http://x.test/proxy.pac"), DIRECT),
    "script that is missing": (blob(5, "", ""), UNTOLD),
    "detection": (blob(9, "", ""), UNTOLD),
    "proxy and detection": (blob(11, OURS, ""), UNTOLD),
    "proxy and script": (blob(7, OURS, "", "http://x.test/proxy.pac"), UNTOLD),
    "flags that are not known": (blob(17, "", ""), UNTOLD),
    "form that is not known": (blob(3, OURS, "", kind=0x29), UNTOLD),
    "text of other letters": (blob(3, "pr\xf6xy:80", ""), UNTOLD),
    "text with a zero": (blob(3, "proxy\0:80", ""), UNTOLD),
    "text that is cut off": (blob(3, more=struct.pack("<I", 99) + b"10.0"), UNTOLD),
    "few bytes": ('"WinHttpSettings"=hex:28,00,00', UNTOLD),
    "taken away": (f'{blob(3, OURS, "")}\r\n"WinHttpSettings"=-', UNTOLD),
    "taken away before": (f'"WinHttpSettings"=-\r\n{blob(3, OURS, "")}', PROXY),
    "taken away with its key": (f"{blob(3, OURS, '')}\r\n\r\n[-{CONNECTIONS}]", UNTOLD),
    "misspelt": (blob(3, OURS, "").replace("Settings", "Setings"), UNTOLD),
}


@pytest.mark.parametrize(("value", "expected"), BLOBS.values(), ids=BLOBS)
def test_what_the_bytes_of_winhttp_say(value: str, expected: str) -> None:
    text = reg(CONNECTIONS, value) if "misspelt" not in value else value
    other = '"TelemetryProxyServer"="x:1"' if "Setings" in value else ""
    text += f"\r\n[{COLLECTION}]\r\n{other}\r\n" if other else ""

    assert ways("config.reg", text)[WINHTTP] == expected


def entry(key: str, name: str, text: str, kind: int = 1) -> bytes:
    """An entry of a Registry.pol ([MS-GPREG] 2.2.1)."""
    data = struct.pack("<I", int(text)) if kind == 4 else f"{text}\0".encode("utf-16-le")
    wide = [f"{part}\0".encode("utf-16-le") for part in (key, name)]
    mark = {sign: sign.encode("utf-16-le") for sign in "[];"}
    parts = (*wide, struct.pack("<I", kind), struct.pack("<I", len(data)), data)
    return mark["["] + mark[";"].join(parts) + mark["]"]


WANTED = (r"Software\Policies\Microsoft\Windows\DataCollection", "TelemetryProxyServer")
POLICY = {
    "set": ((entry(*WANTED, OURS),), FALLING),
    "set as a number": ((entry(*WANTED, "1", 4),), UNTOLD),
    "value taken away": ((entry(*WANTED, OURS), entry(WANTED[0], f"**del.{WANTED[1]}", " ")), UNTOLD),
    "values taken away": ((entry(*WANTED, OURS), entry(WANTED[0], "**delvals.", " ")), UNTOLD),
    "values taken away before": ((entry(WANTED[0], "**delvals.", " "), entry(*WANTED, OURS)), FALLING),
    "values taken away by name": (
        (entry(*WANTED, OURS), entry(WANTED[0], "**DeleteValues", f"Other;{WANTED[1]}")),
        UNTOLD,
    ),
    "other values taken away": ((entry(*WANTED, OURS), entry(WANTED[0], "**DeleteValues", "Other")), FALLING),
    "key taken away": (
        (entry(*WANTED, OURS), entry(WANTED[0].rpartition("\\")[0], "**DeleteKeys", "Other;DataCollection")),
        UNTOLD,
    ),
    "other key taken away": (
        (entry(*WANTED, OURS), entry(WANTED[0].rpartition("\\")[0], "**DeleteKeys", "Other")),
        FALLING,
    ),
    "order of keys": ((entry(*WANTED, OURS), entry(WANTED[0], "**SecureKey", "1")), FALLING),
}


@pytest.mark.parametrize(("entries", "expected"), POLICY.values(), ids=POLICY)
def test_what_a_registry_pol_says(entries: tuple[bytes, ...], expected: str) -> None:
    assert ways("config.pol", b"PReg\x01\0\0\0" + b"".join(entries)) == {SENSOR: expected}


def report(*extensions: str) -> str:
    return (
        f"<GPO><Computer><ExtensionData><Extension>{''.join(extensions)}</Extension></ExtensionData></Computer></GPO>"
    )


KEY = r"<KeyPath>SOFTWARE\Policies\Microsoft\Windows\DataCollection</KeyPath>"
NAME = "<Name>TelemetryProxyServer</Name>"
TITLE = "<Policy><Name>Configure Connected User Experiences and Telemetry</Name>{}</Policy>"
REPORTS = {
    "without a template": (
        f"<RegistrySetting>{KEY}<Value>{NAME}<String>{OURS}</String></Value></RegistrySetting>",
        FALLING,
    ),
    "without a template, a number": (
        f"<RegistrySetting>{KEY}<Value>{NAME}<Number>1</Number></Value></RegistrySetting>",
        UNTOLD,
    ),
    "without a template, in other words": (
        f"<RegistrySetting>{KEY}<Value>{NAME}<Multi>x</Multi></Value></RegistrySetting>",
        UNTOLD,
    ),
    "without a template, taken away": (
        f"<RegistrySetting>{KEY}<Command>DeleteValue</Command><Value>{NAME}<String>{OURS}</String></Value></RegistrySetting>",
        UNTOLD,
    ),
    "policy": (TITLE.format(f"<State>Enabled</State><EditText><Value>{OURS}</Value></EditText>"), FALLING),
    "policy that is disabled": (
        TITLE.format(f"<State>Disabled</State><EditText><Value>{OURS}</Value></EditText>"),
        UNTOLD,
    ),
    "policy without a state": (TITLE.format(f"<EditText><Value>{OURS}</Value></EditText>"), UNTOLD),
    "policy without its value": (TITLE.format("<State>Enabled</State>"), UNTOLD),
    "policy without its text": (TITLE.format("<State>Enabled</State><EditText/>"), UNTOLD),
}


@pytest.mark.parametrize(("setting", "expected"), REPORTS.values(), ids=REPORTS)
def test_what_a_report_of_group_policy_says(setting: str, expected: str) -> None:
    assert ways("config.xml", report(setting)) == {SENSOR: expected}


def test_the_half_of_a_policy_that_is_switched_off_gives_nothing() -> None:
    held, _ = REPORTS["without a template"]
    on = report(
        held, f"<RegistrySetting>{KEY.replace('DataCollection', 'Other')}<Value>{NAME}</Value></RegistrySetting>"
    )

    assert ways("config.xml", on.replace("<Computer>", "<Computer><Enabled>true</Enabled>"))[SENSOR] == FALLING
    with pytest.raises(Exception, match="prox"):
        ways("config.xml", on.replace("<Computer>", "<Computer><Enabled>false</Enabled>"))


def preference(more: str = "", attributes: str = "", properties: str = "") -> str:
    held = f'action="U" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Policies\\Microsoft\\Windows\\DataCollection" {properties}'
    if "value=" not in properties:
        held += f' value="{OURS}"'
    item = f'<Registry {attributes}><Properties {held} name="TelemetryProxyServer" type="REG_SZ"/>{more}</Registry>'
    return f"<RegistrySettings>{item}</RegistrySettings>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (preference(), FALLING),
        (preference("<Filters><FilterGroup/></Filters>"), UNTOLD),
        (preference("<Filters/>"), FALLING),
        (preference(properties='value="%PROXY%"'), UNTOLD),
        (preference().replace('action="U"', 'action="D"'), UNTOLD),
        (preference().replace("REG_SZ", "REG_EXPAND_SZ"), UNTOLD),
        (preference().replace("LOCAL_MACHINE", "CURRENT_USER"), UNTOLD),
    ],
)
def test_what_preferences_say(text: str, expected: str) -> None:
    """See [MS-GPPREF] 2.2.1.9."""
    assert ways("config.xml", text) == {SENSOR: expected}


CATALOG = "device_vendor_msft_policy_config_admx_microsoftdefenderantivirus_proxyserver"


def chosen(value: object, children: list[object]) -> dict[str, object]:
    return {"settingDefinitionId": CATALOG, "choiceSettingValue": {"value": value, "children": children}}


BOX = {"simpleSettingValue": {"value": f"http://{OURS}"}}


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        (chosen(f"{CATALOG}_1", [BOX]), FALLING),
        (chosen(f"{CATALOG}_0", []), UNTOLD),
        (chosen(f"{CATALOG}_0", [BOX]), UNTOLD),
        (chosen(f"{CATALOG}_1", []), UNTOLD),
        ({"settingDefinitionId": CATALOG}, UNTOLD),
        ({"settingDefinitionId": CATALOG, "simpleSettingValue": {"value": f"http://{OURS}"}}, FALLING),
    ],
)
def test_what_the_settings_catalog_says(instance: dict[str, object], expected: str) -> None:
    """A choice that is off gives nothing, whatever stands in the boxes below it."""
    assert ways("config.json", json.dumps({"settings": [{"settingInstance": instance}]})) == {ANTIVIRUS: expected}
