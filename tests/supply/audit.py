"""Look the locked versions up among the known vulnerabilities.

    python -m tests.supply.audit requirements-dev.txt

Ends with 1 where one is known, and with 0 where none is. Where the service cannot be asked, that is said aloud and no failure, unless
ALLOWLINT_REQUIRE_AUDIT=1: a gate must not depend on somebody else's server being up, and must not claim what it did not look up.
"""

import json
import os
import subprocess
import sys
from typing import NamedTuple


class Audit(NamedTuple):
    """What an audit found."""

    audited: int
    skipped: int
    known: tuple[str, ...]
    """One line for each vulnerability: package, version, name, the versions that mend it."""
    why: str = ""
    """Why the first package was skipped."""


def read(text: str) -> Audit:
    """Read the JSON that pip-audit prints. Raises :class:`ValueError` where that is none."""
    dependencies = json.loads(text)["dependencies"]
    known = tuple(
        f"{each['name']} {each['version']}: {fault['id']} (mended in {', '.join(fault['fix_versions']) or 'no version'})"
        for each in dependencies
        for fault in each.get("vulns", ())
    )
    reasons = [each["skip_reason"] for each in dependencies if "skip_reason" in each]
    return Audit(len(dependencies) - len(reasons), len(reasons), known, next(iter(reasons), ""))


def verdict(audit: Audit | None, why: str, *, required: bool) -> tuple[int, str]:
    """The exit code and what is said; no audit where the service did not answer, for the reason ``why``."""
    if audit is None or not audit.audited:
        return int(
            required
        ), f"NOT AUDITED, the service of known vulnerabilities was not reached: {audit.why if audit else why}"
    if audit.known:
        return 1, "\n".join(("known vulnerabilities:", *audit.known))
    if audit.skipped:
        return int(required), f"audited {audit.audited} packages, none vulnerable; NOT AUDITED: {audit.skipped} more"
    return 0, f"audited {audit.audited} packages, none vulnerable"


def main(lock: str) -> int:
    """Audit a lock file."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    try:
        audit = read(done.stdout)
    except ValueError:
        audit = None
    code, said = verdict(audit, last, required=os.environ.get("ALLOWLINT_REQUIRE_AUDIT", "") not in {"", "0"})
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
