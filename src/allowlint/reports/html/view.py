"""A run as the page shows it: devices with their cases, and the rows of the matrix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from allowlint.model.device import Stage
from allowlint.model.finding import Finding
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult, Run
from allowlint.model.requirement import GEOGRAPHIES, Need, Requirement
from allowlint.model.verdict import Answer, Reason, Step, Verdict
from allowlint.reports._accepted import Acceptance
from allowlint.reports._matrix import hop_words
from allowlint.reports._summary import device_name
from allowlint.reports._tally import only_routed, state
from allowlint.reports._tested import Key, Tested, tested

WORKS, UNKNOWN, ROUTED = "works", "unknown", "routed"
_NEEDS = list(Need)


class Case(NamedTuple):
    """Verdicts of one device that come about in the same way: the same answers, by the same rules, for the same reasons."""

    key: str
    """Where the page tells it."""
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    """About these verdicts."""
    state: str
    """``works``, ``routed``, ``unknown``, or the word of the first fault."""
    hops: tuple[str, ...] = ()
    """What becomes of it at each place of a path."""
    accepted: bool = False
    """Whether somebody has accepted everything that keeps it from being well."""
    tests: Mapping[str, Tested] = {}
    """By the requirement, what live results say of it."""

    @property
    def first(self) -> Verdict:
        """The verdict that stands for all of them."""
        return self.verdicts[0]


class Column(NamedTuple):
    """A device or path with all that was found of it."""

    key: str
    name: str
    result: DeviceResult
    cases: tuple[Case, ...]
    """Worst first."""
    findings: tuple[Finding, ...]
    """About the configuration itself, and no endpoint of it."""


class Row(NamedTuple):
    """An endpoint, with the case that it belongs to on each device."""

    name: str
    requirement: Requirement
    """With the strongest need that some device has of it."""
    cells: Mapping[str, Case]
    """By the key of the device; one that is not asked for it is not there."""


class Group(NamedTuple):
    """The endpoints of one service in one geography."""

    service: str
    geography: str
    rows: tuple[Row, ...]


class View(NamedTuple):
    """All of it."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    """Those that say anything of some endpoint."""
    loose: tuple[Finding, ...]
    """Findings that are about no device: waivers, baselines."""

    @property
    def judged(self) -> tuple[Column, ...]:
        """Devices and paths that verdicts speak of."""
        return tuple(column for column in self.columns if column.cases)


def view(run: Run) -> View:
    """Sort a run into cases and rows."""
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in run.findings:
        found[finding.config, finding.device].append(finding)
    acceptance = Acceptance(run)
    tests = tested(run)
    columns = tuple(
        _column(f"d{number}", result, found.pop((result.config, result.device.name), []), acceptance, tests)
        for number, result in enumerate(run.results, start=1)
    )
    verdicts = [verdict for result in run.results for verdict in result.verdicts]
    routed = any(verdict.stages[Stage.ROUTING].answer is not Answer.NOT_APPLICABLE for verdict in verdicts)
    stages = tuple(stage for stage in Stage if stage is not Stage.ROUTING or routed)
    loose = tuple(finding for findings in found.values() for finding in findings)
    return View(columns, _groups(columns), stages, loose)


def service(requirement: Requirement) -> str:
    """What an endpoint is for: the policy's note, else the heading under which the document lists it."""
    origin = requirement.origin
    text = requirement.note or (origin.sheet if origin else "") or "other endpoints"
    return text[:1].upper() + text[1:]


def state_of(verdict: Verdict) -> str:
    """The word for a whole verdict. What a file says that only chooses the way is no proof that anything works."""
    found = state(verdict)
    return ROUTED if found == WORKS and only_routed(verdict) else found


def place_name(geography: str) -> str:
    """A geography in words."""
    if geography == "WW":
        return "worldwide"
    return f"{geography}: {GEOGRAPHIES[geography]}" if geography in GEOGRAPHIES else geography


