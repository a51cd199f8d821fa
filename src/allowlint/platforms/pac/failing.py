"""What goes wrong when a script is run, for checks to tell."""

from __future__ import annotations

import re
from difflib import get_close_matches

from allowlint.model.device import Note
from allowlint.model.location import Location
from allowlint.platforms.pac.helpers import HELPERS
from allowlint.platforms.pac.running import Try
from allowlint.platforms.pac.sandbox import Answer
from allowlint.platforms.pac.script import Script

MOST = 20
"""Notes of one script."""
_UNKNOWN_NAME = re.compile(r"ReferenceError: (\w+) is not defined|ReferenceError: '?(\w+)'? is not defined")
_WAYS = frozenset(("DIRECT", "PROXY", "SOCKS", "HTTPS"))


def line_of(fault: str) -> int:
    """The line that an error names, else the first."""
    found = re.search(r"line (\d{1,7})", fault)
    return int(found.group(1)) if found else 1


def failures(script: Script, tries: list[Try]) -> list[Note]:
    """A note for each way in which the script fails whatever the surroundings are, with the names that it fails for."""
    failed: dict[tuple[str, str], dict[str, None]] = {}
    modern = {(each.host, answer.error) for each in tries if not each.client.old for answer in each.answers}
    broken = {each.host for each in tries if not each.client.old and any(map(_fails, each.answers))}
    for each in tries:
        for answer in each.answers:
            if not _fails(answer):
                continue
            if not each.client.old:
                failed.setdefault(("fails", answer.error), {})[each.host] = None
            elif each.host not in broken and (each.host, answer.error) not in modern:
                failed.setdefault(("needs-browser", answer.error), {})[each.host] = None
    return [_note(script, kind, error, list(hosts)) for (kind, error), hosts in list(failed.items())[:MOST]]


def _fails(answer: Answer) -> bool:
    """Whether the script itself is to blame; what it asked of the client may have been."""
    if answer.kind == "limit":
        return not answer.error.startswith("not asked")
    return answer.kind == "exception" and not answer.asked


def _note(script: Script, kind: str, error: str, hosts: list[str]) -> Note:
    names = hosts[0] if len(hosts) == 1 else f"{hosts[0]} and {len(hosts) - 1} more"
    where = "fails" if kind == "fails" else "fails in old engines"
    return Note(kind, Location(script.path, line_of(error)), f"the script {where} for {names}: {error}", _advice(error))


def _advice(error: str) -> str:
    found = _UNKNOWN_NAME.search(error)
    if found is None:
        return ""
    name = found.group(1) or found.group(2)
    if name in _WAYS:
        return f'write it in quotation marks: "{name}"'
    folded = {helper.lower(): helper for helper in HELPERS}
    near = get_close_matches(name.lower(), folded, 1, 0.8)
    return f"did you mean `{folded[near[0]]}`?" if near else ""
