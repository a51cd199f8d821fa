"""The files that are damaged: the fixtures, and what has no fixture of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.support import FIXTURES

LARGEST = 40_000
"""Bytes of a sample: small files are damaged in more ways in the same time."""
POLICY = b"""version: 1
name: mine
requirements:
  - host: "*.endpoint.security.microsoft.com"
  - host: winatp-gw-neu.microsoft.com
    ports: [443, 80]
  - host: crl.microsoft.com/pki/*
    ports: [80]
"""
SQUID = b"""http_port 3128
acl mine dstdomain .endpoint.security.microsoft.com
acl corp src 10.0.0.0/8
http_access allow mine corp
http_access deny all
"""
OVERLAY = b"""version: 1
add:
  - {host: updates.example.com, reason: our own mirror}
remove:
  - {id: "winatp-gw-neu.microsoft.com:443", reason: nobody needs it here}
change:
  - {id: "crl.microsoft.com/pki/*:80", need: optional, reason: checked elsewhere}
"""
SETTINGS = b"""version: 1
required-version: ">=0.1"
extends: [other.yaml]
policies:
  - mde-streamlined
  - {policy: policy.yaml, overlays: [overlay.yaml]}
profile:
  geographies: [EU, UK]
  systems: [windows, linux]
  client: 10.30.0.0/16
  answers: {updates_internal: true}
configurations:
  - squid.conf
  - {files: "*.conf", platform: squid, device: "*", profile: {geographies: [US], client: 10.99.0.0/16}}
exclude: [archive]
checks: {ignore: [HYG003], severity: {TLS004: error, leans-on-failover: warning}}
fail-on: unknown
waivers:
  - {check: ACC001, requirement: "winatp-gw-neu.microsoft.com:443", reason: blocked until the new proxies are in place, owner: net, ticket: CHG-1, expiry: 2099-03-31}
waiver-rules: {longest_days: 36500}
limits: {seconds: 600}
outputs: {json: out.json}
paths:
  office: {chain: [squid.conf, {config: squid.conf, address: 10.1.1.1}], client: 10.2.0.0/16, fallback: direct}
assume: {public_dns: true, ratings: {"*.example.com": [business]}}
"""


class Seed(NamedTuple):
    """A file before it is damaged."""

    name: str
    """What it is called; some readers go by it."""
    content: bytes


def _found(*patterns: str, name: str = "") -> tuple[Seed, ...]:
    files = (path for pattern in patterns for path in sorted(FIXTURES.glob(pattern)))
    seeds = (
        Seed(name or path.name, path.read_bytes()) for path in files if path.is_file() and path.stat().st_size < LARGEST
    )
    return tuple(dict.fromkeys(seeds))


_FILES = {
    "squid": ("platforms/squid/**/*.conf", "checks/**/squid.conf", "projects/**/*.conf"),
    "paloalto_panos": (
        "platforms/paloalto_panos/*/config.*",
        "checks/**/config.xml",
        "platforms/paloalto_panos/*/pushed.xml",
    ),
    "fortinet_fortios": ("platforms/fortinet_fortios/*/config.conf", "checks/**/config.conf"),
    "mde_endpoint": ("platforms/mde_endpoint/*/*.[!y]*", "checks/**/config.reg"),
    "pac": ("**/*.pac", "**/wpad.dat"),
}


def platform(name: str) -> tuple[Seed, ...]:
    """The configurations of a platform."""
    return _found(*_FILES[name])


def pac() -> tuple[Seed, ...]:
    """Scripts of people, and of the generator whose scripts real engines answer."""
    from tests.oracle.pac_generator import generate

    return (*platform("pac"), *(Seed("proxy.pac", generate(number).script.encode()) for number in range(60)))


