"""Hides passwords, keys and hashes in the lines of configurations that reports show.

Findings point at rules and objects, which hold none. But an export may be written in one line, and commands that were not understood
are shown as they are.
"""

import re

_WORDS = (
    r"phash|password|passwd|passphrase|private-key|public-key|pre-shared-key|psksecret|psk|auth-?key|secret|bind-password|"
    r"snmp-community-string|authpwd|privpwd|api-?key|key|enc-?key"
)
_ELEMENT = re.compile(rf"(<(?:{_WORDS})(?:\s[^<>]*)?>)([^<]+)", re.IGNORECASE)
_COMMAND = re.compile(
    rf"^(\s*(?:\S+[#>]\s+)?(?:set|move|rename|delete|copy)\s.*?\b(?:{_WORDS})\s+(?:ENC\s+)?)(\S.*)$", re.IGNORECASE
)


def masked(line: str) -> str:
    """The line with stars in place of what nobody but its owner should read; every other character stands where it stood."""
    if "<" in line:
        line = _ELEMENT.sub(_starred, line)
    return _COMMAND.sub(_starred, line, count=1)


def _starred(match: re.Match[str]) -> str:
    return match[1] + "*" * len(match[2])
