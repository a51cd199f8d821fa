"""The words with which settings are mended: of the registry, of group policy, of PowerShell."""

from allowlint.platforms.mde_endpoint.registry import COLLECTION, DEFENDER, SPYNET
from allowlint.platforms.mde_endpoint.settings import AUTHENTICATED, SERVER, TELEMETRY

_NODE = "Computer Configuration > Policies > Administrative Templates > Windows Components"
SENSOR_POLICY = f"{_NODE} > Data Collection and Preview Builds > Configure connected user experiences and telemetry"
AUTHENTICATED_POLICY = (
    f"{_NODE} > Data Collection and Preview Builds > Configure Authenticated Proxy usage for the Connected User Experience "
    "and Telemetry Service: Enabled, Disable Authenticated Proxy usage"
)
ANTIVIRUS_POLICY = f"{_NODE} > Microsoft Defender Antivirus > Define proxy server for connecting to the network"
PAC_POLICY = f"{_NODE} > Microsoft Defender Antivirus > Define proxy auto-config (.pac) for connecting to the network"


def sensor(address: str) -> str:
    """How the sensor is given a proxy."""
    return (
        f"set the group policy ({SENSOR_POLICY}) to {address}, or:\n"
        f'  reg add "{COLLECTION}" /v {TELEMETRY} /t REG_SZ /d {address} /f'
    )


def authenticated() -> str:
    """How the sensor is kept from proxies that ask for a login."""
    return (
        f"set the group policy ({AUTHENTICATED_POLICY}), or:\n"
        f'  reg add "{COLLECTION}" /v {AUTHENTICATED} /t REG_DWORD /d 1 /f'
    )


def antivirus(address: str) -> str:
    """How Defender Antivirus is given a proxy."""
    return (
        f"set the group policy ({ANTIVIRUS_POLICY}) to http://{address}, or:\n"
        f'  reg add "{DEFENDER}" /v {SERVER} /t REG_SZ /d http://{address} /f\n'
        f'  Set-MpPreference -ProxyServer "http://{address}"'
    )


def pinning() -> str:
    """How both checks of the cloud's certificate are switched on again."""
    return f'remove the value, which means 3, or:\n  reg add "{SPYNET}" /v SSLOptions /t REG_DWORD /d 3 /f'
