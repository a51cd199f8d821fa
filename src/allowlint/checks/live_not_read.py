"""A part of a live result could not be read.

## What it does

Reports, for each result, how many parts of it were not understood: an attempt with unknown words and without a code, a URL of which it
is not told how its test ended, a damaged or locked part of an archive, XML with a document type, a text beyond the limits. The
text itself is not shown, because results may name people and machines; the lines are.

## Why is this bad?

What was not understood may be a failure. It counts neither as a success nor as a failure.

## Example

```
1 - Default proxy: Gelukt
```

## How to fix

Give the file as the tool wrote it, whole and unchanged; for an archive, the text in it.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import of_result
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import UnreadPart
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("LIV006", "live-not-read")


def compare(run: Run) -> Iterator[Finding]:
    """Yield one finding for each result of which something could not be read."""
    for result in run.live.results if run.live else ():
        unread = result.unread
        if unread:
            place = Location(result.path, max(unread[0].line, 1))
            parts = "1 part of it" if len(unread) == 1 else f"{len(unread)} parts of it"
            found = of_result(_THIS, Severity.WARNING, place, f"{parts} could not be read", "not read")
            yield found._replace(reasons=tuple(dict.fromkeys(map(_told, unread))))


def _told(part: UnreadPart) -> str:
    where = ", ".join(filter(None, (part.source, f"line {part.line}" if part.line else "")))
    return f"{where}: {part.why}" if where else part.why


CHECK = Check(*_THIS, Severity.WARNING, "a part of a live result could not be read", compare=compare)
