r"""The EDR sensor has a proxy, and may still use a user's proxy with a login.

## What it does

Reports a `TelemetryProxyServer` without `DisableEnterpriseAuthProxy`, or with one that is not 1.

## Why is this bad?

Microsoft wants both policies. Without the second one the telemetry service uses the proxy of whoever is logged on, with a login, and
stops when nobody is. (Old texts about Desktop Analytics want 0 here, and the CIS benchmark wants 1: they exclude each other.)

## Example

```
"TelemetryProxyServer"="10.0.0.6:8080"
"DisableEnterpriseAuthProxy"=dword:00000000
```

## How to fix

Administrative Templates > Windows Components > Data Collection and Preview Builds > "Configure Authenticated Proxy usage for the Connected
User Experience and Telemetry Service": Enabled, "Disable Authenticated Proxy usage"; or:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection" /v DisableEnterpriseAuthProxy /t REG_DWORD /d 1 /f
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END006", "authenticated-proxy-not-disabled")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the EDR sensor has a proxy, and may still use a user's proxy with a login",
    run,
    alone=True,
    notes=(_THIS.name,),
)
