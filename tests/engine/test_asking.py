"""What one condition answers for one state: who is known, whom a proxy stands for, what is remembered of whom."""

import pytest

from allowlint.engine.asking import CLIENT_KEY, SOME_GROUPS, membership, scoped, split
from allowlint.engine.evaluate import outcomes, recurring
from allowlint.engine.looking import Look, State
from allowlint.engine.runs import flow_for
from allowlint.model.addresses import parse_addresses
from allowlint.model.condition import ClientIn, Doubt, Identity, Not, Unmodelled
from allowlint.model.device import Action, Entrance, Hop, Rule, Rulebase, Stage, default_rule
from allowlint.model.hosts import requirement_hosts
from allowlint.model.location import Location

HERE = Location("test", 1)
LOGIN = Identity("login", "a login", HERE)
STAFF = Identity("staff", "group staff", HERE, any_identity=False)
CARRIED = Identity("login", "a login", HERE, carried=True)
BEHIND = Hop("edge", parse_addresses("192.0.2.1"))
BESIDE = Hop("edge", proxied=False)


def state() -> State:
    return State(requirement_hosts("a.test"), parse_addresses("10.0.0.0/8"), frozenset(), ())


def look(assumed: frozenset[str] | None, hop: Hop | None = None) -> Look:
    found = Look(flow_for(parse_addresses("10.0.0.0/8")), assumed)
    found.hop = hop
    return found


@pytest.mark.parametrize(
    ("identity", "assumed", "holds"),
    [
        (LOGIN, None, LOGIN),
        (LOGIN._replace(challenges=False), None, False),
        (LOGIN, frozenset(), True),
        (STAFF, frozenset(), False),
        (STAFF, frozenset(("staff",)), True),
        (STAFF, frozenset(("others",)), False),
        (CARRIED, frozenset(), CARRIED),
    ],
)
def test_who_the_client_is(identity: Identity, assumed: frozenset[str] | None, holds: object) -> None:
    ((_, answer),) = split(identity, state(), look(assumed))

    assert answer == holds


def test_what_is_carried_holds_where_the_client_was_asked_before() -> None:
    view = look(frozenset())
    ((after, _),) = split(LOGIN, state(), view)

    assert split(CARRIED, after, view)[0][1] is True
    assert split(CARRIED, after, look(None))[0][1] == CARRIED


def test_one_device_does_not_know_whom_another_has_asked() -> None:
    view = look(frozenset(), BESIDE)
    ((after, _),) = split(LOGIN, state(), view)

    assert split(CARRIED, after, look(frozenset(), BESIDE))[0][1] is True
    assert split(CARRIED, after, look(frozenset(), BESIDE._replace(device="core")))[0][1] == CARRIED


def test_an_identity_is_noted_under_the_device_that_asks() -> None:
    view = look(None, BESIDE)
    split(STAFF, state(), view)

    assert view.identities == {scoped("staff", BESIDE): STAFF}
    assert split(STAFF, state(), look(frozenset(("staff",)), BESIDE))[0][1] is False
    assert split(STAFF, state(), look(frozenset((scoped("staff", BESIDE),)), BESIDE))[0][1] is True


@pytest.mark.parametrize("assumed", [None, frozenset(("staff", scoped("staff", BEHIND)))])
def test_a_proxy_has_no_identity(assumed: frozenset[str] | None) -> None:
    assert split(STAFF, state(), look(assumed, BEHIND))[0][1] == STAFF
    assert split(STAFF._replace(challenges=False), state(), look(assumed, BEHIND))[0][1] is False


@pytest.mark.parametrize(
    ("network", "answers"),
    [("192.0.2.0/24", [True]), ("10.0.0.0/8", [False]), ("192.0.2.1", [True])],
)
def test_behind_a_proxy_the_proxy_is_the_client(network: str, answers: list[bool]) -> None:
    found = split(ClientIn(parse_addresses(network)), state(), look(None, BEHIND))

    assert [answer for _, answer in found] == answers
    assert all(not after.reasons for after, _ in found)


