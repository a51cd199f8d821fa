"""The proxy of mdatp is no http://host:port.

## What it does

Reports a proxy of Defender for Endpoint on Linux with `https://`, without a scheme or a port, with a path, or with the address of a PAC script.

## Why is this bad?

mdatp takes a static proxy alone, as `http://address:port`. "PAC, WPAD, and authenticated proxies are not supported" on Linux.

## Example

```
{"cloudService": {"proxy": "https://10.0.0.6:8443"}}
```

## How to fix

```
mdatp config proxy set --value http://10.0.0.6:8080
```

or `"proxy": "http://10.0.0.6:8080/"` below `cloudService` in `/etc/opt/microsoft/mdatp/managed/mdatp_managed.json`.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END015", "mdatp-proxy-malformed")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(*_THIS, Severity.ERROR, "the proxy of mdatp is no http://host:port", run, alone=True, notes=(_THIS.name,))
