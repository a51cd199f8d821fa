"""A rule allows an HTTPS endpoint only by path, which a tunnel does not show.

## What it does

Reports an endpoint that is blocked although a rule means to allow it, because the rule asks for a path or for `https://`. Without
TLS inspection the device sees a host and a port, so such a rule never matches.

## Why is this bad?

The endpoint is blocked and the rule looks right. Inspecting the traffic to make it match would break services that pin their
certificates.

## Example

A CONNECT carries no path, so this rule never allows one:

```
acl page urlpath_regex ^/security/
acl www dstdomain www.microsoft.com
http_access allow www page
http_access deny all
```

## How to fix

Allow the whole host. A path can be enforced only on plain HTTP.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._blocked import blocked
from allowlint.checks._findings import Identity, addition, finding, place_of
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("TLS003", "path-needs-inspection")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that is blocked only because its path cannot be seen."""
    for each in blocked(examined):
        if each.by_path is None:
            continue
        fault, rule = each.fault, each.by_path.rule
        message = f"{fault.id} is blocked: `{rule.text}` asks for a path, and a tunnel shows none"
        related = (Related(place_of(fault), "this decides instead"),)
        yield finding(_THIS, fault, message, location=rule.location, related=related, help=addition(fault))


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "an HTTPS endpoint is allowed only by path, which a tunnel does not show",
    run,
    answers=((Stage.ACCESS, Answer.VIOLATED),),
)
