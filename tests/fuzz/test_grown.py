"""Small files that would keep a machine busy for ever: each takes seconds, as every file does that is as large."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.samples import SQUID
from tests.fuzz.targets import TARGETS, feed
from tests.platforms.paloalto_panos.test_bad_input import firewall

WAIVER = "allowlint: ignore[ACC001] until=2099-03-31 ticket=CHG-1 owner=net reason: blocked until it moves"
BUMP = """\
http_port 3128 ssl-bump tls-cert=/etc/squid/ca.pem
http_access allow all
acl step1 at_step SslBump1
ssl_bump {} step1
"""


def bumping() -> str:
    """Lines of which each leads to all of them again, at the next step."""
    return "".join(BUMP.format(word) for word in ("peek", "stare")) + "ssl_bump peek all\n" * 1_000


def switch() -> str:
    arms = "".join(f'    case url.substring(0, {number}) == "ftp:": return "DIRECT";\n' for number in range(4_000))
    return f"function FindProxyForURL(url, host) {{\n  switch (true) {{\n{arms}  }}\n  return 'DIRECT';\n}}\n"


def table() -> str:
    """A list that is looked through label by label, with one entry that is no name."""
    names = "".join(f'"name{number}.example": 1, ' for number in range(4_000))
    look = (
        "    if (at == -1) { return own.call(domains, host) ? 'PROXY a.test:1' : 'DIRECT'; }\n"
        "    if (own.call(domains, host.substring(at + 1))) { return 'PROXY a.test:1'; }\n    at = host.lastIndexOf('.', at - 1);\n"
    )
    return (
        f'var domains = {{"": 1, {names}}}, own = Object.hasOwnProperty;\nfunction FindProxyForURL(url, host) {{\n'
        f"  var at = host.lastIndexOf('.');\n  at = host.lastIndexOf('.', at - 1);\n  while(1) {{\n{look}  }}\n}}\n"
    )


def nested_blocks() -> str:
    return "rulebase {\n" + "a {\nb {\nc {\n" * 5_000 + "}\n" * 15_001


def long_name() -> str:
    asked = f"dnsDomainIs(host, '{'a' * 100_000}.test') || url.toLowerCase().indexOf('/ad') >= 0"
    return f"function FindProxyForURL(url, host) {{\n  return {asked} ? 'PROXY a.test:1' : 'DIRECT';\n}}\n"


GROWN: dict[str, tuple[str, str, Callable[[], str | bytes]]] = {
    "a name as long as a book": ("pac", "proxy.pac", long_name),
    "labels looked up in a table": ("pac", "proxy.pac", table),
    "listeners": ("squid", "squid.conf", lambda: "http_port 3128\n" * 1_000 + SQUID.decode()),
    "users one by one": (
        "squid",
        "squid.conf",
        lambda: "http_port 3128\nauth_param basic program /x\n"
        + "".join(f"acl a{number} proxy_auth u{number}\nhttp_access deny a{number}\n" for number in range(5_000))
        + "http_access allow all\n",
    ),
    "steps of ssl_bump": ("squid", "squid.conf", bumping),
    "waivers above one rule": ("inline_waivers", "squid.conf", lambda: SQUID.decode().replace("http_access", f"# {WAIVER}\n" * 20_000 + "http_access", 1)),
    "comments above one rule": ("inline_waivers", "squid.conf", lambda: SQUID.decode().replace("http_access", f"# {WAIVER}\n" + "# x\n" * 100_000 + "http_access", 1)),
    "a waiver in a line that goes on": ("inline_waivers", "squid.conf", lambda: f"# {WAIVER}\nacl a dstdomain" + " \\\n .a.test" * 30_000 + "\n" + SQUID.decode()),
    "waivers of a name that is none": ("inline_waivers", "squid.conf", lambda: SQUID.decode() + f"# {WAIVER}\nx\n".replace("ACC001", "ACC1001") * 20_000),
    "waivers in commands": ("inline_waivers", "config.txt", lambda: f'set rulebase security rules A description "{WAIVER}"\n' * 3_000),
    "waivers in blocks": ("inline_waivers", "block.txt", lambda: "rulebase {\n" + f'a {{\n tag "{WAIVER}";\n}}\n' * 6_000 + "}\n"),
    "waivers in a script": ("inline_waivers", "proxy.pac", lambda: "function FindProxyForURL(url, host) {\n" + f"  // {WAIVER}\n" * 3_000 + "  return 'DIRECT';\n}\n"),
    "parts of a rule that are not known": ("paloalto_panos", "config.xml", lambda: firewall(rule="".join(f"<x{number}><member>any</member></x{number}>" for number in range(8_000)))),
    "nested blocks": ("paloalto_panos", "config.txt", nested_blocks),
    "blank lines": ("mde_endpoint", "config.txt", lambda: "Current WinHTTP proxy settings:\n" + "\r\n\n" * 100_000 + "    Direct access\n"),
    "labels of a switch": ("pac", "proxy.pac", switch),
}  # fmt: skip


@pytest.mark.parametrize("what", GROWN)
def test_a_file_that_was_grown_to_do_harm_takes_little_time(what: str, tmp_path: Path) -> None:
    target, name, made = GROWN[what]
    content = made()

    feed(TARGETS[target], name, content if isinstance(content, bytes) else content.encode(), tmp_path)
