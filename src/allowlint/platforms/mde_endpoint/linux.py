"""Linux: ``mdatp_managed.json``, ``mdatp health``, ``/etc/environment``, units of systemd, and the proxy of apt.

The forms are those of "Configure Microsoft Defender for Endpoint on Linux for static proxy discovery" (learn.microsoft.com). An older
edition has ``Environment="HTTPS_PROXY=..."`` in the unit ``mdatp.service``. That ``mdatp health`` prints a proxy is in no document: it
is read where a line or a name has the word.
"""

import re
import shlex
from collections.abc import Iterator

from allowlint.platforms.mde_endpoint import apt
from allowlint.platforms.mde_endpoint.addresses import shown
from allowlint.platforms.mde_endpoint.json_text import as_text, line_with, objects, parsed
from allowlint.platforms.mde_endpoint.settings import BYPASS, OTHER, PLAIN_PROXY, PROXY, Consumer, Setting
from allowlint.platforms.mde_endpoint.source import Source

_MANAGED = re.compile(r"\"cloudService\"\s*:\s*\{[^{}]*\"proxy\"\s*:", re.DOTALL)
_HEALTH = re.compile(r"^[ \t]*\"?(?:healthy|health_issues|licensed|org_id|engine_version)\"?[ \t]*:", re.MULTILINE)
_HEALTH_PROXY = re.compile(r"^[ \t]*\"?((?=[a-z_]*proxy)[a-z_]++)\"?[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_ASSIGNED = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$")
_PROXY_NAME = re.compile(r"(?:https?|all|no|ftp)_proxy", re.IGNORECASE)
_USUAL = re.compile(r"PATH|LANG(?:UAGE)?|LC_\w+|(?:https?|all|no|ftp|rsync|socks)_proxy", re.IGNORECASE)
_UNIT = re.compile(r"^[ \t]*\[Service\][ \t]*$", re.MULTILINE)
_ENVIRONMENT = re.compile(r"^[ \t]*Environment[ \t]*=(.*)$")
_ENVIRONMENT_FILE = re.compile(r"^[ \t]*EnvironmentFile[ \t]*=[ \t]*(\S.*)$")
_LONGEST = 20_000
"""Characters of one line of a unit."""


def detect(source: Source) -> bool:
    """Whether it is one of these files."""
    return any(found(source) for found in (_is_managed, _is_health, _is_environment, _is_unit, apt.detect))


def read(source: Source) -> list[Setting]:
    """What it says about the proxy of mdatp, while it runs or while it is installed."""
    readers = (
        (_is_managed, _managed),
        (_is_health, _health),
        (_is_environment, _environment),
        (_is_unit, _unit),
        (apt.detect, apt.read),
    )
    return next((list(reads(source)) for known, reads in readers if known(source)), [])


def _is_managed(source: Source) -> bool:
    return source.text.lstrip()[:1] == "{" and bool(_MANAGED.search(source.text))


def _managed(source: Source) -> Iterator[Setting]:
    for each in objects(parsed(source)):
        service = each.get("cloudService")
        if isinstance(service, dict) and "proxy" in service:
            place = source.at(line_with(source, '"proxy"'))
            text = as_text(service["proxy"])
            yield Setting(Consumer.MDATP, PROXY, text, place, "", "cloudService.proxy", removed=not text.strip())


def _is_health(source: Source) -> bool:
    return bool(_HEALTH.search(source.text)) and bool(_HEALTH_PROXY.search(source.text))


def _health(source: Source) -> Iterator[Setting]:
    for match in _HEALTH_PROXY.finditer(source.text):
        text = match[2].rstrip(" \t").removesuffix(",").strip().strip('"')
        empty = text.lower() in ("", "null", "none", "unavailable", "not set", "[]")
        place = source.at(source.line_of(match.start(1)))
        yield Setting(
            Consumer.MDATP, PROXY, "" if empty else text, place, "", f"mdatp health: {match[1]}", removed=empty
        )


def _meant(source: Source) -> list[tuple[int, str]]:
    """The lines that are no comments and not blank, with their numbers."""
    lines = enumerate(source.lines, 1)
    return [(number, line) for number, line in lines if line.strip() and line.lstrip()[:1] not in ("#", ";", "/")]


def _is_environment(source: Source) -> bool:
    lines = [_ASSIGNED.match(line) for _, line in _meant(source)]
    names = [found[1] for found in lines if found is not None]
    if len(names) < len(lines) or not any(_PROXY_NAME.fullmatch(name) for name in names):
        return False
    return source.name == "environment" or all(_USUAL.fullmatch(name) for name in names)


def _environment(source: Source) -> Iterator[Setting]:
    for number, line in _meant(source):
        found = _ASSIGNED.match(line)
        if found is not None:
            yield from assigned(source, number, found[1], found[2], Consumer.INSTALLATION, "/etc/environment")


def assigned(source: Source, number: int, name: str, text: str, consumer: Consumer, where: str) -> Iterator[Setting]:
    """Yield what a variable of the environment says."""
    names = {"https_proxy": PROXY, "http_proxy": PLAIN_PROXY, "all_proxy": OTHER, "no_proxy": BYPASS}
    kind = names.get(name.lower())
    if kind is None:
        return
    value = text.strip()
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
        value = value[1:-1]
    unresolved = f"the variable in `{shown(value)}`" if "$" in value else ""
    if kind == OTHER:
        unresolved = "whether it uses `ALL_PROXY`"
    yield Setting(consumer, kind, value, source.at(number), "", f"{where}: {name}", removed=not value, open=unresolved)


def _is_unit(source: Source) -> bool:
    if not _UNIT.search(source.text) or not re.search(r"mdatp", source.folders + source.text, re.IGNORECASE):
        return False
    return bool(
        re.search(
            r"^[ \t]*Environment(?:File)?[ \t]*=.*(?:_proxy|/environment)", source.text, re.IGNORECASE | re.MULTILINE
        )
    )


def _unit(source: Source) -> Iterator[Setting]:
    for number, line in _meant(source):
        found, file = _ENVIRONMENT.match(line), _ENVIRONMENT_FILE.match(line)
        if file is not None:
            why = f"what `{file[1].strip()}` holds"
            yield Setting(Consumer.MDATP, OTHER, "", source.at(number), "", "EnvironmentFile", open=why)
        for word in _words(found[1]) if found is not None else ():
            name, _, text = word.partition("=")
            yield from assigned(source, number, name, text, Consumer.MDATP, "Environment")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text[:_LONGEST])
    except ValueError:
        return [text.strip().strip("\"'")]
