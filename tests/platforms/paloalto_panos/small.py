"""Small firewalls of two zones, and what becomes of one endpoint on them."""

from collections.abc import Mapping
from pathlib import Path

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import INSIDE, parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM

ENDPOINT = "go.microsoft.com"
ALLOW = "<entry name='Web out'><action>allow</action><service><member>any</member></service></entry>"
"""The last rule of a firewall that would else let everything out."""
GREEN = ("allowed", "bypassed", "anonymous")
STAGES = (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)
ZONES = "<zone><entry name='trust'/><entry name='untrust'/></zone>"


def members(tag: str, *names: str) -> str:
    """A list of an element, as exports write it."""
    return f"<{tag}>{''.join(f'<member>{name}</member>' for name in names)}</{tag}>"


def entry(name: str, *parts: str) -> str:
    """An entry of a list, with what is in it."""
    return f"<entry name='{name}'>{''.join(parts)}</entry>"


def objects(kind: str, *entries: tuple[str, str]) -> str:
    """Objects of a kind: (name, what is in it)."""
    held = "".join(entry(name, inner) for name, inner in entries)
    return f"<{kind}>{held}</{kind}>"


def rule(name: str, inner: str, action: str = "deny") -> str:
    """A security rule about every service unless it says another one."""
    service = "" if "<service>" in inner else members("service", "any")
    return f"<entry name='{name}'>{service}{inner}<action>{action}</action></entry>"


def firewall(
    security: str = ALLOW,
    *,
    objects: str = "",
    decryption: str = "",
    authentication: str = "",
    rulebases: str = "",
    network: str = "",
    shared: str = "",
    zones: str = ZONES,
    version: str = "10.2.0",
) -> bytes:
    """A configuration with these rules in its rulebases, and these objects in its only virtual system."""
    kinds = {"security": security, "decryption": decryption, "authentication": authentication}
    held = "".join(f"<{kind}><rules>{rules}</rules></{kind}>" for kind, rules in kinds.items() if rules)
    system = f"<entry name='vsys1'>{zones}{objects}<rulebase>{held}{rulebases}</rulebase></entry>"
    device = f"<entry name='localhost.localdomain'><network>{network}</network><vsys>{system}</vsys></entry>"
    return f"<config version='{version}'><shared>{shared}</shared><devices>{device}</devices></config>".encode()


def device_of(
    content: bytes | str, path: Path | None = None, ratings: Mapping[str, tuple[str, ...]] | None = None
) -> Device:
    """The only device of a configuration."""
    given = content.encode() if isinstance(content, str) else content
    (found,) = PLATFORM.parse(str(path or "config.xml"), given, Options(ratings=ratings or {}))
    return found


def verdict(
    device: Device,
    host: str = ENDPOINT,
    *,
    port: int = 443,
    path: str = "",
    client: str = "",
    zones: tuple[str, str] = ("", ""),
    assume: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """(access, inspection, authentication) of an endpoint, in the words of the contract."""
    addresses = parse_addresses(client) if client else INSIDE
    flow = flow_for(addresses, client_chosen=bool(client), zones=zones)._replace(accepted=frozenset(assume))
    wanted = Requirement(host, (port,), "http" if port == 80 else "https", path)
    return tuple(judge(device, [wanted], flow)[0].word(stage) for stage in STAGES)


def access(content: bytes | str, host: str = ENDPOINT, *, assume: tuple[str, ...] = (), port: int = 443) -> str:
    """Whether an endpoint gets through."""
    return verdict(device_of(content), host, assume=assume, port=port)[0]
