"""What the workbook shows, sheet by sheet, as texts and numbers."""

from collections.abc import Iterator, Mapping, Sequence

from allowlint.model.finding import Severity
from allowlint.model.live import AGAINST, Conclusion, LiveUse
from allowlint.model.record import NamedTuple
from allowlint.model.report import BaselineUse, Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer
from allowlint.reports._accepted import accepted_counts, mark, until
from allowlint.reports._answer import answer, tallies_of
from allowlint.reports._changes import heading, revision, sentence
from allowlint.reports._live import told, ways
from allowlint.reports._summary import place_names, profile_words, requirements
from allowlint.reports._table import COLUMNS, rows
from allowlint.reports._tally import sentence as tally_sentence
from allowlint.reports._tested import Key, Tested, tested
from allowlint.reports._verdicts import judged

GOOD, BAD, DOUBT = "good", "bad", "doubt"
Row = tuple[str | int, ...]

_WORDS = {
    "works": GOOD,
    "allowed": GOOD,
    "bypassed": GOOD,
    "anonymous": GOOD,
    "blocked": BAD,
    "inspected": BAD,
    "required": BAD,
    "behind a login": BAD,
    "partial": BAD,
    "partly blocked": BAD,
    "partly inspected": BAD,
    "partly behind a login": BAD,
    "through a proxy": BAD,
    "partly through a proxy": BAD,
    "unknown": DOUBT,
}
_SEVERITIES = {"error": BAD, "warning": DOUBT}
_STATES = {"active": GOOD, "expiring": DOUBT, "unused": DOUBT, "expired": BAD, "refused": BAD}

_CONCLUSIONS = {
    Conclusion.CONFIRMED.value: GOOD,
    Conclusion.SETTLED.value: DOUBT,
    Conclusion.UNSETTLED.value: DOUBT,
    Conclusion.INCONCLUSIVE.value: DOUBT,
} | dict.fromkeys((each.value for each in AGAINST), BAD)

_SHOWN = (
    *("config", "device", "requirement", "need", "geography", "service"),
    *("state", "access", "inspection", "authentication", "routing", "severity", "codes", "message", "reasons"),
    *("witness", "assuming", "waiver", "known", "file", "line", "live", "tested"),
)
_AT = tuple(COLUMNS.index(name) for name in _SHOWN)
_WIDTHS = {"config": 24, "device": 20, "requirement": 42, "service": 28, "message": 60, "reasons": 50, "witness": 36}


class Sheet(NamedTuple):
    """One sheet; without a head it is a list of names and values."""

    title: str
    head: Row
    rows: Sequence[Row]
    widths: tuple[int, ...]
    """In characters, one for each column."""
    colors: Mapping[int, Mapping[str, str]] = {}
    """By column (from 0), which words are good, bad or doubtful."""
    frozen: int = 0
    """How many columns stay when the others are scrolled."""


def sheets(run: Run) -> list[Sheet]:
    """The sheets of a run."""
    return [
        Sheet("Summary", (), [row for row in _summary(run) if row[1] != ""], (24, 110)),
        _verdicts(run),
        _findings(run),
        Sheet(
            "Unknown",
            (
                *("config", "device", "requirement", "need", "stage", "cannot be told because", "what would settle it"),
                "live",
            ),
            list(_unknown(run)),
            (30, 24, 46, 12, 16, 70, 60, 30),
        ),
        *([_live(run, run.live)] if run.live else ()),
        _waivers(run),
    ]


def _summary(run: Run) -> Iterator[Row]:
    yield "Answer", answer(run, where="on the sheet Findings")[0]
    tallies = tallies_of(run)
    for need in Need:
        if tallies[need].total:
            yield f"{need.value.capitalize()} endpoints", tally_sentence(tallies[need])
    yield from _counts(run)
    for name, value in run.profile.items():
        yield f"For: {name}", ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    for result in run.results:
        if result.profile:
            yield f"For {result.device.name}", profile_words(result.profile)
    yield from _comparison(run)
    yield from _baseline(run.baseline)
    yield from (("Live result", line) for line in (told(run.live) if run.live else ()))
    yield from (("Note", notice) for notice in run.notices)
    yield from _provenance(run)


def _counts(run: Run) -> Iterator[Row]:
    yield "Devices", sum(not result.hops for result in run.results)
    yield "Paths", sum(bool(result.hops) for result in run.results)
    yield "Requirements", requirements(run)
    yield "Rules", sum(config.rules for config in run.configs)
    yield "Lines not understood", sum(len(result.device.unread) for result in run.results)
    yield "Errors", run.count(Severity.ERROR)
    yield "Warnings", run.count(Severity.WARNING)
    yield "Unknown", run.unknown()
    waived, known = accepted_counts(run.findings)
    yield "Waived findings", waived
    yield "Known findings", known


