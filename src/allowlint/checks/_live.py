"""Findings about live results: they point at the result, and at the place that was judged where that is one."""

from collections.abc import Iterator

from allowlint.checks._findings import Identity
from allowlint.model.device import Stage
from allowlint.model.finding import Finding, Severity
from allowlint.model.live import Conclusion, LiveAnswer, Sign
from allowlint.model.location import Location
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.model.verdict import Answer


def concluded(run: Run, *conclusions: Conclusion) -> Iterator[LiveAnswer]:
    """Yield the tests beside the verdicts that end so."""
    return (each for each in (run.live.answers if run.live else ()) if each.conclusion in conclusions)


def inspection_is_known(run: Run) -> bool:
    """Whether some device that was judged inspects TLS, which explains what a tool says of certificates."""
    faults = (Answer.VIOLATED, Answer.PARTIAL)
    return any(
        found.answer in faults
        for result in run.results
        for verdict in result.verdicts
        for stage, found in verdict.stages.items()
        if stage is Stage.INSPECTION
    )


def of_answer(check: Identity, severity: Severity, answer: LiveAnswer, message: str, advice: str = "") -> Finding:
    """A finding about a test of a required endpoint."""
    return Finding(
        code=check.code,
        name=check.name,
        severity=severity,
        message=message,
        config=answer.config or answer.path,
        device=answer.device,
        location=Location(answer.path, max(answer.line, 1)),
        requirement=answer.requirement,
        witness=answer.host,
        need=answer.need,
        object=f"{answer.conclusion.value}: {answer.host}:{answer.port}",
        reasons=(*_told(answer), *answer.reasons),
        help=advice,
    )


def of_result(
    check: Identity, severity: Severity, place: Location, message: str, about: str, advice: str = ""
) -> Finding:
    """A finding about a result as a whole, or about what no URL is named for."""
    return Finding(check.code, check.name, severity, message, place.path, "", place, object=about, help=advice)


def severity_of(answer: LiveAnswer) -> Severity:
    """An endpoint that is needed and was not reached lately is an error; whatever is reached, or not needed, a warning."""
    failed = answer.need == Need.REQUIRED.value and not answer.reached and not answer.outdated
    return Severity.ERROR if failed else Severity.WARNING


def a_test(answer: LiveAnswer) -> str:
    """The test with its day."""
    return f"a test on {answer.date}" if answer.date else "an undated test"


def target(answer: LiveAnswer) -> str:
    """The requirement, with the tested host where that is another name."""
    tested = f"{answer.host}:{answer.port}"
    return answer.requirement if answer.requirement == tested else f"{answer.requirement} ({tested})"


def _told(answer: LiveAnswer) -> Iterator[str]:
    """What was judged, and what was tried."""
    yield f"judged: {answer.static}"
    if answer.attempts:
        yield f"tested: {', '.join(map(str, answer.attempts))}"
    if answer.sign is Sign.INSPECTION and answer.issuer_name:
        yield f"the certificate was issued by {answer.issuer_name}"
    if answer.outdated and answer.outdated not in answer.reasons:
        yield answer.outdated
