"""Builds the findings that speak of a requirement: which verdicts are faults, how bad they are, where and why."""

import re
from collections.abc import Iterable, Iterator, Mapping

from allowlint.checks import Examined
from allowlint.checks._rules import Attempt, attempt_at
from allowlint.model.device import Action, Device, Rule, Rulebase, Stage
from allowlint.model.extent import Extent, hosts_in_words, kept
from allowlint.model.finding import Finding, Related, Severity
from allowlint.model.flow import View
from allowlint.model.hosts import requirement_hosts
from allowlint.model.location import Location, without_lines
from allowlint.model.monitoring_agent import narrowed_by, of_old_agent
from allowlint.model.path import NO_WAY, UNDECLARED, UNREACHABLE_PROXY, UNTOLD_WAY
from allowlint.model.record import NamedTuple
from allowlint.model.remembered import remembered
from allowlint.model.requirement import Need, Requirement
from allowlint.model.verdict import Answer, Reason, StageVerdict, Step, Verdict

_WORST = {Need.REQUIRED: Severity.ERROR, Need.CONDITIONAL: Severity.WARNING, Need.OPTIONAL: Severity.INFO}


class Identity(NamedTuple):
    """The code and the name of the check that speaks."""

    code: str
    name: str


class Fault(NamedTuple):
    """A requirement that a stage fails."""

    examined: Examined
    verdict: Verdict
    stage: Stage

    @property
    def answer(self) -> StageVerdict:
        """What the stage answers."""
        return self.verdict.stages[self.stage]

    @property
    def local(self) -> Examined:
        """The device whose rule decides, with what is to be known of it: on a path, the hop that breaks it."""
        members = members_of(self.examined)
        if not members:
            return self.examined
        step = decider(self.answer, self.stage)
        return members.get(step.device if step is not None else "") or next(iter(members.values()))

    @property
    def requirement(self) -> Requirement:
        """What must work."""
        return self.verdict.requirement

    @property
    def id(self) -> str:
        """``host:port``."""
        return self.verdict.id

    @property
    def witness(self) -> str:
        """A host that fails."""
        return self.answer.witness or self.requirement.host.lstrip("*.")

    @property
    def partial(self) -> bool:
        """Whether the rest of the hosts works."""
        return self.answer.answer is Answer.PARTIAL


@remembered
def members_of(examined: Examined) -> dict[str, Examined]:
    """The devices of a path, by name, each as if it were examined alone with the path's verdicts."""
    return {name: examined._replace(device=device) for name, device in examined.device.members.items()}


def faults(examined: Examined, stage: Stage, *answers: Answer) -> Iterator[Fault]:
    """Yield the verdicts that answer so at a stage, except where the requirement does not mind.

    A configuration that does not load answers nothing; that is one finding of its own.
    """
    if examined.device.load_faults:
        return
    for verdict in examined.verdicts:
        if verdict.matters(stage) and verdict.stages[stage].answer in answers:
            yield Fault(examined, verdict, stage)


def severity_of(fault: Fault) -> Severity:
    """How bad a fault is, by how badly the endpoint is needed; what cannot be told is never an error."""
    if fault.answer.answer is not Answer.UNKNOWN:
        return _WORST[fault.requirement.need]
    return Severity.WARNING if fault.requirement.need is Need.REQUIRED else Severity.INFO


def attempt_of(fault: Fault) -> Attempt:
    """One connection that shows the fault."""
    plain = fault.requirement.protocol == "http"
    flow = fault.examined.flow._replace(
        port=fault.verdict.port,
        view=View.PLAIN if plain else View.TUNNEL,
        path=fault.requirement.path if plain else "",
    )
    return attempt_at(flow, fault.witness, anonymous=fault.stage is Stage.AUTHENTICATION)


def decider(answer: StageVerdict, stage: Stage) -> Step | None:
    """The step that decides: the last one that stops the flow, or that inspects it."""
    if stage is Stage.INSPECTION:
        return next((step for step in reversed(answer.steps) if step.effect is Action.INSPECT), _last(answer.steps))
    return _last(answer.steps)


def _last(steps: tuple[Step, ...]) -> Step | None:
    return steps[-1] if steps else None


def place_of(fault: Fault) -> Location:
    """Where the deciding rule stands."""
    step = decider(fault.answer, fault.stage)
    if step is not None and step.rule.location.line:
        return step.rule.location
    known = [reason.location for reason in fault.answer.reasons if isinstance(reason.location, Location)]
    return known[0] if known else top_of(fault.examined)


def top_of(examined: Examined) -> Location:
    """The place of what stands nowhere: the first line of the configuration."""
    path = examined.device.name if examined.device.name == examined.config else examined.config
    return Location(path, 1)


