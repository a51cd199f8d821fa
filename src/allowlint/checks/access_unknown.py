"""The configuration does not tell whether a required endpoint is allowed.

## What it does

Reports an endpoint that is allowed or blocked depending on something that is not in the configuration: a helper program, the
time of day, the client's address, a file that was not given. The reasons are listed, with what would settle each of them.

Where every possible answer leads to the same end, the verdict is sure and nothing is reported.

## Why is this bad?

It is not known to be a fault, and not known to be right. Taking it for right is how blocked endpoints stay unnoticed. It is a
warning for a required endpoint; `--fail-on unknown` makes it fail the run.

## Example

Whether the helper finds a ticket is not in the file:

```
external_acl_type ticket %SRC %DST /usr/local/bin/ticket-open
acl has_ticket external ticket
http_access allow sites has_ticket
http_access deny all
```

## How to fix

Give what is missing (`--client ADDRESS`, the file beside the configuration), or allow the endpoint by a rule of its own that
depends on nothing else.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._unknowns import unknowns
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("ACC004", "access-unknown")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which it cannot be told."""
    yield from unknowns(_THIS, examined, Stage.ACCESS, "allowed")


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the configuration cannot tell whether a required endpoint is allowed",
    run,
    answers=((Stage.ACCESS, Answer.UNKNOWN),),
)
