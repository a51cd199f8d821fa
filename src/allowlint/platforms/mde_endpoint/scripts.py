"""Scripts that set a proxy: PowerShell, batch and shell files with the commands that Microsoft's documents give.

``Set-MpPreference``, ``netsh winhttp``, ``reg add``, ``New-ItemProperty`` and ``Set-ItemProperty``, ``mdatp config proxy set`` and
``HTTPS_PROXY=... apt install mdatp``. A variable that the script sets to a plain text is put in its place; what is computed stays
open. Conditions and loops are not followed: every command counts, and where a branch sets something else than the rest of the
script, it is open which one counts.
"""

import json
import re
from collections.abc import Iterator, Sequence

from allowlint.platforms.mde_endpoint.addresses import shown
from allowlint.platforms.mde_endpoint.commands import Command, commands
from allowlint.platforms.mde_endpoint.differing import BRANCHES, differing
from allowlint.platforms.mde_endpoint.linux import assigned
from allowlint.platforms.mde_endpoint.netsh import advanced
from allowlint.platforms.mde_endpoint.registry import settings_of
from allowlint.platforms.mde_endpoint.settings import (
    BYPASS,
    DIRECT,
    NUMBER,
    OTHER,
    PAC,
    PROXY,
    SERVER,
    STRING,
    Consumer,
    RegistryValue,
    Setting,
)
from allowlint.platforms.mde_endpoint.source import Source

_SUFFIXES = (".ps1", ".psm1", ".cmd", ".bat", ".sh")
_PROSE = (".md", ".rst", ".html", ".htm", ".adoc", ".yaml", ".yml", ".json", ".xml", ".py", ".log")
_KNOWN = re.compile(
    r"(?:\bSet-MpPreference\b.*-Proxy|\bnetsh(?:\.exe)?\s+winhttp\s+(?:set|reset|import)\b|"
    r"\breg(?:\.exe)?\s+(?:add|delete)\b.*(?:TelemetryProxy|DisableEnterpriseAuthProxy|PreferStaticProxy|SSLOptions|Windows Defender.*Proxy)|"
    r"-ItemProperty\b.*(?:TelemetryProxy|DisableEnterpriseAuthProxy|PreferStaticProxy|SSLOptions|Proxy(?:Server|PacUrl|Bypass))|"
    r"\bmdatp\s+config\s+proxy\s+set\b|\bHTTPS_PROXY=\S+.*\bmdatp\b)",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"^(?:(?:PS\s+)?[A-Za-z]:\\[^>]*>|[$#>])\s*")
_TYPES = {
    "string": STRING,
    "expandstring": "REG_EXPAND_SZ",
    "multistring": "REG_MULTI_SZ",
    "dword": NUMBER,
    "qword": "REG_QWORD",
    "binary": "REG_BINARY",
}


def detect(source: Source) -> bool:
    """Whether it is a script with such a command, or a list of nothing but such commands."""
    if source.name.endswith(_PROSE):
        return False
    if source.name.endswith(_SUFFIXES):
        return any(_KNOWN.search(command.text) for command in commands(source))
    found = False
    for command in commands(source):
        # The first command of another kind tells; the rest of a long file need not be taken apart.
        if not _KNOWN.match(_PROMPT.sub("", command.text)):
            return False
        found = True
    return found


def read(source: Source) -> list[Setting]:
    """What its commands set, in their order."""
    found: list[Setting] = []
    branched: set[tuple[Consumer, str]] = set()
    for command in commands(source):
        mine = list(_settings(source, command))
        found += mine
        branched |= {(each.consumer, each.name) for each in mine if command.conditional}
    consumers = {consumer for consumer, _ in branched}
    # Commands one after the other overwrite each other; of two branches nobody knows which one is taken.
    unsure = (
        each
        for each in found
        if (each.consumer, each.name) in branched or (each.consumer is Consumer.WINHTTP and each.consumer in consumers)
    )
    return [*found, *differing(unsure, BRANCHES)]


def _settings(source: Source, command: Command) -> Iterator[Setting]:
    words = [word for word in command.words if word not in ("&", "|", "sudo", "@")]
    lowered = [word.lower().removesuffix(".exe") for word in words]
    for index, word in enumerate(lowered):
        rest = words[index + 1 :]
        if word in ("set-mppreference", "add-mppreference", "remove-mppreference"):
            yield from _preference(source, command, word, rest)
        elif word == "netsh" and lowered[index + 1 : index + 2] == ["winhttp"]:
            yield from _netsh(source, command, rest[1:])
        elif word == "reg" and lowered[index + 1 : index + 2] in (["add"], ["delete"]):
            yield from settings_of(_reg(source, command, rest))
        elif word in ("new-itemproperty", "set-itemproperty", "remove-itemproperty"):
            yield from settings_of(_item(source, command, word, rest))
        elif word == "mdatp":
            yield from _mdatp(source, command, rest)
        elif word.startswith("https_proxy=") and "mdatp" in lowered and "install" in lowered:
            name, _, text = words[index].partition("=")
            yield from assigned(source, command.line, name, text, Consumer.INSTALLATION, "install")


def _setting(source: Source, command: Command, consumer: Consumer, name: str, value: str) -> Setting:
    place = source.at(command.line)
    return Setting(consumer, name, value, place, "", command.words[0], removed=not value, open=unresolved(value))


def unresolved(text: str) -> str:
    """What of a text is computed when the script runs; empty where nothing is."""
    found = re.search(r"\$\{?[A-Za-z_][\w.:]*\}?|\$\(|%\w+%", text)
    return f"the variable in `{shown(text)}`" if found is not None else ""


