"""A test on an endpoint shows signs of TLS inspection or of authentication that no device explains.

## What it does

Reports a test with a certificate whose issuer the tool did not expect, with WinHTTP error 12175 or curl's 35 or 60 (the certificate
was not accepted), or with an answer 407 (a proxy asks for an account), where the verdict says that no device that was judged
inspects or asks.

## Why is this bad?

The services pin their certificates, and the sensor has no account: neither works, whatever the configurations say that were given.
Something on the way is not among them. 12175 may also come from revocation lists that cannot be fetched over port 80.

## Example

```
Testing URL : https://gateway.example.com/test
1 - Default proxy: Failed (12175)
```

## How to fix

Find who issued the certificate, or who answers 407, and give that device's configuration too; exempt the endpoint there.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import a_test, concluded, inspection_is_known, of_answer, of_result, severity_of, target
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Conclusion, Sign
from allowlint.model.location import Location
from allowlint.model.report import Run

_THIS = Identity("LIV004", "unexplained-interception")
_DOES = {Sign.INSPECTION: "inspects it", Sign.AUTHENTICATION: "asks for an account"}


def compare(run: Run) -> Iterator[Finding]:
    """Yield a finding for each test with such signs."""
    for answer in concluded(run, Conclusion.INTERCEPTED):
        message = f"{target(answer)}: {a_test(answer)} shows signs of {answer.sign}, and no device that was judged {_DOES[answer.sign]}"
        advice = "find the device that does it, and judge its configuration too"
        yield of_answer(_THIS, severity_of(answer), answer, message, advice)
    for result in run.live.results if run.live and not inspection_is_known(run) else ():
        for check in result.checks:
            if check.sign:
                place = Location(result.path, max(check.line, 1))
                message = (
                    f"{check.subject}: signs of {check.sign} ({check.why or f'code {check.code}'}); no URL is named"
                )
                yield of_result(_THIS, Severity.WARNING, place, message, f"{check.subject} {check.code}")


CHECK = Check(
    *_THIS,
    Severity.ERROR,
    "a test shows signs of inspection or authentication that no device explains",
    compare=compare,
)