def settling(reason: Reason) -> str:
    """What would settle a reason, as a thing to do with code between backticks; empty where nothing that can be given would."""
    return f"settle it with `{reason.settle}`" if reason.settle.startswith("-") else reason.settle


def _column(
    key: str, result: DeviceResult, findings: list[Finding], acceptance: Acceptance, tests: Mapping[Key, Tested]
) -> Column:
    about: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        about[finding.requirement].append(finding)
    cases: dict[tuple[object, ...], list[int]] = {}
    for index, verdict in enumerate(result.verdicts):
        accepted = state_of(verdict) not in (WORKS, ROUTED) and acceptance.of(
            result.config, result.device.name, verdict
        )
        cases.setdefault((accepted, _way(verdict), _hops(result, index)), []).append(index)
    made = [_case(result, indexes, about, accepted=bool(key[0])) for key, indexes in cases.items()]
    made.sort(key=_urgency)
    names = {verdict.id for verdict in result.verdicts}
    rest = tuple(finding for finding in findings if finding.requirement not in names)
    named = tuple(
        case._replace(key=f"{key}-{number}", tests=_tests(case, result, tests))
        for number, case in enumerate(made, start=1)
    )
    return Column(key, device_name(result.config, result.device.name), result, named, rest)


def _tests(case: Case, result: DeviceResult, tests: Mapping[Key, Tested]) -> dict[str, Tested]:
    keys = ((result.config, result.device.name, verdict.id) for verdict in case.verdicts)
    return {key[2]: tests[key] for key in keys if key in tests}


def _case(result: DeviceResult, indexes: list[int], about: Mapping[str, list[Finding]], *, accepted: bool) -> Case:
    verdicts = tuple(result.verdicts[index] for index in indexes)
    findings = tuple(finding for verdict in verdicts for finding in about.get(verdict.id, ()))
    return Case("", verdicts, findings, state_of(verdicts[0]), _hops(result, indexes[0]), accepted)


def _hops(result: DeviceResult, index: int) -> tuple[str, ...]:
    return tuple(hop_words(result, index)) if result.hops else ()


def _urgency(case: Case) -> tuple[int, bool, int]:
    needs = min(_NEEDS.index(verdict.requirement.need) for verdict in case.verdicts)
    return {WORKS: 3, ROUTED: 2, UNKNOWN: 1}.get(case.state, 0), case.accepted, needs


def _way(verdict: Verdict) -> object:
    """How a verdict comes about, whatever its hosts are called."""
    return tuple(
        (
            stage,
            verdict.matters(stage),
            found.answer,
            found.entrance,
            found.leans,
            tuple(map(_step, found.steps)),
            tuple((reason.text, reason.settle, reason.doubt, reason.location) for reason in found.reasons),
        )
        for stage, found in verdict.stages.items()
    )


def _step(step: Step) -> object:
    rule = step.rule
    return (rule.location, rule.text, step.effect, step.certain, step.default, step.device, step.rulebase)


def _groups(columns: Iterable[Column]) -> tuple[Group, ...]:
    """The rows by service, in the order of the policy, and within a service by geography."""
    cells: dict[str, dict[str, Case]] = {}
    asked: dict[str, Requirement] = {}
    for column in columns:
        for case in column.cases:
            for verdict in case.verdicts:
                cells.setdefault(verdict.id, {})[column.key] = case
        for verdict in column.result.verdicts:
            known = asked.setdefault(verdict.id, verdict.requirement)
            if _NEEDS.index(verdict.requirement.need) < _NEEDS.index(known.need):
                asked[verdict.id] = verdict.requirement
    places = list(GEOGRAPHIES)
    services: dict[str, dict[str, list[Row]]] = {}
    for name, requirement in asked.items():
        by_place = services.setdefault(service(requirement), {})
        by_place.setdefault(requirement.geography, []).append(Row(name, requirement, cells[name]))
    return tuple(
        Group(title, place, tuple(by_place[place]))
        for title, by_place in services.items()
        for place in sorted(by_place, key=lambda word: (places.index(word) if word in places else len(places), word))
    )
