"""An entry holds a character that one does not see, or takes for another.

## What it does

Reports an entry with a no-break or zero-width space, a control character, a stray blank, or a letter of another script that looks
like an ASCII one. Only entries of lists that a rule uses are looked at.

## Why is this bad?

The entry looks right and never matches. Such characters come with text that was copied from a web page, a spreadsheet or a mail;
Microsoft's own lists have had them.

## Example

In `sites.txt` a no-break space follows `go.microsoft.com`; nobody sees it:

```
acl sites dstdomain "sites.txt"
http_access allow sites
http_access deny all
```

## How to fix

Type the entry again, or remove everything that is not a letter, a digit, a hyphen or a dot. Two names in one line of a file are
two lines.
"""

from collections.abc import Iterator

from allowlint.checks import Check, Examined
from allowlint.checks._entries_used import MOST, used_entries, used_expressions
from allowlint.checks._findings import Identity
from allowlint.checks._hidden import Hidden, cleaned, hidden_in
from allowlint.model.finding import Finding, Severity
from allowlint.model.location import Location

_THIS = Identity("HYG006", "hidden-character")


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each value of a used list that holds such a character."""
    if examined.device.load_faults:
        return
    counts: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for text, location, owner in _values(examined):
        hidden = hidden_in(text)
        # A text without an owner is a part of a script, where blanks stand between words.
        if hidden is not None and (owner or hidden.char != " ") and (owner, text) not in seen:
            seen.add((owner, text))
            counts[owner] = counts.get(owner, 0) + 1
            if counts[owner] <= MOST:
                yield _finding(examined, (text, location, owner), hidden)


def _values(examined: Examined) -> Iterator[tuple[str, Location, str]]:
    for entry in used_entries(examined.device):
        yield entry.text, entry.location, entry.owner
    for owner, expression in used_expressions(examined.device):
        yield expression.text, expression.location, owner


def _finding(examined: Examined, value: tuple[str, Location, str], hidden: Hidden) -> Finding:
    text, location, owner = value
    right = cleaned(text)
    mark = " " if hidden.char == " " else f"<U+{ord(hidden.char):04X}>"
    shown = text[: hidden.position] + mark + text[hidden.position + 1 :]
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.WARNING,
        message=f"`{shown}`{f' in {owner}' if owner else ''} contains {hidden.what}",
        config=examined.config,
        device=examined.device.name,
        location=location,
        object=f"{owner} {text}",
        help=f"write `{right}`"
        if right
        else "write one name a line, without blanks"
        if " " in text
        else "type it again",
    )


CHECK = Check(
    *_THIS,
    Severity.WARNING,
    "no-break or zero-width space, look-alike letter or stray blank in an entry",
    run,
    alone=True,
)
