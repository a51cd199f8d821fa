"""A rule that names a required endpoint can never decide, because of earlier rules.

## What it does

Reports a rule that allows, or exempts from inspection, names that are required, if earlier rules of the same list decide every one
of its names first, whoever connects. It names those earlier rules. If they do the same, the rule is redundant, which is information;
if they do the opposite, it is a warning.

## Why is this bad?

The rule looks as if it did something. It was written to open the endpoint, and the endpoint is not open.

## Example

The first rule takes all of `windowsupdate.com`:

```
acl updates dstdomain .windowsupdate.com
acl roots dstdomain ctldl.windowsupdate.com
http_access deny updates
http_access allow roots
http_access deny all
```

## How to fix

Move the rule above the one that decides first, or remove one of the two.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._rules import grants, line
from allowlint.checks._shadows import Shadow, shadows
from allowlint.model.finding import Finding, Related, Severity

_THIS = Identity("HYG003", "shadowed-rule")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each rule that names a required endpoint and can never decide."""
    if examined.device.load_faults:
        return
    for shadow in shadows(examined):
        yield _finding(examined, shadow)


def _finding(examined: Examined, shadow: Shadow) -> Finding:
    redundant = all(grants(shadow.place.rulebase, rule) for rule in shadow.above)
    rule, first = shadow.place.rule, shadow.above[0]
    more = f" and {len(shadow.above) - 1} more" if len(shadow.above) > 1 else ""
    several = len(shadow.above) > 1
    why = f"{'do' if several else 'does'} the same first" if redundant else f"decide{'' if several else 's'} first"
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.INFO if redundant else Severity.WARNING,
        message=f"`{rule.text}` {'is redundant' if redundant else 'can never decide'}: `{first.text}`{more} {why}",
        config=examined.config,
        device=examined.device.name,
        location=rule.location,
        object=rule.text,
        related=tuple(Related(above.location, why) for above in shadow.above[:2]),
        help="remove it" if redundant else f"move it above {line(first.location)} (`{first.text}`)",
        reasons=(f"it names {', '.join(shadow.required[:3])}, which the policy asks for",),
    )


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "a rule that names a required endpoint can never decide, because of an earlier one",
    run,
    alone=True,
)
