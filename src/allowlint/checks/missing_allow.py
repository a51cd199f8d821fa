"""A required endpoint is blocked.

## What it does

Reports an endpoint that the device blocks as a whole: no rule allows it, or an earlier rule denies it. The finding names the
rule that decides and the *nearest miss*: an entry that almost covers the endpoint (a star or a missing dot, a slip of the
keyboard, another part of the domain) or a rule that would allow it but comes too late.

Endpoints that are blocked only because of their port or of a path have checks of their own (`wrong-port`,
`path-needs-inspection`), so that one fault gives one finding.

## Why is this bad?

The product behind the endpoint does not work, often without a visible error: a sensor that cannot report looks like a quiet
machine.

## Example

`definitionupdates.microsoft.com` is required. One letter is missing here:

```
acl sites dstdomain definitionupdate.microsoft.com
http_access allow sites
http_access deny all
```

## How to fix

Mend the entry that the finding points at, or add the endpoint to a list that is allowed, above the rule that denies it.
Names are safer than addresses, which change.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._blocked import blocked
from allowlint.checks._findings import Identity, blame, finding
from allowlint.checks._nearest import hints
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("ACC001", "missing-allow")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that is blocked, whatever its port or path."""
    for each in blocked(examined):
        if each.by_path is None and not each.elsewhere:
            related, help_ = hints(each.fault)
            message = f"{each.fault.id} {blame(each.fault, 'blocked', 'no rule allows it')}"
            yield finding(_THIS, each.fault, message, related=related, help=help_)


CHECK = Check(*_THIS, Severity.ERROR, "a required endpoint is blocked", run, answers=((Stage.ACCESS, Answer.VIOLATED),))
