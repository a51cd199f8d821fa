"""A PAC script that does not run to its end.

## What it does

Reports a script that is no JavaScript (a quotation mark that a word processor made, a missing bracket), that has no
`FindProxyForURL`, or that ends in an exception (a function whose name is misspelt, `DIRECT` without quotation marks, an index
behind the end of a list), without end or beyond all bounds of memory when it is run.

## Why is this bad?

A client without an answer goes straight to the server, or nowhere. Nobody sees an error.

## Example

The quotation marks are those of a letter, not of a program:

```
function FindProxyForURL(url, host) {
  return “DIRECT”;
}
```

## How to fix

Mend the line that the finding points at. Scripts are short programs: keep them in version control and check them before they
are published.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("RTE007", "script-fails")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each place."""
    yield from noted(_THIS, examined, "fails", Severity.ERROR)


CHECK = Check(*_THIS, Severity.ERROR, "a PAC script that does not run to its end", run, alone=True, notes=("fails",))
