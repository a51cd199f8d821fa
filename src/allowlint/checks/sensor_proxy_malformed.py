r"""The proxy of the EDR sensor has no port, a blank, a list, or is no proxy at all.

## What it does

Reports a `TelemetryProxyServer` without a port or with one that does not exist, with blanks or quotation marks, with several proxies, with
the address of a PAC script, with an IPv6 address without brackets, or with nothing in it.

## Why is this bad?

The sensor wants exactly one `server:port`. It does not read lists, scripts or the default port of a scheme; what it makes of them no
document says.

## Example

```
"TelemetryProxyServer"="proxy.example.com"
```

## How to fix

Write host and port alone, by group policy (Administrative Templates > Windows Components > Data Collection and Preview Builds >
"Configure connected user experiences and telemetry"), or in the registry:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection" /v TelemetryProxyServer /t REG_SZ /d 10.0.0.6:8080 /f
```

Where a PAC script is what you have, let the sensor find it by automatic detection (WPAD), and remove the value.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END002", "sensor-proxy-malformed")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "the proxy of the EDR sensor has no port, a blank, a list, or is no proxy at all",
    run,
    alone=True,
    notes=(_THIS.name,),
)
