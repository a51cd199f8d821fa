"""The baseline lists a fault that is no longer there.

## What it does

Reports an entry of the baseline that matches no finding of the run, where the run can tell: its check was run and its configuration
was judged, or is gone. An entry of a mandatory check, which no baseline can hide, is reported too.

## Why is this bad?

The fault is mended, and the entry would hide it if it came back.

## Example

The endpoint is allowed by now:

```
"requirement": "events.example.com:443",
```

## How to fix

`allowlint baseline` takes out what is dead. It adds nothing unless it is told to.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("BSL001", "dead-baseline-entry")


def review(run: Run) -> Iterator[Finding]:
    """Yield one finding for each entry of the baseline that matches nothing."""
    if run.baseline is None:
        return
    for entry in run.baseline.dead:
        yield Finding(
            code=_THIS.code,
            name=_THIS.name,
            severity=Severity.WARNING,
            message=f"{entry.text}: {entry.why}",
            config=run.baseline.path,
            device="",
            location=Location(run.baseline.path, entry.line),
            object=entry.text,
            help="take it out with `allowlint baseline`",
        )


CHECK = Check(*_THIS, Severity.WARNING, "the baseline lists a fault that is no longer there", review=review)
