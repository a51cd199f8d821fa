"""What the profiles of a policy do with what it lets through: inspection and its exemptions, web filters, application lists, pages.

Verdicts are by hand from the sections of the CLI reference (7.4) that the modules of the platform cite beside what they read.
"""

from __future__ import annotations

import pytest

from tests.platforms.fortinet_fortios.asking import ask
from tests.platforms.fortinet_fortios.small import HOST, config, device_of, policies, policy, settings

GREEN = ("allowed", "bypassed", "anonymous")
INSPECTED = ("allowed", "inspected", "anonymous")
OPEN = ("allowed", "unknown", "anonymous")
STOPPED = ("blocked", "not-applicable", "not-applicable")
DEEP = "config https; set ports 443; set status deep-inspection; end;"
NAMES = (
    config("firewall wildcard-fqdn custom", ("W", "set wildcard-fqdn *.microsoft.com"), ("S", "set weather rain"))
    + config(
        "firewall wildcard-fqdn group",
        ("G", 'set member "W"'),
        ("F", 'set member "microsoft"'),
        ("L", 'set member "X"'),
    )
    + config(
        "firewall address",
        ("N", f"set type fqdn; set fqdn {HOST}"),
        ("old", "set type wildcard-fqdn; set wildcard-fqdn *.microsoft.com"),
        ("other", "set type fqdn; set fqdn login.live.com"),
        ("net", "set subnet 20.0.0.0 255.0.0.0"),
        ("range", "set type iprange; set start-ip 20.0.0.1; set end-ip 20.0.0.9"),
        ("inside", "set subnet 10.0.0.0 255.0.0.0"),
        ("bad", "set subnet 10.0.0.0 255.0.0.999"),
        ("strange", f"set type fqdn; set fqdn {HOST}; set weather rain"),
        ("land", "set type geography; set country US"),
    )
    + config(
        "firewall addrgrp",
        ("AG", 'set member "N" "other"'),
        ("BUT", 'set member "N" "other"; set exclude enable; set exclude-member "N"'),
        ("BUT2", 'set member "BUT"; set exclude enable; set exclude-member "other"'),
        ("SG", 'set member "N"; set weather rain'),
    )
)


def inspected(
    profile: str, more: str = "set utm-status enable", held: str = "", version: str = "7.4.4"
) -> tuple[str, ...]:
    lines = f'{more}; set ssl-ssh-profile "P"'
    device = device_of(
        NAMES,
        held,
        config("firewall ssl-ssh-profile", ("P", profile)),
        policies(policy("accept", lines)),
        version=version,
    )
    return ask(device, HOST)


INSPECTION = {
    "deep": (DEEP, INSPECTED),
    "nothing said": ("set comment x", INSPECTED),
    "on no port": ("config https; set ports 443; set status disable; end", GREEN),
    "certificates": ("config https; set ports 443; set status certificate-inspection; end", GREEN),
    "on another port": ("config https; set ports 8443; set status deep-inspection; end", GREEN),
    "on several ports": ("config https; set ports 8443 443; set status deep-inspection; end", INSPECTED),
    "on what is no port": ("config https; set ports https; set status deep-inspection; end", INSPECTED),
    "everything": (
        "config ssl; set inspect-all deep-inspection; end; config https; set status disable; end",
        INSPECTED,
    ),
    "certificates of everything": ("config ssl; set inspect-all certificate-inspection; end", GREEN),
    "a word that is not known": (f"{DEEP} set weather rain", OPEN),
    "a word of the exemption that is not known": (
        f"{DEEP} config ssl-exempt; edit 1; set type wildcard-fqdn; set wildcard-fqdn W; set weather rain; next; end",
        OPEN,
    ),
}


@pytest.mark.parametrize(("profile", "expected"), INSPECTION.values(), ids=INSPECTION)
def test_what_an_inspection_profile_decrypts(profile: str, expected: tuple[str, ...]) -> None:
    """The status is deep-inspection where nothing is set, on port 443 ("config firewall ssl-ssh-profile")."""
    assert inspected(profile) == expected


