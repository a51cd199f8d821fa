"""Writes configurations of Squid: a small one, many small ones, and one with a list of many domains in a file of its own."""

from __future__ import annotations

from pathlib import Path

_REQUIRED = ("endpoint.security", "smartscreen", "smartscreen-prod", "dm", "update", "delivery.mp")
_HEAD = ("http_port 3128", "acl localnet src 10.0.0.0/8", "acl tls port 443", "acl web port 80 443")
_TAIL = (
    "http_access deny !web",
    "http_access deny CONNECT !tls",
    "http_access allow localnet sites",
    "http_access deny all",
)


def small(lines: int = 50, number: int = 0) -> str:
    """Return a squid.conf as they are met: ports, networks, lists, and an end that denies. Each number gives another one."""
    required = [f"acl sites dstdomain .{name}.microsoft.com" for name in _REQUIRED]
    count = lines - len(_HEAD) - len(_TAIL) - len(required)
    others = [f"acl sites dstdomain .site{number}-{each}.example" for each in range(count)]
    return "\n".join([*_HEAD, *required, *others, *_TAIL]) + "\n"


def many(folder: Path, count: int) -> None:
    """Write so many small configurations into a folder."""
    for number in range(count):
        (folder / f"site-{number:04}.conf").write_text(small(number=number), encoding="utf-8")


def with_domains(folder: Path, count: int) -> Path:
    """Write a squid.conf that allows a list of so many domains, each on a line of ``domains.txt``; return its path."""
    with (folder / "domains.txt").open("w", encoding="utf-8") as file:
        file.writelines(f".{name}.microsoft.com\n" for name in _REQUIRED)
        file.writelines(f"host{each}.site{each % 9973}.example\n" for each in range(count - len(_REQUIRED)))
    lines = [*_HEAD, f'acl sites dstdomain "{folder / "domains.txt"}"', *_TAIL]
    path = folder / "squid.conf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
