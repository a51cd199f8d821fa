"""What CI services read out of the lines of a job's log, as their sources have it."""

import re
from typing import NamedTuple

COMMANDS = frozenset(
    """
    add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output
    stop-commands warning
    """.split()
)


class Command(NamedTuple):
    """A command that a service would carry out."""

    name: str
    properties: dict[str, str]
    message: str


def github(line: str) -> Command | None:
    """``ActionCommand.TryParseV2`` and ``TryParse`` of actions/runner: the first at the start of a line, the second anywhere."""
    text = line.lstrip()
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        name, _, rest = text[2:end].partition(" ")
        if name.lower() in COMMANDS:
            pairs = [part.split("=", 1) for part in rest.strip().split(",") if "=" in part]
            properties = {key: _taken_back(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}
            return Command(name, properties, _taken_back(text[end + 2 :], {}))
    found = re.search(r"##\[([^\] ]*)[^\]]*\]", line)
    return Command(found[1], {}, "") if found and found[1].lower() in COMMANDS else None


def azure(line: str) -> Command | None:
    """``Command.TryParse`` of microsoft/azure-pipelines-agent: anywhere in a line."""
    start = line.find("##vso[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 6 : end].partition(" ")
    pairs = [part.split("=", 1) for part in rest.split(";") if "=" in part]
    return Command(name, {key: _unescaped(value) for key, value in pairs}, _unescaped(line[end + 1 :]))


def _taken_back(text: str, more: dict[str, str]) -> str:
    for escaped, char in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(escaped, char)
    return text


def _unescaped(text: str) -> str:
    for escaped, char in {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}.items():
        text = text.replace(escaped, char)
    return text
