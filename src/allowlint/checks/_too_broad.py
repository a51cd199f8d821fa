"""The entries of granting rules that reach shared hosting, a top-level domain, or everything."""

from collections.abc import Iterator, Mapping

from allowlint.checks import Examined
from allowlint.checks._broad import Broad, broad_names, judge_suffix
from allowlint.checks._findings import Identity
from allowlint.checks._rules import Naming, Place, granting, namings, owned
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import Expression, HostIn, TextMatches
from allowlint.model.device import Entry, Stage
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.flow import View
from allowlint.model.hosts import below, narrowed
from allowlint.model.location import Location
from allowlint.model.monitoring_agent import narrowed_by, of_old_agent
from allowlint.model.record import NamedTuple
from allowlint.model.regular import Regular
from allowlint.model.requirement import Need, Requirement

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_SHOWN = 3


class Reach(NamedTuple):
    """An entry that reaches too far, and the rule that grants it something."""

    text: str
    owner: str
    location: Location
    broad: Broad
    place: Place


def reaches(examined: Examined, stage: Stage) -> Iterator[Reach]:
    """Yield every entry once, with the first rule of the stage that uses it."""
    seen: set[tuple[str, str]] = set()
    uses = list(_uses(examined, stage))
    lists = (naming.condition.names for naming, _ in uses if isinstance(naming.condition, HostIn))
    broad = {found.name: found for found in broad_names(name for names in lists for name in names.wide())}
    for naming, place in uses:
        for reach in _of(examined, naming, place, broad):
            if (reach.owner, reach.text) not in seen:
                seen.add((reach.owner, reach.text))
                yield reach


def _uses(examined: Examined, stage: Stage) -> Iterator[tuple[Naming, Place]]:
    """Yield the lists that rules of a stage grant something, each with the first rule that does."""
    lists: set[int] = set()
    met: set[tuple[int, str, bool]] = set()
    for place in granting(examined.device):
        if place.rulebase.stage is stage:
            for naming in namings(place.rule.condition, seen=met):
                if naming.positive and id(naming.condition) not in lists:
                    lists.add(id(naming.condition))
                    yield naming, place


def _of(examined: Examined, naming: Naming, place: Place, broad: Mapping[str, Broad]) -> Iterator[Reach]:
    if isinstance(naming.condition, HostIn):
        names = naming.condition.names
        here = {name: broad[name] for name in names.wide() if name in broad}
        yield from _listed(examined, naming, place, here)
        return
    for expression in naming.condition.expressions:
        found = broad_expression(expression, naming.condition)
        if found is not None:
            yield Reach(expression.text, naming.owner, expression.location, found, place)


def _listed(examined: Examined, naming: Naming, place: Place, broad: Mapping[str, Broad]) -> Iterator[Reach]:
    owner = frozenset((naming.owner.casefold(),))
    for entry in _spelling(examined, broad) if broad else ():
        found = broad.get(entry.text.lower().lstrip("*."))
        if found is None or entry.fault or not owned(entry.owner, owner):
            continue
        # The same list may hold the bare name, which reaches nobody else.
        if entry.reach is not None and entry.reach[2]:
            yield Reach(entry.text, entry.owner, entry.location, found, place)


def _spelling(examined: Examined, broad: Mapping[str, Broad]) -> Iterator[Entry]:
    """The entries that may have one of the names."""
    yield from examined.device.written
    wanted = frozenset(f".{name}" for name in broad)
    for names, entry in ((listed.names, listed.entry) for listed in examined.device.long_lists):
        yield from (entry(place) for place in names.ending(wanted) if names.name(place) in wanted)


def broad_expression(expression: Expression, condition: TextMatches) -> Broad | None:
    """The same question for an expression: the name at its end, if it really finds everything below that name."""
    frame = condition.frames.get(View.TUNNEL)
    if frame is None or not frame.host:
        return None
    if not expression.text.strip("^$.*+()"):
        return judge_suffix("")
    name = _tail(expression.text)
    broad = judge_suffix(name) if name else None
    if broad is None:
        return None
    pattern = Regular(expression.automaton, head=frame.head, tail=frame.end(443, View.TUNNEL))
    try:
        return broad if below(name) <= narrowed(below(name), pattern) else None
    except TooComplex:
        return None


def _tail(text: str) -> str:
    """The literal name at the end of an expression, its dots freed of their backslashes."""
    plain = text.lower().rstrip("$").replace("\\.", ".")
    start = len(plain)
    while start and plain[start - 1] in _LETTERS:
        start -= 1
    return plain[start:].lstrip(".")


def too_broad(check: Identity, examined: Examined, stage: Stage, does: str) -> Iterator[Finding]:
    """Yield a finding for each entry of a stage that reaches too far."""
    if examined.device.load_faults:
        return
    for reach in reaches(examined, stage):
        asked = [verdict.requirement for verdict in examined.verdicts]
        if stage is Stage.ACCESS and _required_whole(asked, reach.broad.name):
            continue
        yield Finding(
            code=check.code,
            name=check.name,
            severity=Severity.WARNING,
            message=f"`{reach.text}` in {reach.owner} {does} {reach.broad.why}",
            config=examined.config,
            device=examined.device.name,
            location=reach.location,
            object=f"{reach.owner} {reach.text}",
            related=(Related(reach.place.rule.location, "used here"),),
            help=_help(asked, reach.broad.name),
        )


def _required_whole(asked: list[Requirement], name: str) -> bool:
    """Whether the policy itself asks for all of it, with no ifs and every path: for the old agent it does so only as long as nobody knows better."""
    return any(
        item.need is Need.REQUIRED
        and not item.path
        and item.host in (f"*.{name}", f"*{name}")
        and not _for_old_agent(item)
        for item in asked
    )


def _for_old_agent(item: Requirement) -> bool:
    """Whether it is the storage that Microsoft's list has as a wildcard for machines on the old agent."""
    return of_old_agent(item) and narrowed_by(item) == "hosts"


def _help(asked: list[Requirement], name: str) -> str:
    tail = f".{name}" if name else ""
    below = [item for item in asked if item.host.endswith(tail) and item.host.lstrip("*.") != name]
    names = list(dict.fromkeys(item.host for item in below if not _for_old_agent(item)))
    more = f" and {len(names) - _SHOWN} more that are required" if len(names) > _SHOWN else ""
    shown = f"{', '.join(names[:_SHOWN])}{more}"
    wildcards = dict.fromkeys(item.host for item in asked if _for_old_agent(item) and item.host.endswith(tail))
    if not wildcards:
        return f"list the names that are needed instead{f': {shown}' if names else ''}"
    return (
        f"the list asks for {', '.join(wildcards)} as a whole because of the Microsoft Monitoring Agent, which needs a few accounts:\n"
        "give what TestCloudConnection prints (--workspace-hosts FILE), and list those accounts instead"
        + (f", with {shown}" if names else "")
    )
