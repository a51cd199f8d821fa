"""Operations on FortiGate backups.

* To let something through is a policy that accepts, to stop something one that denies. Taking away an accept opens nothing, and
  taking away a deny closes nothing, where no policy of the file asks who the client is.
* An unrelated policy accepts a foreign name: a host that shares its address is not allowed by it, so nobody else gets there.
  An unrelated entry of a URL filter refuses a foreign name, an unrelated exemption names one.
* Order means nothing between sections, between objects, between the settings of an entry.
* What nobody can tell is a schedule that is not always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from allowlint.model.device import Stage
from tests.metamorphic.operations import FOREIGN, Doubt, Edit, Force, Generated, Operations
from tests.metamorphic.platforms.fortinet_fortios.sections import (
    POLICIES,
    Part,
    entries,
    joined,
    policies,
    replaced,
    sections,
    setting,
    usable,
)

UNORDERED = (
    "firewall address",
    "firewall addrgrp",
    "firewall service custom",
    "firewall service group",
    "system interface",
)
OBJECTS = (*UNORDERED[:4], "firewall wildcard-fqdn custom", "firewall ssl-ssh-profile", "webfilter profile")
WATCHED = (POLICIES, "firewall address", "firewall addrgrp", "firewall service custom", "firewall ssl-ssh-profile")
"""Sections of which every word is known."""
ASKING = ("groups", "users", "captive-portal", "disclaimer", "ngfw-mode", "schedule recurring", "auth-on-demand")
"""Words of configurations in which a policy does more than let through or stop."""
FOREIGN_ADDRESS = [
    "config firewall address",
    '    edit "unrelated"',
    "        set type fqdn",
    f'        set fqdn "www.{FOREIGN}"',
    "    next",
    "end",
]
_URL = "^www\\\\." + FOREIGN.replace(".", "\\\\.") + "(/|$)"
SCHEDULE = [
    "config firewall schedule recurring",
    '    edit "sometimes"',
    "        set day monday",
    "        set start 08:00",
    "        set end 09:00",
    "    next",
    "end",
]


def lines_of(text: str) -> list[str]:
    """The lines of a backup."""
    return text.split("\n")


def _policy(lines: list[str], like: Part, number: str, target: str, action: str) -> list[str]:
    """A policy between the interfaces of another one."""
    sides = [f"        set {key} {setting(lines, like, key)}" for key in ("srcintf", "dstintf")]
    return [
        f"    edit {number}",
        *sides,
        '        set srcaddr "all"',
        f'        set dstaddr "{target}"',
        f"        set action {action}",
        '        set schedule "always"',
        '        set service "ALL"',
        "    next",
    ]


def _old(text: str) -> bool:
    return "-6.0." in text[:60]


def unrelated(text: str, _random: Random) -> Iterator[Edit]:
    """A policy that accepts a foreign name above any other; a foreign entry of a URL filter; a foreign exemption."""
    lines = lines_of(text)
    for policy in policies(lines) if "ngfw-mode" not in text else ():
        rule = _policy(lines, policy, "9001", "unrelated", "accept")
        edited = [*lines[: policy.first], *rule, *lines[policy.first : -1], *FOREIGN_ADDRESS, ""]
        yield Edit(joined(edited), f"an unrelated policy above policy {policy.name}")
    tables = [part for part in sections(lines) if part.name == "webfilter urlfilter"]
    for index in (index for part in tables for index in range(part.first, part.last)):
        if lines[index] == "        config entries":
            entry = ["            edit 9001", f'                set url "{_URL}"', "                set type regex"]
            for action in ("block", "exempt", "allow"):
                put = [*entry, f"                set action {action}", "            next"]
                edited = [*lines[: index + 1], *put, *lines[index + 1 :]]
                yield Edit(joined(edited), f"an unrelated URL in line {index + 1}: {action}")


def layouts(text: str, _random: Random) -> Iterator[Edit]:
    """No indentation, another one, other line ends, comments, blank lines."""
    lines = lines_of(text)
    yield Edit(joined(line.lstrip() for line in lines), "no indentation")
    yield Edit(joined(line.replace("    ", "\t") for line in lines), "tabs")
    yield Edit(joined(f"  {line}" if line and line[0] != "#" else line for line in lines), "more indentation")
    yield Edit(text.replace("\n", "\r\n"), "CRLF")
    yield Edit(joined(f"{line}  " if line.startswith("  ") else line for line in lines), "blanks at the end")
    yield Edit(text.replace("\nconfig ", "\n\n# a comment\nconfig "), "comments between sections")
    yield Edit(text.replace("\n    edit ", "\n\n    # a comment\n    edit "), "comments between entries")


def shuffles(text: str, random: Random) -> Iterator[Edit]:
    """Sections, objects, the settings of a policy."""
    lines = lines_of(text)
    parts = list(sections(lines))
    if parts and len({part.name for part in parts}) == len(parts):
        mixed = random.sample(parts, len(parts))
        body = [line for part in mixed for line in lines[part.first : part.last]]
        yield Edit(joined([*lines[: parts[0].first], *body, *lines[parts[-1].last :]]), "sections mixed")
    for part in parts:
        if part.name in UNORDERED:
            found = list(entries(lines, part))
            body = [line for one in random.sample(found, len(found)) for line in lines[one.first : one.last]]
            if len(found) > 1:
                yield Edit(replaced(lines, Part("", found[0].first, found[-1].last), body), f"{part.name} mixed")
    for policy in policies(lines):
        inner = lines[policy.first + 1 : policy.last - 1]
        if all(line.startswith("        set ") for line in inner):
            random.shuffle(inner)
            edited = replaced(lines, Part("", policy.first + 1, policy.last - 1), inner)
            yield Edit(edited, f"settings of policy {policy.name} mixed")


def renamings(text: str, _random: Random) -> Iterator[Edit]:
    """Objects by other names; no name that is known to the product."""
    lines = lines_of(text)
    for part in sections(lines):
        for entry in entries(lines, part) if part.name in OBJECTS else ():
            quoted = f'"{entry.name}"'
            if text.count(quoted) > 1 and "." not in entry.name and entry.name not in ("all", "none", "microsoft"):
                yield Edit(text.replace(quoted, f'"other {entry.name}"'), f"{entry.name} by another name")


def duplicates(text: str, _random: Random) -> Iterator[Edit]:
    """A policy twice in a row, under another number."""
    lines = lines_of(text)
    for policy in policies(lines):
        copy = ["    edit 9001", *lines[policy.first + 1 : policy.last]]
        edited = [*lines[: policy.last], *copy, *lines[policy.last :]]
        yield Edit(joined(edited), f"policy {policy.name} twice")


def unknown_words(text: str, _random: Random) -> Iterator[Edit]:
    """A command, a key or a section that the language does not have."""
    lines = lines_of(text)
    for part in sections(lines):
        if part.name in WATCHED:
            yield _reworded(lines, part.first, part, "config firewall", "config firewal")
            yield _reworded(lines, part.first, part, part.name, f"{part.name}x")
            for entry in entries(lines, part):
                for index in range(entry.first + 1, entry.last - 1):
                    if re.match(r" +set [a-z]", lines[index]):
                        yield _reworded(lines, index, entry, "set ", "sett ")
                        key = lines[index].split()[1]
                        yield _reworded(lines, index, entry, f"set {key}", f"set {key}x")


def _reworded(lines: list[str], index: int, part: Part, old: str, new: str) -> Edit:
    edited = [*lines[:index], lines[index].replace(old, new, 1), *lines[index + 1 :]]
    return Edit(joined(edited), f"line {index + 1}: {new}", part.numbers)


def deletions(text: str, _random: Random) -> Iterator[Edit]:
    """A line, or an entry."""
    lines = lines_of(text)
    for part in sections(lines):
        for entry in entries(lines, part):
            yield Edit(replaced(lines, entry, ()), f"entry {entry.name} of {part.name} gone", entry.numbers)
            for index in range(entry.first + 1, entry.last - 1):
                one = Part("", index, index + 1)
                yield Edit(replaced(lines, one, ()), f"line {index + 1} gone: {lines[index].strip()}", one.numbers)


def _plain(text: str) -> bool:
    """Whether policies do no more than let through and stop, by what can be told."""
    return not any(word in text for word in ASKING)


def _fewer(text: str, action: str) -> Iterator[Edit]:
    lines = lines_of(text)
    for policy in policies(lines) if _plain(text) else ():
        # Where there is one zone of clients alone, a policy less makes it none that clients stand in.
        alone = len({setting(lines, one, "srcintf") for one in policies(lines)}) == 1 < len(policies(lines))
        if alone and (setting(lines, policy, "action") or "deny") == action:
            yield Edit(replaced(lines, policy, ()), f"policy {policy.name} ({action}) gone", policy.numbers)


def fewer_allows(text: str, _random: Random) -> Iterator[Edit]:
    """A policy that accepts is gone."""
    yield from _fewer(text, "accept")


def fewer_denies(text: str, _random: Random) -> Iterator[Edit]:
    """A policy that denies is gone."""
    yield from _fewer(text, "deny")


def doubts(text: str, _random: Random) -> Iterator[Doubt]:
    """A policy always, never, and at certain times."""
    lines = lines_of(text)
    for policy in policies(lines):
        if '        set schedule "always"' in lines[policy.first : policy.last]:
            yield Doubt(
                _scheduled(lines, policy, "always"),
                _scheduled(lines, policy, "none"),
                _scheduled(lines, policy, "sometimes"),
            )


def _scheduled(lines: list[str], policy: Part, schedule: str) -> Edit:
    own = [line.replace('schedule "always"', f'schedule "{schedule}"') for line in lines[policy.first : policy.last]]
    edited = [*lines[: policy.first], *own, *lines[policy.last : -1], *SCHEDULE, ""]
    return Edit(joined(edited), f"policy {policy.name} at schedule {schedule}", policy.numbers)


def _on_top(rule: list[str]) -> Force:
    def edit(text: str) -> str:
        lines = lines_of(text)
        first = next((part for part in sections(lines) if part.name == POLICIES), None)
        if first is None:
            return joined([*lines[:-1], f"config {POLICIES}", *rule, "end", ""])
        return joined([*lines[: first.first + 1], *rule, *lines[first.first + 1 :]])

    return Force(Stage.ACCESS, "a policy that denies everything", edit)


DENY_ALL = [
    "    edit 9000",
    '        set srcintf "any"',
    '        set dstintf "any"',
    '        set srcaddr "all"',
    '        set dstaddr "all"',
    "        set action deny",
    '        set schedule "always"',
    '        set service "ALL"',
    "    next",
]


def generated(count: int) -> Iterator[Generated]:
    """Backups of a few policies about a few objects."""
    for seed in range(count):
        text = _random_backup(Random(70_000 + seed))
        yield Generated(f"random-{seed}", "config.conf", {"config.conf": text.encode()})


TARGETS = ("n0", "n1", "n2", "n3", "some", "net", "all")


def _random_backup(random: Random) -> str:
    names = ["a.test", "*.a.test", "o.test", "*.b.test"]
    lines = [
        "#config-version=FGT60F-7.4.4-FW-build2662-240514:opmode=0:vdom=0:user=admin",
        "config router static",
        "    edit 1",
        '        set device "wan1"',
        "    next",
        "end",
        "config firewall address",
    ]
    for index, name in enumerate(names):
        lines += [f'    edit "n{index}"', "        set type fqdn", f'        set fqdn "{name}"', "    next"]
    lines += ['    edit "net"', "        set subnet 10.0.0.0 255.0.0.0", "    next", "end"]
    lines += ["config firewall addrgrp", '    edit "some"', '        set member "n0" "n3"', "    next", "end"]
    lines += ["config firewall wildcard-fqdn custom"]
    for index, name in enumerate(names):
        lines += [f'    edit "w{index}"', f'        set wildcard-fqdn "{name}"', "    next"]
    lines += [
        "end",
        "config firewall ssl-ssh-profile",
        '    edit "deep"',
        "        config https",
        "            set ports 443",
    ]
    lines += [
        "        end",
        "        config ssl-exempt",
        "            edit 1",
        "                set type wildcard-fqdn",
    ]
    lines += [
        f'                set wildcard-fqdn "w{random.randrange(4)}"',
        "            next",
        "        end",
        "    next",
        "end",
    ]
    lines += ["config firewall policy"]
    for number in range(1, random.randint(2, 6)):
        lines += [f"    edit {number}", '        set srcintf "lan"', '        set dstintf "wan1"']
        source, target = random.choice(("all", "all", "net")), random.choice(TARGETS)
        lines += [f'        set srcaddr "{source}"', f'        set dstaddr "{target}"']
        lines += [f"        set action {random.choice(('accept', 'accept', 'deny'))}", '        set schedule "always"']
        lines += [f"        set service {random.choice(('ALL', 'HTTPS', 'HTTP'))}"]
        if random.random() < 0.6:
            mode = random.choice(("flow", "proxy"))
            lines += ["        set utm-status enable", f"        set inspection-mode {mode}"]
            lines += [f'        set ssl-ssh-profile "{random.choice(("deep", "certificate-inspection"))}"']
        lines += ["    next"]
    return joined([*lines, "end", ""])


OPERATIONS = Operations(
    platform="fortinet_fortios",
    names=("config.conf",),
    usable=usable,
    generated=generated,
    forces=(_on_top(DENY_ALL),),
    unrelated=unrelated,
    layouts=layouts,
    shuffles=shuffles,
    renamings=renamings,
    duplicates=duplicates,
    unknown_words=unknown_words,
    deletions=deletions,
    fewer_allows=fewer_allows,
    fewer_denies=fewer_denies,
    doubts=doubts,
)
