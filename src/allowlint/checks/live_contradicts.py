"""A test on an endpoint and the verdict say the contrary.

## What it does

Reports a required endpoint that is proven to work, and that a test on an endpoint did not reach; and one that is proven to be
blocked or challenged, and that a test reached. The likely reasons are listed: another path than the one that was judged, a
configuration that is not the one that runs, another device upstream, DNS.

## Why is this bad?

One of the two is not what happens. A proof about a configuration that is not in force, or about a path that the machines do not
take, proves nothing. A test that succeeds does not mend a proven fault: the verdict stays as it is.

## Example

The proxy lets the endpoint through; the test through it ends with an answer 403 of somebody else:

```
Testing URL : https://gateway.example.com/test
1 - Default proxy: Failed (403)
```

## How to fix

Export the configuration again and compare. Find the way that the machine takes (its proxy settings, its routes), and declare it as a
path, with every device on it. Then repeat the test.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import a_test, concluded, of_answer, severity_of, target
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Conclusion
from allowlint.model.report import Run

_THIS = Identity("LIV001", "live-contradicts")


def compare(run: Run) -> Iterator[Finding]:
    """Yield a finding for each test that contradicts a verdict."""
    for answer in concluded(run, Conclusion.CONTRADICTED):
        if answer.works:
            failed = "reached it without the proxy only" if answer.reached else "did not reach it"
            message = f"{target(answer)} is proven to work, and {a_test(answer)} {failed}"
            advice = "find out which of the two is not what happens; export the configuration again, and declare the whole path"
            yield of_answer(_THIS, severity_of(answer), answer, message, advice)
        else:
            message = f"{target(answer)} is proven not to work, and {a_test(answer)} reached it"
            advice = "the fault stays: find the way that the machine took, or export the configuration again"
            yield of_answer(_THIS, Severity.WARNING, answer, message, advice)


CHECK = Check(*_THIS, Severity.ERROR, "a test on an endpoint and the verdict say the contrary", compare=compare)
