"""What a file says about the proxy of one program: the common form into which every format is read."""

from enum import StrEnum

from allowlint.model.location import Location
from allowlint.model.record import NamedTuple


class Consumer(StrEnum):
    """Who uses a proxy setting. The values are the names of the devices."""

    SENSOR = "EDR sensor"
    ANTIVIRUS = "Defender Antivirus"
    WINHTTP = "WinHTTP"
    """Everything in Windows that asks the system for its proxy: certificate lists, Windows Update, the sensor without one of its own."""
    SYSTEM = "LocalSystem"
    """The Internet Options of the account in which services run."""
    MDATP = "mdatp"
    """Defender for Endpoint on Linux and macOS while it runs."""
    INSTALLATION = "mdatp installation"
    """The package manager that installs it."""

    @property
    def called(self) -> str:
        """The consumer within a sentence."""
        return {"EDR sensor": "the EDR sensor", "mdatp installation": "the installation of mdatp"}.get(
            self.value, self.value
        )


TELEMETRY = "TelemetryProxyServer"
AUTHENTICATED = "DisableEnterpriseAuthProxy"
PREFER = "PreferStaticProxyForHttpRequest"
SERVER = "ProxyServer"
PAC = "ProxyPacUrl"
BYPASS = "ProxyBypass"
PINNING = "SSLOptions"
PROXY = "proxy"
"""Of WinHTTP and of mdatp, which have it under several names."""
PLAIN_PROXY = "http proxy"
"""A proxy for plain HTTP alone (``http_proxy``)."""
AUTODETECT = "autodetect"
DIRECT = "direct"
"""A setting that says that there is no proxy."""
OTHER = "other"
"""A setting of which it is not known where it leads."""

STRING, EXPANDED, BINARY, NUMBER, LIST = "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_MULTI_SZ"


class Setting(NamedTuple):
    """One value that a file gives, takes away or leaves empty."""

    consumer: Consumer
    name: str
    value: str
    """As text; a number in decimal digits, the parts of a list with a line break between them."""
    location: Location
    type: str = ""
    """``REG_SZ`` and so on; empty where the format has no types."""
    source: str = ""
    """The registry key, or the command, with which it is set."""
    removed: bool = False
    """Whether the file takes it away."""
    misplaced: str = ""
    """Why nobody reads it there; empty where it stands in the right place."""
    open: str = ""
    """What of the value is not in the file (``$proxy``); empty where all of it is."""
    local: bool = False
    """Whether a group policy for the same thing wins over it."""


class RegistryValue(NamedTuple):
    """A value in the registry, as every format of Windows writes it."""

    key: str
    name: str
    type: str
    value: str
    location: Location
    raw: bytes = b""
    """The bytes of a binary value."""
    removed: bool = False
    open: str = ""
