"""A waiver fits nothing.

## What it does

Reports a waiver that fits no finding, where the run can tell: its checks were run, and the configuration that it names was judged,
or all that the settings declare. A run over one file says nothing of the waivers of others.

## Why is this bad?

Either the fault is mended, and the waiver would hide the next one like it; or the waiver has a slip in it, and somebody believes
that it holds.

## Example

The endpoint is allowed; there is nothing left to waive:

```
waivers:
  - check: ACC001
    requirement: events.example.com:443
    reason: The proxy team opens it with the next change.
    expiry: 2101-03-31
```

## How to fix

Take the waiver out. If it should fit something, compare its `check`, `requirement`, `object`, `device` and `config` with what the
JSON report says of that finding.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._accepted import in_state, of_waiver
from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.waiver import WaiverState

_THIS = Identity("WVR003", "unused-waiver")


def review(run: Run) -> Iterator[Finding]:
    """Yield one finding for each waiver that fits nothing."""
    for use in in_state(run, WaiverState.UNUSED):
        message = f"the waiver of {', '.join(use.waiver.checks)} fits no finding"
        yield of_waiver(_THIS, Severity.WARNING, use, message, "take it out: it would hide the next fault like it")


CHECK = Check(*_THIS, Severity.WARNING, "a waiver fits no finding", review=review)
