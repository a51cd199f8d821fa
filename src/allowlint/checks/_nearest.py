"""The nearest miss: the entry or the rule that almost does what a requirement needs, and why it does not."""

from collections.abc import Iterator

from allowlint.checks._concerned import concerned, first_above
from allowlint.checks._entries import Miss, entry_misses
from allowlint.checks._findings import Fault, addition, attempt_of, decider, filled, named, place_of, spelled
from allowlint.checks._rules import (
    Attempt,
    Lists,
    Naming,
    Place,
    conjuncts,
    covers,
    fails,
    line,
    namings,
)
from allowlint.model.automaton import Automaton, TooComplex
from allowlint.model.condition import (
    ClientIn,
    Condition,
    Frame,
    Identity,
    Named,
    Not,
    PortIn,
    TextMatches,
    ViewIn,
)
from allowlint.model.device import Rule, Stage
from allowlint.model.finding import Related
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.model.regular import Regular

MOST = 2
"""Misses that one finding names."""
MOST_EXPRESSIONS = 2_000
"""Expressions of a list of which each is looked at alone."""
NOBODY = "allowlint-probe.invalid"
"""A host that no configuration means: an expression that fits it is not about a host."""


def nearest(fault: Fault) -> list[Miss]:
    """The best misses of a requirement at a stage, best first."""
    stage = Stage.INSPECTION if fault.stage is Stage.INSPECTION else Stage.ACCESS
    here = fault._replace(stage=stage) if fault.stage is Stage.AUTHENTICATION else fault
    # No entry helps where a rule refuses the host by its name.
    entries = () if _refused_by_name(fault) else entry_misses(here)
    found = sorted((*rule_misses(fault, stage), *entries), key=lambda miss: (miss.rank, miss.distance, miss.location))
    taken: dict[Location, Miss] = {}
    for miss in found:
        if miss.rank <= max(found[0].rank, 1) and miss.location != place_of(fault):
            taken.setdefault(miss.location, miss)
    return list(taken.values())[:MOST]


def _refused_by_name(fault: Fault) -> bool:
    step = decider(fault.answer, fault.stage)
    if step is None or step.default:
        return False
    attempt = attempt_of(fault)
    return any(covers(naming, attempt) for naming in namings(step.rule.condition))


def hints(fault: Fault) -> tuple[tuple[Related, ...], str]:
    """The nearest misses as places to look at, and what to do."""
    misses = nearest(fault)
    related = tuple(Related(miss.location, miss.message) for miss in misses)
    step = decider(fault.answer, fault.stage)
    guard = _guard(step.rule, attempt_of(fault)) if step is not None and not step.default else ""
    fixes = [guard, *(miss.fix for miss in misses)]
    return related, next(filter(None, fixes), "") or addition(fault)


def rule_misses(fault: Fault, stage: Stage) -> Iterator[Miss]:
    """Yield the rules that name the host but do not decide for it."""
    attempt = attempt_of(fault)
    best: dict[Location, Miss] = {}
    names: dict[int, bool] = {}
    for each in concerned(fault.local).asking:
        place = each.place
        if place.rulebase.stage is not stage:
            continue
        miss = None
        if any(_covered(part, attempt, names) for part in each.parts):
            miss = _named(fault, place, attempt)
        elif each.expressions:
            lists = tuple(naming for part in each.parts for naming in part.expressions)
            miss = _by_expression(place, lists, attempt) or _in_part(fault, lists, attempt)
        known = best.get(place.rule.location)
        if miss is not None and (known is None or miss.rank < known.rank):
            best[place.rule.location] = miss
    yield from best.values()


def _covered(part: Lists, attempt: Attempt, known: dict[int, bool]) -> bool:
    """Whether one of the lists holds the host; ``known`` are the answers of parts that other rules share."""
    if id(part) not in known:
        known[id(part)] = any(covers(naming, attempt) for naming in (*part.names, *part.expressions))
    return known[id(part)]


