"""A required endpoint is allowed, but not on the port or protocol that it needs.

## What it does

Reports an endpoint that is blocked on the port that it needs while the same host is allowed on another: port 443 only where
plain HTTP on port 80 is needed, tunnels only, or a list of ports without the right one.

## Why is this bad?

Revocation lists and certificate trust lists come over port 80, in plain HTTP. Where they do not arrive, certificates cannot be
checked and software that insists on it stops, long after the allowlist was declared complete.

## Example

`crl.microsoft.com` is required on port 80, which is no tunnel:

```
acl crl dstdomain crl.microsoft.com
http_access allow CONNECT crl
http_access deny all
```

## How to fix

Take the condition on port or method off the rule, or add the port that is needed to the list of ports.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._blocked import blocked
from allowlint.checks._findings import Identity, blame, finding
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("ACC003", "wrong-port")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each blocked requirement whose host is allowed on another port."""
    for each in blocked(examined):
        if each.elsewhere:
            related, help_ = hints(each.fault)
            message = f"{each.fault.id} {blame(each.fault, 'blocked', 'no rule allows it')}, though port {each.elsewhere} is allowed"
            yield finding(_THIS, each.fault, message, related=related, help=help_)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a required endpoint is allowed, but not on the required port or protocol",
    run,
    answers=((Stage.ACCESS, Answer.VIOLATED),),
)
