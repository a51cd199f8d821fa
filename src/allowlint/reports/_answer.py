"""The answer of a run in one sentence, which claims no more than was proven, and the words that count findings."""

from collections import Counter
from collections.abc import Iterable, Mapping

from allowlint.model.finding import Finding, Severity
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.reports._accepted import Acceptance, accepted_counts
from allowlint.reports._tally import Tally, state, tally


def counted(findings: Iterable[Finding]) -> str:
    """The findings counted by severity, and apart from them those that do not count: ``3 errors, 1 warning, 2 waived``."""
    findings = tuple(findings)
    counts = Counter(finding.severity for finding in findings if finding.counts)
    parts = [plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    waived, known = accepted_counts(findings)
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{known} known"] if known else []
    return ", ".join(parts)


def plural(count: int, word: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{count} {word}" if count == 1 or word == "info" else f"{count} {word}s"


def tallies_of(run: Run) -> dict[Need, Tally]:
    """All verdicts of the run, counted by need."""
    verdicts = [verdict for result in run.results for verdict in result.verdicts]
    return {need: tally(verdicts, need) for need in Need}


def answer(run: Run, tallies: Mapping[Need, Tally] | None = None, where: str = "above") -> tuple[str, str]:
    """The last line of the text report, and its colour. It speaks of what is required; ``where`` the findings stand."""
    if not run.results:
        return "nothing was checked", "red"
    tallies = tallies or tallies_of(run)
    required = tallies[Need.REQUIRED]
    if required.failing or required.unknown:
        return _not_well(run, required)
    others = sum(found.failing + found.unknown for need, found in tallies.items() if need is not Need.REQUIRED)
    beside = (
        f"; {others} that {'is' if others == 1 else 'are'} not required {_do(others)} not work or cannot be told"
        if others
        else ""
    )
    if not required.total:
        return f"NOTHING REQUIRED: no endpoint is required of this profile{beside}", "yellow"
    errors = run.count(Severity.ERROR)
    found = f"; {counted(run.findings)} {where}" if run.findings else ""
    every = f"all {required.total} required endpoints are" if required.total > 1 else "the one required endpoint is"
    if required.routed:
        advice = "; declare a path to prove the rest" if required.routed == required.working else ""
        return f"ROUTED: {every} {required.well}{beside}{found}{advice}", "yellow"
    return f"PROVEN: {every} {required.well}{beside}{found}", "yellow" if errors else "green"


def _not_well(run: Run, required: Tally) -> tuple[str, str]:
    """Where not all that is required works: what of it somebody has accepted does not fail the run, and is no proof."""
    failing, unknown = _accepted(run)
    open_failing, open_unknown = required.failing - failing, required.unknown - unknown
    if open_failing:
        beside = f" ({failing} more accepted)" if failing else ""
        untold = f", and {required.unknown} cannot be told" if required.unknown else ""
        return f"FAILED: {_of(open_failing, required)} {_do(open_failing)} not work{beside}{untold}", "red"
    rest = f", the others are {required.well}" if required.working else ""
    if open_unknown:
        beside = f"; {failing + unknown} more accepted" if failing or unknown else ""
        if run.live and run.live.settled:
            beside += f"; live tests settle {len(run.live.settled)} of them for the exit code, and prove none"
        return f"NOT PROVEN: {_of(open_unknown, required)} cannot be told{beside}{rest}", "yellow"
    parts = [f"{_of(failing, required)} {_do(failing)} not work"] if failing else []
    parts += [f"{unknown if failing else _of(unknown, required)} cannot be told"] if unknown else []
    return f"ACCEPTED: {' and '.join(parts)}, which is waived or known{rest}", "yellow"


def _accepted(run: Run) -> tuple[int, int]:
    """How many required endpoints fail, and how many cannot be told, that somebody has accepted."""
    if not any(not finding.counts for finding in run.findings):
        return 0, 0
    acceptance = Acceptance(run)
    states = [
        state(verdict)
        for result in run.results
        for verdict in result.verdicts
        if verdict.requirement.need is Need.REQUIRED
        and state(verdict) != "works"
        and acceptance.of(result.config, result.device.name, verdict)
    ]
    unknown = states.count("unknown")
    return len(states) - unknown, unknown


def _of(count: int, found: Tally) -> str:
    return f"{count} of {found.total} required endpoints" if found.total > 1 else "the one required endpoint"


def _do(count: int) -> str:
    return "does" if count == 1 else "do"
