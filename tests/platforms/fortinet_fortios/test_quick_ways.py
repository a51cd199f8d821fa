"""What is sifted of long tables is what is read of short ones: the quick way is held to the plain one."""

from __future__ import annotations

from random import Random

import pytest

from allowlint.engine.concerning import concerning
from allowlint.engine.judge import judge
from allowlint.engine.runs import flow_for
from allowlint.errors import InputError
from allowlint.model.device import Device, Rulebase, Stage
from allowlint.model.flow import Flow, View
from allowlint.model.hosts import covering, requirement_entry
from allowlint.model.requirement import Requirement
from allowlint.platforms import Endpoint, Options
from allowlint.platforms.fortinet_fortios import plain_addresses, sifting
from allowlint.platforms.fortinet_fortios.plain_addresses import PlainAddresses, ends_of
from allowlint.platforms.fortinet_fortios.reading import File
from tests.generators.fortios import backup
from tests.platforms.fortinet_fortios.asking import Case, load_all, read
from tests.platforms.fortinet_fortios.slips import SLIPS, slipped

ASKED = (
    Endpoint("*.endpoint.security.microsoft.com", 443, "https"),
    Endpoint("go.microsoft.com", 443, "https"),
    Endpoint("crl.microsoft.com", 80, "http"),
)
OPTIONS = Options(endpoints=ASKED)

ADDRESSES = {
    "inside": "set subnet 10.1.2.3 255.255.255.255",
    "inside-net": 'set uuid 1-2\n        set comment "the lab"\n        set subnet 192.168.4.0 255.255.252.0',
    "inside-172": "set subnet 172.16.0.0 255.240.0.0",
    "half-inside": "set subnet 172.16.0.0 255.0.0.0",
    "public": "set type ipmask\n        set subnet 20.1.2.0 255.255.255.0",
    "octets": "set subnet 10.1.2.999 255.255.255.255",
    "mask": "set subnet 10.1.2.0 255.0.255.0",
    "wide": "set subnet 0.0.0.0 128.0.0.0",
    "everything": "set subnet 0.0.0.0 0.0.0.0",
    "all": "set uuid 1-1",
    "range": "set type iprange\n        set start-ip 10.0.0.1\n        set end-ip 10.0.0.9",
    "country": 'set type geography\n        set country "CH"',
    "asked": 'set type fqdn\n        set fqdn "go.microsoft.com"',
    "Asked": 'set type fqdn\n        set fqdn "GO.Microsoft.com"',
    "below": 'set type fqdn\n        set fqdn "*.endpoint.security.microsoft.com"',
    "strange": 'set uuid 1-3\n        set type fqdn\n        set comment "x"\n        set fqdn "www.example.net"',
    "wildcard": 'set type fqdn\n        set fqdn "*.example.net"',
    "scheme": 'set type fqdn\n        set fqdn "https://example.net"',
    "both": 'set type fqdn\n        set subnet 10.0.0.0 255.0.0.0\n        set fqdn "www.example.org"',
    "new": "set subnet 10.1.2.3 255.255.255.255\n        set novelty 7",
    "tagged": 'config tagging\n            edit "t"\n            next\n        end\n        set type fqdn\n'
    '        set fqdn "go.microsoft.com"',
    "remark": 'set comment "one\ntwo"\n        set subnet 10.1.2.3 255.255.255.255',
}
TRAP = 'set comment "\n    edit \\"inside\\"\n        set subnet 20.0.0.1 255.255.255.255"\n        set subnet 10.9.9.9 255.255.255.255'
"""A value that looks like an object."""
GROUPS = {
    "some-inside": 'set member "inside" "inside-net"',
    "mixed": 'set uuid 1-4\n        set member "inside" "public"',
    "nested": 'set member "some-inside" "inside-172"',
    "naming": 'set member "inside" "asked"',
    "deep": 'set member "naming" "nested"',
    "circle": 'set member "circle" "inside"',
    "missing": 'set member "inside" "nobody"',
    "empty": "set uuid 1-5",
    "without": 'set member "public"\n        set exclude enable\n        set exclude-member "inside"',
    "unquoted": "set member inside public",
}
SERVICES = {
    "web": "set tcp-portrange 443",
    "other": "set tcp-portrange 8443",
    "around": "set tcp-portrange 400-500:1-65535",
    "datagrams": "set udp-portrange 443",
    "odd": "set tcp-portrange 443 x",
    "from": "set tcp-portrange 8443:1024",
}
NAMED = (*ADDRESSES, *GROUPS, "nobody")
TARGETS = ('"inside"', '"strange"', '"public"', '"some-inside"', '"inside" "strange"', '"all"', '"nested"')
SOURCES = ('"all"', '"inside"')
COME = ('"lan"', '"lan"', '"dmz"', '"any"', '"guest" "lan"')
GO = ('"wan1"', '"wan1"', '"dmz"', '"any"')
ACTIONS = ("set action accept", "set action accept", "set action accept", "set action deny", "")
ASKED_FOR = (*(f'"{name}"' for name in SERVICES), '"other"', '"other"', '"HTTPS" "other"', '"ALL"')
RARE = (
    "set srcaddr-negate enable",
    "set dstaddr-negate enable",
    "set service-negate enable",
    'set groups "staff"',
    'set users "ann"',
    "set novelty 7",
    "set internet-service enable",
    'set comments "one\ntwo"',
    'set comments "set status disable"',
    'set comments "it is \\"so\\""',
    'set comments "\n        set dstaddr \\"all\\""',
    'set dstaddr6 "all"',
    "set captive-portal-exempt enable",
    "set policy-expiry enable",
    'set ssl-ssh-profile "nowhere"',
    'set dstaddr "asked"',
    'append dstaddr "asked"',
    'append service "web"',
    "unset dstaddr",
    "set action deny",
    "set status disable",
    "config inner\n            edit 1\n                set x y\n            next\n        end",
)


