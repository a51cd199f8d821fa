"""``Set-MpPreference`` in scripts, and what ``Get-MpPreference`` prints: as a list, as a table, as JSON; cut off, wrapped, in parts.

The ways are by hand: what is printed in part is open, and a name in a list goes past the proxy wherever the list goes on.
"""

import json

import pytest

from tests.platforms.mde_endpoint.small import ANTIVIRUS, FALLING, OURS, PROXY, UNTOLD, devices, routing, way

SERVER = f"http://{OURS}"
HEADS = "ProxyServer          ProxyPacUrl              ProxyBypass\n-----------          -----------              -----------\n"


def listed(*fields: tuple[str, str]) -> str:
    """``Get-MpPreference``, or with ``Format-List``."""
    given = (("ComputerID", "1B6D"), ("MAPSReporting", "2"), *fields, ("PUAProtection", "1"))
    return "\n" + "".join(f"{name:<46}: {text}\n" for name, text in given)


def row(server: str, script: str, past: str) -> str:
    """``Get-MpPreference | Format-Table ProxyServer, ProxyPacUrl, ProxyBypass``."""
    return f"\n{HEADS}{server:<21}{script:<25}{past}\n"


PRINTED = {
    "list": (listed(("ProxyServer", SERVER), ("ProxyPacUrl", "")), FALLING, "proxied"),
    "list, nothing set": (listed(("ProxyServer", ""), ("ProxyPacUrl", "")), UNTOLD, "unknown"),
    "list with a script": (listed(("ProxyServer", SERVER), ("ProxyPacUrl", "http://x.test/p.pac")), PROXY, "proxied"),
    "list with names": (
        listed(("ProxyServer", SERVER), ("ProxyBypass", "{x.test, go.microsoft.com}")),
        FALLING,
        "unknown",
    ),
    "list with other names": (listed(("ProxyServer", SERVER), ("ProxyBypass", "{x.test, y.test}")), FALLING, "proxied"),
    "list with names that go on": (
        listed(("ProxyServer", SERVER), ("ProxyBypass", f"{{x.test,\n{'':<48}go.microsoft.com}}")),
        FALLING,
        "unknown",
    ),
    "list with a name that goes on": (
        listed(("ProxyServer", SERVER), ("ProxyBypass", f"{{go.micro\n{'':<48}soft.com}}")),
        FALLING,
        "unknown",
    ),
    "list that is cut off": (listed(("ProxyServer", SERVER), ("ProxyBypass", "{x.test, y.test...")), UNTOLD, "unknown"),
    "list with half a server": (
        listed(("ProxyServer", "http://10.0.0.6:80..."), ("ProxyPacUrl", "")),
        UNTOLD,
        "unknown",
    ),
    "two machines": (listed(("ProxyServer", SERVER)) + listed(("ProxyServer", "http://x.test:80")), UNTOLD, "unknown"),
    "two machines alike": (listed(("ProxyServer", SERVER)) + listed(("ProxyServer", SERVER)), FALLING, "proxied"),
    "table": (row(SERVER, "", ""), FALLING, "proxied"),
    "table with a script": (row(SERVER, "http://x.test/p.pac", ""), PROXY, "proxied"),
    "table with names": (row(SERVER, "", "{x.test, go.microsoft.com}"), FALLING, "unknown"),
    "table that is cut off": (row("http://10.0.0.6:8...", "", ""), UNTOLD, "unknown"),
    "table with nothing": (row("", "", ""), UNTOLD, "unknown"),
    "JSON": (json.dumps({"ProxyServer": SERVER, "ProxyPacUrl": None, "ProxyBypass": None}), FALLING, "proxied"),
    "JSON with names": (
        json.dumps({"ProxyServer": SERVER, "ProxyBypass": ["x.test", "go.microsoft.com"]}),
        FALLING,
        "unknown",
    ),
    "JSON with nothing": (
        json.dumps({"ProxyServer": None, "ProxyPacUrl": None, "ProxyBypass": None}),
        UNTOLD,
        "unknown",
    ),
}


@pytest.mark.parametrize(("text", "expected", "microsoft"), PRINTED.values(), ids=PRINTED)
def test_what_the_cmdlet_prints(text: str, expected: str, microsoft: str) -> None:
    device = devices("config.json" if text.startswith("{") else "config.txt", text)[ANTIVIRUS]

    assert way(device) == expected
    assert routing(device, "go.microsoft.com") == microsoft


@pytest.mark.parametrize(
    "names",
    [
        '"x.test","go.microsoft.com"',
        '"x.test", "go.microsoft.com"',
        '"x.test" ,"go.microsoft.com"',
        '@("x.test", "go.microsoft.com")',
        '"go.microsoft.com"',
    ],
)
def test_every_name_of_a_list_in_a_script_may_go_past(names: str) -> None:
    script = f'Set-MpPreference -ProxyServer "{SERVER}" -ProxyBypass {names}\n'
    device = devices("config.ps1", script)[ANTIVIRUS]

    assert way(device) == FALLING
    assert routing(device, "go.microsoft.com") == "unknown"
    assert routing(device, "login.live.com") == "proxied"
