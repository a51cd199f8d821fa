"""What one test on an endpoint says of a verdict, and why it may say less than it seems to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allowlint.model.automaton import TooComplex
from allowlint.model.device import Stage
from allowlint.model.live import Attempt, Conclusion, LiveResults, LiveTest, Reach, Sign, Way
from allowlint.model.record import NamedTuple
from allowlint.model.report import DeviceResult
from allowlint.model.verdict import Answer, StageVerdict, Verdict

_NO_IDENTITY = frozenset({"mdatp_connectivity", "xmde_client_analyzer"})
"""Tools without an account that a proxy could ask for: on Linux and macOS authenticated proxies are not supported."""
_STAGE_OF = {Sign.INSPECTION: Stage.INSPECTION, Sign.AUTHENTICATION: Stage.AUTHENTICATION}
_LIKELY = {
    (
        "12007",
        "curl 6",
        "11001",
    ): "the name is not resolved: look at DNS on the machine, or at the proxy that resolves it",
    (
        "12002",
        "12029",
        "12030",
        "curl 7",
        "curl 28",
        "curl 56",
    ): "nothing answers: another device on the way, or no route",
    ("403", "451", "511"): "somebody answers in place of the service: a filter or portal upstream",
    ("502", "503", "504"): "a proxy on the way does not get through",
}
_OTHER_PATH = "the machine takes another path than the one that was judged"
WHICH = "several devices or paths were judged, and it is not known which of them the test has passed"
_STALE = "the configuration that was judged is not the one that runs (a stale export)"


class Place(NamedTuple):
    """A device or path at which requirements were judged."""

    config: str
    device: str
    explicit: bool
    """Whether clients must address it as their proxy, so that a connection without a proxy does not pass it."""
    verdicts: tuple[Verdict, ...]
    path: bool = False
    """Whether it is a declared path; ``device`` is its name then."""
    loads: bool = True
    """Whether the product would start with this configuration; else its verdicts are about nothing that runs."""

    @classmethod
    def of(cls, result: DeviceResult) -> Place:
        """The place of a result."""
        entrances = result.device.entrances
        explicit = bool(entrances) and all(entrance.explicit for entrance in entrances)
        loads = not result.device.load_faults
        return cls(result.config, result.device.name, explicit, result.verdicts, bool(result.hops), loads)


class Standing(NamedTuple):
    """How a place stands to one host of a requirement."""

    place: Place
    faults: frozenset[Stage]
    unknown: frozenset[Stage]
    words: str
    passing: bool = False
    """Whether what is unknown depends on who connects, or when."""
    proxied: bool = False
    """Whether connections go to a proxy there, so that one without a proxy does not pass: it is one, or sends them to one."""

    @classmethod
    def of(cls, place: Place, verdict: Verdict, host: str) -> Standing:
        """What the verdict says of the host: a part of a wildcard may fail, and another work."""
        faults, unknown = set(), set()
        for stage, found in verdict.stages.items():
            if not verdict.matters(stage) or found.answer in (Answer.SATISFIED, Answer.NOT_APPLICABLE):
                continue
            kind = _of_host(found, host)
            if kind is Answer.VIOLATED:
                faults.add(stage)
            elif kind is Answer.UNKNOWN:
                unknown.add(stage)
        if not place.loads:
            faults, unknown = set(), {Stage.ACCESS}
        said = {stage: found for stage, found in verdict.stages.items() if found.answer is not Answer.NOT_APPLICABLE}
        words = [verdict.word(stage) for stage in Stage if stage in said and verdict.matters(stage)]
        route = verdict.stages.get(Stage.ROUTING)
        sent = route is not None and route.answer not in (Answer.SATISFIED, Answer.NOT_APPLICABLE)
        passing = any(reason.passing for stage in unknown for reason in verdict.stages[stage].reasons)
        return cls(place, frozenset(faults), frozenset(unknown), ", ".join(words), passing, place.explicit or sent)

    @property
    def works(self) -> bool:
        """Whether everything is surely well."""
        return not self.faults and not self.unknown


def _of_host(found: StageVerdict, host: str) -> Answer:
    if found.answer is Answer.VIOLATED:
        return Answer.VIOLATED
    try:
        fails = found.failing is not None and host in found.failing
        may_fail = found.doubtful is None or host in found.doubtful
    except TooComplex:
        fails, may_fail = False, True
    return Answer.VIOLATED if fails else Answer.UNKNOWN if may_fail else Answer.SATISFIED


class Trial(NamedTuple):
    """A test, summed up."""

    attempts: tuple[Attempt, ...]
    sign: Sign
    trusted: bool
    """Whether the tool has seen the certificate that it expects, which shows that TLS is not inspected."""
    anonymous: bool
    """Whether the tool has no account that somebody could have asked for."""
    exact: bool
    """Whether the requirement is this one host on this one port."""
    doubts: tuple[str, ...]
    """Why the result as a whole settles nothing."""

    @classmethod
    def of(cls, result: LiveResults, test: LiveTest, *, exact: bool, doubts: tuple[str, ...]) -> Trial:
        """A test of a result."""
        sign = Sign.INSPECTION if test.issuer == "unexpected" else Sign.NONE
        trusted = test.issuer == "expected"
        return cls(test.attempts, sign, trusted, result.format in _NO_IDENTITY, exact, doubts)

    def at(self, standings: Sequence[Standing]) -> Trial:
        """The same, with the signs of the attempts that may have passed one of the places: others tell of another way."""
        shown = next((attempt.sign for attempt in _tried(standings, self) if attempt.sign), Sign.NONE)
        return self if self.sign else self._replace(sign=shown)

    def by(self, *ways: Way) -> tuple[Attempt, ...]:
        """The attempts that were made in some ways; of all, where none is named."""
        tried = (attempt for attempt in self.attempts if attempt.reach in (Reach.REACHED, Reach.FAILED))
        return tuple(attempt for attempt in tried if not ways or attempt.way in ways)


def _reached(attempts: Iterable[Attempt]) -> bool:
    return any(attempt.reach is Reach.REACHED for attempt in attempts)


def concluded(standings: Sequence[Standing], trial: Trial) -> tuple[Conclusion, tuple[str, ...]]:
    """What a test says of a requirement, and the reasons.

    Of several places it is not known which of them the test has passed: a failure is explained by any of them, and a success
    contradicts only what all of them say.
    """
    tried = _tried(standings, trial)
    blocked = all(Stage.ACCESS in standing.faults for standing in standings)
    if trial.sign and not (blocked and _reached(tried)):
        return _intercepted(standings, trial)
    if not trial.by():
        return _certificate(standings, trial)
    if not tried:
        return Conclusion.INCONCLUSIVE, ("it was tried without a proxy only, and what was judged is a way through one",)
    return _succeeded(standings, trial) if _reached(tried) else _failed(standings, trial, tried)


def _tried(standings: Sequence[Standing], trial: Trial) -> tuple[Attempt, ...]:
    """The attempts that may have passed the place: to a proxy, those without one did not."""
    if all(standing.proxied for standing in standings):
        return tuple(attempt for attempt in trial.by() if attempt.way is not Way.DIRECT)
    return trial.by()


def _intercepted(standings: Sequence[Standing], trial: Trial) -> tuple[Conclusion, tuple[str, ...]]:
    stages = {_STAGE_OF[trial.sign], Stage.ACCESS}
    if any(standing.faults & stages for standing in standings):
        return Conclusion.FAULT_CONFIRMED, ()
    if any(standing.unknown & stages for standing in standings):
        return Conclusion.UNKNOWN_FAILED, (f"it shows signs of {trial.sign}",)
    upstream = "a device upstream of those that were judged inspects TLS"
    if trial.sign is Sign.AUTHENTICATION:
        upstream = "a proxy on the way asks for an account, which the sensor does not have"
    return Conclusion.INTERCEPTED, (upstream, _OTHER_PATH, _STALE)


def _certificate(standings: Sequence[Standing], trial: Trial) -> tuple[Conclusion, tuple[str, ...]]:
    """Where nothing is known but the certificate."""
    if trial.trusted and all(Stage.INSPECTION in standing.faults for standing in standings):
        return Conclusion.CONTRADICTED, ("the certificate is the expected one", _OTHER_PATH, _STALE)
    return Conclusion.INCONCLUSIVE, ("no connection was tried, or its end was not understood",)


def _failed(
    standings: Sequence[Standing], trial: Trial, tried: Iterable[Attempt]
) -> tuple[Conclusion, tuple[str, ...]]:
    if any(standing.faults for standing in standings):
        return Conclusion.FAULT_CONFIRMED, ()
    if any(standing.unknown for standing in standings):
        return Conclusion.UNKNOWN_FAILED, tuple(_by_code(tried))
    direct = ("it is reachable without the proxy",) if _reached(trial.by(Way.DIRECT)) else ()
    return Conclusion.CONTRADICTED, (*direct, *_by_code(tried), _OTHER_PATH, _STALE)


def _by_code(tried: Iterable[Attempt]) -> Iterable[str]:
    codes = {attempt.code for attempt in tried}
    return [text for known, text in _LIKELY.items() if not codes.isdisjoint(known)]


def _succeeded(standings: Sequence[Standing], trial: Trial) -> tuple[Conclusion, tuple[str, ...]]:
    if all(standing.works for standing in standings):
        if any(standing.proxied for standing in standings) and _named_in_vain(trial):
            return Conclusion.INCONCLUSIVE, (
                "it was reached, but not through the proxy that the machine is told by name",
            )
        return Conclusion.CONFIRMED, ()
    if any(standing.faults for standing in standings):
        return _against_faults(standings, trial)
    reasons = tuple(_unsettled(standings, trial))
    return (Conclusion.UNSETTLED, reasons) if reasons else (Conclusion.SETTLED, ())


def _against_faults(standings: Sequence[Standing], trial: Trial) -> tuple[Conclusion, tuple[str, ...]]:
    """A success beside a fault. Of several places all must have it: else the test may have passed the others."""
    direct = ("it is reachable without a proxy too",) if _reached(trial.by(Way.DIRECT)) else ()
    if all(Stage.ACCESS in standing.faults for standing in standings):
        return Conclusion.CONTRADICTED, (*direct, _OTHER_PATH, _STALE)
    if all(Stage.AUTHENTICATION in standing.faults for standing in standings):
        account = (
            () if trial.anonymous else ("the account of the machine itself was let in, which the sensor may not use",)
        )
        return Conclusion.CONTRADICTED, (*direct, *account, _OTHER_PATH, _STALE)
    if trial.trusted and all(Stage.INSPECTION in standing.faults for standing in standings):
        return Conclusion.CONTRADICTED, ("the certificate is the expected one", _OTHER_PATH, _STALE)
    if len(standings) > 1:
        return Conclusion.INCONCLUSIVE, (WHICH,)
    return Conclusion.INCONCLUSIVE, ("that it is reachable does not show what the verdict denies",)


def _unsettled(standings: Sequence[Standing], trial: Trial) -> Iterable[str]:
    """Why a success settles nothing."""
    yield from trial.doubts
    unknown = frozenset[Stage]().union(*(standing.unknown for standing in standings))
    if len(standings) == 1 and standings[0].proxied and not _through_proxy(trial):
        yield "it is not told that the connection went through the proxy: a success without one looks the same"
    if not all(standing.place.loads for standing in standings):
        yield "the product does not start with this configuration, so it is not the one that runs"
    if any(standing.passing for standing in standings):
        yield "it depends on who connects or when, and the test is of one machine and one moment"
    if not trial.exact:
        yield "it is one of the hosts and ports that are asked for, and says nothing of the others"
    if Stage.INSPECTION in unknown and not trial.trusted:
        yield "a success does not show that TLS is not inspected; the expected certificate would"
    elif Stage.INSPECTION in unknown and standings[0].proxied and _reached(trial.by(Way.DIRECT)):
        yield "it is not told whether the expected certificate came through the proxy or without it"
    if Stage.AUTHENTICATION in unknown and not trial.anonymous:
        yield "the account of the machine may have been asked for, and accepted"


def _through_proxy(trial: Trial) -> bool:
    """Whether a success surely went through a proxy that may be the one that was judged: one was named, or it fails without."""
    if _reached(trial.by(Way.NAMED, Way.COMMAND_LINE)):
        return True
    if _named_in_vain(trial):
        return False
    direct = trial.by(Way.DIRECT)
    return bool(direct) and not _reached(direct) and _reached(trial.by(Way.DEFAULT, Way.WPAD))


def _named_in_vain(trial: Trial) -> bool:
    """Whether the machine has a proxy by name, and got nowhere through it: what it reached otherwise, it reached past that one."""
    named = trial.by(Way.NAMED, Way.COMMAND_LINE)
    return bool(named) and not _reached(named)
