"""Something in the configuration was not understood, or is silently ignored.

## What it does

Reports every line or element that could change a verdict and was not understood: a file that was not given, a program that may
refuse or rewrite requests, a list that looks at what no configuration tells. It also reports lines that the product itself drops
without stopping: a rule with a misspelt action, values behind the name of a file, an expression that is not valid.

Lines that cannot change a verdict are passed over.

## Why is this bad?

What is not understood is not assumed to be harmless: verdicts that depend on it are *unknown*. What the product drops does nothing,
though it looks as if it did.

## Example

A rewriter may send the client elsewhere; what it does is not in this file:

```
url_rewrite_program /usr/bin/squidGuard
http_access allow sites
http_access deny all
```

## How to fix

Give the missing file, keep required endpoints away from what cannot be told (`url_rewrite_access deny sites`), or remove the line
that does nothing. A waiver with a reason is right where the part is known to be harmless.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Fault, Identity, faults, place_of, settled_by, top_of
from allowlint.model.condition import Doubt
from allowlint.model.device import Stage, Unread
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location, without_lines
from allowlint.model.path import NO_WAY
from allowlint.model.verdict import Answer, Reason

_THIS = Identity("CFG001", "not-understood")
_SETTLED_ELSEWHERE = frozenset(("entrance", "client address", "does not load"))
"""Reasons that ask for what the user knows, not for what was not understood."""
_KNOWN_BY_THE_USER = ("--", "say it in the path", "declare it in the path")
"""How the advice begins for what the user knows."""
_DROPPED = ("ignore", "drop")
"""How platforms say that the product does nothing with a line."""


def run(examined: Examined) -> Iterator[Finding]:
    """Yield one finding for each place that was not understood or is ignored, then for each that verdicts depend on."""
    if examined.device.load_faults:
        return
    seen: set[tuple[str, int]] = set()
    texts: dict[str, int] = {}
    for unread in examined.device.unread:
        place = unread.location if unread.location.line else top_of(examined)
        if _worth_telling(unread) and _new(place, seen):
            count = texts[unread.text] = texts.get(unread.text, 0) + 1
            what = unread.text if count == 1 else f"{unread.text} ({count})"
            yield _finding(examined, place, f"{_shortened(unread.text)}: {unread.why}", what)
    for place, (reason, count) in _reasons(examined).items() if not examined.on_path else ():
        if _new(place, seen):
            many = "1 verdict depends" if count == 1 else f"{count} verdicts depend"
            message = f"cannot be told from this configuration: {reason.text} ({many} on it)"
            found = _finding(examined, place, message, without_lines(reason.text))
            yield found._replace(help=settled_by(reason.settle) if reason.settle else "")


def _worth_telling(unread: Unread) -> bool:
    return unread.matters or any(word in unread.why for word in _DROPPED)


def _new(place: Location, seen: set[tuple[str, int]]) -> bool:
    key = (place.path, place.line)
    if key in seen:
        return False
    seen.add(key)
    return True


def _reasons(examined: Examined) -> dict[Location, tuple[Reason, int]]:
    """What verdicts depend on, by place, with the number of endpoints."""
    found: dict[Location, tuple[Reason, int]] = {}
    for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION):
        for fault in faults(examined, stage, Answer.UNKNOWN):
            for reason in fault.answer.reasons:
                if _not_understood(reason):
                    place = _place(fault, reason)
                    known, count = found.get(place, (reason, 0))
                    found[place] = (known, count + 1)
    return found


def _not_understood(reason: Reason) -> bool:
    """Whether the configuration is to blame, rather than what no configuration holds."""
    if reason.doubt not in ("", Doubt.NOT_MODELLED) or reason.key.startswith(("path ", NO_WAY)):
        # Which path is asked for is not in the policy, and an answer that is no way is a finding of its own.
        return False
    return reason.key not in _SETTLED_ELSEWHERE and not reason.settle.startswith(_KNOWN_BY_THE_USER)


def _place(fault: Fault, reason: Reason) -> Location:
    """Where the reason stands; for what is built into the product, the rule that the answer depends on."""
    if isinstance(reason.location, Location) and reason.location.line:
        return reason.location
    unsure = (step.rule.location for step in fault.answer.steps if not step.certain and step.rule.location.line)
    return next(unsure, place_of(fault))


def _shortened(text: str) -> str:
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _finding(examined: Examined, place: Location, message: str, what: str) -> Finding:
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.WARNING,
        message=message,
        config=examined.config,
        device=examined.device.name,
        location=place,
        object=what,
    )


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "a line or element that could change a verdict was not understood, or is ignored",
    run,
    alone=None,
)
