"""Rules beside the security rules, and what says for whom they are: decryption, authentication, overrides, targets, zones.

Verdicts are by hand from the vendor's documents, which the modules of the platform cite beside what they read.
"""

from pathlib import Path

import pytest

from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import PLATFORM
from tests.platforms.paloalto_panos.small import (
    ALLOW,
    GREEN,
    access,
    device_of,
    entry,
    firewall,
    members,
    objects,
    rule,
    verdict,
)

MINE = f"<profiles>{objects('custom-url-category', ('Mine', members('list', 'go.microsoft.com/')))}</profiles>"
BLOCKED = ("blocked", "not-applicable", "not-applicable")


DECRYPT, KEEP = "<action>decrypt</action>", "<action>no-decrypt</action>"
FORWARD = "<type><ssl-forward-proxy/></type>"
DECRYPTION = {
    "every connection": (entry("D", DECRYPT, FORWARD), "inspected"),
    "without a type": (entry("D", DECRYPT), "inspected"),
    "decrypt and forward": (entry("D", "<action>decrypt-and-forward</action>", FORWARD), "inspected"),
    "without an action": (entry("D", FORWARD), "bypassed"),
    "of SSH": (entry("D", DECRYPT, "<type><ssh-proxy/></type>"), "bypassed"),
    "of servers inside": (
        entry("D", DECRYPT, "<type><ssl-inbound-inspection>x</ssl-inbound-inspection></type>"),
        "bypassed",
    ),
    "of a type that is not known": (entry("D", DECRYPT, "<type><new/></type>"), "unknown"),
    "action that is not known": (entry("D", "<action>mirror</action>", FORWARD), "unknown"),
    "disabled": (entry("D", DECRYPT, "<disabled>yes</disabled>"), "bypassed"),
    "exempt above": (entry("K", KEEP) + entry("D", DECRYPT), "bypassed"),
    "exempt above, disabled": (entry("K", KEEP, "<disabled>yes</disabled>") + entry("D", DECRYPT), "inspected"),
    "exempt above, of SSH": (entry("K", KEEP, "<type><ssh-proxy/></type>") + entry("D", DECRYPT), "inspected"),
    "exempt above, of a type that is not known": (
        entry("K", KEEP, "<type><new/></type>") + entry("D", DECRYPT),
        "unknown",
    ),
    "exempt above, for other ports": (
        entry("K", KEEP, members("service", "service-http")) + entry("D", DECRYPT),
        "inspected",
    ),
    "exempt above, by category": (entry("K", KEEP, members("category", "Mine")) + entry("D", DECRYPT), "bypassed"),
    "exempt above, by a category that nothing defines": (
        entry("K", KEEP, members("category", "Nothing")) + entry("D", DECRYPT),
        "unknown",
    ),
    "exempt above, within a zone": (
        entry("K", KEEP, "<rule-type>intrazone</rule-type>") + entry("D", DECRYPT),
        "inspected",
    ),
    "exempt above, for some clients": (
        entry("K", KEEP, members("source", "10.0.0.1")) + entry("D", DECRYPT),
        "unknown",
    ),
    "exempt above, for some users": (
        entry("K", KEEP, members("source-user", "corp\\ann")) + entry("D", DECRYPT),
        "unknown",
    ),
    "exempt below": (entry("D", DECRYPT) + entry("K", KEEP), "inspected"),
    "for some clients": (entry("D", DECRYPT, members("source", "10.0.0.1")), "unknown"),
    "not for inside addresses": (
        entry("D", DECRYPT, members("destination", "10.0.0.0/8"), "<negate-destination>yes</negate-destination>"),
        "inspected",
    ),
    "for inside addresses": (entry("D", DECRYPT, members("destination", "10.0.0.0/8")), "bypassed"),
    "part that is not known": (entry("D", DECRYPT, members("weather", "rain")), "unknown"),
}


@pytest.mark.parametrize(("rules", "expected"), DECRYPTION.values(), ids=DECRYPTION)
def test_what_decryption_rules_decrypt(rules: str, expected: str) -> None:
    """The first that matches decides, and what matches none is not decrypted ("Decryption Policy")."""
    assert verdict(device_of(firewall(decryption=rules, objects=MINE))) == ("allowed", expected, "anonymous")


@pytest.mark.parametrize("rules", [entry("D", DECRYPT, "<type><new/></type>"), entry("D", "<action>mirror</action>")])
def test_what_is_not_known_of_a_decryption_rule_is_told(rules: str) -> None:
    assert [one.text for one in device_of(firewall(decryption=rules)).unread] in (["new"], ["mirror"])


