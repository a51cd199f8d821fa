r"""The proxy of the EDR sensor is written as a URL, and the sensor wants host:port.

## What it does

Reports a `TelemetryProxyServer` with `http://` or `https://` before it, with a path, or with a slash at its end.

## Why is this bad?

The EDR sensor takes `server:port` or `address:port` and nothing else. It is Defender Antivirus that wants a scheme; copying the value
of one to the other breaks one of them. The sensor goes on without its proxy, and may fall back to going directly.

## Example

```
"TelemetryProxyServer"="http://10.0.0.6:8080"
```

## How to fix

Write host and port alone, by group policy (Administrative Templates > Windows Components > Data Collection and Preview Builds >
"Configure connected user experiences and telemetry"), or in the registry:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\DataCollection" /v TelemetryProxyServer /t REG_SZ /d 10.0.0.6:8080 /f
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END001", "sensor-proxy-with-scheme")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "the proxy of the EDR sensor is written as a URL, and the sensor wants host:port",
    run,
    alone=True,
    notes=(_THIS.name,),
)
