r"""What commands and their outputs leave open is no way, and the last of several commands counts.

The ways are by hand from the documents that the modules of the platform cite: a sure way is one that is written as they want it.
"""

import json

import pytest

from tests.platforms.mde_endpoint.small import (
    ANTIVIRUS,
    DIRECT,
    FALLING,
    INSTALLATION,
    MDATP,
    OURS,
    PROXY,
    SENSOR,
    SYSTEM,
    UNTOLD,
    WINHTTP,
    devices,
    routing,
    way,
    ways,
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Proxy usage: OVERRIDE\nProxy list: 10.0.0.6:8080\nProxy bypass: NULL", PROXY),
        ("Proxy usage: NO_PROXY\nProxy list: NULL\nProxy bypass: NULL", DIRECT),
        ("Proxy usage: No Proxy\nProxy list: (null)", DIRECT),
        ("Proxy usage: AUTODETECT\nProxy list: NULL", UNTOLD),
        ("Proxy usage: Auto Detect\nAuto discovery script URL: NULL", UNTOLD),
        ("Proxy usage: AUTOSCRIPT\nAuto discovery script URL: http://x.test/proxy.pac", UNTOLD),
        ("Proxy usage: PRECONFIG\nProxy list: NULL", UNTOLD),
        ("Proxy usage: something\nProxy list: NULL", UNTOLD),
    ],
)
def test_what_bitsadmin_prints(lines: str, expected: str) -> None:
    assert ways("config.txt", f"BITSADMIN version 3.0\n\n{lines}\n") == {SYSTEM: expected}


ADVANCED = {
    "proxy": ({"Proxy": OURS, "ProxyIsEnabled": True}, PROXY),
    "proxy that is switched off": ({"Proxy": OURS, "ProxyIsEnabled": False}, DIRECT),
    "no proxy": ({"Proxy": "", "ProxyIsEnabled": False}, DIRECT),
    "script": ({"ProxyIsEnabled": False, "AutoConfigIsEnabled": True, "AutoconfigUrl": "http://x.test/p.pac"}, UNTOLD),
    "script that is switched off": (
        {"ProxyIsEnabled": False, "AutoConfigIsEnabled": False, "AutoconfigUrl": "http://x.test/p.pac"},
        DIRECT,
    ),
    "detection": ({"Proxy": OURS, "ProxyIsEnabled": True, "AutoDetect": True}, UNTOLD),
    "no detection": ({"Proxy": OURS, "ProxyIsEnabled": True, "AutoDetect": False}, PROXY),
}


@pytest.mark.parametrize(("given", "expected"), ADVANCED.values(), ids=ADVANCED)
@pytest.mark.parametrize("set_by_a_script", [False, True])
def test_advanced_settings_of_winhttp(given: dict[str, object], expected: str, set_by_a_script: bool) -> None:
    """As ``netsh winhttp show advproxy`` prints them, and as ``set advproxy`` takes them."""
    text = json.dumps(given)
    command = "netsh winhttp set advproxy setting-scope=machine settings={}\n".format(text.replace('"', '\\"'))
    name, content = (
        ("config.cmd", command)
        if set_by_a_script
        else ("config.txt", f"Current WinHTTP advanced proxy settings:\n\n{text}\n")
    )

    assert ways(name, content)[WINHTTP] == expected


