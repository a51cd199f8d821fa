"""A PAC script answers with a list of which Windows services take the first entry only.

## What it does

Reports answers with more than one way (`PROXY a:8080; PROXY b:8080; DIRECT`). Verdicts are those of the first entry.

## Why is this bad?

Browsers try the next entry when the first does not answer. WinHTTP, in which Windows services run the script, does not: when
the first proxy is down, the browsers of a site work and its sensors are silent.

## Example

```
function FindProxyForURL(url, host) {
  return "PROXY proxy1.example.com:8080; PROXY proxy2.example.com:8080; DIRECT";
}
```

## How to fix

Put a virtual address or a load balancer in front of the proxies and name that one alone, or live with the difference.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._rules import rulebases
from allowlint.model.device import Rule, Stage
from allowlint.model.finding import Finding, Severity

_THIS = Identity("RTE004", "leans-on-failover")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each answer with several ways."""
    seen: set[object] = set()
    for rule in _answers(examined) if not examined.device.takes_next else ():
        if len(rule.routes) > 1 and (rule.location, rule.routes) not in seen:
            seen.add((rule.location, rule.routes))
            answer = "; ".join(map(str, rule.routes))
            yield Finding(
                code=_THIS.code,
                name=_THIS.name,
                severity=Severity.INFO,
                message=f"Windows services take the first of these alone: {answer}",
                config=examined.config,
                device=examined.device.name,
                location=rule.location,
                object=answer,
            )


def _answers(examined: Examined) -> Iterator[Rule]:
    for rulebase in rulebases(examined.device):
        if rulebase.stage is Stage.ROUTING:
            yield from (*rulebase.rules, rulebase.default)


CHECK = Check(
    *_THIS,
    Severity.INFO,
    "a PAC script answers with a list of which Windows services take the first entry only",
    run,
    alone=True,
)
