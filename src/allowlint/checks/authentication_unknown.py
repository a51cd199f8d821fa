"""The configuration does not tell whether a required endpoint asks for a login.

## What it does

Reports an endpoint for which a client without an identity is let through or challenged depending on something that is not in the
configuration: the time of day, a helper program, the client's address.

Nothing is reported where the same reasons already leave open whether the endpoint is allowed.

## Why is this bad?

Services run without a user and cannot answer a challenge. A rule that asks for a login only sometimes makes a fault that comes and
goes.

## Example

After 18:00 a login is asked for:

```
acl day time 08:00-18:00
http_access allow sites day
http_access allow sites people
http_access deny all
```

## How to fix

Allow the endpoint without further conditions, above every rule that asks for an identity.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._unknowns import unknowns
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("AUT003", "authentication-unknown")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which it cannot be told."""
    yield from unknowns(_THIS, examined, Stage.AUTHENTICATION, "reachable without a login")


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the configuration cannot tell whether a required endpoint asks for an identity",
    run,
    answers=((Stage.AUTHENTICATION, Answer.UNKNOWN),),
)
