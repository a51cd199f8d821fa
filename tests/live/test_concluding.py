"""What one test says of a verdict: what settles an unknown, and everything that keeps it from doing so."""

from typing import Any

import pytest

from allowlint.lint.testing import Place, Standing, Trial, concluded
from allowlint.model.automaton import TooComplex
from allowlint.model.device import Device, Entrance, LoadFault, Stage
from allowlint.model.hosts import HostSet, name, suffix
from allowlint.model.live import Attempt, Conclusion, LiveResults, LiveTest, Reach, Sign, Way
from allowlint.model.location import Location
from allowlint.model.report import DeviceResult
from allowlint.model.requirement import Requirement
from allowlint.model.verdict import Answer, Reason, StageVerdict, Verdict

ACCESS, INSPECTION, AUTHENTICATION = Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION
REACHED, FAILED = (Attempt(Way.DEFAULT, reach) for reach in (Reach.REACHED, Reach.FAILED))


def stands(
    faults: tuple[Stage, ...] = (), unknown: tuple[Stage, ...] = (), *, loads: bool = True, **more: bool
) -> Standing:
    place = Place("config", "device", False, (), loads=loads)
    return Standing(place, frozenset(faults), frozenset(unknown), "words", **more)


def trial(*attempts: Attempt, **changed: Any) -> Trial:
    """A test that settles all that one test can."""
    return Trial(attempts, Sign.NONE, True, True, True, ())._replace(**changed)


def conclusion(standing: Standing, of: Trial, *others: Standing) -> Conclusion:
    return concluded((standing, *others), of)[0]


UNKNOWN = stands(unknown=(ACCESS, INSPECTION, AUTHENTICATION))


def test_a_success_settles_what_is_unknown() -> None:
    assert conclusion(UNKNOWN, trial(REACHED)) is Conclusion.SETTLED
    assert conclusion(UNKNOWN, trial(FAILED, REACHED)) is Conclusion.SETTLED


UNSETTLING = [
    (UNKNOWN, trial(REACHED, doubts=("it is old",))),
    (UNKNOWN, trial(REACHED, exact=False)),
    (UNKNOWN, trial(REACHED, trusted=False)),
    (UNKNOWN, trial(REACHED, anonymous=False)),
    (UNKNOWN._replace(passing=True), trial(REACHED)),
    (stands(unknown=(ACCESS,), loads=False), trial(REACHED)),
    (stands(unknown=(ACCESS,), proxied=True), trial(REACHED)),
    (stands(unknown=(ACCESS,), proxied=True), trial(REACHED, Attempt(Way.DIRECT, Reach.REACHED))),
]


@pytest.mark.parametrize(("standing", "of"), UNSETTLING)
def test_whatever_a_success_leaves_open_settles_nothing(standing: Standing, of: Trial) -> None:
    assert conclusion(standing, of) is Conclusion.UNSETTLED
    assert concluded((standing,), of)[1]


@pytest.mark.parametrize(
    ("unknown", "of"),
    [
        ((ACCESS,), trial(REACHED, trusted=False, anonymous=False)),
        ((INSPECTION,), trial(REACHED, anonymous=False)),
        ((AUTHENTICATION,), trial(REACHED, trusted=False)),
    ],
)
def test_what_is_known_already_needs_no_sign_of_its_own(unknown: tuple[Stage, ...], of: Trial) -> None:
    assert conclusion(stands(unknown=unknown), of) is Conclusion.SETTLED


DIRECT_FAILS, DIRECT_WORKS = (Attempt(Way.DIRECT, reach) for reach in (Reach.FAILED, Reach.REACHED))
NAMED, NAMED_FAILS = (Attempt(Way.NAMED, reach) for reach in (Reach.REACHED, Reach.FAILED))


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ((NAMED,), Conclusion.SETTLED),
        ((Attempt(Way.COMMAND_LINE, Reach.REACHED),), Conclusion.SETTLED),
        ((REACHED, DIRECT_FAILS), Conclusion.SETTLED),
        ((Attempt(Way.WPAD, Reach.REACHED), DIRECT_FAILS), Conclusion.SETTLED),
        ((REACHED, DIRECT_WORKS), Conclusion.UNSETTLED),
        ((REACHED, NAMED_FAILS, DIRECT_FAILS), Conclusion.UNSETTLED),
        ((Attempt(Way.UNTOLD, Reach.REACHED), DIRECT_FAILS), Conclusion.UNSETTLED),
        ((DIRECT_WORKS,), Conclusion.INCONCLUSIVE),
        ((FAILED, DIRECT_WORKS), Conclusion.UNKNOWN_FAILED),
        ((Attempt(Way.NAMED, Reach.ABSENT), DIRECT_WORKS), Conclusion.INCONCLUSIVE),
        ((Attempt(Way.NAMED, Reach.UNREAD), DIRECT_WORKS), Conclusion.INCONCLUSIVE),
    ],
)
def test_a_proxy_is_settled_by_what_surely_went_through_it(attempts: tuple[Attempt, ...], expected: Conclusion) -> None:
    assert conclusion(stands(unknown=(ACCESS,), proxied=True), trial(*attempts)) is expected


