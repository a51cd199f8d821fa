"""Mdatp is installed by one proxy and runs with another, or with none.

## What it does

Reports a script that gives different proxies to the installation and to mdatp; and, as an info, a file that gives one to only one of them.

## Why is this bad?

"This setting must be configured both at installation time and after the product has been installed": the package manager and the service do not
know of each other's proxy.

## Example

```
HTTPS_PROXY="http://10.0.0.6:8080/" apt install mdatp
mdatp config proxy set --value http://10.0.0.7:8080
```

## How to fix

```
HTTPS_PROXY="http://10.0.0.6:8080/" apt install mdatp
mdatp config proxy set --value http://10.0.0.6:8080
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END017", "install-and-run-time-differ")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "mdatp is installed by one proxy and runs with another, or with none",
    run,
    alone=True,
    notes=(_THIS.name,),
)
