"""Backups in which a few policies are written in another way than devices write them, or are cut, doubled or hidden in a value."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.generators.fortios import backup


def _reordered(lines: list[str], random: Random) -> list[str]:
    return [lines[0], *random.sample(lines[1:-1], len(lines) - 2), lines[-1]]


def _with(*more: str) -> Callable[[list[str], Random], list[str]]:
    def changed(lines: list[str], random: Random) -> list[str]:
        at = random.randrange(1, len(lines))
        return [*lines[:at], *(f"        {line}" if line else "" for line in more), *lines[at:]]

    return changed


def _numbered(number: str) -> Callable[[list[str], Random], list[str]]:
    return lambda lines, _: [f"    edit {number}", *lines[1:]]


SLIPS: dict[str, Callable[[list[str], Random], list[str]]] = {
    "in another order": _reordered,
    "a comment": _with('set comments "ticket 7"'),
    "a comment of several lines": _with('set comments "one\ntwo"'),
    "the end in a comment": _with('set comments "one\nend\n    next\nend\nconfig firewall policy"'),
    "another policy in a comment": lambda lines, random: _with(
        'set comments "\n    next\n' + "\n".join(lines[:-1]).replace('"', '\\"') + '\n"'
    )(lines, random),
    "half a policy in a comment": _with('set comments "one', '        set dstaddr \\"all\\""'),
    "an open quotation mark": _with('set comments "one'),
    "two open quotation marks": lambda lines, _: [
        *lines[:-1],
        '        set comments "',
        *lines[-1:],
        '    edit 9"',
        "    next",
    ],
    "a number twice": _numbered("7"),
    "no number": _numbered("0"),
    "a name for a number": _numbered('"7 8"'),
    "tabs": lambda lines, _: [line.replace("        ", "\t\t") for line in lines],
    "blanks": lambda lines, _: [f"{line}  " for line in lines],
    "not indented": lambda lines, _: [line.strip() for line in lines],
    "an empty line": _with(""),
    "unset": _with("unset dstaddr"),
    "append": _with('append dstaddr "asked"'),
    "a block": _with("config inner", "    edit 1", "        set dstaddr x", "    next", "end"),
    "a block that is not indented": lambda lines, _: [*lines[:-1], "config inner", "end", lines[-1]],
    "no next": lambda lines, _: lines[:-1],
    "next twice": lambda lines, _: [*lines, lines[-1]],
    "end for next": lambda lines, _: [*lines[:-1], "    end"],
    "delete behind it": lambda lines, _: [*lines, "    delete 3"],
    "move behind it": lambda lines, _: [*lines, "    move 3 before 1"],
    "disabled": lambda lines, _: [lines[0], "        set status disable", *lines[1:]],
    "disabled, and enabled": lambda lines, _: [
        lines[0],
        "        set status disable",
        *lines[1:-1],
        "        set status enable",
        lines[-1],
    ],
    "disabled at last": lambda lines, _: [*lines[:-1], "        set status disable", lines[-1]],
    "for users": lambda lines, _: [*lines[:-1], '        set groups "staff"', lines[-1]],
    "for everything": _with('set dstaddr "all"', 'set service "ALL"', "set action deny"),
    "not its destinations": _with("set dstaddr-negate enable"),
    "words without quotation marks": lambda lines, _: [line.replace('"', "") for line in lines],
    "apostrophes for quotation marks": lambda lines, _: [
        *lines[:-1],
        "        set dstaddr 'all'",
        "        set service 'HTTPS'",
        lines[-1],
    ],
    "denied at last": lambda lines, _: [
        *lines[:7],
        '        set dstaddr "host-5"',
        '        set schedule "always"',
        '        set service "HTTPS"',
        "        set action deny",
        lines[-1],
    ],
    "a quotation mark in a word": lambda lines, _: [line.replace('"host-', '"\\"host-') for line in lines],
}
"""What may have become of a policy."""


def slipped(slip: str, seed: int) -> str:
    """A backup in which that has happened to a few policies, one of which is made to be about what is asked."""
    random = Random(seed)
    before, title, after = "".join(backup(120, seed)).partition("config firewall policy\n")
    policies, _, rest = after.partition("    next\nend\n")
    entries = [[*entry.split("\n"), "    next"] for entry in policies.split("\n    next\n")]
    entries[-1] = [line for line in entries[-1] if line and line != "    next"] + ["    next"]
    for place in random.sample(range(len(entries)), 4):
        lines = entries[place]
        if random.random() < 0.5:
            lines = [line.replace('set service "app', 'set service "HTTPS" "app') for line in lines]
        entries[place] = SLIPS[slip](lines, random)
    objects = before.replace(
        "end\nconfig firewall addrgrp\n",
        '    edit "asked"\n        set type fqdn\n        set fqdn "go.microsoft.com"\n    next\nend\nconfig firewall addrgrp\n',
    )
    written = "\n".join(line for entry in entries for line in entry)
    return f"{objects}{title}{written}\nend\n{rest}"
