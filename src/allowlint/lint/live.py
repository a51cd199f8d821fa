"""Puts live results beside the verdicts: what a test on an endpoint confirms, contradicts or settles.

A live success never turns a proven fault green: verdicts stay what they are. It settles an unknown verdict, for the exit code alone,
where the test surely passed what was judged, is recent, and shows all that is asked. A test is of one host: it speaks of that
host, and never of the whole of a wildcard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from allowlint import registry
from allowlint.checks import Check
from allowlint.errors import InputError
from allowlint.lint.belonging import Belonging
from allowlint.lint.deadline import within
from allowlint.lint.freshness import Freshness
from allowlint.lint.inputs import HEAD, content_of
from allowlint.lint.pieces import hiding
from allowlint.lint.running import order
from allowlint.lint.testing import Place, Standing, Trial, concluded
from allowlint.model.hosts import requirement_entry
from allowlint.model.limits import DEFAULTS, Limits
from allowlint.model.live import (
    AGAINST,
    Attempt,
    Conclusion,
    Doubt,
    LiveAnswer,
    LiveFile,
    LiveResults,
    LiveTest,
    LiveUse,
    Reach,
    Sign,
    shown_host,
)
from allowlint.model.record import NamedTuple
from allowlint.model.report import Run
from allowlint.model.requirement import Need
from allowlint.model.settings import Settings
from allowlint.model.verdict import Verdict
from allowlint.syntax.files import shown

TYPE_CHECKING = False  # read by type checkers as True; importing typing costs more than a small check
if TYPE_CHECKING:
    from collections.abc import Mapping

    from allowlint.live import Live

LONGEST_DAYS = 30
_LENIENT = "xmde_client_analyzer"
"""The format whose reader takes any line with a URL and a word for its end: for what the user says to be a result."""


def read_results(file: LiveFile, limits: Limits = DEFAULTS) -> LiveResults:
    """Read a file that the user says to be live results.

    Raises InputError where it cannot be opened, or where nothing of it is understood.
    """
    content = content_of(file.path, limits.config_mb << 20)
    formats: Mapping[str, Live] = registry.all("live")
    fitting = [each for each in formats.values() if each.detect(file.path, content[:HEAD])]
    with within(limits.seconds, file.path, "reading"):
        found = [each.read(file.path, content) for each in fitting or (formats[_LENIENT],)]
    best = max(found, key=lambda each: (len(each.tests), len(each.checks), len(each.unread)))
    if not best.tests and not best.checks:
        why = best.unread[0].why if best.unread else "not recognised as the output of any tool"
        known = ", ".join(each.title for each in formats.values())
        raise InputError(f"nothing of it can be read as a live result: {why}", path=file.path, hint=f"known: {known}")
    return best._replace(date=file.date or best.date)


class _Given(NamedTuple):
    """A result, with what it is put beside."""

    result: LiveResults
    places: Sequence[Place]
    doubts: Sequence[Doubt]
    """Of its day."""
    unsure: tuple[str, ...]
    """Why it settles nothing, whatever it says."""


def beside(
    run: Run,
    files: Iterable[LiveFile],
    checks: Sequence[Check],
    settings: Settings,
    paths: Sequence[str] = (),
    limits: Limits = DEFAULTS,
) -> Run:
    """The run of some paths with live results, and with what the checks say of them.

    Raises InputError where a file cannot be read at all.
    """
    belonging = Belonging(run, settings, paths)
    known = list(belonging.files(files))
    freshness = Freshness(LONGEST_DAYS if settings.live_days is None else settings.live_days)
    given = []
    for file in known:
        result = read_results(file, limits)
        doubts = freshness.doubts(result, belonging.configs(file))
        unsure = (*(doubt.why for doubt in doubts), *belonging.unsure(file))
        given.append(_Given(result, belonging.places(file), doubts, unsure))
    results = [each.result for each in given]
    scopes = {file.path: tuple(map(str, file.scopes)) for file in known if file.scopes}
    run = run._replace(
        live=_compared(given)._replace(scopes=scopes, tools=_tools(results)),
        notices=(*run.notices, *belonging.notices(known)),
    )
    # Results may name people, machines and tenants: no report is to quote a line of one.
    unquoted = [name for result in results for name in (result.path, shown(result.path))]
    run = run._replace(sources=hiding(run.sources, unquoted))
    found = [finding for check in checks if check.compare for finding in check.compare(run)]
    return run._replace(findings=tuple(sorted((*run.findings, *found), key=order)))


def _tools(results: Iterable[LiveResults]) -> dict[str, str]:
    formats: Mapping[str, Live] = registry.all("live")
    return {result.format: formats[result.format].title for result in results}


def _compared(given: Sequence[_Given]) -> LiveUse:
    answers: list[LiveAnswer] = []
    foreign: list[tuple[str, str]] = []
    met: set[str] = set()
    for each in given:
        asked = _asked(each.places)
        for test in _merged(each.result.tests) if each.places else ():
            mine = [verdicts for verdicts in asked if _belongs(test, verdicts.verdict)]
            met |= {verdicts.verdict.id for verdicts in mine if test.attempts}
            if not mine:
                foreign.append((each.result.path, f"{shown_host(test.host)}:{test.port}"))
            answers += _answers(each, test, mine)
    answers, settled = _settled(answers)
    places = {(place.config, place.device): place for each in given for place in each.places}
    return LiveUse(
        tuple(each.result for each in given),
        tuple(answers),
        tuple(doubt for each in given for doubt in each.doubts),
        _untested(_asked(list(places.values())), met) if met or foreign else (),
        tuple(dict.fromkeys(foreign)),
        settled,
    )


class _Asked(NamedTuple):
    """The verdicts of all places on a requirement and port."""

    judged: list[tuple[Place, Verdict]]
    verdict: Verdict
    """One of them."""
    exact: bool
    """Whether all that the id stands for is one host on one port: an id of one's own may stand for several ports."""


