"""An endpoint is sent to a proxy that the declared path does not know.

## What it does

Reports endpoints that a device of a path (a PAC file, a Squid with a `cache_peer`) sends to a proxy of which the path says
nothing. What happens to them there is not known, so nothing is proven for them.

## Why is this bad?

Either the path in `allowlint.yaml` is out of date, or the device names a proxy that is not there any more. In the second case
the endpoints do not work; a PAC file fails in silence, because clients may try the next entry of the list, or none.

## Example

Squid hands everything on, and the path in `allowlint.yaml` knows another upstream proxy than this one:

```
cache_peer upstream2.example.com parent 3128 0 no-query default
never_direct allow all
```

## How to fix

Declare the proxy, with its configuration, or with `unreachable` where it does not answer any more; or mend the address.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Fault, Identity, faults, finding
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.path import UNDECLARED
from allowlint.model.verdict import Answer

_THIS = Identity("RTE002", "undeclared-proxy")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each requirement that may be sent to a proxy of which the path says nothing."""
    for fault in faults(examined, Stage.ACCESS, Answer.UNKNOWN, Answer.PARTIAL) if examined.device.members else ():
        unknown = [reason.text for reason in fault.answer.reasons if reason.key.startswith(UNDECLARED)]
        if unknown:
            proxies = ", ".join(dict.fromkeys(text.removeprefix("what ").removesuffix(" does") for text in unknown))
            path = examined.device.name
            message = f"{fault.id} is sent to {proxies}, which the path {path} does not declare"
            found = finding(_THIS, fault, message, location=_sending(fault))
            severity = Severity.ERROR if found.need == "required" else Severity.WARNING
            yield found._replace(severity=severity, help=f"declare it in {examined.config}, or mend the address")


def _sending(fault: Fault) -> Location | None:
    """The rule that names the proxy."""
    return next((step.rule.location for step in reversed(fault.answer.steps) if step.rule.routes), None)


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "an endpoint is sent to a proxy that the declared path does not know",
    run,
    answers=((Stage.ACCESS, Answer.UNKNOWN), (Stage.ACCESS, Answer.PARTIAL)),
)
