"""Only http_proxy is set where mdatp or its installation wants HTTPS_PROXY.

## What it does

Reports an environment or a unit of systemd with a proxy for plain HTTP and none for HTTPS. A configuration of apt is left alone: apt
takes `Acquire::http::Proxy` for HTTPS too where there is none for it (tried with apt 2.6.1).

## Why is this bad?

Everything that mdatp needs goes over HTTPS, its packages included. `http_proxy` does not concern it.

## Example

```
http_proxy="http://10.0.0.6:8080/"
```

## How to fix

```
HTTPS_PROXY="http://10.0.0.6:8080/"
```

in `/etc/environment`, or `Acquire::https::Proxy "http://10.0.0.6:8080/";` for apt.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END016", "https-proxy-not-set")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS, Severity.ERROR, "only http_proxy is set where mdatp or its installation wants HTTPS_PROXY", run, alone=True
)