def _asked(places: Sequence[Place]) -> list[_Asked]:
    found: dict[tuple[str, int], list[tuple[Place, Verdict]]] = {}
    for place in places:
        for verdict in place.verdicts:
            found.setdefault((verdict.id, verdict.port), []).append((place, verdict))
    ports = Counter(name for name, _ in found)
    return [
        _Asked(judged, judged[0][1], ports[name] == 1 and not judged[0][1].requirement.host.startswith("*"))
        for (name, _), judged in found.items()
    ]


def _untested(asked: Iterable[_Asked], met: set[str]) -> tuple[str, ...]:
    """The required requirements that no test belongs to."""
    required = (each.verdict.id for each in asked if each.verdict.requirement.need is Need.REQUIRED)
    return tuple(dict.fromkeys(name for name in required if name not in met))


def _merged(tests: Iterable[LiveTest]) -> list[LiveTest]:
    """One test of each host: a tool looks at the answers and at the certificate apart, and may try several paths."""
    found: dict[tuple[str, int, str, str], LiveTest] = {}
    issuers = {test.host: test for test in tests if test.issuer}
    for test in tests:
        key = (test.host, test.port, test.scheme, test.path)
        before = found.get(key)
        found[key] = test if before is None else before._replace(attempts=_both(before.attempts, test.attempts))
    tried = {test.host for test in found.values() if test.attempts and test.scheme == "https"}
    merged = []
    for test in found.values():
        issuer = issuers.get(test.host)
        if not test.attempts and test.host in tried:
            continue
        if issuer is not None and test.scheme == "https":
            test = test._replace(issuer=issuer.issuer, issuer_name=issuer.issuer_name)  # noqa: PLW2901 - the same test, with its certificate
        merged.append(test)
    return merged


def _both(before: tuple[Attempt, ...], after: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """The attempts of two tests of one URL: what failed once in a way is not reached in it."""
    failed = {attempt.way for attempt in (*before, *after) if attempt.reach is Reach.FAILED}
    kept = (attempt for attempt in (*before, *after) if attempt.way not in failed or attempt.reach is not Reach.REACHED)
    return tuple(dict.fromkeys(kept))


def _belongs(test: LiveTest, verdict: Verdict) -> bool:
    requirement = verdict.requirement
    if test.port != verdict.port or (requirement.protocol in {"http", "https"} and requirement.protocol != test.scheme):
        return False
    name, itself, below = requirement_entry(requirement.host)
    if not ((itself and test.host == name) or (below and test.host.endswith(f".{name}"))):
        return False
    path = requirement.path
    return not path or (test.path.startswith(path[:-1]) if path.endswith("*") else test.path == path)


def _whole(test: LiveTest, verdict: Verdict) -> bool:
    """Whether one URL is all that is asked for: of what is not encrypted a device sees the path too."""
    path = verdict.requirement.path
    return test.scheme == "https" or bool(path and not path.endswith("*"))


def _answers(given: _Given, test: LiveTest, asked: Iterable[_Asked]) -> Iterable[LiveAnswer]:
    result = given.result
    for judged, verdict, exact in asked:
        only = exact and _whole(test, verdict)
        trial = Trial.of(result, test, exact=only, doubts=given.unsure)
        standings = [Standing.of(place, each, test.host) for place, each in judged]
        trial = trial.at(standings)
        conclusion, reasons = concluded(standings, trial)
        place = judged[0][0] if len(judged) == 1 else None
        yield LiveAnswer(
            requirement=verdict.id,
            need=verdict.requirement.need.value,
            config=place.config if place else "",
            device=place.device if place else "",
            host=shown_host(test.host),
            port=test.port,
            static=" / ".join(dict.fromkeys(standing.words for standing in standings)),
            attempts=test.attempts,
            conclusion=conclusion,
            reasons=reasons,
            date=result.date,
            path=result.path,
            line=test.line,
            source=test.source,
            sign=trial.sign,
            issuer_name=test.issuer_name if trial.sign is Sign.INSPECTION else "",
            works=all(standing.works for standing in standings),
            places=tuple((each.config, each.device) for each, _ in judged),
            outdated=next((each.why for each in given.doubts if each.kind != "undated"), ""),
        )


def _settled(answers: list[LiveAnswer]) -> tuple[list[LiveAnswer], tuple[tuple[str, str, str], ...]]:
    """The answers, and what they settle: nothing of which another test says the contrary."""
    against = {(each.config, each.device, each.requirement) for each in answers if each.conclusion in AGAINST}
    found, settled = [], []
    for each in answers:
        key = (each.config, each.device, each.requirement)
        # Of a failure of which it is not known where it was, it may have been here.
        opposed = key in against or ("", "", each.requirement) in against
        if each.conclusion is Conclusion.SETTLED and opposed:
            each = each._replace(conclusion=Conclusion.UNSETTLED, reasons=("another test of it failed",))  # noqa: PLW2901 - the same answer
        elif each.conclusion is Conclusion.SETTLED:
            settled.append(key)
        found.append(each)
    return found, tuple(dict.fromkeys(settled))
