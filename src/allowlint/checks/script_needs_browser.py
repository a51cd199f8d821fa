"""A PAC script that Windows services cannot run.

## What it does

Reports syntax and functions in a PAC script that are younger than the engine in which Windows services run it: WinHTTP uses
JScript, which knows JavaScript as it was in 1999. `let`, `const`, arrow functions, template strings, `includes`,
`startsWith`, `endsWith`, `trim`, `forEach`, `Set`, `JSON` and the like are not there, reserved words cannot be names of members
(`o.default`), and a comma at the end of an array makes one more element. What cannot be followed is run with everything taken
away that is younger: where it then fails, that is reported too.

## Why is this bad?

Every browser runs the script, and every test that somebody makes in a browser works. A service, such as the sensor, gets a
syntax error instead, has no proxy, and goes straight to the firewall. Of a function that is missing it gets an exception in
the branch that calls it.

## Example

```
function FindProxyForURL(url, host) {
  const internal = [".example.com"];
  if (internal.some(name => dnsDomainIs(host, name))) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
```

## How to fix

Write `var`, `function`, loops with an index, and `dnsDomainIs`, `indexOf` of texts or `substring` in place of the young
methods; or give Windows machines a static proxy instead of the script.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._routes import noted
from allowlint.model.finding import Finding, Severity

_THIS = Identity("RTE005", "script-needs-browser")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each place."""
    yield from noted(_THIS, examined, "needs-browser", Severity.ERROR)


CHECK = Check(
    *_THIS, Severity.ERROR, "a PAC script that Windows services cannot run", run, alone=True, notes=("needs-browser",)
)