EXEMPT = {
    "pattern": ("wildcard-fqdn", "W", "bypassed", "unknown"),
    "group of patterns": ("wildcard-fqdn", "G", "bypassed", "unknown"),
    "group of shipped patterns": ("wildcard-fqdn", "F", "bypassed", "unknown"),
    "shipped pattern": ("wildcard-fqdn", "microsoft", "bypassed", "unknown"),
    "shipped pattern of others": ("wildcard-fqdn", "adobe", "inspected", "inspected"),
    "pattern as an address of old": ("wildcard-fqdn", "old", "bypassed", "unknown"),
    "group of what nothing defines": ("wildcard-fqdn", "L", "unknown", "unknown"),
    "pattern that is not understood": ("wildcard-fqdn", "S", "inspected", "inspected"),
    "pattern that is typed": ("wildcard-fqdn", '"*.microsoft.com"', "inspected", "inspected"),
    "name of nothing": ("wildcard-fqdn", "X", "unknown", "unknown"),
    "address": ("address", "N", "bypassed", "unknown"),
    "address of another name": ("address", "other", "inspected", "inspected"),
    "group of addresses": ("address", "AG", "bypassed", "unknown"),
    "group without some": ("address", "BUT", "inspected", "unknown"),
    "group without some of a group without some": ("address", "BUT2", "unknown", "unknown"),
    "group that is not understood": ("address", "SG", "unknown", "unknown"),
    "address that is not understood": ("address", "strange", "unknown", "unknown"),
    "address that is typed": ("address", HOST, "inspected", "inspected"),
    "all": ("address", "all", "bypassed", "bypassed"),
    "public network": ("address", "net", "unknown", "unknown"),
    "public range": ("address", "range", "unknown", "unknown"),
    "inside network": ("address", "inside", "inspected", "inspected"),
    "network that is none": ("address", "bad", "unknown", "unknown"),
    "country": ("address", "land", "unknown", "unknown"),
    "address of IPv6": ("address6", "all", "inspected", "inspected"),
    "expression": ("regex", '"^go\\\\.microsoft\\\\.com$"', "bypassed", "unknown"),
    "expression of others": ("regex", '"^x\\\\.test$"', "inspected", "inspected"),
    "type that is not known": ("weather", "rain", "unknown", "unknown"),
}


@pytest.mark.parametrize(("kind", "value", "flow", "proxy"), EXEMPT.values(), ids=EXEMPT)
@pytest.mark.parametrize("mode", ["flow", "proxy"])
def test_what_is_exempt_from_inspection(kind: str, value: str, flow: str, proxy: str, mode: str) -> None:
    """Flow mode compares names with the handshake, proxy mode the addresses that they resolve to (community.fortinet.com 387569)."""
    entry = f"set type {kind}; set {kind} {value}"
    profile = f"{DEEP} config ssl-exempt; edit 1; {entry}; next; end"
    expected = flow if mode == "flow" else proxy

    found = inspected(profile, f"set utm-status enable; set inspection-mode {mode}")

    assert found == ("allowed", expected, "anonymous")


