"""An endpoint that cannot work through a proxy is sent to one.

## What it does

Reports endpoints of which the policy expects that they are reached directly (`expect: {routing: direct}`), and that a PAC
script sends to a proxy, all of them or a part.

## Why is this bad?

Some services do not go through proxies: Windows push notifications (WNS), which start live response sessions quickly, keep a
connection of their own and may fail behind a proxy without a word.

## Example

Everything goes to the proxy:

```
function FindProxyForURL(url, host) {
  return "PROXY proxy.example.com:8080";
}
```

## How to fix

Return `"DIRECT"` for these names, before the line that sends everything to the proxy, and let them through at the edge.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Fault, Identity, faults, finding, part
from allowlint.checks._routes import sender, sent_to
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.verdict import Answer

_THIS = Identity("RTE001", "proxied-direct-endpoint")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that is to be reached directly and is not."""
    for fault in faults(examined, Stage.ROUTING, Answer.VIOLATED, Answer.PARTIAL):
        if next(iter(examined.device.members.values()), examined.device).one_program:
            # Push notifications are the system's: the way of the sensor does not concern them.
            continue
        step = sender(fault.answer.steps)
        where = step.rule.location if step is not None else None
        message = f"{fault.id} is sent{part(fault)} {sent_to(step)}, but must be reached directly"
        yield finding(_THIS, fault, message, location=where, help=_advice(fault))


def _advice(fault: Fault) -> str:
    template = fault.local.device.vocabulary.get("direct", "")
    host = fault.requirement.host
    name = host.removeprefix("*") if host.startswith("*") else host
    return f"before that line, add:\n  {template.replace('{entry}', name)}" if template else ""


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "an endpoint that cannot work through a proxy is sent to one",
    run,
    answers=((Stage.ROUTING, Answer.VIOLATED), (Stage.ROUTING, Answer.PARTIAL)),
)
