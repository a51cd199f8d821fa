"""Required endpoints were not tested.

## What it does

Reports, once for a run, the required endpoints to which no test of the live results belongs. A tool tests what its own list has: the
client analyzer those of the tenant's location, and of a wildcard one host or a few.

## Why is this bad?

That the tests succeeded says nothing of these. It is told so that a set of green tests is not taken for the whole.

## Example

One URL was tested, and the policy has more:

```
Testing URL : https://gateway.example.com/test
```

## How to fix

Run the tool after onboarding, with the right location (`-g`), on each operating system. Some endpoints (updates, revocation
lists) no tool tests.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import of_result
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("LIV005", "not-tested")


def compare(run: Run) -> Iterator[Finding]:
    """Yield one finding with all that was not tested."""
    untested = run.live.untested if run.live else ()
    if run.live is None or not untested:
        return
    count = f"{len(untested)} required endpoint{' was' if len(untested) == 1 else 's were'} not tested"
    place = Location(run.live.results[0].path, 1)
    yield of_result(_THIS, Severity.INFO, place, count, "not tested")._replace(reasons=untested)


CHECK = Check(*_THIS, Severity.INFO, "required endpoints were not tested", compare=compare)