def _provenance(run: Run) -> Iterator[Row]:
    for use in run.policies:
        policy = use.policy
        about = f"{policy.name} {policy.published}, {use.selected} of {len(policy.requirements)} requirements"
        yield "Policy", f"{about}; {policy.source}; SHA-256 {policy.sha256}" if policy.sha256 else about
        for change in policy.changes:
            yield (
                f"{change.kind.capitalize()} by an overlay",
                f"{change.requirement} ({change.location}): {change.reason}",
            )
    yield from (("Configuration", f"{config.path} ({config.platform})") for config in run.configs)
    if run.provenance.made:
        yield "Made", run.provenance.made
    if run.provenance.command:
        yield "Command", " ".join(run.provenance.command)
    yield from (("Settings", file) for file in run.provenance.settings)
    yield "Made by", f"allowlint {run.version}"


def _comparison(run: Run) -> Iterator[Row]:
    found = run.comparison
    if found is None:
        return
    name = revision(found)
    yield f"Since {name}", f"could not be compared: {found.failed}" if found.failed else heading(found)
    yield from ((f"Since {name}: not compared", note) for note in found.notes)
    for change in found.changes:
        yield f"Since {name}: {change.kind}", sentence(change)


def _baseline(use: BaselineUse | None) -> Iterator[Row]:
    if use is not None:
        yield "Baseline", f"{use.path}: {use.matched} findings are known from it"
        yield from (("Entry of no use", f"{entry.text}: {entry.why}") for entry in use.dead)


def _live(run: Run, live: LiveUse) -> Sheet:
    names = place_names(run)
    head = (
        *(
            "conclusion",
            "requirement",
            "tested host",
            "port",
            "need",
            "place",
            "static verdict",
            "live result",
            "reasons",
        ),
        *("date", "file", "line"),
    )
    found: list[Row] = [
        (
            answer.conclusion.value,
            answer.requirement,
            answer.host,
            answer.port,
            answer.need,
            "\n".join(names.get(place, "") for place in answer.places),
            answer.static,
            ways(answer),
            "\n".join(answer.reasons),
            answer.date or "undated",
            answer.path,
            max(answer.line, 1),
        )
        for answer in live.answers
    ]
    return Sheet("Live", head, found, (20, 46, 46, 8, 12, 30, 40, 60, 70, 12, 36, 8), {0: _CONCLUSIONS}, frozen=2)


def _verdicts(run: Run) -> Sheet:
    found = [tuple(map(_number, _SHOWN, (row[at] for at in _AT))) for row in rows(run) if row[0] == "verdict"]
    stages = ("state", "access", "inspection", "authentication", "routing")
    colors = {_SHOWN.index(name): _WORDS for name in stages} | {_SHOWN.index("severity"): _SEVERITIES}
    colors[_SHOWN.index("live")] = _CONCLUSIONS
    return Sheet("Verdicts", _SHOWN, found, tuple(_WIDTHS.get(name, 15) for name in _SHOWN), colors, frozen=3)


def _number(name: str, cell: str) -> str | int:
    return int(cell) if name == "line" and cell else cell


def _findings(run: Run) -> Sheet:
    head = (
        "severity",
        "code",
        "name",
        "accepted",
        "config",
        "device",
        "requirement",
        "need",
        "message",
        "help",
        "file",
        "line",
    )
    found: list[Row] = [
        (
            finding.severity.value,
            finding.code,
            finding.name,
            mark(finding),
            finding.config,
            finding.device,
            finding.requirement,
            finding.need,
            finding.message,
            finding.help,
            finding.location.path,
            max(finding.location.line, 1),
        )
        for finding in run.findings
    ]
    return Sheet("Findings", head, found, (10, 9, 24, 24, 28, 24, 46, 12, 80, 60, 30, 8), {0: _SEVERITIES})


def _unknown(run: Run) -> Iterator[Row]:
    tests = tested(run)
    for entry in judged(run)[0]:
        verdict = entry.verdict
        for stage, found in verdict.stages.items():
            if found.answer is not Answer.UNKNOWN or not verdict.matters(stage):
                continue
            need = verdict.requirement.need.value
            settles = dict.fromkeys(reason.settle for reason in found.reasons if reason.settle)
            reasons = dict.fromkeys(map(str, found.reasons))
            yield (*entry.key, need, stage.value, "\n".join(reasons), "\n".join(settles), _mark(tests, entry.key))


def _mark(tests: Mapping[Key, Tested], key: Key) -> str:
    return str(tests[key]) if key in tests else ""


def _waivers(run: Run) -> Sheet:
    head = (
        "state",
        "until",
        "checks",
        "requirement",
        "object",
        "device",
        "config",
        "owner",
        "ticket",
        "reason",
        "findings",
        "at",
    )
    found: list[Row] = [
        (
            use.state.value,
            use.waiver.expiry or until(use.waiver),
            ", ".join(use.waiver.checks),
            use.waiver.requirement,
            use.waiver.object,
            use.waiver.device,
            use.waiver.config,
            use.waiver.owner,
            use.waiver.ticket,
            use.waiver.reason,
            use.findings,
            str(use.waiver.location),
        )
        for use in run.waivers
    ]
    return Sheet("Waivers", head, found, (10, 14, 16, 40, 30, 20, 24, 20, 14, 60, 10, 30), {0: _STATES})
