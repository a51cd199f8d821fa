"""The fixtures of this platform: a configuration each, and what becomes of some endpoints, worked out by hand.

`expected.yaml` has `title`, `source` (where the semantics are from), and optionally `device` (the VDOM that is asked), `client`,
`from` and `to` (zones), `assume`, `ratings`, `unread` (words of what was not understood), `faults` (entries that never match) and
`notes` (kinds). `probes` are endpoints with the words of the contract; a port 80 is plain HTTP.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import INSIDE, parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.fortinet_fortios import PLATFORM
from tests.support import FIXTURES

FOLDER = FIXTURES / "platforms" / "fortinet_fortios"
STAGES = (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)
KEYS = {"title", "source", "device", "client", "from", "to", "assume", "ratings", "unread", "faults", "notes", "probes"}


class Case(NamedTuple):
    """One fixture."""

    path: Path
    expected: dict[str, Any]

    def device(self) -> Device:
        """The device that is asked."""
        ratings = {host: tuple(names) for host, names in self.expected.get("ratings", {}).items()}
        endpoints = tuple(_endpoint(probe) for probe in self.expected["probes"])
        devices = read((self.path / "config.conf").read_bytes(), Options(ratings=ratings, endpoints=endpoints))
        wanted = self.expected.get("device", "config.conf")
        return next(device for device in devices if device.name == wanted)

    def answers(self, device: Device) -> list[tuple[str, ...]]:
        """What is said of each probe."""
        accepted = frozenset(self.expected.get("assume", ())) | ({"ratings"} if "ratings" in self.expected else set())
        return [
            ask(
                device,
                probe["host"],
                probe["port"],
                path=probe.get("path", ""),
                client=self.expected.get("client", ""),
                zones=(self.expected.get("from", ""), self.expected.get("to", "")),
                accepted=accepted,
            )
            for probe in self.expected["probes"]
        ]


def _endpoint(probe: dict[str, Any]) -> Endpoint:
    return Endpoint(probe["host"], probe["port"], "http" if probe["port"] == 80 else "https", probe.get("path", ""))


def read(content: bytes | str, options: Options | None = None) -> tuple[Device, ...]:
    """The devices of a configuration."""
    given = content.encode() if isinstance(content, str) else content
    return PLATFORM.parse("config.conf", given, options or Options())


def ask(
    device: Device,
    host: str,
    port: int = 443,
    *,
    path: str = "",
    client: str = "",
    zones: tuple[str, str] = ("", ""),
    accepted: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """(access, inspection, authentication) of an endpoint, in the words of the contract."""
    protocol = "http" if port == 80 else "https"
    addresses = parse_addresses(client) if client else INSIDE
    flow = flow_for(addresses, client_chosen=bool(client), zones=zones)._replace(accepted=accepted)
    (verdict,) = judge(device, (Requirement(host, (port,), protocol, path),), flow)
    return tuple(verdict.word(stage) for stage in STAGES)


def load_all() -> list[Case]:
    """Every fixture; a word that is not known is an error, so that a typing mistake cannot disarm a test."""
    cases = []
    for path in sorted(FOLDER.glob("*/expected.yaml")):
        expected = yaml.safe_load(path.read_text(encoding="utf-8"))
        if unknown := expected.keys() - KEYS:
            raise ValueError(f"{path}: unknown keys {sorted(unknown)}")
        cases.append(Case(path.parent, expected))
    return cases