def test_of_a_proxy_without_an_address_the_answer_is_open_and_the_same_each_time() -> None:
    hop = Hop("edge")
    asked = ClientIn(parse_addresses("10.1.0.0/16"))
    yes, no = split(asked, state(), look(None, hop))

    assert (yes[1], no[1]) == (True, False)
    assert yes[0].reasons[0].settle == "say it in the path (address)"
    assert "edge" in yes[0].reasons[0].text
    for after, answer in (yes, no):
        assert [again for _, again in split(asked, after, look(None, hop))] == [answer]
        # What is so at one device need not be so at the next.
        elsewhere = split(asked, after, look(None, Hop("core")))
        assert [again for _, again in elsewhere] == [True, False]
        assert len(split(ClientIn(parse_addresses("10.2.0.0/16")), after, look(None, hop))) == 2


def test_a_network_that_nobody_has_named_is_open_with_its_reason() -> None:
    parts = split(ClientIn(parse_addresses("10.1.0.0/16")), state(), look(None))

    assert [answer for _, answer in parts] == [True, False]
    for after, _ in parts:
        (reason,) = after.reasons
        assert (reason.text, reason.settle, reason.key) == ("the client's address", "--client ADDRESS", CLIENT_KEY)
        assert reason.passing
    assert parts[0][0].client | parts[1][0].client == state().client


def test_an_unknown_is_remembered_by_its_device() -> None:
    unknown = Unmodelled("k", "what nobody knows", HERE)
    yes, _ = split(unknown, state(), look(None, BEHIND))

    assert [answer for _, answer in split(unknown, yes[0], look(None, BEHIND))] == [True]
    assert [answer for _, answer in split(unknown, yes[0], look(None))] == [True, False]


NAMED = Identity("named", "alice", HERE, any_identity=False, members=frozenset(("alice",)))
SOMEBODY = frozenset((SOME_GROUPS,))


def test_of_a_user_of_unknown_groups_every_group_is_open_and_answers_the_same_each_time() -> None:
    view = look(SOMEBODY)
    yes, no = split(STAFF, state(), view)

    assert (yes[1], no[1]) == (True, False)
    (reason,) = yes[0].reasons
    assert (reason.text, reason.doubt, reason.location) == ("who is a member (group staff)", Doubt.USER_BOUND, HERE)
    for after, answer in (yes, no):
        assert [again for _, again in split(STAFF, after, view)] == [answer]
        assert len(split(STAFF._replace(key="guests"), after, view)) == 2
        # Whoever was asked is known from then on.
        assert split(CARRIED, after, view)[0][1] is True


def test_of_a_user_of_unknown_groups_nothing_else_is_open() -> None:
    assert [answer for _, answer in split(LOGIN, state(), look(SOMEBODY))] == [True]
    assert [answer for _, answer in split(NAMED, state(), look(SOMEBODY))] == [False]
    assert [answer for _, answer in split(NAMED, state(), look(SOMEBODY | {"named"}))] == [True]
    assert [answer for _, answer in split(STAFF, state(), look(SOMEBODY, BEHIND))] == [STAFF]
    carried = STAFF._replace(carried=True)
    assert [answer for _, answer in split(carried, state(), look(SOMEBODY))] == [carried]


def test_two_devices_may_know_a_user_by_groups_of_the_same_name() -> None:
    view = look(SOMEBODY, BESIDE)
    (after, _), _ = split(STAFF, state(), view)

    assert len(split(STAFF, after, view)) == 1
    assert len(split(STAFF, after, look(SOMEBODY, BESIDE._replace(device="core")))) == 2


def test_a_group_that_several_rules_ask_for_is_remembered() -> None:
    rules = [Rule(STAFF, Action.PROCEED, HERE, "allow"), Rule(Not(STAFF), Action.PROCEED, HERE, "allow others")]
    other = Rule(STAFF._replace(key="guests"), Action.PROCEED, HERE, "allow guests")
    rulebase = Rulebase(Stage.ACCESS, "rules", (*rules, other), default_rule(Action.BLOCK, HERE, "deny"))
    flow = flow_for()._replace(hosts=requirement_hosts("a.test"), port=443)

    assert recurring(Entrance("", (rulebase,)))[0] == {membership("staff")}
    found, _ = outcomes(Entrance("", (rulebase,)), flow, SOMEBODY)
    assert {outcome.end for outcome in found} == {Action.ALLOW}
