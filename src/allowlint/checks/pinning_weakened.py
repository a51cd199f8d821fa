"""Defender Antivirus does not check the certificates of its cloud as it should.

## What it does

Reports `SSLOptions` of 0 (neither pinning nor revocation is checked) and 1 (no pinning); 2 (no revocation) is an info.

## Why is this bad?

Pinning is how Defender Antivirus notices that somebody stands in between. Switching it off makes an inspecting proxy "work", and every other
one. The value 2 is documented for machines that reach no certificate lists, and called no best practice.

## Example

```
"SSLOptions"=dword:00000000
```

## How to fix

Exempt the endpoints from inspection, let the system reach the certificate lists, and remove the value (3, both checks, is what holds then).
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("END014", "pinning-weakened")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    yield from noted(_THIS, examined, _THIS.name, Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "Defender Antivirus does not check the certificates of its cloud as it should",
    run,
    alone=True,
    notes=(_THIS.name,),
)
