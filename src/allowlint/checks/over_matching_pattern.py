r"""A regular expression that covers a required endpoint matches names of somebody else too.

## What it does

Reports a regular expression of a rule that allows or exempts from inspection, if it covers a required endpoint and also matches a
host under a domain that nothing required belongs to, by one of these slips:

- a dot that is not escaped, which is any character: `smartscreen.microsoft\.com` matches `smartscreenxmicrosoft.com`;
- no left end: `microsoft\.com$` matches `evilmicrosoft.com`;
- no right end: `\.microsoft\.com` matches `x.microsoft.com.evil.test`;
- an expression for URLs that is found in the path as well: `microsoft\.com` matches `http://evil.test/microsoft.com/`.

In PAN-OS 10.1 and earlier a name in a URL list that does not end in a slash goes on to the right as well: `microsoft.com` matches
`microsoft.com.evil.test`. Of such a list one entry is shown.

The host is proven with the expression itself, and so is the repair that is proposed: it covers every required name that the
expression covers, and none of the foreign ones. An expression that names several domains on purpose is not reported for them, nor is
one that covers more below a domain that is required, nor one of a rule that denies, nor one whose foreign hosts are let through by the
rules below anyway. Of a required wildcard, a name right below it stands for all: an expression for a few deeper names alone is not
looked at. An expression that would take too much work is passed over, and so is what comes after the first 500, or after as much work
as some sixty expressions without any end take.

## Why is this bad?

Anybody can register such a domain. An allowlist with this slip has a door in it that its reviewers do not see.

## Example

Whoever owns `evilmicrosoft.com` is on the allowlist:

```
acl mde dstdom_regex microsoft\.com$
http_access allow mde
http_access deny all
```

## How to fix

Escape the dots and mark both ends: `(^|\.)microsoft\.com$`. In a list of names (`dstdomain .microsoft.com`) the slip cannot happen.
"""

from collections.abc import Iterator
from itertools import islice

from allowlint.checks import Check, Examined
from allowlint.checks._findings import Identity
from allowlint.checks._foreign import PORTS, Fault, Kind, Reading, Required, faults, repaired
from allowlint.checks._rules import Naming, Place, attempt_at, decides, fails, granting, grants, namings, owned, uses
from allowlint.checks._too_broad import broad_expression
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import Expression, Frame, TextMatches
from allowlint.model.device import Entry, Stage
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.flow import View
from allowlint.model.hosts import covering, requirement_entry
from allowlint.model.lazy import lazy_pattern
from allowlint.model.location import Location
from allowlint.model.record import NamedTuple

_THIS = Identity("HYG007", "over-matching-pattern")
MOST = 500
"""Expressions of a device that are looked at."""
RULE_WORK = 20
"""Steps of the budget of all expressions that it costs to ask a rule about a foreign host."""
_SHOWN = 2
"""Foreign hosts that a message names."""
_WHY = {
    Kind.LEFT: "nothing says where the name begins",
    Kind.RIGHT: "nothing says where the name ends",
    Kind.PATH: "it is found in the path as well",
    Kind.GAP: "no dot is asked for before the domain",
    Kind.WIDE: "any name will do",
}
_WORD = lazy_pattern(r"[\w-]{0,30}")
_WORD_BEFORE = lazy_pattern(r"[\w-]{0,30}$")
_DOES = {Stage.ACCESS: "allows", Stage.INSPECTION: "exempts"}


class _Use(NamedTuple):
    """An expression with the rule that grants it something."""

    expression: Expression
    condition: TextMatches
    owner: str
    place: Place


