"""A required endpoint is challenged, or reachable only with an identity.

## What it does

Reports an endpoint that a client without an identity does not reach, while one with an identity does: a proxy that answers 407,
a captive portal, a rule bound to users or groups.

## Why is this bad?

Services run under the machine's own account and cannot log in. They get no further than the challenge.

## Example

Squid asks for the login before it looks at the name:

```
acl people proxy_auth REQUIRED
http_access deny !people
http_access allow sites
http_access deny all
```

## How to fix

Allow the endpoint without a login, above the first rule that asks for one.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, challenge, faults, finding
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("AUT001", "authentication-required")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which all surely fails."""
    for fault in faults(examined, Stage.AUTHENTICATION, Answer.VIOLATED):
        related, help_ = hints(fault)
        yield finding(_THIS, fault, f"{fault.id} {challenge(fault)}", related=related, help=help_)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a required endpoint is challenged, or reachable only with an identity",
    run,
    answers=((Stage.AUTHENTICATION, Answer.VIOLATED),),
)
