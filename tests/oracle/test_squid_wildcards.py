"""The table of wildcards, as far as it is about Squid: one Squid for each place, with a listener for each entry."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.oracle.lab_client import FIRST_LISTENER, Probe
from tests.oracle.squid_lab import SquidLab
from tests.support import FIXTURES

FOLDER = FIXTURES / "wildcards"
PLACES = sorted(path.parent.name for path in FOLDER.glob("*/squid.conf"))


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def joined(text: str, entries: list[str]) -> str:
    """One configuration for all entries: what is said of the entry is said of each, for those who come in by its listener."""
    lines = []
    for line in text.splitlines():
        for number, entry in enumerate(entries):
            if line.startswith("http_port"):
                _, _, options = line.partition("3128")
                lines.append(f"http_port {FIRST_LISTENER + number} name=in{number}{options}")
                lines.append(f"acl in{number} myportname in{number}")
            elif "entry" in line:
                own = line.replace("entry", f"entry{number}").replace("ENTRY", entry)
                lines.append(own if own.startswith("acl") else f"{own} in{number}")
            else:
                lines.append(line)
                break
    return "\n".join(lines) + "\n"


@pytest.mark.oracle
@pytest.mark.parametrize("place", PLACES)
def test_squid_matches_what_the_table_says(lab: SquidLab, place: str) -> None:
    said = read("entries.yaml")
    hosts, entries = [*said["hosts"]], said["entries"]
    wanted = read("expected.yaml")[place]
    stage = read(f"{place}/place.yaml")["stage"]
    config = joined((FOLDER / place / "squid.conf").read_text(encoding="utf-8"), entries)
    probes = [Probe(host, listener=FIRST_LISTENER + number) for number in range(len(entries)) for host in hosts]

    outcome = lab.run({"squid.conf": config.encode()}, probes)

    assert outcome.loads, outcome.fatal
    found = {entry: {} for entry in entries}  # type: dict[str, dict[str, str]]
    for probe, result in zip(probes, outcome.results, strict=True):
        matched = result.access == "allowed" if stage == "access" else result.inspection == "bypassed"
        found[entries[probe.listener - FIRST_LISTENER]][probe.host] = "yes" if matched else "no"
    assert found == wanted