DATA = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection"
SCRIPTS = {
    "set": (f"netsh winhttp set proxy {OURS}", {WINHTTP: PROXY}),
    "set by name": (f"netsh winhttp set proxy proxy-server={OURS}", {WINHTTP: PROXY}),
    "for plain HTTP alone": (f"netsh winhttp set proxy http={OURS}", {WINHTTP: DIRECT}),
    "for TLS": (f"netsh winhttp set proxy https={OURS}", {WINHTTP: PROXY}),
    "for another protocol beside": (f"netsh winhttp set proxy ftp=x:1;https={OURS}", {WINHTTP: PROXY}),
    "twice for TLS": (f"netsh winhttp set proxy https={OURS};https=x:1", {WINHTTP: UNTOLD}),
    "over TLS": (f"netsh winhttp set proxy https://{OURS}", {WINHTTP: UNTOLD}),
    "without a port": ("netsh winhttp set proxy 10.0.0.6", {WINHTTP: UNTOLD}),
    "reset": (f"netsh winhttp set proxy {OURS}\nnetsh winhttp reset proxy", {WINHTTP: DIRECT}),
    "reset before": (f"netsh winhttp reset proxy\nnetsh winhttp set proxy {OURS}", {WINHTTP: PROXY}),
    "import": ("netsh winhttp import proxy source=ie", {WINHTTP: UNTOLD}),
    "import behind": (f"netsh winhttp set proxy {OURS}\nnetsh winhttp import proxy source=ie", {WINHTTP: UNTOLD}),
    "advanced without settings": ("netsh winhttp set advproxy setting-scope=machine", {WINHTTP: UNTOLD}),
    "advanced that is broken": ('netsh winhttp set advproxy settings={\\"Proxy\\":}', {WINHTTP: UNTOLD}),
    "computed": ("netsh winhttp set proxy %PROXY%", {WINHTTP: UNTOLD}),
    "registry": (
        rf"reg add HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection /v TelemetryProxyServer /d {OURS} /f",
        {SENSOR: FALLING},
    ),
    "registry taken away": (
        f"reg add {DATA} /v TelemetryProxyServer /d {OURS} /f\nreg delete {DATA} /v TelemetryProxyServer /f",
        {SENSOR: UNTOLD},
    ),
    "registry of another type": (
        r"reg add HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection /v TelemetryProxyServer /t REG_DWORD /d 0x1 /f",
        {SENSOR: UNTOLD},
    ),
}


