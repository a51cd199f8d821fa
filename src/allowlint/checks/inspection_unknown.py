"""The configuration does not tell whether a required endpoint is TLS-inspected.

## What it does

Reports an endpoint whose TLS is inspected or left alone depending on something that is not in the configuration: the names in
the server's certificate, chance, a helper program, a list that was not given.

Nothing is reported where the same reasons already leave open whether the endpoint is allowed.

## Why is this bad?

Endpoints that pin their certificates do not work where they are inspected. An exemption that holds only sometimes makes a fault
that comes and goes.

## Example

The exemption holds for half of the connections:

```
acl half random 0.5
ssl_bump peek hello
ssl_bump splice exempt half
ssl_bump bump all
```

## How to fix

Exempt the endpoint by its name alone, with a rule above all others that could inspect it.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._unknowns import unknowns
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("TLS005", "inspection-unknown")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which it cannot be told."""
    yield from unknowns(_THIS, examined, Stage.INSPECTION, "TLS-inspected")


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the configuration cannot tell whether a required endpoint is inspected",
    run,
    answers=((Stage.INSPECTION, Answer.UNKNOWN),),
)
