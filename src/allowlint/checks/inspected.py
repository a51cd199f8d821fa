"""A required endpoint is TLS-inspected.

## What it does

Reports an endpoint whose TLS the device opens: the rule that inspects it, and the exemption that almost covers it (an entry
without its dot, a rule that comes too late or is not possible any more at that point of the handshake).

## Why is this bad?

Services that pin their certificates refuse the device's certificate and stop working. Adding the device's authority to the
machine's store does not help, because the pinned certificate is not looked up there.

## Example

The exemption comes after the rule that inspects everything:

```
acl exempt ssl::server_name .endpoint.security.microsoft.com
ssl_bump bump all
ssl_bump splice exempt
```

## How to fix

Exempt the endpoint, above the rule that inspects. In Squid, look at the name first (`ssl_bump peek step1`), then `splice` the
exemptions, then `bump` the rest.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, blame, faults, finding
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("TLS001", "inspected")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement of which all surely fails."""
    for fault in faults(examined, Stage.INSPECTION, Answer.VIOLATED):
        related, help_ = hints(fault)
        yield finding(
            _THIS,
            fault,
            f"{fault.id} {blame(fault, 'inspected', 'that is what happens where no rule matches')}",
            related=related,
            help=help_,
        )


CHECK = Check(
    *_THIS, Severity.ERROR, "a required endpoint is TLS-inspected", run, answers=((Stage.INSPECTION, Answer.VIOLATED),)
)
