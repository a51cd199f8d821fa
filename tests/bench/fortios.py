"""`allowlint check` of a large FortiGate backup as a ratio to a bare loop over its lines, measured in the same run.

    python -m tests.bench.fortios [POLICIES]

The budget for 50,000 policies is 8.
"""

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.generators.fortios import backup

BUDGET = 8
COMMAND = (sys.executable, "-m", "allowlint", "check", "--policy", "mde-streamlined", "--geo", "EU")


def looped(path: Path) -> float:
    """Seconds for a bare loop over the lines, the best of three."""
    times = []
    for _ in range(3):
        before = time.perf_counter()
        with path.open(encoding="utf-8") as file:
            for _line in file:
                pass
        times.append(time.perf_counter() - before)
    return min(times)


def checked(path: Path) -> float:
    """Seconds for the whole check, as a process of its own. Raises where it does not do its work."""
    before = time.perf_counter()
    done = subprocess.run((*COMMAND, str(path)), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return time.perf_counter() - before


def main(policies: int) -> None:
    """Print the ratio."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fortigate.conf"
        path.write_text("".join(backup(policies)), encoding="utf-8")
        size = path.stat().st_size / 1_000_000
        ratio = checked(path) / looped(path)
    print(f"{policies} policies, {size:.0f} MB: {ratio:.0f} x a bare line loop (budget {BUDGET})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
