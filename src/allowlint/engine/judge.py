"""From outcomes to verdicts: what a device does with each requirement, at each stage.

The words of the contract, made exact. *Access* is allowed where a client with no identity, or with some identity, surely gets
through; *authentication* is anonymous where a client with no identity does. A host surely fails where a concrete flow to it
ends badly whatever the unmodelled conditions answer; where only some of their answers end badly, the verdict is unknown.
"""

from collections.abc import Iterable

from allowlint.engine.blaming import told_of
from allowlint.engine.looking import MAX_QUESTIONS, Allowance
from allowlint.engine.runs import Run, narrowed, runs_of
from allowlint.model.automaton import TooComplex
from allowlint.model.condition import Unmodelled
from allowlint.model.device import Action, Device, Stage, Way, only_routes, stages_of
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import HostSet, covering, empty, requirement_entry, requirement_hosts
from allowlint.model.record import NamedTuple
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Outcome, Reason, StageVerdict, Step, Verdict

MAX_REASONS = 20
"""Reasons that one answer names."""
MAX_ALONE = 6 * MAX_QUESTIONS
"""What the walks for requirements one by one may do together, once all of them at once were too much."""


class Question(NamedTuple):
    """A requirement on one port, and the hosts that it stands for."""

    requirement: Requirement
    port: int
    hosts: HostSet

    @property
    def view(self) -> View:
        """Plain HTTP is seen whole; anything else is a tunnel."""
        return View.PLAIN if self.requirement.protocol == "http" else View.TUNNEL


def judge(device: Device, requirements: Iterable[Requirement], flow: Flow) -> tuple[Verdict, ...]:
    """The verdict of ``device`` on every requirement and port, in the order given.

    ``flow`` says who connects (client, zones); its hosts, port, view and path are replaced by those of the requirements.
    """
    if device.load_faults:
        return tuple(_not_loading(device, r, port) for r in requirements for port in r.ports)
    questions = [Question(r, port, requirement_hosts(r.host)) for r in requirements for port in r.ports]
    verdicts = _verdicts(device, questions, flow._replace(accepted=frozenset()))
    unsure = [index for index, verdict in enumerate(verdicts) if _unsure(verdict)] if flow.accepted else []
    if unsure:
        # What is sure without the user's assumptions is said without them.
        assuming = _verdicts(device, [questions[index] for index in unsure], flow)
        for index, verdict in zip(unsure, assuming, strict=True):
            verdicts[index] = _settled(verdicts[index], verdict)
    return tuple(verdicts)


def _unsure(verdict: Verdict) -> bool:
    return any(answer.answer is Answer.UNKNOWN for answer in verdict.stages.values())


def _settled(strict: Verdict, assuming: Verdict) -> Verdict:
    """What the assumptions settle; the rest stays as it was.

    Where they settle access, what follows from it may be another answer too: what is blocked is not inspected.
    """
    opened = strict.stages[Stage.ACCESS].answer is Answer.UNKNOWN
    stages = {
        stage: after if before.answer is Answer.UNKNOWN or (opened and before.answer is not after.answer) else before
        for stage, before in strict.stages.items()
        for after in (assuming.stages[stage],)
    }
    return strict._replace(stages=stages)


