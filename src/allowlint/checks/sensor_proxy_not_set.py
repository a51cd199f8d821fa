r"""Settings beside the sensor's proxy are there, and the proxy is not.

## What it does

Reports `DisableEnterpriseAuthProxy` or `PreferStaticProxyForHttpRequest` without a `TelemetryProxyServer`, or with one that is taken away.

## Why is this bad?

Then the sensor has no proxy of its own: it goes by automatic detection, by the proxy of WinHTTP, or directly. That may be meant (the CIS
benchmark sets the first one everywhere), or one of two policies was forgotten.

## Example

```
"DisableEnterpriseAuthProxy"=dword:00000001
```

## How to fix

Where machines have no direct way to the internet:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection" /v TelemetryProxyServer /t REG_SZ /d 10.0.0.6:8080 /f
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END007", "sensor-proxy-not-set")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.INFO)


CHECK = Check(
    *_THIS,
    Severity.INFO,
    "settings beside the sensor's proxy are there, and the proxy is not",
    run,
    alone=True,
    notes=(_THIS.name,),
)
