"""A required endpoint is allowed only by address.

## What it does

Reports a rule that may allow required endpoints because of addresses alone: a network, an address range, an address object. The
addresses of the endpoints are not in the configuration, so whether they are allowed cannot be told; nothing else allows them.

## Why is this bad?

The addresses of cloud services change without notice, and they are shared: what works today stops working some night, and until
then everything else at the same address is allowed too.

## Example

```
acl mde dst 20.10.0.0/16
http_access allow mde
http_access deny all
```

## How to fix

Allow the endpoints by name: a list of domains, a URL category, a name object.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._concerned import concerned
from allowlint.checks._findings import Fault, Identity, attempt_of, faults, reasons_of
from allowlint.checks._rules import told
from allowlint.model.condition import All, AnyOf, Assumable, Condition, Doubt, Named, Not, Unmodelled
from allowlint.model.device import Rule, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location
from allowlint.model.verdict import Answer

_THIS = Identity("HYG004", "address-pinned")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each rule that allows required endpoints by address alone."""
    pinned: dict[Location, tuple[Rule, list[Fault]]] = {}
    for fault in faults(examined, Stage.ACCESS, Answer.UNKNOWN):
        if any(reason.doubt == Doubt.ADDRESS_BOUND for reason in fault.answer.reasons):
            for rule in _allowing_by_address(fault):
                pinned.setdefault(rule.location, (rule, []))[1].append(fault)
    for location, (rule, found) in pinned.items():
        hosts = list(dict.fromkeys(fault.id for fault in found))
        others = f" and {len(hosts) - 1} more" if len(hosts) > 1 else ""
        yield Finding(
            code=_THIS.code,
            name=_THIS.name,
            severity=Severity.WARNING,
            message=f"`{rule.text}` allows {hosts[0]}{others} by address alone, if at all: addresses change, use names",
            config=examined.config,
            device=examined.device.name,
            location=location,
            object=rule.text,
            reasons=reasons_of(found[0].answer.reasons),
            help="allow them by name",
        )


def _allowing_by_address(fault: Fault) -> Iterator[Rule]:
    """The rules that may allow an endpoint, because of addresses."""
    attempt = attempt_of(fault)
    for place in concerned(fault.local).granting:
        condition = place.rule.condition
        if place.rulebase.stage is Stage.ACCESS and _asks_for_addresses(condition) and True in told(condition, attempt):
            yield place.rule


def _asks_for_addresses(condition: Condition) -> bool:
    """Whether it may hold because of an address; one that is left out ("but not to these") lets nothing through."""
    todo, seen = [(condition, True)], set()
    while todo:
        part, affirmed = todo.pop()
        if (id(part), affirmed) in seen:
            continue
        seen.add((id(part), affirmed))
        match part:
            case Unmodelled(doubt=Doubt.ADDRESS_BOUND) if affirmed:
                return True
            case Not(inner):
                todo.append((inner, not affirmed))
            case Named(_, inner, _):
                todo.append((inner, affirmed))
            case Assumable(_, unmodelled, inner):
                todo += ((inner, affirmed), (unmodelled, affirmed))
            case All(conditions) | AnyOf(conditions):
                todo += ((each, affirmed) for each in conditions)
    return False


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "a required endpoint is allowed only by address; addresses change, use names",
    run,
    answers=((Stage.ACCESS, Answer.UNKNOWN),),
)