@pytest.mark.parametrize(
    ("name", "version", "mode", "microsoft", "other", "unapplied"),
    [
        ("deep-inspection", "7.2.4", "flow", "bypassed", "inspected", "unknown"),
        ("deep-inspection", "7.2.4", "proxy", "unknown", "inspected", "unknown"),
        ("deep-inspection", "7.4.4", "flow", "unknown", "inspected", "unknown"),
        ("custom-deep-inspection", "7.2.4", "flow", "bypassed", "inspected", "unknown"),
        ("certificate-inspection", "7.4.4", "flow", "bypassed", "bypassed", "bypassed"),
        ("no-inspection", "7.4.4", "flow", "bypassed", "bypassed", "bypassed"),
        ("mine", "7.4.4", "flow", "unknown", "unknown", "unknown"),
    ],
)
def test_profiles_as_they_are_shipped(
    name: str, version: str, mode: str, microsoft: str, other: str, unapplied: str
) -> None:
    """What is shipped exempts names of Microsoft; without ``utm-status`` it is not told whether a deep profile is applied at all."""
    more = f"set inspection-mode {mode}; set ssl-ssh-profile {name}"
    applied = device_of(policies(policy("accept", f"set utm-status enable; {more}")), version=version)
    unsure = device_of(policies(policy("accept", more)), version=version)

    assert ask(applied, HOST) == ask(unsure, HOST) == ("allowed", microsoft, "anonymous")
    assert ask(applied, "x.blob.core.windows.net") == ("allowed", other, "anonymous")
    assert ask(unsure, "x.blob.core.windows.net") == ("allowed", unapplied, "anonymous")


@pytest.mark.parametrize(("utm", "expected"), [("enable", "inspected"), ("disable", "unknown")])
def test_a_deep_profile_of_a_policy_without_utm_status(utm: str, expected: str) -> None:
    assert inspected(DEEP, f"set utm-status {utm}") == ("allowed", expected, "anonymous")


@pytest.mark.parametrize(
    ("section", "key", "value", "expected"),
    [
        ("https", "untrusted-server-cert", "block", "unknown"),
        ("ssl", "untrusted-server-cert", "block", "unknown"),
        ("https", "untrusted-cert", "block", "unknown"),
        ("https", "untrusted-server-cert", "allow", "allowed"),
    ],
)
def test_servers_whose_certificate_is_not_trusted(section: str, key: str, value: str, expected: str) -> None:
    other = "" if section == "https" else "config https; set status certificate-inspection; end;"
    status = "set status certificate-inspection;" if section == "https" else ""
    profile = f"{other} config {section}; {status} set {key} {value}; end"

    assert inspected(profile) == (expected, "bypassed", "anonymous")


FILTERED = {
    "blocks by category": (
        "config ftgd-wf; config filters; edit 1; set category 52; set action block; next; end; end",
        "unknown",
        "anonymous",
    ),
    "monitors": (
        "config ftgd-wf; config filters; edit 1; set category 52; set action monitor; next; end; end",
        "allowed",
        "anonymous",
    ),
    "says no action": (
        "config ftgd-wf; config filters; edit 1; set category 52; next; end; end",
        "allowed",
        "anonymous",
    ),
    "asks": (
        "config ftgd-wf; config filters; edit 1; set category 52; set action authenticate; next; end; end",
        "allowed",
        "unknown",
    ),
    "warns": (
        "config ftgd-wf; config filters; edit 1; set category 52; set action warning; next; end; end",
        "allowed",
        "unknown",
    ),
    "is switched off": (
        "config ftgd-wf; set options ftgd-disable; config filters; edit 1; set category 52; set action block; next; end; end",
        "allowed",
        "anonymous",
    ),
    "has quotas": (
        "config ftgd-wf; config quota; edit 1; set category 52; set duration 5m; next; end; end",
        "unknown",
        "anonymous",
    ),
    "blocks risks": (
        "config ftgd-wf; config risk; edit 1; set risk-level high; set action block; next; end; end",
        "unknown",
        "anonymous",
    ),
    "monitors risks": (
        "config ftgd-wf; config risk; edit 1; set risk-level high; set action monitor; next; end; end",
        "allowed",
        "anonymous",
    ),
    "asks a server": ("set wisp enable", "unknown", "anonymous"),
    "has a list of the sandbox": ("config web; set blocklist enable; end", "unknown", "anonymous"),
    "has a word that is not known": ("set weather rain", "unknown", "unknown"),
    "has a part that is not known": ("config weather; set rain 1; end", "unknown", "unknown"),
    "names a list of URLs that nothing defines": ("config web; set urlfilter-table 9; end", "unknown", "anonymous"),
    "names no list of URLs": ("config web; set urlfilter-table 0; end", "allowed", "anonymous"),
}


