"""A part of a required wildcard asks for a login.

## What it does

Reports a wildcard of which a client without an identity reaches some names and is challenged for others, with a name that is
challenged.

## Why is this bad?

Services cannot log in. It works where it was tried and fails for the next name below the wildcard.

## Example

All of `*.endpoint.security.microsoft.com` must be reachable without a login:

```
acl sites dstdomain .eu.endpoint.security.microsoft.com
http_access allow sites
http_access allow people
http_access deny all
```

## How to fix

Allow the wildcard as a whole without a login, above the first rule that asks for one.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, challenge, faults, finding
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("AUT002", "partly-authenticated")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which a part surely fails."""
    for fault in faults(examined, Stage.AUTHENTICATION, Answer.PARTIAL):
        related, help_ = hints(fault)
        yield finding(_THIS, fault, f"{fault.id} {challenge(fault)}", related=related, help=help_)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a part of a required wildcard is challenged, or reachable only with an identity",
    run,
    answers=((Stage.AUTHENTICATION, Answer.PARTIAL),),
)
