"""A waiver has expired.

## What it does

Reports a waiver whose last day is over. It waives nothing any more: what it marked until then counts again.

The day is that of UTC, and the last day still belongs to the waiver. `SOURCE_DATE_EPOCH` can only make it a later one.

## Why is this bad?

Somebody accepted a fault for a time, and the time is over. If nobody looks at it now, it has been accepted for ever.

## Example

```
waivers:
  - check: TLS001
    requirement: "*.endpoint.security.microsoft.com:443"
    reason: The proxy team moves the exemption to the new list.
    ticket: CHG-1042
    expiry: 2026-03-31
```

## How to fix

Mend the fault and take the waiver out. If it must stay, ask its owner for a new day, and say in the reason why it took longer.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._accepted import about, days, in_state, of_waiver
from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.waiver import WaiverState

_THIS = Identity("WVR001", "expired-waiver")


def review(run: Run) -> Iterator[Finding]:
    """Yield one finding for each waiver that has expired."""
    for use in in_state(run, WaiverState.EXPIRED):
        waiver = use.waiver
        message = f"the waiver of {', '.join(waiver.checks)} expired {days(-(use.days or 0))} ago, on {waiver.expiry}"
        who = about(use)
        advice = f"mend what it waived and take it out, or ask for a later day{f' ({who})' if who else ''}"
        yield of_waiver(_THIS, Severity.ERROR, use, message, advice)


CHECK = Check(*_THIS, Severity.ERROR, "a waiver has expired, and waives nothing any more", review=review)
