"""What ``Get-MpPreference`` prints: as a list, as the table of a few columns, or as JSON.

The names are those of the cmdlet (learn.microsoft.com, "Get-MpPreference", "Set-MpPreference"). What it prints is what is in force, from
wherever it comes, so that an empty name is an answer too.
"""

import re
from collections.abc import Iterator

from allowlint.platforms.mde_endpoint.differing import SEVERAL, differing
from allowlint.platforms.mde_endpoint.json_text import as_text, line_with, objects, parsed
from allowlint.platforms.mde_endpoint.settings import BYPASS, PAC, SERVER, Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source

_NAMES = (SERVER, PAC, BYPASS)
_COMMAND = "Get-MpPreference"
_FIELD = re.compile(r"^[ \t]{0,8}(\w+)[ \t]*:(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"^[ \t]{0,8}(ProxyServer|ProxyPacUrl|ProxyBypass)[ \t]*:(?:[ \t]|$)", re.MULTILINE)
_HEADS = re.compile(
    r"^[ \t]*(?:Proxy(?:Server|PacUrl|Bypass)[ \t]+){1,2}Proxy(?:Server|PacUrl|Bypass)[ \t]*$", re.MULTILINE
)
_JSON = re.compile(r"\"Proxy(?:PacUrl|Bypass)\"\s*:")
_OTHERS = re.compile(
    r"(?:^[ \t]{0,8}|\")(?:MAPSReporting|ComputerID|SubmitSamplesConsent|DisableRealtimeMonitoring|ProxyPacUrl|ProxyBypass)\b",
    re.MULTILINE,
)


def detect(source: Source) -> bool:
    """Whether the output of the cmdlet is in it."""
    text = source.text
    if text.lstrip()[:1] in ("{", "["):
        return bool(_JSON.search(text)) and bool(_OTHERS.search(text)) and "ProxyIsEnabled" not in text
    return bool(_HEADS.search(text)) or (bool(_ITEM.search(text)) and bool(_OTHERS.search(text)))


def read(source: Source) -> list[Setting]:
    """What it says about the proxy of Defender Antivirus. Raises InputError where it begins like JSON and is none."""
    if source.text.lstrip()[:1] in ("{", "["):
        found = [setting for each in objects(parsed(source)) for setting in _of_object(source, each)]
    else:
        found = [*_of_list(source), *_of_table(source)]
    return [*found, *differing(found, SEVERAL)]


def _setting(source: Source, name: str, text: str, line: int) -> Setting:
    text = text.strip()
    if text.startswith("{") and text.endswith("}"):
        text = "\n".join(part.strip() for part in text[1:-1].split(",") if part.strip())
    cut = "the rest of it, which the output leaves out" if text.endswith(("...", "…")) else ""
    return Setting(Consumer.ANTIVIRUS, name, text, source.at(line), "", _COMMAND, removed=not text, open=cut)


def _of_object(source: Source, each: dict[str, object]) -> Iterator[Setting]:
    for name in _NAMES if len(set(_NAMES) & set(each)) > 1 else ():
        if name in each:
            yield _setting(source, name, as_text(each[name]), line_with(source, f'"{name}"'))


def _of_list(source: Source) -> Iterator[Setting]:
    name, text, line = "", "", 0
    for number, each in enumerate(source.lines, 1):
        field = _FIELD.match(each)
        if field is None and name and each[:1] in (" ", "\t") and each.strip():
            text += each.strip() if text.endswith(",") is False else f" {each.strip()}"
            continue
        if name in _NAMES:
            yield _setting(source, name, text, line)
        name, text, line = (field[1], field[2] or "", number) if field is not None else ("", "", 0)
    if name in _NAMES:
        yield _setting(source, name, text, line)


def _of_table(source: Source) -> Iterator[Setting]:
    for match in _HEADS.finditer(source.text):
        head = source.line_of(match.start())
        if head + 1 >= len(source.lines) or not re.fullmatch(r"[ \t]*+-[ \t-]*+", source.lines[head]):
            continue
        names = [(each[0], each.start()) for each in re.finditer(r"\w+", source.lines[head - 1])]
        row = source.lines[head + 1]
        ends = [start for _, start in names[1:]] + [max(len(row), 1)]
        for (name, start), end in zip(names, ends, strict=True):
            yield _setting(source, name, row[start:end], head + 2)