def _listed(random: Random, often: tuple[str, ...]) -> str:
    """Mostly what is plain, else one or two objects of any kind."""
    if random.random() < 0.6:
        return random.choice(often)
    return " ".join(f'"{name}"' for name in random.sample(NAMED, random.randint(1, 2)))


def _policy(number: int, random: Random) -> str:
    lines = [
        f'set name "rule {number}"',
        f"set srcintf {random.choice(COME)}",
        f"set dstintf {random.choice(GO)}",
        random.choice(ACTIONS),
        f"set srcaddr {_listed(random, SOURCES)}",
        f"set dstaddr {_listed(random, TARGETS)}",
        'set schedule "always"' if random.random() < 0.95 else 'set schedule "sometimes"',
        f"set service {random.choice(ASKED_FOR)}",
        "set logtraffic all" if random.random() < 0.5 else "set nat enable",
    ]
    if random.random() < 0.1:
        lines[3], lines[5] = lines[5], lines[3]
    if random.random() < 0.3:
        lines.insert(random.randrange(1, len(lines) + 1), random.choice(RARE))
    if random.random() < 0.05:
        del lines[random.randrange(len(lines))]
    number = random.randrange(1, number + 1) if random.random() < 0.01 else number
    return f"    edit {number}\n" + "".join(f"        {line}\n" for line in lines if line) + "    next\n"


def made(seed: int, policies: int = 60) -> str:
    """A small firewall in which every kind of object is named, among many that are plain."""
    random = Random(seed)

    def table(title: str, entries: dict[str, str]) -> str:
        body = "".join(f'    edit "{name}"\n        {text}\n    next\n' for name, text in entries.items())
        return f"config {title}\n{body}end\n"

    objects = (
        table("firewall address", ADDRESSES | ({"trap": TRAP} if seed % 4 == 0 else {})),
        table("firewall addrgrp", GROUPS),
        table("firewall service custom", SERVICES),
    )
    rules = "".join(_policy(number + 1, random) for number in range(policies))
    route = 'config router static\n    edit 1\n        set device "wan1"\n    next\nend\n'
    return f"#config-version=FGT600F-7.4.4-FW\n{''.join(objects)}config firewall policy\n{rules}end\n{route}"


