"""A consumer goes directly when its proxy does not answer, and says nothing.

## What it does

Reports a proxy of the EDR sensor or of Defender Antivirus that it leaves for the direct way when it does not answer. For a declared path it
says what becomes of that direct way at the devices behind.

## Why is this bad?

Where the direct way is open, nobody notices that the proxy is broken, and connections go past what it logs and checks. Where it is closed, the
firewall shows connections that nobody expects. "When the TelemetryProxyServer is set, Defender for Endpoint will fall back to direct if it can't
access the defined proxy."

## Example

```
"TelemetryProxyServer"="10.0.0.6:8080"
```

## How to fix

Watch the proxy itself. Decide at the edge whether these machines may go out directly, and declare a path in `allowlint.yaml` that begins with
this file, so that both ways are judged.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.engine.judge import judge
from allowlint.model.device import Device, Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer

_THIS = Identity("END018", "fallback-hides-broken-proxy")
_ENDS = {
    Answer.SATISFIED: ("works", "work"),
    Answer.VIOLATED: ("is blocked", "are blocked"),
    Answer.PARTIAL: ("is blocked in part", "are blocked in part"),
    Answer.UNKNOWN: ("cannot be told", "cannot be told"),
}
"""What becomes of one endpoint, and of several."""


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each proxy, and one for the direct way of a path."""
    yield from noted(_THIS, examined, _THIS.name, Severity.INFO)
    if examined.device.fallback is not None:
        yield _of_path(examined, examined.device.fallback)


def _of_path(examined: Examined, fallback: Device) -> Finding:
    """What becomes of the required endpoints where the proxy does not answer."""
    every = tuple({id(verdict.requirement): verdict.requirement for verdict in examined.verdicts}.values())
    required = tuple(each for each in every if each.need is Need.REQUIRED) or every
    answers = [verdict.stages[Stage.ACCESS].answer for verdict in judge(fallback, required, examined.flow)]
    counts = {answer: answers.count(answer) for answer in _ENDS if answer in answers}
    told = ", ".join(f"{count} {_ENDS[answer][count > 1]}" for answer, count in counts.items())
    kind = "required endpoint" if required is not every else "endpoint"
    of_all = f"of {len(answers)} {kind}{'' if len(answers) == 1 else 's'} {told}"
    start = examined.device.entrances[0].rulebases[0].default
    who = next(iter(examined.device.members.values())).name
    hidden = ", so that nobody notices" if set(counts) == {Answer.SATISFIED} else ""
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.INFO,
        message=f"when {start.routes[0].address} does not answer, {who} goes directly: {of_all}{hidden}",
        config=examined.config,
        device=examined.device.name,
        location=start.location,
        object=start.text,
    )


CHECK = Check(
    *_THIS,
    Severity.INFO,
    "a consumer goes directly when its proxy does not answer, and says nothing",
    run,
    alone=None,
)
