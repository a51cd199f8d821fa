"""The explicit web proxy of FortiOS: where it is, what its policies let through, whom its authentication rules ask.

Verdicts are by hand from the sections of the CLI reference (7.4) that the modules of the platform cite beside what they read.
"""

from __future__ import annotations

import pytest

from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.model.device import Device, Stage
from allowlint.model.requirement import Requirement
from tests.platforms.fortinet_fortios.small import HOST, config, device_of, policies, policy, settings

OPEN = policies(policy("accept"))
INSIDE = ("inside", "set subnet 10.0.0.0 255.0.0.0")
SILENT = config("system interface", ("wan1", ""), ("lan", ""))
PROXY = settings("web-proxy explicit", "set status enable")
LISTENING = config("system interface", ("wan1", ""), ("lan", "set explicit-web-proxy enable"))


def through_the_proxy(*parts: str, proxy: str = PROXY, interfaces: str = LISTENING) -> list[tuple[str, ...]]:
    """The verdicts on each explicit proxy of a device."""
    device = device_of(proxy, *parts, interfaces=interfaces)
    ways = [way for way in device.entrances if way.explicit]
    return [_on(device._replace(entrances=(way,))) for way in ways]


def _on(device: Device) -> tuple[str, ...]:
    (verdict,) = judge(device, (Requirement(HOST, (443,), "https", ""),), flow_for())
    return tuple(verdict.word(stage) for stage in (Stage.ACCESS, Stage.INSPECTION, Stage.AUTHENTICATION))


def proxied(*lines: str) -> str:
    return policies(*lines, table="firewall proxy-policy")


WEB = "set proxy explicit-web"
GREEN, BLOCKED = ("allowed", "bypassed", "anonymous"), ("blocked", "not-applicable", "not-applicable")
NOT_TOLD = ("unknown", "unknown", "unknown")
THROUGH = {
    "open": ([policy("accept", WEB)], GREEN),
    "no policy": ([], BLOCKED),
    "switched off": ([policy("accept", WEB, status="disable")], BLOCKED),
    "denied above": ([policy("deny", WEB), policy("accept", WEB)], BLOCKED),
    "denied above, switched off": ([policy("deny", WEB, status="disable"), policy("accept", WEB)], GREEN),
    "no action above": ([policy("", WEB), policy("accept", WEB)], BLOCKED),
    "redirected above": ([policy("redirect", WEB), policy("accept", WEB)], NOT_TOLD),
    "of another proxy": ([policy("deny", "set proxy transparent-web"), policy("accept", WEB)], GREEN),
    "denied elsewhere": ([policy("deny", WEB, dstintf='"dmz"'), policy("accept", WEB)], GREEN),
    "denied at any interface": ([policy("deny", WEB, dstintf='"any"'), policy("accept", WEB)], BLOCKED),
    "with a disclaimer": ([policy("accept", f"{WEB}; set disclaimer enable")], ("allowed", "bypassed", "required")),
    "for users": ([policy("accept", f'{WEB}; set groups "Staff"')], ("allowed", "bypassed", "required")),
    "denied by what is not known": (
        [policy("deny", f"{WEB}; set weather rain"), policy("accept", WEB)],
        ("unknown", "bypassed", "anonymous"),
    ),
    "deeply": (
        [policy("accept", f"{WEB}; set utm-status enable; set ssl-ssh-profile P")],
        ("allowed", "inspected", "anonymous"),
    ),
}


@pytest.mark.parametrize(("lines", "expected"), THROUGH.values(), ids=THROUGH)
def test_what_policies_of_the_explicit_proxy_let_through(lines: list[str], expected: tuple[str, ...]) -> None:
    """Policies are asked in order; what matches none meets ``sec-default-action`` ("config firewall proxy-policy")."""
    deep = config("firewall ssl-ssh-profile", ("P", "config https; set status deep-inspection; end"))

    assert through_the_proxy(deep, proxied(*lines)) == [expected]


@pytest.mark.parametrize(
    ("proxy", "interfaces", "expected"),
    [
        (PROXY, LISTENING, [BLOCKED]),
        (PROXY, SILENT, []),
        (PROXY, "", [BLOCKED]),
        (settings("web-proxy explicit", "set status disable"), LISTENING, []),
        (settings("web-proxy explicit", "set http-incoming-port 8080"), LISTENING, []),
        (settings("web-proxy explicit", "set status enable; set sec-default-action accept"), LISTENING, [GREEN]),
        (settings("web-proxy explicit", "set status enable; set sec-default-action deny"), LISTENING, [BLOCKED]),
    ],
)
def test_where_the_explicit_proxy_is_there(proxy: str, interfaces: str, expected: list[tuple[str, ...]]) -> None:
    assert through_the_proxy(OPEN, proxy=proxy, interfaces=interfaces) == expected


