"""Each sentence of the vendor's documents on its own configuration: `fixtures/platforms/paloalto_panos/<case>/`.

`expected.txt` says where the sentence stands, who asks (`asked: --from-zone trust --assume trusted_servers`), and what was worked
out by hand: endpoint, access, inspection, authentication; a device's name with a colon before the lines about it.
"""

from pathlib import Path

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.device import Device, Stage
from allowlint.model.flow import Flow
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.paloalto_panos import PLATFORM
from tests.support import FIXTURES

CASES = sorted(path.parent for path in (FIXTURES / "platforms" / "paloalto_panos").glob("*/expected.txt"))
STAGES = (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION)


def configuration(case: Path) -> Path:
    return next(path for path in sorted(case.iterdir()) if path.stem == "config")


def flow(words: list[str]) -> Flow:
    """Who asks, as the options of the command line say it."""
    said = {
        name: [word for key, word in zip(words[::2], words[1::2], strict=True) if key == name] for name in words[::2]
    }
    client = said.get("--client")
    asked = flow_for(parse_addresses(client[0]), client_chosen=True) if client else flow_for()
    zones = (said.get("--from-zone", [""])[0], said.get("--to-zone", [""])[0])
    return asked._replace(zones=zones, accepted=frozenset(said.get("--assume", ())))


def requirement(text: str) -> Requirement:
    """`host[:port][/path]`; port 80 is plain HTTP."""
    head, slash, path = text.partition("/")
    host, _, port = head.partition(":")
    number = int(port or (80 if slash else 443))
    return Requirement(host, (number,), "http" if number == 80 else "https", slash + path)


def verdicts(device: Device, asked: Flow, endpoint: str) -> list[str]:
    verdict = judge(device, [requirement(endpoint)], asked)[0]
    return [verdict.word(stage) for stage in STAGES]


def endpoints(lines: list[str]) -> tuple[Endpoint, ...]:
    """What the lines of a case ask about."""
    said = [line.split() for line in lines if line and not line.startswith(("#", "asked:"))]
    asked = [requirement(words[0]) for words in said if len(words) > 1]
    return tuple(Endpoint(each.host, each.ports[0], each.protocol, each.path) for each in asked)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_verdicts_are_those_worked_out_by_hand(case: Path) -> None:
    path = configuration(case)
    lines = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    options = Options(endpoints=endpoints(lines))
    devices = {device.name: device for device in PLATFORM.parse(str(path), path.read_bytes(), options)}
    asked, name = flow_for(), next(iter(devices))
    found, expected = [], []
    for line in lines:
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "asked:":
            asked = flow(words[1:])
        elif len(words) == 1:
            name = words[0].removesuffix(":")
        else:
            expected.append(line.split())
            found.append([words[0], *verdicts(devices[name], asked, words[0])])

    assert expected
    assert found == expected
