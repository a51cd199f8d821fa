"""A waiver is about to expire.

## What it does

Reports a waiver whose last day is near: within 30 days, or what `waiver-rules: {warn_days: N}` says.

## Why is this bad?

On the day after, what it waives counts again, and a run that passed until then fails.

## Example

```
waiver-rules: {warn_days: 90}
waivers:
  - check: TLS001
    requirement: "*.endpoint.security.microsoft.com:443"
    reason: The proxy team moves the exemption to the new list.
    expiry: 2100-02-28
```

## How to fix

Mend the fault before the day comes, and take the waiver out.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._accepted import about, days, in_state, of_waiver
from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.waiver import WaiverState

_THIS = Identity("WVR002", "expiring-waiver")


def review(run: Run) -> Iterator[Finding]:
    """Yield one finding for each waiver that ends soon."""
    for use in in_state(run, WaiverState.EXPIRING):
        waiver = use.waiver
        end = f"in {days(use.days)}" if use.days else "today"
        message = f"the waiver of {', '.join(waiver.checks)} ends {end}, on {waiver.expiry}"
        who = about(use)
        advice = f"mend what it waives before that{f' ({who})' if who else ''}"
        yield of_waiver(_THIS, Severity.WARNING, use, message, advice)


CHECK = Check(*_THIS, Severity.WARNING, "a waiver is about to expire", review=review)