def _verdicts(device: Device, questions: list[Question], flow: Flow) -> list[Verdict]:
    """The verdict on every question, in order."""
    groups: dict[tuple[int, View, str], list[int]] = {}
    for index, question in enumerate(questions):
        path = question.requirement.path if question.view is View.PLAIN else ""
        groups.setdefault((question.port, question.view, path), []).append(index)
    verdicts: dict[int, Verdict] = {}
    stages = stages_of(rulebase for entrance in device.entrances for rulebase in entrance.rulebases)
    chooses, only = Stage.ROUTING in stages, only_routes(device)
    flows = [
        flow._replace(port=port, view=view, path=path, hosts=_hosts([questions[index] for index in indexes]))
        for (port, view, path), indexes in groups.items()
    ]
    device = narrowed(device, flows)
    alone: list[tuple[int, Flow]] = []
    for asked, indexes in zip(flows, groups.values(), strict=True):
        runs = _bounded(device, asked)
        if len(indexes) > 1 and (isinstance(runs, TooComplex) or _exhausted(runs)):
            alone += [(index, asked._replace(hosts=questions[index].hosts)) for index in indexes]
            continue
        for index in indexes:
            verdicts[index] = _judged(questions[index], runs, chooses=chooses, only=only)
    allowance = Allowance(MAX_ALONE)
    # What is too much for all of them together may be easy for each; single names are easier than wildcards.
    for index, asked in sorted(alone, key=lambda each: questions[each[0]].requirement.host.startswith("*")):
        runs = _bounded(device, asked, allowance)
        verdicts[index] = _judged(questions[index], runs, chooses=chooses, only=only)
    return [verdicts[index] for index in range(len(questions))]


def _bounded(device: Device, flow: Flow, allowance: Allowance | None = None) -> "tuple[Run, ...] | TooComplex":
    """The runs, or why they take more work than is allowed."""
    if allowance is not None and allowance.left <= 0:
        return TooComplex("the requirements one by one take more work than is allowed")
    try:
        return runs_of(device, flow, allowance)
    except TooComplex as error:
        return error


def _judged(question: Question, runs: "tuple[Run, ...] | TooComplex", *, chooses: bool, only: bool) -> Verdict:
    if isinstance(runs, TooComplex):
        return _untold(question.requirement, question.port, Reason(str(runs)), routing=chooses, only=only)
    try:
        return _verdict(question, runs, chooses=chooses, only=only)
    except TooComplex as error:
        return _untold(question.requirement, question.port, Reason(str(error)), routing=chooses, only=only)


def _hosts(questions: Iterable[Question]) -> HostSet:
    return covering(requirement_entry(question.requirement.host) for question in questions)


def _exhausted(runs: Iterable[Run]) -> bool:
    return any(outcome.exhausted for run in runs for outcome in run.outcomes)


def _not_loading(device: Device, requirement: Requirement, port: int) -> Verdict:
    """A device that would not start answers nothing; its own finding says why."""
    fault = device.load_faults[0]
    reason = Reason(f"the configuration does not load: {fault.message}", location=fault.location, key="does not load")
    return _untold(requirement, port, reason, routing=False)


def _untold(requirement: Requirement, port: int, reason: Reason, *, routing: bool, only: bool = False) -> Verdict:
    """Nothing is known, for one reason; ``only`` where the way is all that the device decides."""
    unknown = StageVerdict(Answer.UNKNOWN, reasons=(reason,))
    aside = StageVerdict(Answer.NOT_APPLICABLE)
    stages = {
        Stage.ACCESS: unknown,
        Stage.INSPECTION: aside if only or requirement.protocol == "http" else unknown,
        Stage.AUTHENTICATION: aside if only else unknown,
        Stage.ROUTING: unknown if routing else aside,
    }
    return Verdict(requirement, port, stages)


def _verdict(question: Question, runs: tuple[Run, ...], *, chooses: bool, only: bool) -> Verdict:
    mine = tuple(run.within(question.requirement.host, question.hosts) for run in runs)
    access = _access(question.hosts, mine)
    reached = _reached(mine) & question.hosts
    stages = {Stage.ACCESS: access, Stage.ROUTING: _routing(question.hosts, mine, chooses=chooses)}
    gone = access.answer is Answer.VIOLATED or only
    not_applicable = StageVerdict(Answer.NOT_APPLICABLE)
    stages[Stage.AUTHENTICATION] = not_applicable if gone else _authentication(reached, mine)
    tls = question.view is View.TUNNEL and not gone
    stages[Stage.INSPECTION] = _inspection(reached, mine) if tls else not_applicable
    leans = tuple(sorted({word for run in mine for outcome in run.outcomes for word in _leans(outcome, question)}))
    if leans:
        stages = {stage: _leaning(answer, leans) for stage, answer in stages.items()}
    return Verdict(question.requirement, question.port, stages)


