"""An allow covers shared hosting or a public suffix.

## What it does

Reports an entry of an allowing rule that covers everything below a name where anybody can get a name: shared hosting such as
`blob.core.windows.net` or `akamaized.net`, a public suffix such as `co.uk`, a whole top-level domain, or more.

Which names these are is taken from the Public Suffix List with its private section, and a short list of our own. A rule that
allows everything without naming anything is not reported: that is a decision, not a slip. Neither is a wildcard that the policy
itself requires, but for `*.blob.core.windows.net` where only machines on the Microsoft Monitoring Agent ask for it: they need a few
accounts, which can be told.

## Why is this bad?

Whoever rents a name there is on the allowlist. Data is carried out through exactly such names.

## Example

Any storage account of any customer is allowed:

```
acl storage dstdomain .blob.core.windows.net
http_access allow storage
http_access deny all
```

## How to fix

List the accounts that are needed, each by its full name. `allowlint rule TLS004` tells how to find out those that the Microsoft
Monitoring Agent needs.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._too_broad import too_broad
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity

_THIS = Identity("HYG001", "allow-too-broad")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each entry that reaches too far."""
    yield from too_broad(_THIS, examined, Stage.ACCESS, "allows")


CHECK = Check(*_THIS, Severity.WARNING, "an allow covers a public suffix or shared hosting", run, alone=True)
