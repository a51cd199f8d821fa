"""What `allowlint` answers about a probe, and what it means for that answer to be wrong.

The laboratory sees three accesses: allowed, blocked, challenged. The contract's words say the same in two stages:
access is `allowed` when somebody gets through, with or without an identity, and authentication is `anonymous` only
when a client without one does. `faults` compares the two, over all listeners of a device at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from allowlint.platforms import Options
from allowlint.platforms.squid import PLATFORM
from tests.oracle.lab_client import Probe, Result, View

UNSURE = frozenset({"unknown", "partial"})


class Answer(NamedTuple):
    """The answer for one flow, in the words of `explain --format json`; `loads` False when Squid would refuse."""

    access: str
    inspection: str
    authentication: str
    loads: bool = True

    @property
    def sure(self) -> bool:
        return not UNSURE & {self.access, self.inspection, self.authentication}


def ask(conf_path: Path, host: str, port: int, view: View, path: str, client: str) -> Answer:
    """Ask `allowlint` about one flow through one Squid configuration.

    Means `allowlint explain HOST:PORT CONFIG --platform squid --client CLIENT --format json`, in the same process.
    `view` is "connect" for a tunnel to HOST:PORT and "http" for a plain request for http://HOST:PORT/path.
    """
    device = _device(conf_path, conf_path.stat().st_mtime_ns)
    requirement = Requirement(
        host.lower().rstrip("."), (port,), "http" if view == "http" else "https", path if view == "http" else ""
    )
    flow = flow_for(parse_addresses(client), client_chosen=True)
    verdict = judge(device, (requirement,), flow)[0]
    stages = (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)
    access, inspection, authentication = map(verdict.word, stages)
    return Answer(access, inspection, authentication, loads=not device.load_faults)


@cache
def _device(conf_path: Path, _changed: int) -> Device:
    return PLATFORM.parse(str(conf_path), conf_path.read_bytes(), Options())[0]


def ask_probe(conf_path: Path, probe: Probe) -> Answer:
    """`ask`, for a probe of the laboratory."""
    return ask(conf_path, probe.host, probe.port, probe.view, probe.path, probe.client)


def faults(answer: Answer, port: int, results: Sequence[Result]) -> list[str]:
    """Where a sure answer contradicts what the listeners of a device did to the same probe."""
    if not answer.loads:
        return ["said not to load, but Squid runs"]
    found = [*_access_faults(answer, results), *_authentication_faults(answer, results)]
    return found + _inspection_faults(answer, port, results)


def gets_through(result: Result) -> bool:
    """Whether somebody gets through, with an identity if need be."""
    return result.access == "allowed" or result.identified == "allowed"


def _access_faults(answer: Answer, results: Sequence[Result]) -> list[str]:
    through = [gets_through(result) for result in results]
    if answer.access == "allowed" and not all(through):
        return ["said allowed, but a listener blocks"]
    if answer.access == "blocked" and any(through):
        return ["said blocked, but a listener lets through"]
    return []


def _authentication_faults(answer: Answer, results: Sequence[Result]) -> list[str]:
    passing = [result.access for result in results if gets_through(result)]
    if answer.authentication == "anonymous" and "challenged" in passing:
        return ["said anonymous, but a listener challenges"]
    if answer.authentication == "required" and "allowed" in passing:
        return ["said authentication required, but a listener lets anonymous clients through"]
    if answer.authentication == "not-applicable" and answer.access == "allowed":
        return ["said allowed without a word on authentication"]
    return []


def _inspection_faults(answer: Answer, port: int, results: Sequence[Result]) -> list[str]:
    seen = {result.inspection for result in results if gets_through(result)}
    if answer.inspection == "bypassed" and "inspected" in seen:
        return ["said bypassed, but a listener inspects"]
    if answer.inspection == "inspected" and "bypassed" in seen:
        return ["said inspected, but a listener does not"]
    # The contract gives port 80 no inspection stage.
    if (
        answer.inspection == "not-applicable"
        and answer.access == "allowed"
        and port != 80
        and seen - {"not-applicable"}
    ):
        return ["said allowed without a word on inspection"]
    return []