def filtered(profile: str, more: str = "", utm: str = "enable") -> tuple[str, ...]:
    held = config("webfilter profile", ("W", profile))
    lines = f'set utm-status {utm}; set webfilter-profile "W"; set ssl-ssh-profile certificate-inspection'
    return ask(device_of(held, more, policies(policy("accept", lines))), HOST)


@pytest.mark.parametrize(("profile", "access", "asked"), FILTERED.values(), ids=FILTERED)
def test_what_a_web_filter_refuses(profile: str, access: str, asked: str) -> None:
    assert filtered(profile) == (access, "bypassed", asked)
    assert filtered(profile, utm="disable") == GREEN


URLS = {
    "blocks the host": (f"set url {HOST}; set type simple; set action block", ("blocked", "blocked")),
    "blocks the host, of no type": (f"set url {HOST}; set action block", ("blocked", "blocked")),
    "blocks everything below": ("set url *.microsoft.com; set type wildcard; set action block", ("blocked", "blocked")),
    "blocks by an expression": (
        'set url "microsoft\\\\.com"; set type regex; set action block',
        ("blocked", "blocked"),
    ),
    "blocks others": ("set url x.test; set type simple; set action block", ("allowed", "unknown")),
    "blocks, switched off": (
        f"set url {HOST}; set type simple; set action block; set status disable",
        ("allowed", "unknown"),
    ),
    "blocks what comes from a page": (
        f"set url {HOST}; set type simple; set action block; set referrer-host x.test",
        ("unknown", "unknown"),
    ),
    "does what is not known": (f"set url {HOST}; set type simple; set action ponder", ("unknown", "unknown")),
    "allows": (f"set url {HOST}; set type simple; set action allow", ("allowed", "unknown")),
    "monitors": (f"set url {HOST}; set type simple; set action monitor", ("allowed", "unknown")),
    "exempts": (f"set url {HOST}; set type simple; set action exempt", ("allowed", "allowed")),
    "exempts from something else": (
        f"set url {HOST}; set type simple; set action exempt; set exempt av",
        ("allowed", "unknown"),
    ),
    "exempts from categories": (
        f"set url {HOST}; set type simple; set action exempt; set exempt fortiguard",
        ("allowed", "allowed"),
    ),
    "has a word that is not known": (
        f"set url {HOST}; set type simple; set action exempt; set weather rain",
        ("unknown", "unknown"),
    ),
}


@pytest.mark.parametrize(("entry", "expected"), URLS.values(), ids=URLS)
def test_what_an_entry_of_a_list_of_urls_does(entry: str, expected: tuple[str, str]) -> None:
    """Alone, and before a category that is blocked: ``exempt`` skips it, ``allow`` and ``monitor`` do not ("URL filter")."""
    table = config("webfilter urlfilter", ("9", f"config entries; edit 1; {entry}; next; end"))
    rated = "config ftgd-wf; config filters; edit 1; set category 52; set action block; next; end; end"
    plain = "config web; set urlfilter-table 9; end"

    assert (filtered(plain, table)[0], filtered(f"{plain}; {rated}", table)[0]) == expected


LISTS = {
    "blocks an application": ("config entries; edit 1; set application 15832; set action block; next; end", "unknown"),
    "says no action": ("config entries; edit 1; set application 15832; next; end", "unknown"),
    "passes": ("config entries; edit 1; set application 15832; set action pass; next; end", "allowed"),
    "monitors": ("config entries; edit 1; set application 15832; set action monitor; next; end", "allowed"),
    "resets": ("config entries; edit 1; set application 15832; set action reset; next; end", "unknown"),
    "blocks QUIC": ("config entries; edit 1; set application 40169; next; end", "allowed"),
    "blocks QUIC and another": ("config entries; edit 1; set application 40169 15832; next; end", "unknown"),
    "blocks games": ("config entries; edit 1; set category 8; next; end", "allowed"),
    "blocks games and others": ("config entries; edit 1; set category 8 25; next; end", "unknown"),
    "blocks what it has no name for": ("set other-application-action block", "unknown"),
    "blocks what it does not know": ("set unknown-application-action block", "unknown"),
    "passes what it does not know": ("set unknown-application-action pass", "allowed"),
    "has a word that is not known": ("set weather rain", "unknown"),
    "has a word in an entry that is not known": (
        "config entries; edit 1; set action pass; set weather rain; next; end",
        "unknown",
    ),
}


