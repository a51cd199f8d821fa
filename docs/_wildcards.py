"""What one entry matches in each place that products have for it: asked of allowlint itself (fixtures/wildcards)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import yaml

from allowlint import registry
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import INSIDE
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "wildcards"
PORT = 443
MATCHES = {"allowed": "yes", "bypassed": "yes", "direct": "yes", "blocked": "no", "inspected": "no", "proxied": "no"}
"""What the answer of the device says of the entry; every other answer is a doubt."""
REFUSED = "refused"
"""The answer where the product does not start with the entry."""
PLATFORMS = {
    "squid": "Squid",
    "paloalto_panos": "Palo Alto PAN-OS",
    "fortinet_fortios": "Fortinet FortiOS",
    "pac": "PAC scripts",
}

Table = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By place, entry and host: ``yes``, ``no``, ``unknown``, or :data:`REFUSED`."""


class Place(NamedTuple):
    """Where a product has an entry, in a configuration that has nothing else."""

    id: str
    platform: str
    title: str
    stage: Stage
    source: str
    file: str
    text: str
    """The configuration, with ``ENTRY``."""
    assume: frozenset[str]
    note: str
    """What the reader of the table must know besides."""

    def configuration(self, entry: str) -> bytes:
        """The configuration with an entry, quoted as its format asks for it."""
        quoted = {"config.xml": escape(entry), "squid.conf": entry}.get(self.file, entry.replace("\\", "\\\\"))
        return self.text.replace("ENTRY", quoted).encode()


def entries() -> tuple[Mapping[str, str], list[str]]:
    """The hosts that are asked for, with their short names, and the ways to write an entry."""
    read: Any = yaml.safe_load((FOLDER / "entries.yaml").read_text(encoding="utf-8"))
    return read["hosts"], read["entries"]


def places() -> list[Place]:
    """Every place, platform by platform, in the order in which ``entries.yaml`` names them."""
    order: Any = yaml.safe_load((FOLDER / "entries.yaml").read_text(encoding="utf-8"))["places"]
    found = [_place(path) for path in FOLDER.glob("*/place.yaml")]
    return sorted(found, key=lambda place: order.index(place.id))


def _place(path: Path) -> Place:
    said: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    (file,) = (each for each in path.parent.iterdir() if each != path)
    stage, assume = Stage(said["stage"]), frozenset(said.get("assume", ()))
    text = file.read_text(encoding="utf-8")
    own = said["platform"], said["title"], stage, said["source"]
    return Place(path.parent.name, *own, file.name, text, assume, said.get("note", ""))


def table() -> Table:
    """What every entry matches in every place."""
    hosts, written = entries()
    return {place.id: {entry: _answers(place, entry, [*hosts]) for entry in written} for place in places()}


def _answers(place: Place, entry: str, hosts: list[str]) -> dict[str, str]:
    options = Options(
        assumptions=place.assume, endpoints=tuple(Endpoint(host, PORT, "https") for host in hosts), systems=("windows",)
    )
    platform = registry.load("platforms", place.platform)
    device, *_ = platform.parse(place.file, place.configuration(entry), options)
    return dict(_asked(device, place, hosts))


def _asked(device: Device, place: Place, hosts: list[str]) -> Iterator[tuple[str, str]]:
    if device.load_faults:
        yield from ((host, REFUSED) for host in hosts)
        return
    flow = flow_for(INSIDE, client_chosen=False, zones=("", ""))._replace(accepted=place.assume)
    for host in hosts:
        (verdict,) = judge(device, (Requirement(host, (PORT,), "https", ""),), flow)
        yield host, MATCHES.get(verdict.word(place.stage), "unknown")


def page() -> str:
    """The tables, one for each platform."""
    found = table()
    return "\n".join(_section(platform, title, found) for platform, title in PLATFORMS.items())


def _section(platform: str, title: str, found: Table) -> str:
    mine = [place for place in places() if place.platform == platform]
    hosts, written = entries()
    lines = [
        f"## {title}\n",
        f"| entry | {' | '.join(place.title for place in mine)} |",
        f"| --- |{' --- |' * len(mine)}",
        *(
            f"| `{entry.replace('|', chr(92) + '|')}` | "
            f"{' | '.join(_cell(found[place.id][entry], hosts) for place in mine)} |"
            for entry in written
        ),
    ]
    notes = "".join(f"\n{place.title}: {place.note}\n" for place in mine if place.note)
    sources = "; ".join(dict.fromkeys(place.source for place in mine))
    return "\n".join((*lines, notes, f"Evidence: {sources}.\n"))


def _cell(answers: Mapping[str, str], names: Mapping[str, str]) -> str:
    if REFUSED in answers.values():
        return "does not start"
    matched = [names[host] for host, answer in answers.items() if answer == "yes"]
    doubted = [names[host] for host, answer in answers.items() if answer == "unknown"]
    words = [", ".join(matched)] if matched else []
    if len(doubted) == len(answers):
        return "unknown"
    return "; ".join((*words, *([f"unknown: {', '.join(doubted)}"] if doubted else []))) or "nothing"
