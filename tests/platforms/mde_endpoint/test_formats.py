"""Every format, clean and broken, in every encoding: the way of each consumer and the faults that are told of it.

The files are written after the documents of the formats, their expectations (`expected.yaml`) by hand.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from allowlint.errors import InputError
from allowlint.model.device import Device
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import PLATFORM
from tests.support import FIXTURES

CASES = sorted(path.parent for path in FIXTURES.glob("platforms/mde_endpoint/*/expected.yaml"))


def read(case: Path) -> tuple[Device, ...]:
    (config,) = (path for path in case.iterdir() if path.stem in {"config", "mde_endpoint"})
    content = config.read_bytes()
    assert PLATFORM.detect(str(config), content[:65536])
    return PLATFORM.parse(str(config), content, Options())


def told(device: Device, wanted: dict[str, Any]) -> dict[str, Any]:
    (rulebase,) = device.entrances[0].rulebases
    way = "; ".join(map(str, rulebase.default.routes))
    found = {"way": way, "findings": sorted({note.kind for note in device.notes})}
    return {key: found[key] for key in wanted}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_it_is_read_as_it_says(case: Path) -> None:
    expected = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(InputError, match=expected["error"]):
            read(case)
        return

    devices = {device.name: device for device in read(case)}

    assert list(devices) == list(expected["devices"])
    assert {name: told(devices[name], wanted) for name, wanted in expected["devices"].items()} == expected["devices"]
