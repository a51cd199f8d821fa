"""A proxy setting has credentials in it.

## What it does

Reports a proxy of the sensor, of Defender Antivirus, of WinHTTP or of mdatp with a user and a password before the host.

## Why is this bad?

None of them can log in to a proxy: connections must be anonymous. The password stands in the registry and in every export of it, where
everybody can read it. Reports show stars in its place.

## Example

```
"ProxyServer"="http://svc-proxy:Winter2024@10.0.0.6:8080"
```

## How to fix

Let the proxy take connections to the required endpoints without a login, and write host and port alone. Change the password.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END003", "proxy-with-credentials")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(*_THIS, Severity.ERROR, "a proxy setting has credentials in it", run, alone=True, notes=(_THIS.name,))
