"""The EDR sensor, Defender Antivirus and WinHTTP have different proxies.

## What it does

Reports where two of the EDR sensor, Defender Antivirus and WinHTTP have different proxies, in one file or in the files of one
machine; and where two files of a machine tell one of them two things.

## Why is this bad?

The three are set on their own. When a proxy is moved, one of them is forgotten; tests of the others go on to succeed.

## Example

```
"ProxyServer"="http://10.0.0.7:8080"
```

## How to fix

Give all of them the same proxy, or make sure that each proxy lets the required endpoints through (declare a path for each in
`allowlint.yaml`, with `device: EDR sensor` and so on).

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

_THIS = Identity("END011", "consumers-disagree")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the EDR sensor, Defender Antivirus and WinHTTP have different proxies",
    run,
    alone=True,
    notes=(_THIS.name,),
)