def test_proxy_policies_of_old_releases_are_not_read() -> None:
    old = config("firewall explicit-proxy-policy", ("1", "set action accept"))

    assert through_the_proxy(old, proxied(policy("accept", WEB))) == [NOT_TOLD]


LOGIN = "set srcaddr all; set active-auth-method Basic"
ASKING = {
    "login": ([LOGIN], "unknown"),
    "login that is switched off": ([f"{LOGIN}; set status disable"], "anonymous"),
    "login of another protocol": ([f"{LOGIN}; set protocol ftp"], "anonymous"),
    "no method": (["set srcaddr all"], "anonymous"),
    "exempt above": (["set srcaddr all", LOGIN], "anonymous"),
    "exempt above, switched off": (["set srcaddr all; set status disable", LOGIN], "unknown"),
    "exempt above, by what is not known": (["set srcaddr all; set weather rain", LOGIN], "unknown"),
    "exempt above, at an interface": (["set srcaddr all; set srcintf guest", LOGIN], "unknown"),
    "exempt above, at any interface": (["set srcaddr all; set srcintf any", LOGIN], "anonymous"),
    "exempt above, to others": (["set srcaddr all; set dstaddr other", LOGIN], "unknown"),
    "by single sign-on": (["set srcaddr all; set sso-auth-method Kerberos"], "unknown"),
}


@pytest.mark.parametrize(("rules", "expected"), ASKING.values(), ids=ASKING)
def test_whom_authentication_rules_of_the_proxy_ask(rules: list[str], expected: str) -> None:
    """Whether a rule makes the proxy ask before a policy that names no user is not documented ("config authentication rule")."""
    names = config("firewall address", ("other", "set type fqdn; set fqdn x.test"))
    held = config("authentication rule", *((str(number), lines) for number, lines in enumerate(rules)))

    assert through_the_proxy(names, held, proxied(policy("accept", WEB))) == [("allowed", "bypassed", expected)]
    with_users = proxied(policy("accept", f'{WEB}; set groups "Staff"'))
    assert through_the_proxy(names, held, with_users) == [("allowed", "bypassed", "required")]


def test_the_proxy_asks_for_users_before_a_policy_for_anybody() -> None:
    """Where an authentication rule has a method, a policy that names users asks; a client cannot pass it over."""
    for_users = policy("accept", f'{WEB}; set groups "Staff"')
    held = config("authentication rule", ("1", LOGIN))

    assert through_the_proxy(held, proxied(for_users, policy("accept", WEB))) == [("allowed", "bypassed", "required")]
    assert through_the_proxy(proxied(for_users, policy("accept", WEB))) == [GREEN]


REQUESTS = {
    "host": ("set type host-regex; set host-regex go\\\\.microsoft\\\\.com", "blocked"),
    "host of others": ("set type host-regex; set host-regex x\\\\.test", "allowed"),
    "host and path": ('set type url; set host "name"; set path /x', "unknown"),
    "URL of a host": ('set type url; set host "name"', "unknown"),
    "URL of all": ('set type url; set host "all"', "blocked"),
    "URL of all with a query": ('set type url; set host "all"; set query x', "unknown"),
    "URL of nothing": ("set type url", "unknown"),
    "much of a host": ('set type dst-advanced; set host "all"', "unknown"),
    "method": ("set type method; set method get", "unknown"),
    "category": ("set type category; set category 52", "unknown"),
    "setting that is not known": ('set type url; set host "inside"; set weather rain', "unknown"),
}


@pytest.mark.parametrize(("lines", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_proxy_policy_that_denies_what_only_the_proxy_knows(lines: str, expected: str) -> None:
    """See "Proxy policy addresses"."""
    names = config("firewall address", INSIDE, ("name", f"set type fqdn; set fqdn {HOST}"))
    held = config("firewall proxy-address", ("R", lines)) + config("firewall proxy-addrgrp", ("RG", 'set member "R"'))
    turned = {"blocked": "allowed", "allowed": "blocked", "unknown": "unknown"}

    for named in ('"R"', '"RG"'):
        first = policy("deny", WEB, dstaddr=named)
        (found,) = through_the_proxy(names, held, proxied(first, policy("accept", WEB)))
        assert found[0] == expected
        (found,) = through_the_proxy(names, held, proxied(f"{first}; set dstaddr-negate enable", policy("accept", WEB)))
        assert found[0] == turned[expected]
