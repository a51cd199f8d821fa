"""An entry that this product never matches.

## What it does

Reports an entry of a list that a rule uses, if the product can never match it: a star where a star is a literal character, a scheme,
a path or a port in a list of host names, a trailing dot. What does match is written in the help.

## Why is this bad?

The entry looks as if it did something. In an allowlist the endpoint stays blocked; in a blocklist it stays open.

## Example

In a `dstdomain` of Squid a star is a star:

```
acl sites dstdomain *.endpoint.security.microsoft.com
http_access allow sites
http_access deny all
```

## How to fix

Write the entry in the product's own spelling: `.endpoint.security.microsoft.com` in Squid.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._entries_used import MOST, used_entries
from allowlint.checks._findings import Identity
from allowlint.checks._hidden import hidden_in
from allowlint.model.device import Entry
from allowlint.model.finding import Finding, Related, Severity

_THIS = Identity("HYG002", "pattern-never-matches")


_LONG = 100
"""Characters of an entry from which on only its beginning is shown."""


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each entry of a used list that never matches; beyond some of a list, one for the rest."""
    if examined.device.load_faults:
        return
    found: dict[str, dict[str, list[Entry]]] = {}
    for entry in used_entries(examined.device):
        if entry.fault and hidden_in(entry.text) is None:
            found.setdefault(entry.owner, {}).setdefault(entry.text, []).append(entry)
    for owner, texts in found.items():
        groups = list(texts.values())
        for entries in groups[:MOST]:
            yield _finding(examined, entries)
        if len(groups) > MOST:
            rest = groups[MOST][0]
            message = f"{len(groups) - MOST} more entries in {owner} never match"
            yield _finding(examined, groups[MOST][:1])._replace(
                message=message, location=rest.location, object=owner, help=""
            )


def _finding(examined: Examined, entries: list[Entry]) -> Finding:
    first = entries[0]
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.WARNING,
        message=f"`{_shown(first.text)}` in {first.owner} never matches: {first.fault}",
        config=examined.config,
        device=examined.device.name,
        location=first.location,
        object=f"{first.owner} {first.text}",
        related=tuple(Related(entry.location, "the same again") for entry in entries[1:3]),
        help=first.help or (f"write `{first.advice}`" if first.advice else "remove it, or write the host name alone"),
    )


def _shown(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 3]}..."


CHECK = Check(*_THIS, Severity.WARNING, "an entry that this platform never matches", run, alone=True)
