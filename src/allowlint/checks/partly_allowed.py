"""A part of a required wildcard is blocked.

## What it does

Reports a wildcard of which some names are allowed and others are not, with a name that is blocked. It also reports an endpoint
that some clients of the network given with `--client` reach and others do not.

## Why is this bad?

It works where it was tried, and fails at the next site, in the next region or after the next change at the vendor's, who adds
names below the wildcard without notice.

## Example

All of `*.endpoint.security.microsoft.com` is required:

```
acl sites dstdomain .eu.endpoint.security.microsoft.com
http_access allow sites
http_access deny all
```

## How to fix

Allow the wildcard as a whole (`.endpoint.security.microsoft.com` in Squid), above every rule that denies a part of it.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, blame, faults, finding, part
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("ACC002", "partly-allowed")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which a part is surely blocked."""
    for fault in faults(examined, Stage.ACCESS, Answer.PARTIAL):
        related, help_ = hints(fault)
        message = f"{fault.id} {blame(fault, 'blocked' + part(fault), 'no rule allows it')}"
        yield finding(_THIS, fault, message, related=related, help=help_)


CHECK = Check(
    *_THIS, Severity.ERROR, "a part of a required wildcard is blocked", run, answers=((Stage.ACCESS, Answer.PARTIAL),)
)