@pytest.mark.parametrize(("entries", "expected"), LISTS.values(), ids=LISTS)
def test_what_an_application_list_refuses(entries: str, expected: str) -> None:
    """An entry without action blocks ("config application list")."""
    held = config("application list", ("L", entries))
    lines = 'set utm-status enable; set application-list "L"; set ssl-ssh-profile certificate-inspection'

    assert ask(device_of(held, policies(policy("accept", lines))), HOST) == (expected, "bypassed", "anonymous")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('set profile-type group; set profile-group "X"', ("unknown", "unknown", "unknown")),
        ('set profile-type group; set profile-group "PG"', INSPECTED),
        ('set profile-type single; set profile-group "PG"', GREEN),
        ('set utm-status enable; set webfilter-profile "X"', ("unknown", "bypassed", "unknown")),
        ('set utm-status enable; set application-list "X"', ("unknown", "bypassed", "unknown")),
        ('set utm-status enable; set application-list "default"', GREEN),
        ('set utm-status enable; set webfilter-profile "monitor-all"', GREEN),
        ("set disclaimer enable", ("allowed", "bypassed", "required")),
        ("set email-collect enable", ("allowed", "bypassed", "required")),
        ("set disclaimer disable", GREEN),
        ('set webproxy-forward-server "Up"', ("unknown", "unknown", "unknown")),
        ("set http-policy-redirect enable", ("unknown", "unknown", "unknown")),
        ("set http-policy-redirect disable", GREEN),
        ("set identity-based enable", ("unknown", "bypassed", "unknown")),
        ("config identity-based-policy; edit 1; next; end", ("unknown", "bypassed", "unknown")),
    ],
)
def test_what_else_hangs_on_a_policy(lines: str, expected: tuple[str, ...]) -> None:
    held = config("firewall ssl-ssh-profile", ("P", DEEP)) + config(
        "firewall profile-group", ("PG", 'set ssl-ssh-profile "P"')
    )

    assert ask(device_of(held, policies(policy("accept", lines))), HOST) == expected


@pytest.mark.parametrize(("version", "expected"), [("6.0.5", "unknown"), ("7.4.4", "bypassed")])
def test_a_policy_that_is_looked_into_without_an_inspection_profile(version: str, expected: str) -> None:
    """Before 6.2 it was inspected in some way that the file does not say."""
    assert ask(device_of(policies(policy("accept", "set utm-status enable")), version=version), HOST)[1] == expected


def test_policy_based_mode_has_profiles_on_both_sides() -> None:
    """The first table says what is decrypted, the second what passes and by which lists it is looked at."""
    mode = settings("system settings", "set ngfw-mode policy-based")
    first = policies(policy("", 'set profile-type group; set profile-group "X"', schedule="", srcaddr='"all"'))
    second = policies(
        policy("accept", 'set profile-type group; set profile-group "X"'), table="firewall security-policy"
    )
    open_first = policies(policy("", schedule=""))
    open_second = policies(policy("accept"), table="firewall security-policy")

    assert ask(device_of(mode, open_first, open_second), HOST) == GREEN
    assert ask(device_of(mode, first, open_second), HOST)[1] == "unknown"
    assert ask(device_of(mode, open_first, second), HOST)[0] == "unknown"
    assert ask(device_of(mode, policies(policy("deny", schedule="")), open_second), HOST) == STOPPED
