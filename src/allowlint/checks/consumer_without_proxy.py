"""Some of the EDR sensor, Defender Antivirus and WinHTTP have a proxy, and others have none.

## What it does

Reports a file, or the files of one machine, that give a proxy to some of the three consumers of Windows and none to the others.

## Why is this bad?

The sensor connects, and cloud protection does not; or both do, and the system cannot fetch the lists of revoked certificates, without which
the connection to cloud protection fails. One file rarely holds all that a machine is told, so that this is an info.

## Example

```
"TelemetryProxyServer"="10.0.0.6:8080"
```

## How to fix

Set the others too, unless they are set elsewhere:

```
Set-MpPreference -ProxyServer "http://10.0.0.6:8080"
netsh winhttp set proxy 10.0.0.6:8080
```

Where the settings come from several files, say in `allowlint.yaml` that these are of one machine, or of machines that are set alike:

```yaml
configurations:
  - files: [policies.reg, antivirus.txt, winhttp.txt]
    machine: the servers
```

Without that each file is looked at by itself: that files lie beside each other does not make them those of one machine. `machine:
"{folder}"` says that those of each folder are.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END012", "consumer-without-proxy")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.INFO)


CHECK = Check(
    *_THIS,
    Severity.INFO,
    "some of the EDR sensor, Defender Antivirus and WinHTTP have a proxy, and others have none",
    run,
    alone=True,
    notes=(_THIS.name,),
)
