"""See that a bill of materials names every locked package that this Python and platform need.

python -m tests.supply.materials requirements.txt dist/allowlint-0.1.0.cdx.json
"""

import json
import re
import sys
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\\n]*))?", re.MULTILINE)


def missing(lock: str, bill: str) -> list[str]:
    """The packages of a lock file, with their versions, that a bill of materials (CycloneDX, JSON) does not name."""
    named = {(canonicalize_name(each["name"]), each["version"]) for each in json.loads(bill)["components"]}
    wanted = [
        (canonicalize_name(name), version)
        for name, version, marker in _PIN.findall(lock)
        if not marker or Marker(marker.strip()).evaluate()
    ]
    return [f"{name} {version}" for name, version in wanted if (name, version) not in named]


def main(lock: str, bill: str) -> int:
    """Compare the files."""
    lacking = missing(Path(lock).read_text(encoding="utf-8"), Path(bill).read_text(encoding="utf-8"))
    print(f"{bill} lacks {', '.join(lacking)}" if lacking else f"wrote {bill}: it names every package of {lock}")
    return int(bool(lacking))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
