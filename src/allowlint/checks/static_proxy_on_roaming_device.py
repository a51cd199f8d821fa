"""WinHTTP has a static proxy, which a laptop takes along.

## What it does

Reports a static proxy of WinHTTP, as `netsh winhttp set proxy` sets it.

## Why is this bad?

Microsoft calls it "suitable only for desktops in a stable topology": outside of the network the proxy does not answer, and everything that asks
the system for its proxy fails, updates and certificate lists included.

## Example

```
    Proxy Server(s) :  10.0.0.6:8080
```

## How to fix

Leave it on desktops and servers. On laptops let the proxy be detected (WPAD):

```
netsh winhttp reset proxy
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END013", "static-proxy-on-roaming-device")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.INFO)


CHECK = Check(
    *_THIS,
    Severity.INFO,
    "WinHTTP has a static proxy, which a laptop takes along",
    run,
    alone=True,
    notes=(_THIS.name,),
)
