"""The EDR sensor, Defender Antivirus and WinHTTP have different proxies.

## What it does

Reports a file in which two of the EDR sensor, Defender Antivirus and WinHTTP have different proxies.

## Why is this bad?

The three are set on their own. When a proxy is moved, one of them is forgotten; tests of the others go on to succeed.

## Example

```
"ProxyServer"="http://10.0.0.7:8080"
```

## How to fix

Give all of them the same proxy, or make sure that each proxy lets the required endpoints through (declare a path for each in
`allowlint.yaml`, with `device: EDR sensor` and so on).
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END011", "consumers-disagree")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the EDR sensor, Defender Antivirus and WinHTTP have different proxies",
    run,
    alone=True,
    notes=(_THIS.name,),
)
