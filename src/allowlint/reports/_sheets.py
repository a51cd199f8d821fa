"""What the workbook shows, sheet by sheet, as texts and numbers."""

from collections.abc import Iterator, Mapping, Sequence

from allowlint.model.finding import Severity
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer
from allowlint.reports._accepted import accepted_counts, mark, until
from allowlint.reports._answer import answer, tallies_of
from allowlint.reports._changes import heading, revision, sentence
from allowlint.reports._summary import requirements
from allowlint.reports._table import COLUMNS, rows
from allowlint.reports._tally import sentence as tally_sentence
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

_SHOWN = (
    *("config", "device", "requirement", "need", "geography", "service"),
    *("state", "access", "inspection", "authentication", "routing", "severity", "codes", "message", "reasons"),
    *("witness", "assuming", "waiver", "known", "file", "line"),
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
            ("config", "device", "requirement", "need", "stage", "cannot be told because", "what would settle it"),
            list(_unknown(run)),
            (30, 24, 46, 12, 16, 70, 60),
        ),
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
    yield from _comparison(run)
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
    for change in found.changes:
        yield f"Since {name}: {change.kind}", sentence(change)


def _verdicts(run: Run) -> Sheet:
    found = [tuple(map(_number, _SHOWN, (row[at] for at in _AT))) for row in rows(run) if row[0] == "verdict"]
    stages = ("state", "access", "inspection", "authentication", "routing")
    colors = {_SHOWN.index(name): _WORDS for name in stages} | {_SHOWN.index("severity"): _SEVERITIES}
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
    for entry in judged(run)[0]:
        verdict = entry.verdict
        for stage, found in verdict.stages.items():
            if found.answer is not Answer.UNKNOWN or not verdict.matters(stage):
                continue
            need = verdict.requirement.need.value
            settles = dict.fromkeys(reason.settle for reason in found.reasons if reason.settle)
            reasons = dict.fromkeys(map(str, found.reasons))
            yield (*entry.key, need, stage.value, "\n".join(reasons), "\n".join(settles))


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
