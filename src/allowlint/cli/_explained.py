"""How ``allowlint explain`` shows the way of a flow: as text and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from allowlint.engine.explain import Explanation, Met
from allowlint.model.device import Action, Device, Stage
from allowlint.model.finding import Severity
from allowlint.model.verdict import Answer, Reason, StageVerdict
from allowlint.reports import Style
from allowlint.reports._blocks import ROUTES
from allowlint.reports._defused import defused
from allowlint.reports._encodable import dumps
from allowlint.reports._paint import OF_SEVERITY, Paint
from allowlint.reports._summary import device_name
from allowlint.reports._visible import columns, padded, shortened, visible, wrapped

Item = tuple[str, Device, Explanation]

FEW = 4
"""Rules about other hosts in a row that are listed; more are folded, unless ``--verbose``."""
_DOES = {
    Action.ALLOW: "allows it",
    Action.BLOCK: "blocks it",
    Action.CHALLENGE: "asks for a login",
    Action.INSPECT: "inspects it",
    Action.BYPASS: "leaves it uninspected",
    Action.PROCEED: "lets it go on",
}
_COLORS = {
    Answer.SATISFIED: "green",
    Answer.VIOLATED: OF_SEVERITY[Severity.ERROR],
    Answer.PARTIAL: OF_SEVERITY[Severity.ERROR],
    Answer.UNKNOWN: OF_SEVERITY[Severity.WARNING],
    Answer.NOT_APPLICABLE: "dim",
}
_ANSWERS = ("yes", "no", "maybe", "partly", "challenged")


def render_text(items: Sequence[Item], style: Style) -> str:
    """The ways of a flow through each device, for people."""
    return "\n".join(defused(line) for device in _by_device(items) for line in _device(device, style, Paint(style)))


def render_json(items: Sequence[Item]) -> str:
    """A list with one object for each device.

    ``trace`` holds the rules that do something, as in the findings of ``check``; ``met`` every rule that was asked, with its
    answer. Both go through all entrances, one after the other.
    """
    return dumps([_values(device) for device in _by_device(items)])


def _by_device(items: Iterable[Item]) -> Iterator[list[Item]]:
    for _, group in groupby(items, key=lambda item: (item[0], item[1].name)):
        yield list(group)


def _device(items: list[Item], style: Style, paint: Paint) -> Iterator[str]:
    config, device, explanation = items[0]
    verdict = explanation.verdict
    name = device_name(config, device.name)
    yield f"{paint(visible(f'{verdict.id}'), 'bold')} through {paint(visible(name), 'bold')} ({device.platform})"
    for fault in device.load_faults:
        yield f"  {paint('does not load', 'red')} {visible(f'{fault.location}: {fault.message} ({fault.versions})')}"
    for _, _, each in items:
        yield ""
        if len(items) > 1:
            yield f"  coming in by {paint(visible(each.entrance), 'bold')}"
        yield from _steps(each.steps, next(iter(device.members), ""), style, paint)
    yield ""
    for stage in Stage:
        if stage in verdict.stages:
            yield from _stage(stage, verdict.word(stage), verdict.stages[stage], style, paint)
    yield ""


def _steps(steps: Sequence[Met], first: str, style: Style, paint: Paint) -> Iterator[str]:
    if not steps:
        yield "  no rule is met"
        return
    device = None
    on_path = any(met.device for met in steps)
    for section in _sections(steps):
        if on_path and section[0].device != device:
            device = section[0].device
            yield f"  {paint('in ' + visible(device or first), 'bold')}"
        places = max(columns(_place(met)) for met in section)
        widest = max(columns(visible(met.rule.text)) for met in section)
        rules = min(widest, max(style.width - places - 20, 30))
        yield f"  {paint(visible(section[0].rulebase), 'bold')} {paint(f'({section[0].stage})', 'dim')}"
        for part in _folded(section, style):
            if isinstance(part, str):
                yield paint(f"      {part}", "dim")
            else:
                yield from _met(part, places, rules, style, paint)


def _sections(steps: Iterable[Met]) -> Iterator[list[Met]]:
    """Yield the rules list by list; a list that is asked again (inside a tunnel, say) is a section of its own."""
    section: list[Met] = []
    asked: set[tuple[object, ...]] = set()
    for met in steps:
        identity = (met.rule.location, met.rule.text, met.default)
        place = (met.device, met.stage, met.rulebase)
        same = section and (section[0].device, section[0].stage, section[0].rulebase) == place
        if section and (not same or identity in asked):
            yield section
            section, asked = [], set()
        section.append(met)
        asked.add(identity)
    if section:
        yield section


def _met(met: Met, places: int, rules: int, style: Style, paint: Paint) -> Iterator[str]:
    """A rule: where it stands, what it says, whether it matched, and why."""
    mark = paint(">", "bold") if met.decides else " "
    text = padded(shortened(visible(met.rule.text), rules), rules)
    answer = f"{met.answer}: {_does(met)}" if met.decides else met.answer
    place = paint(padded(_place(met), places), "gutter")
    line = f"  {mark} {place}  {_bold(text, met, paint)}  {paint(answer, _color(met))}"
    why = "" if met.default else visible(met.why)
    start = 4 + places + 2
    if why and start + rules + 2 + columns(answer) + 3 + columns(why) <= style.width:
        yield f"{line}   {paint(why, 'dim')}"
        return
    yield line
    for more in wrapped(why, max(style.width - start - 2, 30)) if why else ():
        yield " " * (start + 2) + paint(more, "dim")


def _bold(text: str, met: Met, paint: Paint) -> str:
    return paint(text, "bold") if met.decides else text


def _does(met: Met) -> str:
    effect = _effect(met)
    if met.rule.routes and effect is Action.PROCEED:
        return f"sends it {ROUTES[met.rule.routes[0].way].format(met.rule.routes[0].address)}"
    return _DOES[effect]


def _effect(met: Met) -> Action:
    return Action.CHALLENGE if met.answer == "challenged" else met.rule.action


def _color(met: Met) -> str:
    if not met.decides:
        return "dim"
    if met.answer in ("maybe", "partly"):
        return "yellow"
    return "red" if _effect(met) in (Action.BLOCK, Action.CHALLENGE, Action.INSPECT) else "green"


def _folded(steps: list[Met], style: Style) -> Iterator[Met | str]:
    """Yield the rules, and in place of many in a row about other hosts how many they are."""
    for foreign, group in groupby(steps, key=_foreign):
        rows = list(group)
        if foreign and len(rows) > FEW and not style.verbose:
            yield f"... {len(rows)} rules that speak of other hosts; --verbose lists them"
        else:
            yield from rows


def _foreign(met: Met) -> bool:
    """Whether a rule did not match because of the names that it asks for."""
    return met.answer == "no" and not met.why.startswith("not ") and "the host, " in met.why


def _place(met: Met) -> str:
    location = met.rule.location
    return visible(f"{location.path}:{location.line}")


def _stage(stage: Stage, word: str, found: StageVerdict, style: Style, paint: Paint) -> Iterator[str]:
    witness = visible(found.witness or "") if found.answer in (Answer.PARTIAL, Answer.UNKNOWN) else ""
    about = f"  for instance {witness}" if witness else ""
    yield f"  {stage.value:<15} {paint(word, _COLORS[found.answer])}{about}"
    for text in dict.fromkeys(_depends(reason) for reason in found.reasons):
        for line in wrapped(text, max(style.width - 18, 30)):
            yield " " * 18 + line
    if found.leans:
        yield " " * 18 + f"assuming {', '.join(found.leans)}"


def _depends(reason: Reason) -> str:
    advice = f"settle it with {reason.settle}" if reason.settle.startswith("-") else reason.settle
    return f"depends on {reason}" + (f"; {advice}" if advice else "")


def _values(items: list[Item]) -> dict[str, object]:
    config, device, explanation = items[0]
    verdict = explanation.verdict
    found: dict[str, object] = {
        "config": config,
        "device": device.name,
        "platform": device.platform,
        "host": verdict.requirement.host,
        "port": verdict.port,
        "protocol": verdict.requirement.protocol,
    }
    if verdict.requirement.path:
        found["path"] = verdict.requirement.path
    found |= {stage.value: verdict.word(stage) for stage in Stage}
    found["witness"] = next((answer.witness for answer in verdict.stages.values() if answer.witness), None)
    found["reasons"] = {
        stage.value: [str(reason) for reason in answer.reasons]
        for stage, answer in verdict.stages.items()
        if answer.reasons
    }
    leans = {stage.value: list(answer.leans) for stage, answer in verdict.stages.items() if answer.leans}
    if leans:
        found["assuming"] = leans
    found["load_faults"] = [f"{fault.location}: {fault.message}" for fault in device.load_faults]
    met = [(each_met.decides, _step(each_met, each.entrance)) for _, _, each in items for each_met in each.steps]
    found["trace"] = [step for decides, step in met if decides]
    found["met"] = [step for _, step in met]
    return found


def _step(met: Met, entrance: str) -> dict[str, object]:
    location = met.rule.location
    return {
        "config": location.path,
        "line": max(location.line, 1),
        "rule": met.rule.text,
        "effect": _effect(met).value,
        "certain": met.answer not in ("maybe", "partly"),
        "answer": met.answer,
        "decides": met.decides,
        "why": met.why,
        "stage": met.stage.value,
        "rulebase": met.rulebase,
        "entrance": entrance,
        "default": met.default,
        "device": met.device,
    }
