"""Text in which no CI service finds a command.

What a job prints is read by the service that runs it. GitHub's runner takes a line that begins with ``::name ...::`` for a command,
blanks before it do not matter, and one that has ``##[name ...]`` anywhere (``ActionCommand.cs`` in actions/runner); the agent of
Azure DevOps looks for ``##vso[`` anywhere (``Command.cs`` in microsoft/azure-pipelines-agent), TeamCity for ``##teamcity[``. A name
in a configuration must not set variables, mask words or stop other commands, whoever prints a report, and wherever: so it is
always defused, not only where a service is recognised.
"""

from allowlint.model.lazy import lazy_pattern

_ANYWHERE = lazy_pattern(r"#(?=#(?:\[|\w+\[|vso))")
_AT_THE_START = lazy_pattern(r"((?:^|[\r\n])\s*):(?=:[\w-]+(?:\s[^\r\n]*)?::)")


def defused(text: str, number_sign: str = "<U+0023>", colon: str = "<U+003A>") -> str:
    """The text with the first character of what might be a command replaced: shown by its number, or escaped in a format's way."""
    if "##" in text:
        text = _ANYWHERE.sub(number_sign, text)
    return _AT_THE_START.sub(rf"\g<1>{colon}", text) if "::" in text else text
