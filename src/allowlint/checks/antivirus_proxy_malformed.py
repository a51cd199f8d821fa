r"""The proxy of Defender Antivirus is no http://host:port.

## What it does

Reports a `ProxyServer` of Defender Antivirus without a port, with a path, with a list, with blanks or quotation marks, with another scheme
than `http` and `https`, or with the address of a PAC script. A mere slash at the end is worth an info.

## Why is this bad?

What Defender Antivirus makes of such a value no document says; cloud protection, custom indicators and network protection depend on it.

## Example

```
"ProxyServer"="http://proxy.example.com"
```

## How to fix

Write it with `http://`, by group policy (Administrative Templates > Windows Components > Microsoft Defender Antivirus > "Define proxy
server for connecting to the network"), or with one of these:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows Defender" /v ProxyServer /t REG_SZ /d http://10.0.0.6:8080 /f
Set-MpPreference -ProxyServer "http://10.0.0.6:8080"
```

A PAC script belongs into `ProxyPacUrl`.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END009", "antivirus-proxy-malformed")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "the proxy of Defender Antivirus is no http://host:port",
    run,
    alone=True,
    notes=(_THIS.name,),
)
