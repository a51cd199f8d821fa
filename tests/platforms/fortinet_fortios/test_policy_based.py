"""Policy-based mode: a connection must match a policy of each of two tables ("NGFW policy", administration guide 7.4)."""

from __future__ import annotations

import pytest

from tests.platforms.fortinet_fortios.asking import ask
from tests.platforms.fortinet_fortios.small import HOST, access, config, device_of, policies, policy, settings

MODE = settings("system settings", "set ngfw-mode policy-based")


def tables(first: list[str], second: list[str]) -> str:
    return MODE + policies(*first) + policies(*second, table="firewall security-policy")


def looked(more: str = "", **changed: str) -> str:
    """A policy of the first table, which has no action and no schedule."""
    return policy("", more, **{"schedule": "", **changed})


OPEN = policy("accept")
PASSING = {
    "both": ([looked()], [OPEN], "allowed"),
    "no policy of the first table": ([looked(service='"SSH"')], [OPEN], "blocked"),
    "no policy of the second table": ([looked()], [policy("accept", service='"SSH"')], "blocked"),
    "none of either": ([looked(service='"SSH"')], [policy("accept", service='"SSH"')], "blocked"),
    "denied by the second": ([looked()], [policy("deny"), OPEN], "blocked"),
    "denied by the second, switched off": ([looked()], [policy("deny", status="disable"), OPEN], "allowed"),
    "no action in the second": ([looked()], [policy(""), OPEN], "blocked"),
    "denied by the first": ([policy("deny", schedule=""), looked()], [OPEN], "blocked"),
    "first at no time": ([looked(schedule='"none"')], [OPEN], "blocked"),
    "second at no time": ([looked()], [policy("accept", schedule='"none"')], "blocked"),
    "second without a time": ([looked()], [policy("accept", schedule="")], "unknown"),
    "first switched off": ([looked(status="disable")], [OPEN], "blocked"),
    "first for others": ([looked(dstaddr='"X"')], [OPEN], "unknown"),
    "second by applications": ([looked()], [policy("accept", "set application 15832")], "unknown"),
    "second by categories of applications": ([looked()], [policy("accept", "set app-category 25")], "unknown"),
    "second by groups of applications": ([looked()], [policy("accept", 'set app-group "Web"')], "unknown"),
    "second by a category of sites": ([looked()], [policy("accept", "set url-category 52")], "unknown"),
    "denied by applications": ([looked()], [policy("deny", 'set app-group "Web"'), OPEN], "unknown"),
    "looked at by a list that nothing defines": (
        [looked()],
        [policy("accept", "set utm-status enable; set application-list X")],
        "unknown",
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), PASSING.values(), ids=PASSING)
def test_what_passes_both_tables(first: list[str], second: list[str], expected: str) -> None:
    assert access(tables(first, second)) == expected


@pytest.mark.parametrize("old", [False, True])
def test_policies_of_either_table_are_about_zones(old: bool) -> None:
    """What is let through from one zone says nothing of another, whichever table tells them apart."""
    inside, everywhere = {"srcintf": '"lan"'}, {"srcintf": '"lan" "guest"'}
    for first, second in ((inside, everywhere), (everywhere, inside)):
        both = tables([looked(**first)], [policy("accept", **second)])
        device = device_of(both if not old else both.replace("firewall policy", "firewall consolidated policy"))

        assert ask(device, HOST, zones=("lan", "wan1"))[0] == "allowed"
        assert ask(device, HOST, zones=("guest", "wan1"))[0] == "blocked"


def test_the_first_table_decrypts() -> None:
    deep = config("firewall ssl-ssh-profile", ("P", "config https; set status deep-inspection; end"))
    device = device_of(deep, tables([looked("set ssl-ssh-profile P")], [OPEN]))

    assert ask(device, HOST) == ("allowed", "inspected", "anonymous")
