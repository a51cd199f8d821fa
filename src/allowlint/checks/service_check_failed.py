"""A tool found a group of endpoints failing, without naming a URL.

## What it does

Reports what tools say of groups of endpoints: `MpCmdRun -ValidateMapsConnection` of the cloud service of the antivirus, and the events
in which the client analyzers sum up their tests. The domains of the group are listed; the code comes with what Microsoft's
documentation says of it.

## Why is this bad?

It fails on a real machine. No URL is named, so it is no part of any verdict: a tool's success of this kind settles nothing, and a failure
is told here.

## Example

```
ValidateMapsConnection failed to establish a connection to MAPS (hr=0x80072EE7 httpcode=451)
```

## How to fix

See which of the domains the policy requires and whether they are proven to work. Where they are, look at the machine: the proxy of
WinHTTP (`netsh winhttp show proxy`), DNS, revocation lists over port 80.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import inspection_is_known, of_result
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Reach
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("LIV008", "service-check-failed")


def compare(run: Run) -> Iterator[Finding]:
    """Yield one finding for each group that fails, or that could not be tested."""
    if run.live is None:
        return
    known = inspection_is_known(run)
    for result in run.live.results:
        for check in result.checks:
            # A sign that no device explains is a finding of its own.
            if check.reach is Reach.REACHED or (check.sign and not known):
                continue
            failed = check.reach is Reach.FAILED
            code = f" ({check.code})" if check.code else ""
            message = f"{check.subject}: {'the test failed' if failed else 'it was not tested'}{code}"
            place = Location(result.path, max(check.line, 1))
            found = of_result(
                _THIS, Severity.WARNING if failed else Severity.INFO, place, message, f"{check.subject} {check.code}"
            )
            about = (f"it is about {', '.join(check.about)}",) if check.about else ()
            yield found._replace(reasons=(*((check.why,) if check.why else ()), *about))


CHECK = Check(
    *_THIS, Severity.WARNING, "a tool found a group of endpoints failing, without naming a URL", compare=compare
)