def met(device: Device, *, hints: bool = False) -> list[object]:
    """What connections to the endpoints that are asked about can meet, and what becomes of them."""
    hosts = covering(requirement_entry(endpoint.host) for endpoint in ASKED)
    flow: Flow = flow_for()._replace(hosts=hosts)
    flows = [flow._replace(port=443, view=View.TUNNEL), flow._replace(port=80, view=View.PLAIN)]
    entrances = [
        (entrance.name, sorted(entrance.labels), sorted(entrance.exits), [*map(_rules, entrance.rulebases)])
        for entrance in concerning(device.entrances, flows)
    ]
    asked = [Requirement(endpoint.host, (endpoint.port,), endpoint.protocol) for endpoint in ASKED]
    verdicts = [[verdict.word(stage) for stage in Stage] for verdict in judge(device, asked, flow_for())]
    return [entrances, verdicts, device.rule_count]


def _rules(rulebase: Rulebase) -> list[tuple[str, str]]:
    return [(str(rule.location), rule.text) for rule in (*rulebase.rules, rulebase.default)]


def both(content: str | bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Device], list[Device]]:
    """The devices as they are read plainly, and when their policies are sifted."""
    monkeypatch.setattr(sifting, "LONG", 1 << 60)
    plain = list(read(content, OPTIONS))
    monkeypatch.setattr(sifting, "LONG", 1)
    return plain, list(read(content, OPTIONS))