def blame(fault: Fault, verb: str, nothing: str) -> str:
    """``is <verb> by `rule` ``, or what is missing where no rule matched."""
    step = decider(fault.answer, fault.stage)
    if step is None or (step.default and not step.rule.routes):
        telling = step is not None and (step.stage is Stage.INSPECTION or step.rulebase == UNREACHABLE_PROXY)
        return f"is {verb}: {step.rule.text if step is not None and telling else nothing}"
    return f"is {verb} by `{step.rule.text}`{where(fault, step)}"


def where(fault: Fault, step: Step) -> str:
    """The hop of a path whose rule it is; nothing for a device on its own."""
    members = fault.examined.device.members
    return f" of {step.device or next(iter(members))}" if members else ""


def part(fault: Fault) -> str:
    """The words for the part that fails: the concrete host, or some clients where the host is one."""
    if not fault.partial:
        return ""
    if fault.witness == fault.requirement.host:
        return " for a part of the clients"
    return f" for {fault.witness}"


def reasons_of(reasons: Iterable[Reason], leans: Iterable[str] = ()) -> tuple[str, ...]:
    """What an answer depends on, each with what would settle it, and the assumptions that it leans on."""
    depending = (f"{reason}" + (f"; {settled_by(reason.settle)}" if reason.settle else "") for reason in reasons)
    return tuple(dict.fromkeys((*depending, *(f"assuming {word}" for word in leans))))


def settled_by(settle: str) -> str:
    """What to do, where a reason names an option or says it in words."""
    return f"settle it with {settle}" if settle.startswith("-") else settle


def spelled(device: Device, host: str) -> str:
    """How the device's configuration writes a requirement's host."""
    if not host.startswith("*"):
        return host
    return device.vocabulary.get("below", ".{name}").replace("{name}", host.lstrip("*."))


def _first_gates(device: Device) -> set[str]:
    """The lists that decide about access first; what else a connection meets is written in other words."""
    return {_first_gate(entrance.rulebases) for entrance in device.entrances}


def _first_gate(rulebases: tuple[Rulebase, ...]) -> str:
    """Where access is decided only behind another decision, the first list that one leads to."""
    while rulebases:
        for rulebase in rulebases:
            if rulebase.stage is Stage.ACCESS:
                return rulebase.name
        rulebases = next((each.default.then for each in rulebases if each.default.then), ())
    return ""


def addition(fault: Fault) -> str:
    """What to add and where, in the configuration's own words."""
    device = fault.local.device
    step = decider(fault.answer, fault.stage)
    if step is None:
        return ""
    if step.rulebase == UNREACHABLE_PROXY:
        return "send it to a proxy that answers"
    if step.rule.routes and step.effect is Action.BLOCK:
        return f"nothing answers at {step.rule.routes[0].address}: send it another way"
    carrier = _carrier(fault.answer.steps, step)
    own = device.vocabulary.get(f"in {step.rulebase}") if carrier is None else None
    if own and not step.rule.home:
        return "\n".join((f"so that `{step.rule.text}` lets it pass:", *(f"  {line}" for line in own.split("\n"))))
    if carrier is None and not own and step.stage is Stage.ACCESS and step.rulebase not in _first_gates(device):
        return f"let it through in {step.rulebase} too"
    above = carrier or step
    kind = "bypass" if above.stage is Stage.INSPECTION else "allow"
    lines = worded(fault, own or device.vocabulary.get(kind, ""), above)
    if not lines:
        return ""
    place = f"{above.rule.location.path}:{above.rule.location.line}"
    where = f"after {place}, add" if above.default else f"above {place} (`{above.rule.text}`), add"
    if above.default and (above.rule.home or not above.rule.location.column):
        where = f"in {above.rule.location.path}, add"
    return "\n".join((f"{where}:", *(f"  {line}" for line in lines)))


def _carrier(steps: tuple[Step, ...], last: Step) -> Step | None:
    """The step whose rule leads to the list in which the last one decides (its profile), where commands can be written about it."""
    return next(
        (
            s
            for s in steps
            if s.rule.home and any(then.name == last.rulebase for then in s.rule.then) and not last.rule.home
        ),
        None,
    )


