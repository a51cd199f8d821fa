"""A part of a required wildcard is TLS-inspected.

## What it does

Reports a wildcard of which some names are exempt from TLS inspection and others are not, with a name that is inspected.

## Why is this bad?

The vendor adds names below a wildcard without notice. What is inspected today for one name will be inspected for the next.

## Example

All of `*.endpoint.security.microsoft.com` must stay uninspected:

```
acl exempt ssl::server_name .eu.endpoint.security.microsoft.com
ssl_bump peek hello
ssl_bump splice exempt
ssl_bump bump all
```

## How to fix

Exempt the wildcard as a whole (`.endpoint.security.microsoft.com` in Squid).
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, blame, faults, finding, part
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("TLS002", "partly-inspected")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which a part surely fails."""
    for fault in faults(examined, Stage.INSPECTION, Answer.PARTIAL):
        related, help_ = hints(fault)
        yield finding(
            _THIS,
            fault,
            f"{fault.id} {blame(fault, 'inspected' + part(fault), 'that is what happens where no rule matches')}",
            related=related,
            help=help_,
        )


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a part of a required wildcard is TLS-inspected",
    run,
    answers=((Stage.INSPECTION, Answer.PARTIAL),),
)
