"""A test on an endpoint speaks of what the configuration does not tell.

## What it does

Reports an endpoint of which the configuration does not tell whether it works, and which was tested: the test failed (a warning), it
succeeded and settles the question, or it succeeded and settles nothing, with the reason.

A success settles the question where the requirement is that one host, where the connection surely passed what was judged (one
device or path; through a proxy that has to be addressed only where it fails without one), where the test shows all that is
unknown (the certificate, if it is inspection), where it does not depend on who connects or when, and where it is recent and not older than
the configuration. Of several devices or paths the settings say which one it was (`for`). The verdict stays unknown in every report. `--fail-on unknown` and the number of unknown endpoints leave out what is settled.

## Why is this bad?

A failure means that the open question is most likely answered with no. A success is good for its day, and no proof: what the
configuration leaves open (a helper program, an address behind a name) may be otherwise tomorrow.

## Example

Whether the helper lets the endpoint through is not in the configuration:

```
external_acl_type ticket %SRC %DST /usr/local/bin/ticket-open
```

## How to fix

Allow the endpoint by a rule of its own that depends on nothing else; then it is proven.
"""

from collections.abc import Iterator

from allowlint.checks import Check
from allowlint.checks._findings import Identity
from allowlint.checks._live import a_test, concluded, of_answer, target
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Conclusion
from allowlint.model.report import Run

_THIS = Identity("LIV003", "unknown-tested")


def compare(run: Run) -> Iterator[Finding]:
    """Yield a finding for each test of an endpoint of which the verdict is unknown."""
    for answer in concluded(run, Conclusion.SETTLED):
        message = f"whether {target(answer)} works is settled by {a_test(answer)}: it was reached"
        advice = "it is not proven, and no longer counts as unknown"
        yield of_answer(_THIS, Severity.INFO, answer, message, advice)
    for answer in concluded(run, Conclusion.UNSETTLED):
        message = f"whether {target(answer)} works stays unknown, though {a_test(answer)} reached it"
        yield of_answer(_THIS, Severity.INFO, answer, message)
    for answer in concluded(run, Conclusion.UNKNOWN_FAILED):
        message = f"whether {target(answer)} works cannot be told from the configuration, and {a_test(answer)} failed"
        yield of_answer(_THIS, Severity.WARNING, answer, message)


CHECK = Check(
    *_THIS, Severity.WARNING, "a test on an endpoint speaks of what the configuration does not tell", compare=compare
)