def worded(fault: Fault, template: str, above: Step) -> list[str]:
    """The lines of a template for one fault; none where they would be about a list that has no name."""
    words = fault.local.device.vocabulary
    home = above.rule.home
    if not template or ("{home}" in template and not home):
        return []
    level = home.rsplit(" ", 2)[0] if home.count(" ") > 1 else ""
    coming, leaving = fault.examined.flow.zones
    values = {
        "entry": _entry(fault),
        "service": words.get(f"service {fault.verdict.port}", f"tcp-{fault.verdict.port}"),
        "home": home,
        "objects": f"{level} " if level else "",
        "from": coming or words.get("from", ""),
        "to": leaving or words.get("to", ""),
        "rule": named(above.rule),
    }
    lines = (line for line in template.split("\n") if not (above.default and "{rule}" in line))
    return [filled(line, values) for line in lines]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A template with its words in it."""
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def named(rule: Rule) -> str:
    """A rule by its name, as commands have it."""
    name = rule.text.partition("'")[2].rpartition("'")[0]
    return name if re.fullmatch(r"[\w.@/+-]+", name, re.ASCII) else f'"{name}"'


def _entry(fault: Fault) -> str:
    """How the configuration writes what is required; the path too, where it is seen."""
    host, device = fault.requirement.host, fault.local.device
    form = device.vocabulary.get("entry", "")
    if host.startswith("*") or not form:
        return spelled(device, host)
    if fault.requirement.protocol == "http" and fault.requirement.path:
        return f"{host}{fault.requirement.path}"
    return form.replace("{host}", host)


def finding(
    check: Identity,
    fault: Fault,
    message: str,
    *,
    location: Location | None = None,
    related: tuple[Related, ...] = (),
    help: str = "",  # noqa: A002 - the field's name
) -> Finding:
    """A finding about a requirement."""
    step = decider(fault.answer, fault.stage)
    return Finding(
        code=check.code,
        name=check.name,
        severity=severity_of(fault),
        message=message,
        config=fault.examined.config,
        device=fault.examined.device.name,
        location=location or place_of(fault),
        requirement=fault.id,
        witness=fault.witness if fault.answer.answer in (Answer.PARTIAL, Answer.UNKNOWN) else "",
        need=str(fault.requirement.need),
        object=without_lines(step.rule.text, step.rule.location.line) if step is not None else "",
        reasons=reasons_of(fault.answer.reasons, fault.answer.leans),
        trace=fault.answer.steps,
        related=related,
        help="\n".join(filter(None, (help, _narrower(fault.requirement)))),
        extent=extent_of(fault),
    )


def extent_of(fault: Fault) -> Extent:
    """How far a fault reaches."""
    flow, answer = fault.examined.flow, fault.answer
    between = " to ".join(zone or "any" for zone in flow.zones) if any(flow.zones) else ""
    host, told = fault.requirement.host, answer.doubtful is not None
    fails: tuple[str, ...]
    doubtful: tuple[str, ...]
    if told and not host.startswith("*"):
        fails, doubtful = ((host,) if hosts else () for hosts in (answer.failing, answer.doubtful))
    else:
        # Where nothing at all is known, all of the hosts may fail.
        whole = None if told else requirement_hosts(host)
        fails, doubtful = hosts_in_words(answer.failing), hosts_in_words(whole or answer.doubtful)
    return Extent(
        client=" ".join(part for part in (str(flow.client) if flow.client_chosen else "", between) if part),
        fails=fails,
        doubtful=doubtful if doubtful != fails else (),
        ways=kept(answer.ways),
        reasons=kept(map(without_lines, answer.grounds if told else map(str, answer.reasons))),
    )


def _narrower(requirement: Requirement) -> str:
    """What else to do about a wildcard of the old agent, of which nobody needs all."""
    if not of_old_agent(requirement):
        return ""
    kind = narrowed_by(requirement)
    if kind == "ids":
        return (
            "or say which workspaces the machines report to (--workspace-id): their names are asked for instead of all"
        )
    name = requirement.host.lstrip("*.")
    accounts = (
        "or give what TestCloudConnection prints (--workspace-hosts FILE): its accounts are asked for instead of all"
    )
    return f"{accounts} of {name}" if kind else ""


def already_told(fault: Fault) -> bool:
    """Whether access is unknown for the very reasons that make this stage unknown, or a proxy is not declared."""
    reasons = fault.answer.reasons
    if reasons and all(reason.key.startswith((UNDECLARED, NO_WAY)) for reason in reasons):
        return True
    if reasons and all(reason.key.startswith(UNTOLD_WAY) and _noted(fault, reason) for reason in reasons):
        return True
    if fault.stage is Stage.ACCESS:
        return False
    access = fault.verdict.stages[Stage.ACCESS]
    known = {(reason.key, reason.text) for reason in access.reasons}
    return access.answer is Answer.UNKNOWN and all(
        (reason.key, reason.text) in known for reason in fault.answer.reasons
    )


def _noted(fault: Fault, reason: Reason) -> bool:
    """Whether the setting that leaves a way open is faulty, which is a finding of its own; the verdicts of a path are told besides."""
    device = fault.examined.device
    return not device.members and any(note.location == reason.location and not note.mild for note in device.notes)


def challenge(fault: Fault) -> str:
    """``is challenged by `rule` ``: what happens to a client without an identity."""
    step = decider(fault.answer, fault.stage)
    if step is not None and step.effect is Action.CHALLENGE:
        return f"is challenged{part(fault)} by `{step.rule.text}`{where(fault, step)}: a service cannot log in"
    return f"is reachable only with an identity{part(fault)}: without one it {blame(fault, 'blocked', 'no rule allows it')}"
