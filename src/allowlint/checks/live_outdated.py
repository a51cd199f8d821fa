"""A live result is old, or nobody says how old it is.

## What it does

Reports a result that is older than 30 days (or what `live: {recent_days: N}` says), older than the last change of a configuration that
was judged, dated in the future, or without a day. Such a result settles no unknown verdict.

The day is taken from the content, from the archive, or from whoever gives the file (`--live FILE@2026-11-20`, `date` in the settings).
The time stamp of the file is not used: a checkout makes old files new. A configuration's last change is that of git, else of the disk.

## Why is this bad?

A test says what happened on its day. Beside a configuration that has changed since, it confirms and contradicts nothing.

## Example

```
live: [{file: result.txt, date: 2099-06-01}]
```

## How to fix

Repeat the test, or say on which day it was made.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import of_result
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("LIV007", "live-outdated")


def compare(run: Run) -> Iterator[Finding]:
    """Yield one finding for each result that is not surely recent."""
    for doubt in run.live.doubts if run.live else ():
        severity = Severity.INFO if doubt.kind == "undated" else Severity.WARNING
        message = f"{doubt.why}: it settles nothing"
        yield of_result(_THIS, severity, Location(doubt.path, 1), message, doubt.kind, doubt.help)


CHECK = Check(*_THIS, Severity.WARNING, "a live result is old, or nobody says how old it is", compare=compare)