def run(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each expression that matches foreign names."""
    if examined.device.load_faults:
        return
    yield from _open_ended(examined)
    expressions = list(_uses(examined))[:MOST]
    if not expressions:
        return
    required = _required(examined)
    seen: set[tuple[Stage, Location]] = set()
    for use in expressions:
        key = (use.place.rulebase.stage, use.expression.location)
        found = _finding(examined, use, required) if key not in seen else None
        if found is not None:
            seen.add(key)
            yield found


def _open_ended(examined: Examined) -> Iterator[Finding]:
    """Yield a finding for each list of names that rules grant something, if names in it go on to the right."""
    open_ended = [entry for entry in examined.device.written if entry.beyond]
    if not open_ended:
        return
    required = covering(requirement_entry(verdict.requirement.host) for verdict in examined.verdicts)
    known = uses(examined.device).granted
    granted = {stage: known[stage] for stage in _DOES}
    lists: dict[str, list[Entry]] = {}
    for entry in open_ended:
        if entry.hosts is not None and entry.hosts & required:
            lists.setdefault(entry.owner, []).append(entry)
    for owner, entries in lists.items():
        first = entries[0]
        does = [word for stage, word in _DOES.items() if owned(first.owner, granted[stage])]
        if does:
            others = ("", "; so does another entry")[len(entries) > 1]
            more = f"; so do {len(entries) - 1} more entries" if len(entries) > 2 else others
            message = f"`{first.text}` in {owner} {does[0]} {first.beyond} too ({_WHY[Kind.RIGHT]}){more}"
            yield Finding(
                code=_THIS.code,
                name=_THIS.name,
                severity=Severity.WARNING,
                message=message,
                config=examined.config,
                device=examined.device.name,
                location=first.location,
                object=f"{owner} {first.text}",
                related=tuple(Related(entry.location, "the same again") for entry in entries[1:3]),
                help=f"write `{first.advice}`" if first.advice else "",
            )


def _required(examined: Examined) -> Required:
    entries = [requirement_entry(verdict.requirement.host) for verdict in examined.verdicts]
    samples = tuple(dict.fromkeys(name if itself else f"x.{name}" for name, itself, _ in entries))
    return Required(covering(entries), samples)


def _uses(examined: Examined) -> Iterator[_Use]:
    seen: set[tuple[Stage, int]] = set()
    met: dict[Stage, set[tuple[int, str, bool]]] = {stage: set() for stage in _DOES}
    for place in granting(examined.device):
        if place.rulebase.stage in _DOES:
            for naming in namings(place.rule.condition, seen=met[place.rulebase.stage]):
                yield from _expressions(naming, place, seen)


def _expressions(naming: Naming, place: Place, seen: set[tuple[Stage, int]]) -> Iterator[_Use]:
    condition = naming.condition
    if naming.positive and isinstance(condition, TextMatches):
        key = (place.rulebase.stage, id(condition))
        yield from (_Use(each, condition, naming.owner, place) for each in condition.expressions if key not in seen)
        seen.add(key)


def _finding(examined: Examined, use: _Use, required: Required) -> Finding | None:
    try:
        readings = [
            reading
            for view, frame in _frames(use.condition)
            if (reading := Reading(use.expression, frame, view, required)).samples
        ]
        found = [fault for reading in readings for fault in faults(reading) if _granted(examined, use, fault, required)]
        if not found or (found[0].kind is Kind.WIDE and broad_expression(use.expression, use.condition)):
            return None
        return _told(examined, use, found, _help(readings, use, found))
    except TooComplex:
        # Nothing depends on this check but advice; the verdicts say themselves what they cannot tell.
        return None


def _frames(condition: TextMatches) -> list[tuple[View, Frame]]:
    """The texts in which the name stands, each once."""
    found: dict[Frame, View] = {}
    for view in PORTS:
        frame = condition.frames.get(view)
        if frame is not None and frame.host:
            found.setdefault(frame, view)
    return [(view, frame) for frame, view in found.items()]


def _granted(examined: Examined, use: _Use, fault: Fault, required: Required) -> bool:
    """Whether the rule lets the foreign host through, and what follows the rule would not do so anyway."""
    flow = examined.flow._replace(port=PORTS[fault.view], view=fault.view, path=fault.trial.path)
    attempt = attempt_at(flow, fault.trial.host)
    rulebase, position = use.place.rulebase, use.place.position
    if fails(use.place.rule.condition, attempt):
        return False
    for rule in islice(rulebase.rules, position + 1, None):
        required.budget.spend(RULE_WORK)
        if decides(rule.condition, attempt):
            return not grants(rulebase, rule)
    return not grants(rulebase, rulebase.default)


def _told(examined: Examined, use: _Use, found: list[Fault], advice: str) -> Finding:
    shown = list({(fault.kind, fault.at): fault for fault in reversed(found)}.values())[::-1][:_SHOWN]
    foreign = " and ".join(f"{_target(fault)} ({_why(use.expression.text, fault)})" for fault in shown)
    return Finding(
        code=_THIS.code,
        name=_THIS.name,
        severity=Severity.WARNING,
        message=f"`{use.expression.text}` in {use.owner} {_DOES[use.place.rulebase.stage]} {foreign} too",
        config=examined.config,
        device=examined.device.name,
        location=use.expression.location,
        witness=found[0].trial.host,
        object=f"{use.owner} {use.expression.text}",
        related=(Related(use.place.rule.location, "used here"),),
        help=advice,
    )


def _target(fault: Fault) -> str:
    scheme = "http" if fault.view is View.PLAIN else "https"
    return f"{scheme}://{fault.trial.host}{fault.trial.path}" if fault.trial.path else fault.trial.host


def _why(text: str, fault: Fault) -> str:
    if fault.kind is Kind.DOT:
        before, after = _WORD_BEFORE.search(text[: fault.at]), _WORD.match(text, fault.at + 1)
        return f"the dot in `{before[0] if before else ''}.{after[0] if after else ''}` is any character"
    return _WHY[fault.kind]


def _help(readings: list[Reading], use: _Use, found: list[Fault]) -> str:
    if use.expression.compiled_as is None:
        return "write the names that are needed instead"
    proposal = repaired(readings, found)
    if proposal:
        return f"write `{proposal}`"
    name = readings[0].samples[0].replace(".", "\\.")
    example = f"^(https?://)?{name}[:/]" if readings[0].url else f"(^|\\.){name}$"
    return f"write each name in full and mark both ends, as in `{example}`"


CHECK = Check(*_THIS, Severity.WARNING, "an expression for a required endpoint matches foreign names too", run)
