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
from allowlint.model.finding import Finding, Severity

_THIS = Identity("HYG008", "empty-list")
KIND = "empty"
"""The notes of platforms that this check reads."""


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each list without members."""
    for note in examined.device.notes:
        if note.kind == KIND:
            yield Finding(
                code=_THIS.code,
                name=_THIS.name,
                severity=Severity.WARNING,
                message=f"{note.text} has no members: what uses it never matches",
                config=examined.config,
                device=examined.device.name,
                location=note.location,
                object=note.text,
                help=note.help or "fill it, or remove it with what uses it",
            )


CHECK = Check(*_THIS, Severity.WARNING, "a list or group that a rule uses has no members", run, alone=True)
