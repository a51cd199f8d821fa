"""`allowlint check` of large firewall exports as a ratio to a bare pass over the same file, measured in the same run.

    python -m tests.bench.large [SIZE]

The floors are a bare pass of expat over the XML, without handlers, and a bare loop over the lines of the other. A parse by
`lxml.etree` takes a good two passes of expat, so that 1.3 of those are 2.8 passes. SIZE is the number of rules and half the
number of policies is written for the other; the default is what the budgets speak of.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.parsers import expat

from tests.generators import fortios, panos

COMMAND = (sys.executable, "-m", "allowlint", "check", "--policy", "mde-streamlined", "--geo", "EU")
SIZE = 100_000
XML_BUDGET, LINES_BUDGET = 2.8, 8.0


def main(size: int) -> None:
    """Print the two ratios."""
    with TemporaryDirectory() as folder:
        xml, backup = Path(folder) / "running-config.xml", Path(folder) / "fortigate.conf"
        with xml.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in panos.export(size))
        backup.write_text("".join(fortios.backup(size // 2)), encoding="utf-8")
        tell("PAN-OS", xml, "passes of expat", passed, XML_BUDGET)
        tell("FortiOS", backup, "loops over the lines", looped, LINES_BUDGET)


def tell(title: str, path: Path, floor: str, bare: Callable[[Path], float], budget: float) -> None:
    """Print one ratio: the best of three for the floor, one run of the check."""
    ratio = checked(path) / min(bare(path) for _ in range(3))
    megabytes = path.stat().st_size / 1_000_000
    print(f"{title:<8} {megabytes:5.0f} MB  {ratio:6.1f} {floor} (budget {budget:g})")


def passed(path: Path) -> float:
    """Seconds for a bare pass of expat."""
    before = time.perf_counter()
    expat.ParserCreate().Parse(path.read_bytes(), True)
    return time.perf_counter() - before


def looped(path: Path) -> float:
    """Seconds for a bare loop over the lines."""
    before = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        for _line in file:
            pass
    return time.perf_counter() - before


def checked(path: Path) -> float:
    """Seconds for the whole check, as a process of its own. Raises where it does not do its work."""
    before = time.perf_counter()
    done = subprocess.run((*COMMAND, str(path)), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return time.perf_counter() - before


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