@pytest.mark.parametrize(("script", "expected"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_commands_set(script: str, expected: dict[str, str]) -> None:
    assert ways("config.cmd", script + "\n") == expected


POWERSHELL = {
    "server": (f'Set-MpPreference -ProxyServer "http://{OURS}"', {ANTIVIRUS: FALLING}),
    "server that is removed": (
        f'Set-MpPreference -ProxyServer "http://{OURS}"\nRemove-MpPreference -ProxyServer "http://{OURS}"',
        {ANTIVIRUS: UNTOLD},
    ),
    "server in a variable": ("Set-MpPreference -ProxyServer $proxy", {ANTIVIRUS: UNTOLD}),
    "script": ('Set-MpPreference -ProxyPacUrl "http://x.test/proxy.pac"', {ANTIVIRUS: UNTOLD}),
    "item": (
        rf"Set-ItemProperty -Path HKLM:\SOFTWARE\Policies\Microsoft\Windows\DataCollection -Name TelemetryProxyServer -Value {OURS}",
        {SENSOR: FALLING},
    ),
    "item in a variable": (
        r"Set-ItemProperty -Path HKLM:\SOFTWARE\Policies\Microsoft\Windows\DataCollection -Name TelemetryProxyServer -Value $proxy",
        {SENSOR: UNTOLD},
    ),
    "item that is a number": (
        r"Set-ItemProperty -Path HKLM:\SOFTWARE\Policies\Microsoft\Windows\DataCollection -Name TelemetryProxyServer -Value 0x1F",
        {SENSOR: UNTOLD},
    ),
    "item that is removed": (
        r"Remove-ItemProperty -Path HKLM:\SOFTWARE\Policies\Microsoft\Windows\DataCollection -Name TelemetryProxyServer",
        {SENSOR: UNTOLD},
    ),
    "item at a user": (
        rf"Set-ItemProperty -Path HKCU:\SOFTWARE\Policies\Microsoft\Windows\DataCollection -Name TelemetryProxyServer -Value {OURS}",
        {SENSOR: UNTOLD},
    ),
}


@pytest.mark.parametrize(("script", "expected"), POWERSHELL.values(), ids=POWERSHELL)
def test_what_cmdlets_set(script: str, expected: dict[str, str]) -> None:
    assert ways("config.ps1", script + "\n") == expected


SHELL = {
    "run": (f"mdatp config proxy set --value http://{OURS}", {MDATP: PROXY}),
    "run without a scheme": (f"mdatp config proxy set --value {OURS}", {MDATP: UNTOLD}),
    "run over TLS": (f"mdatp config proxy set --value https://{OURS}", {MDATP: UNTOLD}),
    "run with a login": (f"mdatp config proxy set --value http://ann:x@{OURS}", {MDATP: UNTOLD}),
    "cleared": (f"mdatp config proxy set --value http://{OURS}\nmdatp config proxy clear", {MDATP: UNTOLD}),
    "cleared before": (f"mdatp config proxy clear\nmdatp config proxy set --value http://{OURS}", {MDATP: PROXY}),
    "installed": (
        f"HTTPS_PROXY=http://{OURS}/ apt-get install mdatp\nmdatp config proxy clear",
        {INSTALLATION: PROXY, MDATP: UNTOLD},
    ),
}


@pytest.mark.parametrize(("script", "expected"), SHELL.values(), ids=SHELL)
def test_what_shell_commands_set(script: str, expected: dict[str, str]) -> None:
    assert ways("config.sh", script + "\n") == expected


BYPASSES = {
    "name": ("go.microsoft.com", "direct", "proxied"),
    "everything below": ("*.microsoft.com", "direct", "proxied"),
    "star within": ("*.micro*.com", "direct", "proxied"),
    "star at the end": ("go.*", "direct", "proxied"),
    "capital letters": ("*.Microsoft.COM", "direct", "proxied"),
    "names without a dot": ("<local>", "proxied", "proxied"),
    "everything": ("*", "direct", "direct"),
    "several": ("x.test;*.live.com", "proxied", "direct"),
    "what is no name": ("go.microsoft.com:443", "unknown", "unknown"),
}


@pytest.mark.parametrize(("listed", "microsoft", "live"), BYPASSES.values(), ids=BYPASSES)
def test_names_that_go_past_the_proxy(listed: str, microsoft: str, live: str) -> None:
    """A star stands for any text ("WINHTTP_PROXY_INFO")."""
    device = devices("config.cmd", f'netsh winhttp set proxy proxy-server="{OURS}" bypass-list="{listed}"\n')[WINHTTP]

    assert way(device) == PROXY
    assert routing(device, "go.microsoft.com") == microsoft
    assert routing(device, "login.live.com") == live


def test_names_go_past_a_proxy_for_one_protocol() -> None:
    text = f'netsh winhttp set proxy proxy-server="http={OURS}" bypass-list="*.microsoft.com"\n'
    device = devices("config.cmd", text)[WINHTTP]

    assert routing(device, "go.microsoft.com", 80) == "direct"
    assert routing(device, "login.live.com", 80) == "proxied"


def test_a_list_goes_with_its_command() -> None:
    """What a later command sets does not go past what an earlier one listed."""
    later = json.dumps({"Proxy": OURS, "ProxyIsEnabled": True}).replace('"', '\\"')
    first = 'netsh winhttp set proxy x.test:80 bypass-list="*.microsoft.com"'
    device = devices("config.cmd", f"{first}\nnetsh winhttp set advproxy settings={later}\n")[WINHTTP]

    assert way(device) == PROXY
    assert routing(device, "go.microsoft.com") == "proxied"


@pytest.mark.parametrize(
    ("proxy", "plain", "tunnel"),
    [
        (f"https={OURS}", "direct", "proxied"),
        (f"http={OURS}", "proxied", "direct"),
        (f"http={OURS};https={OURS}", "proxied", "proxied"),
        (OURS, "proxied", "proxied"),
        (f"http://{OURS}/", "proxied", "proxied"),
        (f"http://{OURS}/x", "unknown", "unknown"),
        (f"http://ann:x@{OURS}", "unknown", "unknown"),
    ],
)
def test_proxies_by_protocol(proxy: str, plain: str, tunnel: str) -> None:
    device = devices("config.cmd", f'netsh winhttp set proxy "{proxy}"\n')[WINHTTP]

    assert routing(device, "go.microsoft.com", 80) == plain
    assert routing(device, "go.microsoft.com") == tunnel


@pytest.mark.parametrize("policy_first", [False, True])
def test_a_policy_wins_over_what_is_set_on_the_spot(policy_first: bool) -> None:
    both = [
        rf'reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows Defender" /v ProxyServer /d http://{OURS} /f',
        r'reg add "HKLM\SOFTWARE\Microsoft\Windows Defender" /v ProxyServer /d http://x.test:80 /f',
    ]
    script = "\n".join(both if policy_first else both[::-1])

    assert ways("config.cmd", f"{script}\n") == {ANTIVIRUS: FALLING}


def shown(proxy: str) -> str:
    return f"Current WinHTTP proxy settings:\n\n    Proxy Server(s) :  {proxy}\n    Bypass List     :  (none)\n\n"


@pytest.mark.parametrize(("second", "expected"), [(OURS, PROXY), ("10.0.0.7:8080", UNTOLD)])
def test_outputs_that_differ_are_of_nobody_knows_which_machine(second: str, expected: str) -> None:
    assert ways("config.txt", shown(OURS) + shown(second)) == {WINHTTP: expected}


def test_advanced_outputs_that_differ() -> None:
    both = (json.dumps({"Proxy": proxy, "ProxyIsEnabled": True}) for proxy in (OURS, "10.0.0.7:8080"))

    assert ways("config.txt", "\n".join(f"Current WinHTTP advanced proxy settings:\n\n{each}\n" for each in both)) == {
        WINHTTP: UNTOLD
    }


ENVIRONMENT = {
    "plain": (f"https_proxy=http://{OURS}", PROXY),
    "with a slash": (f"HTTPS_PROXY=http://{OURS}/", PROXY),
    "quoted": (f'HTTPS_PROXY="http://{OURS}"', PROXY),
    "quoted at one end": (f'HTTPS_PROXY="http://{OURS}', UNTOLD),
    "quoted differently": (f"HTTPS_PROXY=\"http://{OURS}'", UNTOLD),
    "over TLS": (f"HTTPS_PROXY=https://{OURS}", UNTOLD),
    "without a scheme": (f"HTTPS_PROXY={OURS}", UNTOLD),
    "for plain HTTP alone": (f"http_proxy=http://{OURS}", UNTOLD),
    "for everything": (f"all_proxy=http://{OURS}", UNTOLD),
    "a variable": ("HTTPS_PROXY=$proxy", UNTOLD),
    "empty": ("HTTPS_PROXY=", UNTOLD),
    "set and emptied": (f"HTTPS_PROXY=http://{OURS}\nHTTPS_PROXY=", UNTOLD),
    "commented out": (
        f"HTTPS_PROXY=http://10.0.0.7:8080\n# HTTPS_PROXY=http://x.test:1\nHTTPS_PROXY=http://{OURS}",
        PROXY,
    ),
}


@pytest.mark.parametrize(("lines", "expected"), ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_variables_of_the_environment(lines: str, expected: str) -> None:
    assert ways("environment", f"{lines}\n") == {INSTALLATION: expected}


def test_exceptions_of_the_environment_are_unsure() -> None:
    """Tools differ in what an entry of ``no_proxy`` matches."""
    device = devices("environment", f"HTTPS_PROXY=http://{OURS}\nno_proxy=.microsoft.com,x.test\n")[INSTALLATION]

    assert routing(device, "go.microsoft.com") == "unknown"
    assert routing(device, "login.live.com") == "proxied"


PREFER = r'reg {} "HKLM\SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection" /v PreferStaticProxyForHttpRequest {}'


@pytest.mark.parametrize(
    ("system", "prefers", "expected"),
    [
        (OURS, "", FALLING),
        ("10.0.0.7:8080", "", UNTOLD),
        ("10.0.0.7:8080", PREFER.format("add", "/t REG_DWORD /d 1 /f"), FALLING),
        ("10.0.0.7:8080", PREFER.format("add", "/t REG_DWORD /d 0 /f"), UNTOLD),
        ("10.0.0.7:8080", PREFER.format("add", "/t REG_DWORD /d 1 /f") + "\n" + PREFER.format("delete", "/f"), UNTOLD),
    ],
)
def test_whether_the_sensor_takes_its_own_proxy_beside_another(system: str, prefers: str, expected: str) -> None:
    """Only a sensor that is told to prefer its own surely does ("Configure proxy connectivity")."""
    sensor = f"reg add {DATA} /v TelemetryProxyServer /d {OURS} /f"

    assert ways("config.cmd", f"{sensor}\nnetsh winhttp set proxy {system}\n{prefers}\n") == {
        SENSOR: expected,
        WINHTTP: f"PROXY {system}",
    }
