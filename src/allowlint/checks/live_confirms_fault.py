"""A test on an endpoint fails as the verdict says.

## What it does

Reports a fault that is proven from the configuration and that a test on an endpoint has met as well.

## Why is this bad?

The fault itself is told by its own check. This tells that it is not a matter of a stale export or of another path: machines
are cut off now.

## Example

The proxy refuses the endpoint, and the test gets no further:

```
Testing URL : https://gateway.example.com/test
1 - Default proxy: Failed (403)
```

## How to fix

Mend the fault first that a test confirms.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import a_test, concluded, of_answer, target
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Conclusion
from allowlint.model.report import Run

_THIS = Identity("LIV002", "live-confirms-fault")


def compare(run: Run) -> Iterator[Finding]:
    """Yield a finding for each test that meets a proven fault."""
    for answer in concluded(run, Conclusion.FAULT_CONFIRMED):
        message = f"{target(answer)} does not work, and {a_test(answer)} confirms it"
        yield of_answer(_THIS, Severity.INFO, answer, message)


CHECK = Check(*_THIS, Severity.INFO, "a test on an endpoint fails as the verdict says", compare=compare)