CHECKS = {
    "none": ("None", "", "allowed"),
    "as shipped": ("default", "", "unknown"),
    "not defined": ("Nothing", "", "unknown"),
    "checks nothing": (
        "P",
        "<ssl-no-proxy><block-expired-certificate>no</block-expired-certificate></ssl-no-proxy>",
        "allowed",
    ),
    "says nothing": ("P", "", "allowed"),
    "refuses expired certificates": (
        "P",
        "<ssl-no-proxy><block-expired-certificate>yes</block-expired-certificate></ssl-no-proxy>",
        "unknown",
    ),
    "checks what is decrypted": (
        "P",
        "<ssl-forward-proxy><block-expired-certificate>yes</block-expired-certificate></ssl-forward-proxy>",
        "allowed",
    ),
}


@pytest.mark.parametrize(("name", "profile", "expected"), CHECKS.values(), ids=CHECKS)
def test_what_a_profile_stops_that_is_not_decrypted(name: str, profile: str, expected: str) -> None:
    """A profile on a no-decrypt rule may stop sessions with untrusted or expired certificates ("Decryption Profile")."""
    held = f"<profiles>{objects('decryption', ('P', profile))}</profiles>"
    device = device_of(firewall(decryption=entry("K", KEEP, f"<profile>{name}</profile>"), objects=held))

    assert verdict(device) == (expected, "bypassed", "anonymous")
    assert verdict(device, assume=("trusted_servers",)) == GREEN
    assert [note.kind for note in device.notes] == (["unresolved"] if name == "Nothing" else [])


@pytest.mark.parametrize(
    ("host", "said", "expected"),
    [
        ("go.microsoft.com", "yes", "bypassed"),
        ("GO.microsoft.com ", "yes", "bypassed"),
        ("*.microsoft.com", "yes", "bypassed"),
        ("*.*.microsoft.com", "yes", "inspected"),
        ("*.com", "yes", "inspected"),
        ("g*.microsoft.com", "yes", "inspected"),
        ("^.microsoft.com", "yes", "inspected"),
        ("go.microsoft.com/", "yes", "inspected"),
        ("https://go.microsoft.com", "yes", "inspected"),
        ("go.microsoft.com", "no", "inspected"),
        ("go.microsoft.com", "", "unknown"),
        ("*.microsoft.com", "", "unknown"),
        ("login.live.com", "", "inspected"),
    ],
)
def test_what_the_exclusion_list_exempts(host: str, said: str, expected: str) -> None:
    """An asterisk is one whole label; each entry says whether it counts, which has no default ("Decryption Exclusions")."""
    switch = f"<exclude>{said}</exclude>" if said else ""
    shared = f"<ssl-decrypt><ssl-exclude-cert>{entry(host, switch)}</ssl-exclude-cert></ssl-decrypt>"
    device = device_of(firewall(decryption=entry("D", DECRYPT), shared=shared))

    assert verdict(device) == ("allowed", expected, "anonymous")


@pytest.mark.parametrize(
    "host", ["g*.microsoft.com", "^.microsoft.com", "go.microsoft.com/", "https://go.microsoft.com"]
)
def test_an_exclusion_that_exempts_nothing_is_told(host: str) -> None:
    shared = f"<ssl-decrypt><ssl-exclude-cert>{entry(host, '<exclude>yes</exclude>')}</ssl-exclude-cert></ssl-decrypt>"
    device = device_of(firewall(decryption=entry("D", DECRYPT), shared=shared))

    assert [each.fault != "" for each in device.entries] == [True]


def enforced(name: str) -> str:
    return f"<authentication-enforcement>{name}</authentication-enforcement>"


TLS = members("service", "service-https")
METHODS = {
    "form": (entry("A", TLS, enforced("Form")), "required"),
    "browser": (entry("A", TLS, enforced("default-browser-challenge")), "required"),
    "in words of old releases": (entry("A", TLS, "<action>ntlm-auth</action>"), "required"),
    "method that is not known": (entry("A", TLS, enforced("New")), "required"),
    "object that asks nobody": (entry("A", TLS, enforced("Nobody")), "anonymous"),
    "object without a method": (entry("A", TLS, enforced("Silent")), "anonymous"),
    "no enforcement": (entry("A", TLS), "unknown"),
    "enforcement that nothing defines": (entry("A", TLS, enforced("Nothing")), "unknown"),
    "exempt above": (entry("E", TLS, enforced("Nobody")) + entry("A", TLS, enforced("Form")), "anonymous"),
    "exempt above, disabled": (
        entry("E", TLS, enforced("Nobody"), "<disabled>yes</disabled>") + entry("A", TLS, enforced("Form")),
        "required",
    ),
    "exempt above, for other ports": (entry("E", enforced("Nobody")) + entry("A", TLS, enforced("Form")), "required"),
    "exempt above, by what nothing defines": (
        entry("E", TLS, enforced("Nothing")) + entry("A", TLS, enforced("Form")),
        "unknown",
    ),
    "exempt above, for some clients": (
        entry("E", TLS, enforced("Nobody"), members("source", "10.0.0.1")) + entry("A", TLS, enforced("Form")),
        "unknown",
    ),
    "exempt above, within a zone": (
        entry("E", TLS, enforced("Nobody"), "<rule-type>intrazone</rule-type>") + entry("A", TLS, enforced("Form")),
        "required",
    ),
    "disabled": (entry("A", TLS, enforced("Form"), "<disabled>yes</disabled>"), "anonymous"),
    "for plain HTTP": (entry("A", enforced("Form")), "anonymous"),
}
PORTAL = "<captive-portal><enable-captive-portal>yes</enable-captive-portal></captive-portal>"
OBJECTS = objects(
    "authentication-object",
    ("Form", "<authentication-method>web-form</authentication-method>"),
    ("New", "<authentication-method>palm-reader</authentication-method>"),
    ("Nobody", "<authentication-method>no-captive-portal</authentication-method>"),
    ("Silent", ""),
)


