r"""A proxy setting stands in a registry key where nobody reads it.

## What it does

Reports settings of the sensor and of Defender Antivirus outside of their keys: without `Policies`, below `WOW6432Node`, in a user's part
of the registry, in each other's key, under the name of the policy, or deployed by MDM where the sensor reads group policy.

## Why is this bad?

The value is there, and looks right, and does nothing. Microsoft says so of one case in so many words: the sensor reads
`TelemetryProxyServer` from the registry location of the group policy, not from MDM.

## Example

```
[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\DataCollection]
"TelemetryProxyServer"="10.0.0.6:8080"
```

## How to fix

Move it:

| value | key |
|---|---|
| `TelemetryProxyServer`, `DisableEnterpriseAuthProxy` | `HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection` |
| `PreferStaticProxyForHttpRequest` | `HKLM\SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection` |
| `ProxyServer`, `ProxyPacUrl`, `ProxyBypass` | `HKLM\SOFTWARE\Policies\Microsoft\Windows Defender` |
| `SSLOptions` | `HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Spynet` |
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END005", "wrong-registry-key")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a proxy setting stands in a registry key where nobody reads it",
    run,
    alone=True,
    notes=(_THIS.name,),
)
