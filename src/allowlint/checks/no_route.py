"""A PAC script gives no usable way for a required endpoint.

## What it does

Reports endpoints for which the script returns nothing, or something that is no list of ways: a misspelt keyword, a number,
`null`. (A black hole, an address at which nothing answers such as `PROXY 127.0.0.1:9`, is a `missing-allow`.)

## Why is this bad?

What a client does without an answer is its own affair: most go straight to the server, some give up, and neither is what
somebody decided. So nothing is proven for these endpoints.

## Example

The function ends without a line that always returns:

```
function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".example.com")) return "DIRECT";
}
```

## How to fix

Return `"DIRECT"` or a proxy in every branch, and end the function with a line that always returns.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity, faults, finding
from allowlint.checks._routes import sender
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.path import NO_WAY
from allowlint.model.verdict import Answer

_THIS = Identity("RTE003", "no-route")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that surely is given no usable way, or a part of it."""
    for fault in faults(examined, Stage.ACCESS, Answer.UNKNOWN, Answer.PARTIAL):
        reasons = fault.answer.reasons
        if reasons and all(reason.key.startswith(NO_WAY) for reason in reasons):
            step = sender(fault.answer.steps)
            said = f": `{step.rule.text}`" if step is not None else ""
            place = step.rule.location if step is not None else None
            found = finding(_THIS, fault, f"{fault.id} is given no usable way to go{said}", location=place)
            yield found._replace(severity=Severity.ERROR if found.need == "required" else Severity.WARNING)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a PAC script gives no usable way for a required endpoint",
    run,
    answers=((Stage.ACCESS, Answer.UNKNOWN), (Stage.ACCESS, Answer.PARTIAL)),
)