def any_file() -> tuple[Seed, ...]:
    """Some of every kind, of which the content has to tell what it is."""
    kinds = (*map(platform, _FILES), live())
    return tuple(Seed("config.txt", seed.content) for seeds in kinds for seed in seeds[:: max(1, len(seeds) // 12)])


def squid_side_files() -> tuple[Seed, ...]:
    """What squid.conf takes from elsewhere."""
    return _found(
        "**/sites.txt", "platforms/squid/**/*.acl", "projects/**/acl/*.txt", "platforms/squid/**/*.txt", name="list.txt"
    )


def live() -> tuple[Seed, ...]:
    """Results of every tool."""
    return _found("live/*/*/*.txt", "live/*/*/*.xml", "projects/live/results/*")


def workbooks() -> tuple[Seed, ...]:
    """Microsoft's workbooks as the tests build them: packed, and with the parts as they are so that an edit reaches their words."""
    import zipfile

    from tests.sources.support import build_workbook

    found = []
    for description in sorted(FIXTURES.glob("sources/mde_workbook/*/workbook.yaml")):
        with tempfile.TemporaryDirectory() as folder:
            path = build_workbook(description, Path(folder) / "list.xlsx")
            found.append(Seed("list.xlsx", path.read_bytes()))
            plain = Path(folder) / "plain.xlsx"
            with zipfile.ZipFile(path) as old, zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as new:
                for entry in old.infolist():
                    new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry))
            found.append(Seed("plain.xlsx", plain.read_bytes()))
    return tuple(found)


def articles() -> tuple[Seed, ...]:
    """Microsoft's pages."""
    return _found("sources/mde_article/*/article.*")


def policies() -> tuple[Seed, ...]:
    """Policy files."""
    return (
        Seed("fed.yaml", POLICY),
        *_found("sources/policy_yaml/*/policy.yaml", "checks/m*/**/policy.yaml", name="fed.yaml"),
    )


def overlays() -> tuple[Seed, ...]:
    """Files that change a policy."""
    return (Seed("overlay.yaml", OVERLAY),)


def with_overlay(folder: Path) -> None:
    """Settings that apply an overlay."""
    (folder / "squid.conf").write_bytes(SQUID)
    (folder / "fed.yaml").write_bytes(b"version: 1\npolicies: [{policy: policy.yaml, overlays: [overlay.yaml]}]\n")


def settings() -> tuple[Seed, ...]:
    """Settings, with waivers, paths and all else."""
    return (
        Seed("fed.yaml", SETTINGS),
        *_found("projects/*/allowlint.yaml", "checks/**/allowlint.yaml", name="fed.yaml"),
    )


def baselines() -> tuple[Seed, ...]:
    """Baselines as the program writes them."""
    return _found("checks/**/baseline.json")


def inline_waivers() -> tuple[Seed, ...]:
    """A waiver in the comment or description of every platform that has such."""
    mark = b"allowlint: ignore[ACC001] until=2099-03-31 ticket=CHG-1 owner=net reason: blocked until it moves"
    xml = next(seed for seed in platform("paloalto_panos") if b"<action>" in seed.content and b"<?xml" in seed.content)
    fortios = next(seed for seed in platform("fortinet_fortios") if b"set action accept" in seed.content)
    script = (
        b"function FindProxyForURL(url, host) {\n  // "
        + mark
        + b"\n  return 'PROXY a.test:3128'; /* "
        + mark
        + b" */\n}\n"
    )
    return (
        Seed("squid.conf", SQUID.replace(b"http_access", b"# " + mark + b"\nhttp_access")),
        Seed("config.xml", xml.content.replace(b"<action>", b"<description>" + mark + b"</description><action>")),
        Seed(
            "config.conf", fortios.content.replace(b"set action", b'set comments "' + mark + b'"\n        set action')
        ),
        Seed(
            "config.txt",
            b'set rulebase security rules A description "' + mark + b'"\nset rulebase security rules A action deny\n',
        ),
        Seed(
            "block.txt",
            b'rulebase {\n security {\n rules {\n A {\n description "' + mark + b'";\n action deny;\n}\n}\n}\n}\n',
        ),
        Seed("proxy.pac", script),
    )


def reports() -> tuple[Seed, ...]:
    """Reports of runs, and of a part of one."""
    whole = _found(
        "reports/json/*/expected.json", "reports/sarif/*/expected.sarif", "projects/*/expected.json", name="part.json"
    )
    shard = b'"shard": {"number": 1, "total": 1, "digest": "", "configs": [], "paths": [], "unknown_zones": [], "thresholds": {}},'
    parts = (seed.content.replace(b'"schema_version"', shard + b' "schema_version"', 1) for seed in whole)
    return (*whole, *(Seed("part.json", part) for part in parts if shard in part))


def workspace_hosts() -> tuple[Seed, ...]:
    """What TestCloudConnection prints."""
    return _found("checks/**/testcloudconnection.txt", "live/cloud_connection/*/result.txt", name="hosts.txt")
