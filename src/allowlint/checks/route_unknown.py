"""The script cannot tell whether a required endpoint is reached directly.

## What it does

Reports endpoints of which the policy expects that they are reached directly, where the script's answer depends on something
that is not in it: what a name resolves to, the client's address, the time, or the engine that runs it.

## Why is this bad?

Whether the endpoint works is a matter of circumstances. What cannot be told today may be wrong tomorrow.

## Example

The answer depends on what the name resolves to:

```
function FindProxyForURL(url, host) {
  if (isInNet(dnsResolve(host), "52.0.0.0", "255.0.0.0")) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
```

## How to fix

Name the endpoint in a condition of its own, above: `if (dnsDomainIs(host, ".wns.windows.com")) return "DIRECT";`
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._unknowns import unknowns
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("RTE006", "route-unknown")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that is to be reached directly, where that cannot be told."""
    yield from unknowns(_THIS, examined, Stage.ROUTING, "sent straight to the server")


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "the configuration cannot tell whether an endpoint is reached directly, as it must",
    run,
    answers=((Stage.ROUTING, Answer.UNKNOWN),),
)
