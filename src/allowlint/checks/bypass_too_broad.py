"""An exemption from TLS inspection covers shared hosting or a public suffix.

## What it does

Reports an entry of a rule that exempts from TLS inspection, if it covers everything below a name where anybody can get a name:
shared hosting such as `blob.core.windows.net`, a public suffix such as `co.uk`, a whole top-level domain, or more.

A rule that exempts everything without naming anything is not reported, and neither is a device that does not inspect.

## Why is this bad?

Malware is served from storage that anybody can rent, and data is carried out to it. An exemption for all of it takes away the
inspection where it is needed most. Microsoft advises against exempting all of `*.blob.core.windows.net`.

## Example

Only one storage account is needed:

```
acl exempt ssl::server_name .blob.core.windows.net
ssl_bump peek hello
ssl_bump splice exempt
ssl_bump bump all
```

## How to fix

Exempt the accounts that are needed, each by its full name.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._too_broad import too_broad
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity

_THIS = Identity("TLS004", "bypass-too-broad")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each entry that reaches too far."""
    yield from too_broad(_THIS, examined, Stage.INSPECTION, "exempts")


CHECK = Check(*_THIS, Severity.WARNING, "an exemption covers a public suffix or shared hosting", run, alone=True)