def test_the_expected_certificate_tells_of_the_proxy_only_where_it_came_through_it() -> None:
    standing = stands(unknown=(INSPECTION,), proxied=True)

    assert conclusion(standing, trial(NAMED)) is Conclusion.SETTLED
    assert conclusion(standing, trial(NAMED, DIRECT_WORKS)) is Conclusion.UNSETTLED
    assert conclusion(standing._replace(proxied=False), trial(NAMED, DIRECT_WORKS)) is Conclusion.SETTLED


@pytest.mark.parametrize("sign", [Sign.INSPECTION, Sign.AUTHENTICATION])
def test_a_sign_speaks_against_whatever_was_judged(sign: Sign) -> None:
    of = trial(REACHED, sign=sign)
    stage = Stage(sign.value)

    assert conclusion(stands(), of) is Conclusion.INTERCEPTED
    assert conclusion(stands((stage,)), of) is Conclusion.FAULT_CONFIRMED
    assert conclusion(stands((), (stage,)), of) is Conclusion.UNKNOWN_FAILED
    assert conclusion(stands((), (ACCESS,)), of) is Conclusion.UNKNOWN_FAILED
    assert conclusion(stands((ACCESS,)), of) is Conclusion.CONTRADICTED
    assert conclusion(stands((ACCESS,)), trial(FAILED, sign=sign)) is Conclusion.FAULT_CONFIRMED


def test_a_success_confirms_what_works_and_a_failure_speaks_against_it() -> None:
    assert conclusion(stands(), trial(REACHED)) is Conclusion.CONFIRMED
    assert conclusion(stands(proxied=True), trial(REACHED)) is Conclusion.CONFIRMED
    assert conclusion(stands(proxied=True), trial(REACHED, NAMED_FAILS)) is Conclusion.INCONCLUSIVE
    assert conclusion(stands(), trial(FAILED)) is Conclusion.CONTRADICTED
    assert conclusion(stands((ACCESS,)), trial(FAILED)) is Conclusion.FAULT_CONFIRMED
    assert conclusion(UNKNOWN, trial(FAILED)) is Conclusion.UNKNOWN_FAILED
    assert conclusion(stands((ACCESS,)), trial(REACHED)) is Conclusion.CONTRADICTED
    assert conclusion(stands((AUTHENTICATION,)), trial(REACHED)) is Conclusion.CONTRADICTED
    assert conclusion(stands((INSPECTION,)), trial(REACHED)) is Conclusion.CONTRADICTED
    assert conclusion(stands((INSPECTION,)), trial(REACHED, trusted=False)) is Conclusion.INCONCLUSIVE


def test_a_certificate_alone_contradicts_inspection_and_settles_nothing() -> None:
    assert conclusion(stands((INSPECTION,)), trial()) is Conclusion.CONTRADICTED
    assert conclusion(stands((INSPECTION,)), trial(trusted=False)) is Conclusion.INCONCLUSIVE
    assert conclusion(UNKNOWN, trial()) is Conclusion.INCONCLUSIVE
    assert conclusion(stands(), trial()) is Conclusion.INCONCLUSIVE


def test_of_several_places_a_success_shows_only_what_all_of_them_say() -> None:
    fault, works = stands((ACCESS,)), stands()

    assert conclusion(works, trial(REACHED), works) is Conclusion.CONFIRMED
    assert conclusion(fault, trial(REACHED), fault) is Conclusion.CONTRADICTED
    assert conclusion(fault, trial(REACHED), works) is Conclusion.INCONCLUSIVE
    assert conclusion(UNKNOWN, trial(REACHED), fault) is Conclusion.INCONCLUSIVE
    assert conclusion(works, trial(FAILED), fault) is Conclusion.FAULT_CONFIRMED
    assert conclusion(works, trial(REACHED), UNKNOWN._replace(passing=True)) is Conclusion.UNSETTLED


def verdict(answer: Answer, stage: Stage = ACCESS, **more: Any) -> Verdict:
    stages = {other: StageVerdict(Answer.SATISFIED) for other in (ACCESS, INSPECTION, AUTHENTICATION)}
    return Verdict(Requirement("*.x.test"), 443, {**stages, stage: StageVerdict(answer, **more)})


PLACE = Place("config", "device", False, ())
PART = {"failing": name("a.x.test"), "doubtful": name("a.x.test") | suffix("b.x.test")}


