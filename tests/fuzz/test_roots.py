"""No configuration, list or result makes the program read what lies outside of the folder that it was given, or run anything."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.fuzz.samples import SQUID
from tests.fuzz.targets import TARGETS, called, feed

SECRET = "Zq9outside"  # noqa: S105 - what lies outside
OUTSIDE = f".{SECRET}.example\n{SECRET}\nhttp_access allow all\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "list.txt").write_text(OUTSIDE, encoding="utf-8")
    (tmp_path / "outside" / "registry.pol").write_bytes(b"PReg\x01\0\0\0")
    (tmp_path / "given").mkdir()
    return tmp_path / "outside"


SQUID_LINES = (
    'acl x dstdomain "{name}"',
    "include {name}",
    "include {folder}/*.txt",
    "include {folder}/*",
    'acl x url_regex "{name}"',
    'acl x src "{name}"',
    "acl x ssl::server_name parameters('{name}')",
    "auth_param basic program /bin/cat {name}",
    "external_acl_type x %SRC /bin/sh -c 'cat {name}'",
    "include !cat {name}",
    "url_rewrite_program /bin/cat {name}",
)


@pytest.mark.parametrize("line", SQUID_LINES)
@pytest.mark.parametrize("way", ["above", "absolute", "link", "link to the folder", "through a link and above"])
def test_includes_and_value_files_stay_inside(way: str, line: str, outside: Path) -> None:
    given = outside.parent / "given"
    (given / "link.txt").symlink_to(outside / "list.txt")
    (given / "linked").symlink_to(outside)
    (given / "sub").mkdir()
    folder = {"above": "../outside", "absolute": str(outside), "link": ".", "link to the folder": "linked"}.get(
        way, "sub/../../outside"
    )
    name = "link.txt" if way == "link" else f"{folder}/list.txt"
    text = line.format(name=name, folder=folder) + "\nhttp_access deny x\n" + SQUID.decode()

    feed(TARGETS["squid"], "squid.conf", text.encode(), given)

    _, printed = called(
        (
            "check",
            str(given / "squid.conf"),
            "--policy",
            str(given / "policy.yaml"),
            "--isolated",
            "--verbose",
            "--format",
            "json",
        )
    )
    assert SECRET not in printed


@pytest.mark.parametrize(("platform", "name", "text"), [
    ("paloalto_panos", "config.xml", '<!DOCTYPE config SYSTEM "{name}"><config urldb="x"/>'),
    ("paloalto_panos", "config.xml", '<!DOCTYPE config [<!ENTITY e SYSTEM "file://{name}">]><config urldb="x">&e;</config>'),
    ("paloalto_panos", "config.xml", '<config urldb="paloaltonetworks" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{name}" parse="text"/></config>'),
    ("fortinet_fortios", "config.conf", 'config firewall policy\n edit 1\n set comments "@{name}"\n next\nend\ninclude {name}\n'),
    ("mde_endpoint", "config.xml", '<!DOCTYPE r SYSTEM "{name}"><rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop">Windows Defender ProxyServer</rsop>'),
    ("mde_endpoint", "config.env", "HTTPS_PROXY=http://$(cat {name}):8080\nhttps_proxy=`cat {name}`\n"),
    ("mde_endpoint", "config.mobileconfig", '<?xml version="1.0"?><!DOCTYPE plist SYSTEM "{name}"><plist><dict><key>cloudService</key></dict></plist>'),
    ("pac", "proxy.pac", "function FindProxyForURL(u, h) {{ return load('{name}') || require('fs').readFileSync('{name}') || import('{name}'); }}"),
    ("pac", "proxy.pac", "import x from '{name}'; function FindProxyForURL(u, h) {{ return 'DIRECT'; }}"),
    ("settings", "fed.yaml", "version: 1\nconfigurations: ['{name}']\n"),
    ("policy", "fed.yaml", "version: 1\nname: '@{name}'\nrequirements: [{{host: 'a.test', note: !include '{name}'}}]\n"),
    ("policy", "fed.yaml", "version: 1\nname: !!python/object/apply:os.system ['touch {name}.run']\nrequirements: []\n"),
])  # fmt: skip
def test_nothing_that_a_file_names_is_opened_or_run(platform: str, name: str, text: str, outside: Path) -> None:
    given = outside.parent / "given"
    content = text.format(name=outside / "list.txt")
    if platform == "settings":
        # Settings name configurations wherever they are: whoever may write them may name anything, and it is read as one.
        content = content.replace(str(outside / "list.txt"), "none.conf")

    feed(TARGETS[platform], name, content.encode(), given)

    assert sorted(path.name for path in outside.iterdir()) == ["list.txt", "registry.pol"]


@pytest.mark.parametrize(
    "entry",
    ["../outside/list.txt", "/etc/passwd", "..\\..\\MDEClientAnalyzer.txt", "a/" * 200 + "MDEClientAnalyzer.txt"],
)
def test_an_archive_writes_and_reads_nothing_outside(entry: str, outside: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, "Testing URL : https://a.good.test/\n1 - Default proxy: Succeeded (200)\n")
        link = zipfile.ZipInfo("MDEClientAnalyzer.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(outside / "list.txt"))

    feed(TARGETS["live"], "result.zip", packed.getvalue(), outside.parent / "given")

    assert sorted(path.name for path in outside.iterdir()) == ["list.txt", "registry.pol"]
