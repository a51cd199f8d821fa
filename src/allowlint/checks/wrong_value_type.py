r"""A proxy setting in the registry has the wrong type.

## What it does

Reports a `TelemetryProxyServer`, `ProxyServer`, `ProxyPacUrl` or `ProxyBypass` that is no `REG_SZ`, and a `DisableEnterpriseAuthProxy`,
`PreferStaticProxyForHttpRequest` or `SSLOptions` that is no `REG_DWORD`.

## Why is this bad?

A program that asks for a number does not find a text, even where that text is `1`. In the registry editor both look right.

## Example

```
"DisableEnterpriseAuthProxy"="1"
```

## How to fix

Remove the value and set it again with its type:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection" /v DisableEnterpriseAuthProxy /t REG_DWORD /d 1 /f
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END004", "wrong-value-type")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS, Severity.ERROR, "a proxy setting in the registry has the wrong type", run, alone=True, notes=(_THIS.name,)
)