def _named(fault: Fault, place: Place, attempt: Attempt) -> Miss | None:
    """A rule that names the host: something stands above it, or it asks for more."""
    rule = place.rule
    failing = [condition for condition in conjuncts(rule.condition) if fails(condition, attempt)]
    if any(
        covers(naming, attempt) is False for condition in failing for naming in namings(condition) if naming.positive
    ):
        return None
    if failing:
        wants = " and ".join(wanted(condition, attempt) for condition in failing)
        fix = _mended(rule, failing[0], attempt) if len(failing) == 1 else ""
        return Miss(1, 0, rule.location, f"`{rule.text}` names it, but holds {wants}", fix)
    above = first_above(fault.local, place, attempt)
    if above is None or above.location == rule.location:
        return None
    does = "exempt" if fault.stage is Stage.INSPECTION else "allow"
    message = f"`{rule.text}` would {does} it, but comes after `{above.text}` ({line(above.location)})"
    guard = _guard(above, attempt)
    return Miss(0, 0, rule.location, message, guard or _moved(fault, rule, above))


def _moved(fault: Fault, rule: Rule, above: Rule) -> str:
    """How to move a rule above another one: with a command, where both are in one list that has a name."""
    words = f"move `{rule.text}` above {line(above.location)}"
    command = fault.local.device.vocabulary.get("move", "")
    if not command or not rule.home or not above.home:
        return words
    if rule.home != above.home:
        # From one list to another nothing can be moved: what is missing is a rule of its own there.
        return ""
    values = {"home": rule.home, "moved": named(rule), "rule": named(above)}
    return f"{words}:\n  {filled(command, values)}"


def _mended(rule: Rule, condition: Condition, attempt: Attempt) -> str:
    """What to do about the one condition that keeps a rule from holding."""
    label, negated, inner = unwrapped(condition)
    if negated or not label:
        return ""
    if isinstance(inner, PortIn):
        return f"add port {attempt.flow.port} to `{label}`, or a rule for it"
    if isinstance(inner, ViewIn):
        return f"take `{label}` off `{rule.text}`, or add a rule without it"
    return ""


def _guard(rule: Rule, attempt: Attempt) -> str:
    """What to do about a rule that refuses everything but some ports or clients: no allow should be moved above that."""
    for condition in conjuncts(rule.condition):
        label, negated, inner = unwrapped(condition)
        if negated and label and isinstance(inner, PortIn):
            return f"add port {attempt.flow.port} to `{label}`"
        if negated and label and isinstance(inner, ClientIn):
            return f"add the clients to `{label}`, or name others with --client: the rule refuses whoever is not in it"
    return ""


def unwrapped(condition: Condition) -> tuple[str, bool, Condition]:
    """The name of a condition, whether it is negated, and what it is."""
    label, negated = "", False
    while isinstance(condition, (Named, Not)):
        if isinstance(condition, Not):
            negated, condition = not negated, condition.condition
        else:
            label, condition = condition.name, condition.condition
    return label, negated, condition


def wanted(condition: Condition, attempt: Attempt) -> str:
    """What a condition that does not hold asks for, to follow "holds"."""
    label, negated, inner = unwrapped(condition)
    shown = f"`{'!' if negated else ''}{label}`" if label else ""
    what = "" if negated else _only(inner, attempt)
    if what:
        return f"only {what}{f' ({shown})' if shown else ''}"
    return f"only where {shown} does" if shown else "only under another condition"


def _only(condition: Condition, attempt: Attempt) -> str:
    match condition:
        case PortIn(ranges):
            return f"for port {_ports(ranges)}, not {attempt.flow.port}"
        case ViewIn(views):
            return f"for {'tunnels' if View.TUNNEL in views else 'requests without a tunnel'}"
        case ClientIn():
            return "for other clients"
        case TextMatches():
            return "for other addresses" if attempt.flow.view is View.PLAIN else "for some paths"
        case Identity():
            return "with a login"
    return ""


def _ports(ranges: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:4])


def _by_expression(place: Place, asked: tuple[Naming, ...], attempt: Attempt) -> Miss | None:
    """A rule whose expression means the host, but is compared with more or less than its author thought."""
    for naming in asked:
        if isinstance(naming.condition, TextMatches):
            why = misread(naming.condition, attempt)
            if why:
                return Miss(0, 1, place.rule.location, f"`{place.rule.text}`: {naming.condition.text} {why}")
    return None


