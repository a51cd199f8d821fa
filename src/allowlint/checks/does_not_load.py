"""The product would refuse to start with this configuration.

## What it does

Reports what keeps the product from loading the configuration: an unknown directive, an object that is used before it is defined,
entries that exclude each other. The finding names the versions that refuse it. Nothing else is reported about the device, because
a configuration that does not load decides nothing.

## Why is this bad?

After the next restart the proxy is down, and everything with it. Until then it runs with the configuration that it had before.

## Example

Squid 6 and earlier stop at a name and its own wildcard in one list:

```
acl sites dstdomain endpoint.security.microsoft.com .endpoint.security.microsoft.com
http_access allow sites
http_access deny all
```

## How to fix

Mend the line that the finding points at, and let the product check the file before it is rolled out (`squid -k parse`).
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, top_of
from allowlint.model.finding import Finding, Severity

_THIS = Identity("CFG002", "does-not-load")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each fault that keeps the product from starting."""
    for fault in examined.device.load_faults:
        yield Finding(
            code=_THIS.code,
            name=_THIS.name,
            severity=Severity.ERROR,
            message=f"{examined.device.platform} does not start with this: {fault.message} ({fault.versions})",
            config=examined.config,
            device=examined.device.name,
            location=fault.location if fault.location.line else top_of(examined),
            object=fault.message,
        )


CHECK = Check(*_THIS, Severity.ERROR, "the product would refuse to start with this configuration", run, alone=True)
