r"""The proxy of Defender Antivirus has no http:// before it.

## What it does

Reports a `ProxyServer` of Defender Antivirus that does not begin with a scheme.

## Why is this bad?

"The URL must have either http:// or https://": the exact opposite of the EDR sensor. Without it cloud protection does not use the proxy.
Older pages of Microsoft show the value without a scheme beside an example that has one.

## Example

```
"ProxyServer"="10.0.0.6:8080"
```

## How to fix

Write it with `http://`, by group policy (Administrative Templates > Windows Components > Microsoft Defender Antivirus > "Define proxy
server for connecting to the network"), or with one of these:

```
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows Defender" /v ProxyServer /t REG_SZ /d http://10.0.0.6:8080 /f
Set-MpPreference -ProxyServer "http://10.0.0.6:8080"
```
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END008", "antivirus-proxy-without-scheme")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.ERROR)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "the proxy of Defender Antivirus has no http:// before it",
    run,
    alone=True,
    notes=(_THIS.name,),
)