@pytest.mark.parametrize("stage", [ACCESS, INSPECTION, AUTHENTICATION])
@pytest.mark.parametrize(
    ("answer", "host", "faulty", "unknown"),
    [
        (Answer.PARTIAL, "a.x.test", True, False),
        (Answer.PARTIAL, "b.x.test", False, True),
        (Answer.PARTIAL, "c.x.test", False, False),
        (Answer.UNKNOWN, "b.x.test", False, True),
        (Answer.UNKNOWN, "c.x.test", False, False),
        (Answer.VIOLATED, "c.x.test", True, False),
        (Answer.SATISFIED, "a.x.test", False, False),
        (Answer.NOT_APPLICABLE, "a.x.test", False, False),
    ],
)
def test_a_place_stands_to_a_host_as_its_verdict_says_of_that_host(
    stage: Stage, answer: Answer, host: str, faulty: bool, unknown: bool
) -> None:
    standing = Standing.of(PLACE, verdict(answer, stage, **PART), host)

    assert (standing.faults, standing.unknown) == (
        frozenset([stage] if faulty else ()),
        frozenset([stage] if unknown else ()),
    )
    assert standing.works is not (faulty or unknown)
    assert not standing.passing


def test_where_a_verdict_does_not_say_which_hosts_any_may_fail() -> None:
    assert Standing.of(PLACE, verdict(Answer.UNKNOWN), "a.x.test").unknown == {ACCESS}


class Refusing(HostSet):
    """A set of which nobody can tell in bounded work what it holds."""

    def __contains__(self, host: str) -> bool:
        raise TooComplex("too much")


def test_where_it_takes_too_much_to_tell_whether_a_host_fails_it_may_fail() -> None:
    standing = Standing.of(PLACE, verdict(Answer.PARTIAL, failing=Refusing(), doubtful=Refusing()), "a.x.test")

    assert (standing.faults, standing.unknown) == (frozenset(), frozenset([ACCESS]))


def test_what_a_place_says_of_itself() -> None:
    passing = verdict(Answer.UNKNOWN, reasons=(Reason("it", settle="--client ADDRESS"),))
    routed = verdict(Answer.VIOLATED, Stage.ROUTING)
    direct = verdict(Answer.SATISFIED, Stage.ROUTING)

    assert Standing.of(PLACE, passing, "a.x.test").passing
    assert not Standing.of(PLACE, verdict(Answer.UNKNOWN, reasons=(Reason("it"),)), "a.x.test").passing
    assert Standing.of(PLACE, routed, "a.x.test").proxied
    assert not Standing.of(PLACE, direct, "a.x.test").proxied
    assert not Standing.of(PLACE, passing, "a.x.test").proxied
    assert Standing.of(PLACE._replace(explicit=True), direct, "a.x.test").proxied
    broken = Standing.of(PLACE._replace(loads=False), verdict(Answer.VIOLATED), "a.x.test")
    assert not broken.faults
    assert broken.unknown == {ACCESS}


@pytest.mark.parametrize(
    ("explicit", "expected"), [((True,), True), ((False,), False), ((True, False), False), ((), False)]
)
def test_a_device_is_a_proxy_where_every_way_in_is_one(explicit: tuple[bool, ...], expected: bool) -> None:
    device = Device("d", "test", tuple(Entrance("", (), explicit=each) for each in explicit))

    assert Place.of(DeviceResult("c", device, ())).explicit is expected
    assert Place.of(DeviceResult("c", device, ())).loads
    fault = LoadFault(Location("c", 1), "no", "every version")
    assert not Place.of(DeviceResult("c", device._replace(load_faults=(fault,)), ())).loads


@pytest.mark.parametrize(
    ("issuer", "sign", "trusted"),
    [("expected", Sign.NONE, True), ("unexpected", Sign.INSPECTION, False), ("", Sign.NONE, False)],
)
def test_a_trial_is_what_the_tool_says(issuer: str, sign: Sign, trusted: bool) -> None:
    tested = LiveTest("a.x.test", 443, "https", "/", 1, (REACHED,), issuer)

    for tool, anonymous in (("mdatp_connectivity", True), ("xmde_client_analyzer", True), ("other", False)):
        found = Trial.of(LiveResults("file", tool, (tested,)), tested, exact=True, doubts=("old",))
        assert found == Trial((REACHED,), sign, trusted, anonymous, True, ("old",))


def test_signs_of_attempts_count_at_the_places_that_they_may_have_passed() -> None:
    shown = Attempt(Way.DIRECT, Reach.REACHED, sign=Sign.INSPECTION)

    assert trial(REACHED, shown).at([stands()]).sign is Sign.INSPECTION
    assert trial(REACHED, shown).at([stands(proxied=True)]).sign is Sign.NONE
    assert trial(REACHED, shown).at([stands(proxied=True), stands()]).sign is Sign.INSPECTION
    assert trial(REACHED, shown, sign=Sign.AUTHENTICATION).at([stands()]).sign is Sign.AUTHENTICATION
