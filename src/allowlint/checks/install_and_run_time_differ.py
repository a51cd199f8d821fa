"""Mdatp is installed by one proxy and runs with another, or with none.

## What it does

Reports a script, or the files of one machine, that give different proxies to the installation and to mdatp; and, as an info, those
that give one to only one of them.

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

Where the settings come from several files, say in `allowlint.yaml` that these are of one machine, or of machines that are set alike:

```yaml
configurations:
  - files: [mdatp_managed.json, environment]
    machine: the servers
```

Without that each file is looked at by itself: that files lie beside each other does not make them those of one machine. `machine:
"{folder}"` says that those of each folder are.
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
