"""What single files say of the ways of the consumers that they speak of."""

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import PLATFORM

OURS = "10.0.0.6:8080"
UNTOLD, DIRECT, PROXY, FALLING = "UNTOLD", "DIRECT", f"PROXY {OURS}", f"PROXY {OURS}; DIRECT"
POLICIES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft"
COLLECTION, DEFENDER = rf"{POLICIES}\Windows\DataCollection", rf"{POLICIES}\Windows Defender"
CONNECTIONS = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
SENSOR, ANTIVIRUS, WINHTTP, SYSTEM = "EDR sensor", "Defender Antivirus", "WinHTTP", "LocalSystem"
MDATP, INSTALLATION = "mdatp", "mdatp installation"


def devices(name: str, content: str | bytes) -> dict[str, Device]:
    """The devices of a file by their consumers; the file must be told to be one of these."""
    data = content.encode() if isinstance(content, str) else content
    assert PLATFORM.detect(name, data[:65536])
    return {device.name: device for device in PLATFORM.parse(name, data, Options())}


def way(device: Device) -> str:
    """The way of all that no rule takes elsewhere."""
    (rulebase,) = device.entrances[0].rulebases
    return "; ".join(map(str, rulebase.default.routes))


def ways(name: str, content: str | bytes) -> dict[str, str]:
    """The way of each consumer that a file speaks of."""
    return {consumer: way(device) for consumer, device in devices(name, content).items()}


def kinds(device: Device) -> set[str]:
    """The faults that are told of a consumer's settings."""
    return {note.kind for note in device.notes}


def routing(device: Device, host: str, port: int = 443) -> str:
    """Whether connections to a host go through a proxy, in the words of the contract."""
    wanted = Requirement(host, (port,), "http" if port == 80 else "https", "")
    return judge(device, [wanted], flow_for())[0].word(Stage.ROUTING)