def _leans(outcome: Outcome, question: Question) -> frozenset[str]:
    return outcome.leans if outcome.leans and outcome.hosts & question.hosts else frozenset()


def _leaning(answer: StageVerdict, leans: tuple[str, ...]) -> StageVerdict:
    told = answer.answer not in (Answer.UNKNOWN, Answer.NOT_APPLICABLE)
    return answer._replace(leans=leans) if told else answer


def _reached(runs: Iterable[Run]) -> HostSet:
    """The hosts that somebody may reach. Of a network of clients, some may get through where others surely do not."""
    found = empty()
    for run in runs:
        found = found | run.ending(Action.ALLOW)
    return found


def _access(hosts: HostSet, runs: tuple[Run, ...]) -> StageVerdict:
    """Allowed where some client surely gets through; blocked where none can."""
    stopped = (Action.BLOCK, Action.CHALLENGE)
    never, failing = hosts, hosts
    not_sure = hosts
    for run in runs:
        bad = run.ending(*stopped)
        not_sure = not_sure & bad
        never = never - run.ending(Action.ALLOW)
        failing = failing & run.ending(*stopped, certain=True)
    if not not_sure:
        return StageVerdict(Answer.SATISFIED, steps=_steps(runs[0], hosts.witness(), Action.ALLOW))
    failing = (failing | never) & not_sure
    # With an identity where there is one: the challenge itself is judged at the authentication stage.
    shown = runs[-1] if len(runs) > 1 else runs[0]
    return _answer(hosts, not_sure, never, failing, (shown, *runs), stopped)


def _authentication(hosts: HostSet, runs: tuple[Run, ...]) -> StageVerdict:
    """Anonymous where a client without identity surely gets through; required where it surely does not, but another does."""
    anonymous = runs[0]
    stopped = (Action.BLOCK, Action.CHALLENGE)
    bad = anonymous.ending(*stopped) & hosts
    challenged = anonymous.ending(Action.CHALLENGE) & hosts
    if not bad or (len(runs) == 1 and not challenged):
        # Where nothing asks for an identity, being blocked is a matter of access alone.
        return StageVerdict(Answer.SATISFIED)
    identity_needed = challenged | (bad & _only_identified(hosts, runs))
    if not identity_needed:
        return StageVerdict(Answer.SATISFIED)
    never = (hosts - anonymous.ending(Action.ALLOW)) & identity_needed
    failing = (anonymous.ending(*stopped, certain=True) & identity_needed) | never
    return _answer(hosts, identity_needed, never, failing, (anonymous,), stopped)


def _only_identified(hosts: HostSet, runs: tuple[Run, ...]) -> HostSet:
    """Hosts that some client with an identity may reach."""
    reached = empty()
    for run in runs[1:]:
        reached = reached | run.ending(Action.ALLOW)
    return reached & hosts


def _inspection(hosts: HostSet, runs: tuple[Run, ...]) -> StageVerdict:
    """Bypassed where no outcome that gets through inspects; judged for the clients that may get through."""
    inspected, left, certain = empty(), empty(), empty()
    for run in runs:
        for (end, opened, sure, exhausted, _), reached in run.endings.items():
            if opened or exhausted:
                inspected = inspected | reached
                certain = certain | reached if sure and opened else certain
            if exhausted or (end is Action.ALLOW and not opened):
                left = left | reached
    inspected, left = inspected & hosts, left & hosts
    if not inspected:
        return StageVerdict(Answer.SATISFIED)
    never = inspected - left
    shown = tuple(run._replace(outcomes=tuple(o for o in run.outcomes if o.inspected or o.exhausted)) for run in runs)
    # Who is opened and then challenged is inspected by the same rule as who gets through.
    ends = (Action.ALLOW, Action.BLOCK, Action.CHALLENGE)
    return _answer(hosts, inspected, never, (certain & hosts) | never, shown, ends)


