"""A list or group that a rule uses has no members.

## What it does

Reports a URL category, a group of addresses, services or applications without members, if a rule uses it.

## Why is this bad?

A rule about nothing never matches. In an allowlist what it was meant for stays blocked; in an exemption it stays inspected.

## Example

```
set profiles custom-url-category MDE type "URL List"
set rulebase security rules MDE category MDE
```

## How to fix

Fill the list, or remove it with the rule that uses it.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("HYG008", "empty-list")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each list without members."""
    yield from noted(_THIS, examined, "empty", Severity.WARNING)


CHECK = Check(
    *_THIS, Severity.WARNING, "a list or group that a rule uses has no members", run, alone=True, notes=("empty",)
)
