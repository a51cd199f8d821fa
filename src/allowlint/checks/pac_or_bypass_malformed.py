"""The PAC script or the bypass list of Defender Antivirus is not what it reads.

## What it does

Reports a `ProxyPacUrl` that is no URL of the web, a `ProxyBypass` in the manner of Internet Explorer (`<local>`, stars, networks), and, as
an info, a script beside a `ProxyServer` (which is tried first) or a bypass without a proxy.

## Why is this bad?

A service cannot read a script from a drive or a share of a user. The documents show names in the bypass list, nothing else.

## Example

```
"ProxyPacUrl"="file://C:/proxy.pac"
```

## How to fix

```
Set-MpPreference -ProxyPacUrl "https://proxy.example.com/proxy.pac"
Set-MpPreference -ProxyBypass "intranet.example.com","updates.example.com"
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END010", "pac-or-bypass-malformed")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the PAC script or the bypass list of Defender Antivirus is not what it reads",
    run,
    alone=True,
    notes=(_THIS.name,),
)
