"""A consumer goes directly when its proxy does not answer, and says nothing.

## What it does

Reports a proxy of the EDR sensor or of Defender Antivirus that it leaves for the direct way when it does not answer. For a declared path it
says what becomes of that direct way at the devices behind.

## Why is this bad?

Where the direct way is open, nobody notices that the proxy is broken, and connections go past what it logs and checks. Where it is closed, the
firewall shows connections that nobody expects. "When the TelemetryProxyServer is set, Defender for Endpoint will fall back to direct if it can't
access the defined proxy."

## Example

```
"TelemetryProxyServer"="10.0.0.6:8080"
```

## How to fix

Watch the proxy itself. Decide at the edge whether these machines may go out directly, and declare a path in `allowlint.yaml` that begins with
this file, so that both ways are judged.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END018", "fallback-hides-broken-proxy")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.INFO)


CHECK = Check(
    *_THIS, Severity.INFO, "a consumer goes directly when its proxy does not answer, and says nothing", run, alone=True
)
