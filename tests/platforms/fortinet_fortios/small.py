"""Small configurations: an inside and an outside interface, and policies that would let everything out but for what stands before."""

from __future__ import annotations

from allowlint.model.device import Device
from tests.platforms.fortinet_fortios.asking import ask, read

HOST = "go.microsoft.com"
BLOCKED = ("blocked", "not-applicable", "not-applicable")
UNKNOWN = ("unknown", "unknown", "unknown")
ROUTE = 'config router static\nedit 1\nset gateway 192.0.2.1\nset device "wan1"\nnext\nend\n'
INTERFACES = """config system interface
edit "wan1"
set ip 192.0.2.2 255.255.255.0
next
edit "lan"
set ip 10.1.0.1 255.255.255.0
next
end
"""
USUAL = {
    "srcintf": '"lan"',
    "dstintf": '"wan1"',
    "srcaddr": '"all"',
    "dstaddr": '"all"',
    "schedule": '"always"',
    "service": '"ALL"',
}


def config(kind: str, *entries: tuple[str, str]) -> str:
    """A section: (name, its lines, parted by semicolons)."""
    return "".join((f"config {kind}\n", *(f'edit "{name}"\n{_lines(lines)}next\n' for name, lines in entries), "end\n"))


def settings(kind: str, lines: str) -> str:
    """A section without entries: its lines, parted by semicolons."""
    return f"config {kind}\n{_lines(lines)}end\n"


def _lines(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.split(";") if line.strip())


def policy(action: str, more: str = "", **changed: str) -> str:
    """The lines of a policy about everything but for what is changed; an empty word leaves a setting out."""
    asked = {**USUAL, "action": action, **{key.replace("_", "-"): value for key, value in changed.items()}}
    return ";".join([*(f"set {key} {value}" for key, value in asked.items() if value), more])


def policies(*lines: str, table: str = "firewall policy") -> str:
    """A table of policies in order."""
    return config(table, *((str(number), each) for number, each in enumerate(lines, 1)))


def device_of(*parts: str, version: str = "7.4.4", interfaces: str = INTERFACES, route: str = ROUTE) -> Device:
    """The only device of a configuration of these sections."""
    head = f"#config-version=FGT60F-{version}-FW-build2662-240514:opmode=0:vdom=0:user=admin\n"
    (found,) = read("".join((head, interfaces, route, *parts)))
    return found


def access(*parts: str, version: str = "7.4.4", port: int = 443) -> str:
    """Whether the endpoint gets through."""
    return ask(device_of(*parts, version=version), HOST, port)[0]