def _in_part(fault: Fault, asked: tuple[Naming, ...], attempt: Attempt) -> Miss | None:
    """A pattern that matches names below a suffix, but not as deep as they go."""
    host, right = fault.requirement.host, spelled(fault.local.device, fault.requirement.host)
    if not host.startswith("*."):
        return None
    probe = f"a{host[1:]}"
    for condition in (each.condition for each in asked if isinstance(each.condition, TextMatches)):
        frame = condition.frames.get(attempt.flow.view)
        if frame is None or not any(_matches(automaton, frame, probe) for automaton in condition.automata):
            # Of a long list none need be looked at where all of them together find nothing.
            continue
        for expression in condition.expressions[:MOST_EXPRESSIONS]:
            pattern = expression.automaton
            if _matches(pattern, frame, probe) and not _matches(pattern, frame, attempt.host, NOBODY):
                message = f"`{expression.text}` matches {probe}, but not {attempt.host}"
                place = expression.location
                # In a list of exemptions an asterisk may be no more than one label either.
                fix = f"write `{right}` in {line(place)}" if fault.stage is not Stage.INSPECTION else ""
                return Miss(0, 1, place, message, fix)
    return None


def _matches(automaton: Automaton, frame: Frame, *hosts: str) -> bool:
    """Whether an expression finds one of the hosts, alone."""
    if frame.head or frame.tail or frame.path:
        return False
    try:
        pattern = Regular(automaton)
        return any(pattern.matches(host) for host in hosts)
    except TooComplex:
        return False


def misread(condition: TextMatches, attempt: Attempt) -> str:
    """Why an expression that means a host does not match it; empty where it does not mean it."""
    if needs_path(condition, attempt):
        return "asks for a scheme or a path, which a tunnel does not show"
    frame = condition.frames.get(attempt.flow.view)
    if frame is not None and frame.host and (frame.head or frame.tail) and _means(condition, Frame(), attempt):
        return f"is compared with `{text_of(frame, attempt)}`, not with the host alone"
    return ""


def text_of(frame: Frame, attempt: Attempt) -> str:
    """What an expression is compared with."""
    return f"{frame.head}{attempt.host}{frame.end(attempt.flow.port, attempt.flow.view)}{'/...' if frame.path else ''}"


def needs_path(condition: TextMatches, attempt: Attempt) -> bool:
    """Whether an expression means the host of a tunnel, but could match it only if the tunnel were opened."""
    frame = condition.frames.get(View.DECRYPTED)
    return (
        attempt.flow.view is View.TUNNEL
        and frame is not None
        and frame.host
        and frame.path
        and _means(condition, frame, attempt)
    )


def _means(condition: TextMatches, frame: Frame, attempt: Attempt) -> bool:
    """Whether an expression finds the host, and not just any host, in a frame."""
    view = View.DECRYPTED if frame.path and attempt.flow.view is View.TUNNEL else attempt.flow.view
    tail = frame.end(attempt.flow.port, view) + ("/" if frame.path else "")
    try:
        for automaton in condition.automata:
            pattern = Regular(automaton, head=frame.head, tail=tail, open_tail=frame.path)
            if pattern.matches(attempt.host) and not pattern.matches(NOBODY):
                return True
    except TooComplex:
        return False
    return False


def only_by_path(place: Place, attempt: Attempt) -> bool:
    """Whether a rule would grant a tunnel if only its path were seen."""
    about_host = False
    for condition in conjuncts(place.rule.condition):
        asked = [naming for naming in namings(condition) if naming.positive]
        if not fails(condition, attempt):
            about_host = about_host or any(covers(naming, attempt) for naming in asked)
            continue
        texts = [naming.condition for naming in asked if isinstance(naming.condition, TextMatches)]
        if not texts or fails(condition, attempt.seen_as(View.DECRYPTED)):
            return False
        about_host = about_host or any(needs_path(text, attempt) for text in texts)
    return about_host and fails(place.rule.condition, attempt)