def parameters(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The parameters of a cmdlet by their names in lower case, and what stands without one."""
    named: dict[str, str] = {}
    loose: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not re.match(r"-[A-Za-z]", word):
            loose.append(word)
            continue
        name, colon, text = word[1:].partition(":")
        if not colon and index < len(words) and not re.match(r"-[A-Za-z]", words[index]):
            text = words[index]
            index += 1
            # A list goes on behind a comma, with or without blanks.
            while index < len(words) and (text.endswith(",") or words[index].startswith(",")):
                text += words[index]
                index += 1
        named[name.lower()] = text
    return named, loose


def _preference(source: Source, command: Command, word: str, words: Sequence[str]) -> Iterator[Setting]:
    named, _ = parameters(words)
    for name in (SERVER, PAC, BYPASS):
        if name.lower() in named:
            text = "" if word.startswith("remove") else named[name.lower()]
            text = "\n".join(part.strip(" @()'\"") for part in text.split(",")) if name == BYPASS else text
            setting = _setting(source, command, Consumer.ANTIVIRUS, name, text)
            yield setting._replace(source="Set-MpPreference", local=True)


def _netsh(source: Source, command: Command, words: Sequence[str]) -> Iterator[Setting]:
    verb = " ".join(words[:2]).lower()
    values = [re.sub(r"^(?:proxy-server|bypass-list)=", "", word, flags=re.IGNORECASE) for word in words[2:]]
    if verb == "reset proxy" or verb.startswith("reset autoproxy"):
        yield _setting(source, command, Consumer.WINHTTP, DIRECT, "")._replace(removed=False)
    elif verb.startswith("import"):
        other = _setting(source, command, Consumer.WINHTTP, OTHER, "")
        yield other._replace(removed=False, open="the Internet Options from which it is imported")
    elif verb == "set proxy" and values:
        names = (PROXY, BYPASS)
        for name, word, text in zip(names, words[2:], values, strict=False):
            named = BYPASS if word.lower().startswith("bypass-list=") else PROXY
            which = named if "=" in word and word != text else name
            yield _setting(source, command, Consumer.WINHTTP, which, text)._replace(source="netsh winhttp set proxy")
    elif verb == "set advproxy":
        yield from _advanced(source, command)


def _advanced(source: Source, command: Command) -> Iterator[Setting]:
    found = re.search(r"settings=(\{.*\})", command.text)
    place = "netsh winhttp set advproxy"
    try:
        given = json.loads(found[1].replace('\\"', '"')) if found is not None else None
    except ValueError:
        given = None
    if isinstance(given, dict):
        yield from advanced(given, (source, command.line), place)
    else:
        other = _setting(source, command, Consumer.WINHTTP, OTHER, "")
        yield other._replace(removed=False, open="what the settings of `set advproxy` are")


def _reg(source: Source, command: Command, words: Sequence[str]) -> Iterator[RegistryValue]:
    switches: dict[str, str] = {}
    for index, word in enumerate(words):
        if re.fullmatch(r"/[a-z]+", word, re.IGNORECASE):
            switches[word.lower()] = words[index + 1] if index + 1 < len(words) else ""
    if len(words) < 2 or ("/v" not in switches and words[0].lower() == "add"):
        return
    name, kind, text = switches.get("/v", ""), switches.get("/t", STRING).upper(), switches.get("/d", "")
    number = re.fullmatch(r"0x([0-9a-f]{1,16})", text, re.IGNORECASE) if kind == NUMBER else None
    text = str(int(number[1], 16)) if number is not None else text
    place = source.at(command.line)
    gone = words[0].lower() == "delete"
    yield RegistryValue(words[1], name, kind, text, place, removed=gone, open="" if gone else unresolved(text))


def _item(source: Source, command: Command, word: str, words: Sequence[str]) -> Iterator[RegistryValue]:
    named, loose = parameters(words)
    waiting = iter(loose)
    path = named.get("path") or named.get("literalpath") or next(waiting, "")
    name = named.get("name") or next(waiting, "")
    value = named["value"] if "value" in named else next(waiting, "")
    given = (named.get("propertytype") or named.get("type") or "").lower()
    kind = _TYPES.get(given, given.upper())
    if not kind:
        # Without a type PowerShell takes that of the value: a number is a DWORD.
        kind = (
            NUMBER if re.fullmatch(r"\d+|0x[0-9a-f]+", value, re.IGNORECASE) and value not in command.quoted else STRING
        )
    if kind == NUMBER and value.lower().startswith("0x"):
        value = str(int(value, 16)) if re.fullmatch(r"0x[0-9a-f]{1,16}", value, re.IGNORECASE) else value
    gone = word.startswith("remove")
    place = source.at(command.line)
    open_ = unresolved(value) or (f"the variable in `{shown(path)}`" if unresolved(path) else "")
    yield RegistryValue(path, name, kind, value, place, removed=gone, open="" if gone else open_)


def _mdatp(source: Source, command: Command, words: Sequence[str]) -> Iterator[Setting]:
    lowered = [word.lower() for word in words]
    if lowered[:2] != ["config", "proxy"] or len(lowered) < 3:
        return
    if lowered[2] in ("clear", "reset", "delete"):
        yield _setting(source, command, Consumer.MDATP, PROXY, "")
    elif "--value" in lowered and lowered.index("--value") + 1 < len(words):
        text = words[lowered.index("--value") + 1]
        yield _setting(source, command, Consumer.MDATP, PROXY, text)._replace(source="mdatp config proxy set")
