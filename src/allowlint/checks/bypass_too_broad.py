"""An exemption from TLS inspection covers shared hosting or a public suffix.

## What it does

Reports an entry of a rule that exempts from TLS inspection, if it covers everything below a name where anybody can get a name:
shared hosting such as `blob.core.windows.net`, a public suffix such as `co.uk`, a whole top-level domain, or more.

A rule that exempts everything without naming anything is not reported, and neither is a device that does not inspect.

## Why is this bad?

Malware is served from storage that anybody can rent, and data is carried out to it. An exemption for all of it takes away the
inspection where it is needed most. Microsoft advises against exempting all of `*.blob.core.windows.net`.

Its list asks for just that where machines are on the Microsoft Monitoring Agent (Windows 7 and 8.1, Server 2008 R2, and 2012 R2 and
2016 without the unified agent), and so does a policy made of it. Both are heard: the wildcard counts as exempt, and the exemption is
reported, because these machines need a few accounts only. Accounts that the list names one by one must be exempt in any case.

## Example

Only one storage account is needed:

```
acl exempt ssl::server_name .blob.core.windows.net
ssl_bump peek hello
ssl_bump splice exempt
ssl_bump bump all
```

## How to fix

Exempt the accounts that are needed, each by its full name. For machines on the Microsoft Monitoring Agent those are the ones that
`TestCloudConnection.exe` prints in its section `Firewall Rule: *.blob.core.windows.net`: keep its output as a file and name it with
`--workspace-hosts` (`workspace_hosts` in the profile). Then they are asked for instead of the wildcard.
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
