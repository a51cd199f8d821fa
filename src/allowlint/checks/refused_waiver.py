"""A waiver is refused.

## What it does

Reports a waiver that does nothing although it looks as if it did: it is for a check that the settings (or those that they extend)
make mandatory, it lasts longer than `waiver-rules: {longest_days: N}` allows, it has no end where one is required, it is for
what is said of waivers themselves, or it stands in a configuration and is not written as it must be (an unknown check or word, no
reason, a day that is none, no rule that it could belong to).

## Why is this bad?

Whoever wrote it believes that the fault is accepted. It is not.

## Example

The organisation's settings hold for every repository that extends them:

```
checks:
  mandatory: [ACC001]
waivers:
  - check: ACC001
    requirement: events.example.com:443
    reason: Nobody here uses this endpoint any more.
    expiry: 2101-03-31
```

## How to fix

Mend the fault, or the waiver. In a comment or a description a waiver reads

    allowlint: ignore[TLS001] until=2027-03-31 ticket=CHG-1 owner=network reason: why this is accepted
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._accepted import in_state, of_waiver
from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.waiver import WaiverState

_THIS = Identity("WVR004", "refused-waiver")


def review(run: Run) -> Iterator[Finding]:
    """Yield one finding for each waiver that is refused."""
    for use in in_state(run, WaiverState.REFUSED):
        what = f" of {', '.join(use.waiver.checks)}" if use.waiver.checks else ""
        why, _, advice = use.why.partition(": ")
        yield of_waiver(_THIS, Severity.ERROR, use, f"the waiver{what} is refused: {why}", advice)


CHECK = Check(
    *_THIS, Severity.ERROR, "a waiver does nothing: it is refused, or not written as it must be", review=review
)
