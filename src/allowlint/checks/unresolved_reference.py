"""A rule or object names something that the configuration does not define.

## What it does

Reports each name of an object, list, service or profile that a rule or another object uses and nothing defines, once. Where a part of
the configuration is known to be missing (a firewall that is managed from elsewhere), what is missing is reported instead.

## Why is this bad?

What the name was meant to hold is unknown, and so is every verdict that depends on it. A device refuses such a configuration, or holds
the definition somewhere that the export does not show.

## Example

```
set rulebase security rules MDE category MDE-hosts
set profiles custom-url-category MDE list *.endpoint.security.microsoft.com/
```

## How to fix

Correct the name, define the object, or export the part that defines it.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("CFG003", "unresolved-reference")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each name that nothing defines."""
    yield from noted(_THIS, examined, "unresolved", Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "a name is used that the configuration does not define",
    run,
    alone=True,
    notes=("unresolved",),
)