def _routing(hosts: HostSet, runs: tuple[Run, ...], *, chooses: bool) -> StageVerdict:
    """Direct where no outcome goes by way of a proxy; what happens behind the choice plays no part."""
    anonymous = runs[0]
    if not anonymous.routed and chooses and _exhausted((anonymous,)):
        reasons = tuple(dict.fromkeys(reason for o in anonymous.outcomes for reason in o.reasons))
        return StageVerdict(Answer.UNKNOWN, hosts.witness(), reasons=reasons)
    if not anonymous.routed:
        return StageVerdict(Answer.NOT_APPLICABLE)
    proxied, direct = (anonymous.sent(direct=way) & hosts for way in (False, True))
    if not proxied:
        return StageVerdict(Answer.SATISFIED, steps=_steps(anonymous, hosts.witness(), Action.ALLOW))
    never = proxied - direct
    shown = anonymous._replace(outcomes=tuple(o for o in anonymous.outcomes if o.exhausted or _by_proxy(o)))
    ends = (Action.ALLOW, Action.BLOCK, Action.CHALLENGE)
    failing = (anonymous.sent(direct=False, certain=True) & hosts) | never
    return _answer(hosts, proxied, never, failing, (shown,), ends)


def _by_proxy(outcome: Outcome) -> bool:
    return bool(outcome.routes) and outcome.routes[0].way is not Way.DIRECT


def _answer(
    hosts: HostSet, bad: HostSet, never: HostSet, failing: HostSet, runs: tuple[Run, ...], ends: tuple[Action, ...]
) -> StageVerdict:
    """``bad``: hosts that may fail; ``never``: hosts that cannot succeed; ``failing``: hosts that surely fail."""
    if not hosts - never:
        answer = Answer.VIOLATED
    elif failing:
        answer = Answer.PARTIAL
    else:
        answer = Answer.UNKNOWN
    witness = (failing or bad).witness()
    shown = _shown(runs, witness, ends)
    reasons = _reasons(runs, witness, ends, every=answer is Answer.UNKNOWN)
    entrance = shown.entrance if shown else ""
    ways, grounds = told_of(runs, bad, ends, every=answer is not Answer.VIOLATED)
    return StageVerdict(
        answer,
        witness,
        failing or None,
        shown.steps if shown else (),
        reasons,
        entrance,
        doubtful=bad,
        ways=ways,
        grounds=grounds,
    )


def _reasons(
    runs: tuple[Run, ...], witness: str | None, ends: tuple[Action, ...], *, every: bool
) -> tuple[Reason, ...]:
    """What the endings of the witness depend on; without ``every``, only why the work was cut short."""
    found: list[Reason] = []
    for run in runs:
        for outcome in run.outcomes:
            if (
                (every or outcome.exhausted)
                and outcome.end in ends
                and witness is not None
                and witness in outcome.hosts
            ):
                found += [reason for reason in outcome.reasons if reason not in found]
                if len(found) > MAX_REASONS:
                    return tuple(found[:MAX_REASONS])
    return tuple(found)


def _shown(runs: tuple[Run, ...], witness: str | None, ends: tuple[Action, ...]) -> Outcome | None:
    """The outcome that shows the fault: a certain one before one that depends."""
    fitting = [o for run in runs for o in run.outcomes if o.end in ends and witness is not None and witness in o.hosts]
    return min(fitting, key=lambda outcome: (len(outcome.reasons), _by_doubt(outcome)), default=None)


def _by_doubt(outcome: Outcome) -> bool:
    """Whether the rule that decides is one that is only there in case it matches."""
    return bool(outcome.steps) and isinstance(outcome.steps[-1].rule.condition, Unmodelled)


def _steps(run: Run, witness: str | None, end: Action) -> tuple[Step, ...]:
    for outcome in run.outcomes:
        if outcome.end is end and (witness is None or witness in outcome.hosts):
            return outcome.steps
    return ()