@pytest.mark.parametrize(("rules", "expected"), METHODS.values(), ids=METHODS)
def test_whom_authentication_rules_ask(rules: str, expected: str) -> None:
    """The first rule that matches says how users are asked who they are ("Authentication Policy")."""
    device = device_of(firewall(authentication=rules, objects=PORTAL + OBJECTS))

    assert verdict(device) == ("allowed", "bypassed", expected)


def test_an_enforcement_that_nothing_defines_is_told() -> None:
    rules, _ = METHODS["enforcement that nothing defines"]

    assert [note.kind for note in device_of(firewall(authentication=rules, objects=PORTAL)).notes] == ["unresolved"]


@pytest.mark.parametrize(
    ("protocol", "port", "more", "expected"),
    [
        ("tcp", "443", "", "unknown"),
        ("tcp", "440-450", "", "unknown"),
        ("tcp", "80,443", "", "unknown"),
        ("tcp", "https", "", "unknown"),
        ("tcp", "443-x", "", "unknown"),
        ("tcp", "80", "", "allowed"),
        ("udp", "443", "", "allowed"),
        ("tcp", "443", "<disabled>yes</disabled>", "allowed"),
        ("tcp", "443", members("destination", "10.0.0.0/8"), "allowed"),
        ("tcp", "443", "<rule-type>intrazone</rule-type>", "allowed"),
    ],
)
def test_what_an_override_takes_from_the_rules(protocol: str, port: str, more: str, expected: str) -> None:
    """Of a connection that is not looked into no name is seen ("Policies > Application Override")."""
    override = entry("O", f"<protocol>{protocol}</protocol><port>{port}</port><application>Own</application>", more)
    rulebases = f"<application-override><rules>{override}</rules></application-override>"

    assert access(firewall(rulebases=rulebases)) == expected


@pytest.mark.parametrize("kind", ["security", "nat", "decryption"])
def test_what_stands_beside_the_rules_of_a_kind_may_hold_rules(kind: str) -> None:
    rulebases = f"<{kind}><rulez>{rule('No', '')}</rulez></{kind}>"
    device = device_of(firewall(ALLOW if kind != "security" else "", rulebases=rulebases))

    assert verdict(device) == ("unknown" if kind != "security" else "blocked", *verdict(device)[1:])
    assert "rulez" in [one.text for one in device.unread]


BESIDE = {
    "inside addresses": ("10.0.0.0/8\n# remark\n", "", "allowed"),
    "every address": ("0.0.0.0/1\n128.0.0.0/1 ; the rest\n", "", "blocked"),
    "an address": ("20.0.0.1\n", "", "unknown"),
    "an address that is excepted": ("20.0.0.1\n10.0.0.1", members("exception-list", "20.0.0.1"), "allowed"),
    "no address": ("go.microsoft.com\n", "", "unknown"),
}


@pytest.mark.parametrize(("content", "excepted", "expected"), BESIDE.values(), ids=BESIDE)
def test_a_list_of_addresses_beside_the_configuration(
    content: str, excepted: str, expected: str, tmp_path: Path
) -> None:
    """One address, network or range in a line; exceptions are left out ("External Dynamic List")."""
    (tmp_path / "Feed.txt").write_text(content, encoding="utf-8")
    held = objects("external-list", ("Feed", f"<type><ip><url>https://x.test</url>{excepted}</ip></type>"))
    stopping = firewall(rule("No", members("destination", "Feed")) + ALLOW, objects=held)

    assert verdict(device_of(stopping, tmp_path / "config.xml"))[0] == expected


@pytest.mark.parametrize("name", ["../Feed", ".Feed"])
def test_the_name_of_a_list_leads_to_no_file_elsewhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "within").mkdir()
    for folder in (tmp_path, tmp_path / "within"):
        for file in ("Feed.txt", ".Feed.txt"):
            (folder / file).write_text("10.0.0.0/8\n", encoding="utf-8")
    held = objects("external-list", (name, "<type><ip><url>https://x.test</url></ip></type>"))
    stopping = firewall(rule("No", members("destination", name)) + ALLOW, objects=held)
    (device,) = PLATFORM.parse(str(tmp_path / "within" / "config.xml"), stopping, Options(root=str(tmp_path)))

    assert verdict(device)[0] == "unknown"