@pytest.mark.parametrize("seed", range(120))
def test_sifting_leaves_out_nothing_that_is_met(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (plain,), (quick,) = both(made(seed), monkeypatch)

    assert met(quick) == met(plain)
    assert {unread.text for unread in quick.unread} <= {unread.text for unread in plain.unread}


def outcome(content: str) -> list[object]:
    """What is met in a configuration, or what is said of one that cannot be read."""
    try:
        return [met(device) for device in read(content, OPTIONS)]
    except InputError as error:
        return [str(error)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("slip", SLIPS)
def test_sifting_a_backup_with_a_slip_leaves_out_nothing(
    slip: str, seed: int, line_end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = slipped(slip, seed).replace("\n", line_end)
    monkeypatch.setattr(sifting, "LONG", 1 << 60)
    plain = outcome(text)
    monkeypatch.setattr(sifting, "LONG", 1)

    assert outcome(text) == plain


def test_what_is_written_as_devices_write_it_is_sifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the comparisons above would compare one way with itself."""
    text = slipped("a comment", 1)
    (plain,), (quick,) = both(text, monkeypatch)
    framed = f"config vdom\nedit root\nnext\nend\nconfig vdom\nedit root\n{text.partition('config system global')[2].partition('end')[2]}end\n"
    (_,), (inside,) = both(framed, monkeypatch)
    kept = [
        sum(len(rulebase.rules) for way in device.entrances for rulebase in way.rulebases)
        for device in (plain, quick, inside)
    ]

    assert kept[1] == kept[2]
    assert kept[1] * 2 < kept[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_sifting_a_whole_backup_leaves_out_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(backup(400, seed))
    (plain,), (quick,) = both(text, monkeypatch)

    assert met(quick) == met(plain)
    assert sum(len(rulebase.rules) for way in quick.entrances for rulebase in way.rulebases) < 300


@pytest.mark.parametrize("case", load_all(), ids=lambda case: case.path.name)
def test_sifting_changes_no_fixture(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, quick = both((case.path / "config.conf").read_bytes(), monkeypatch)

    assert list(map(met, quick)) == list(map(met, plain))


@pytest.mark.parametrize("named", ["asked", "Asked", "below", "naming", "deep", "tagged", "all"])
def test_a_policy_for_another_port_that_names_what_is_asked_is_told_of(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = [
        f'    edit {number}\n        set srcintf "lan"\n        set dstintf "wan1"\n        set action accept\n'
        f'        set srcaddr "inside"\n        set dstaddr "{target}"\n        set schedule "always"\n        set service "other"\n    next\n'
        for number, target in enumerate(("strange", "public", named, "strange"), 1)
    ]
    text = made(1).partition("config firewall policy")[0] + f"config firewall policy\n{''.join(policies)}end\n"
    (plain,), (quick,) = both(text, monkeypatch)

    # The first policy of a kind is always read.
    assert [rule.text for rule in quick.entrances[0].rulebases[0].rules] == ["policy 1", "policy 3"]
    assert len(plain.entrances[0].rulebases[0].rules) == len(policies)


def test_the_zones_of_what_is_passed_over_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = [
        f'    edit {number}\n        set srcintf "{zone}"\n        set dstintf "wan1"\n        set action accept\n'
        f'        set srcaddr "inside"\n        set dstaddr "{target}"\n        set schedule "always"\n        set service "other"\n    next\n'
        for number, (zone, target) in enumerate(
            (("lan", "public"), ("lan", "strange"), ("guest", "inside"), ("guest", "strange"), ("dmz", "inside")), 1
        )
    ]
    text = made(1).partition("config firewall policy")[0] + f"config firewall policy\n{''.join(policies)}end\n"
    (plain,), (quick,) = both(text, monkeypatch)
    zones = [sorted(zone for way in device.entrances for zone in way.labels) for device in (plain, quick)]

    assert zones == [["guest", "lan"]] * 2


def test_nothing_is_sifted_where_it_is_not_known_what_will_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "LONG", 1)
    every = read(made(1), Options())[0]
    monkeypatch.setattr(sifting, "LONG", 1 << 60)

    assert met(every) == met(read(made(1), Options())[0])
    assert ends_of(()) is None


@pytest.mark.parametrize(
    ("hosts", "ends"),
    [
        (("go.microsoft.com", "*.Example.net"), {"microsoft.com", "example.net"}),
        (("*cdn.x.net",), {"x.net"}),
        (("*soft.com",), None),
        (("*.com",), None),
        (("*",), None),
    ],
)
def test_the_ends_of_what_is_asked(hosts: tuple[str, ...], ends: set[str] | None) -> None:
    assert ends_of([Endpoint(host, 443, "https") for host in hosts]) == ends


@pytest.mark.parametrize(
    ("names", "held"),
    [
        (("inside", "inside-172", "some-inside"), plain_addresses.INSIDE),
        (("nested",), plain_addresses.INSIDE | plain_addresses.NOTHING),
        (("public", "half-inside"), plain_addresses.PUBLIC),
        (("strange",), plain_addresses.STRANGE),
        (("all", "everything", "any"), plain_addresses.EVERY),
        (("mixed",), plain_addresses.INSIDE | plain_addresses.PUBLIC),
        *(
            ((name,), plain_addresses.UNTOLD)
            for name in (
                "octets",
                "mask",
                "wide",
                "range",
                "country",
                "asked",
                "Asked",
                "below",
                "tagged",
                "wildcard",
                "scheme",
            )
        ),
        *(((name,), plain_addresses.UNTOLD) for name in ("both", "new", "nobody", "empty", "without", "unquoted")),
    ],
)
def test_what_addresses_hold(names: tuple[str, ...], held: int) -> None:
    content = made(1).encode()
    (vdom,) = File(content, "config.conf", OPTIONS).vdoms()
    addresses = PlainAddresses(vdom, ends_of(ASKED) or frozenset())

    assert [addresses.of(f'"{name}"') for name in names] == [held] * len(names)
