"""Text in which no CI service finds a command.

What a job prints is read by the service that runs it. GitHub's runner takes a line that begins with ``::name ...::`` for a command,
blanks before it do not matter, and one that has ``##[name ...]`` anywhere (``ActionCommand.cs`` in actions/runner); the agent of
Azure DevOps looks for ``##vso[`` anywhere (``Command.cs`` in microsoft/azure-pipelines-agent), TeamCity for ``##teamcity[``. A name
in a configuration must not set variables, mask words or stop other commands, whoever prints a report, and wherever: so it is
always defused, not only where a service is recognised.
"""

import re

from allowlint.model.lazy import lazy_pattern

_ANYWHERE = lazy_pattern(r"#(?=#(?:\[|\w+\[|vso))")
_COLON = lazy_pattern(r"(?<!\s)(\s*+):(?=:)")
_NAMED = lazy_pattern(r":[\w-]+(?:\s[^\r\n]*)?::")


def defused(text: str, number_sign: str = "<U+0023>", colon: str = "<U+003A>") -> str:
    """The text with the first character of what might be a command replaced: shown by its number, or escaped in a format's way."""
    if "##" in text:
        text = _ANYWHERE.sub(number_sign, text)

    def shown(match: re.Match[str]) -> str:
        first = not match.start() or "\n" in match[1] or "\r" in match[1]
        return match[1] + colon if first and _NAMED.match(text, match.end()) else match[0]

    return _COLON.sub(shown, text) if "::" in text else text
