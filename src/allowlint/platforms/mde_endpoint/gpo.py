"""Group policy as XML: ``gpreport.xml`` of a backup or of Get-GPOReport, ``gpresult /x``, and ``Registry.xml`` of preferences.

Policies stand in these reports under the names that the editor shows, so only those of an English console are known; the values
below them, preferences and settings without a template stand under their registry keys, in any language. Where a backup has its
``Registry.pol`` in its place below the report, that is read instead: it holds the same in the form that machines get.
"""

import os
import re
from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.platforms import Options
from allowlint.platforms.mde_endpoint import pol
from allowlint.platforms.mde_endpoint.addresses import shown, taken_apart
from allowlint.platforms.mde_endpoint.differing import POLICIES, differing
from allowlint.platforms.mde_endpoint.registry import COLLECTION, DEFENDER, TELLING, settings_of
from allowlint.platforms.mde_endpoint.settings import (
    AUTHENTICATED,
    BYPASS,
    NUMBER,
    PAC,
    SERVER,
    STRING,
    TELEMETRY,
    RegistryValue,
    Setting,
)
from allowlint.platforms.mde_endpoint.source import Source
from allowlint.syntax.files import Files, Missing
from allowlint.syntax.xml_tree import InvalidXml, Node, parse_xml

_ROOTS = re.compile(r"<(?:\w+:)?(?:GPO|Rsop|RegistrySettings|report)\b")
_POLICIES = {
    "configure connected user experiences and telemetry": (COLLECTION, TELEMETRY),
    "configure authenticated proxy usage for the connected user experience and telemetry service": (
        COLLECTION,
        AUTHENTICATED,
    ),
    "define proxy server for connecting to the network": (DEFENDER, SERVER),
    "define proxy auto-config (.pac) for connecting to the network": (DEFENDER, PAC),
    "define addresses to bypass proxy server": (DEFENDER, BYPASS),
}
_MEANT = re.compile(
    "prox|mandataire|t[eé]l[eé]m[eé]tr|プロキシ|テレメトリ|代理|遥测|遙測|прокси|телеметри|프록시|원격 분석",
    re.IGNORECASE,
)
"""What the names of these policies have in them in other languages."""
_BROWSER = re.compile("chrome|edge|firefox|internet explorer", re.IGNORECASE)
_CHOICES = {"disable authenticated proxy usage": "1", "enable authenticated proxy usage": "0"}
_BESIDE = tuple(
    os.path.join("DomainSysvol", "GPO", machine, name)
    for machine in ("Machine", "MACHINE", "machine")
    for name in ("registry.pol", "Registry.pol", "REGISTRY.POL")
)
_DEEPEST = 40


def detect(source: Source) -> bool:
    """Whether it is one of these reports, and speaks of one of the values."""
    text = source.text
    if not text.lstrip().startswith("<") or not _ROOTS.search(text[:4096]):
        return False
    lowered = text.lower()
    return bool(TELLING.search(text)) or any(name in lowered for name in _POLICIES)


def read(source: Source) -> list[Setting]:
    """What it says about proxies. Raises InputError for what is no XML."""
    try:
        root = parse_xml(source.content, source.path)
        found = list(settings_of(_values(root, 0)))
    except InvalidXml as error:
        raise InputError(str(error), path=source.path, line=error.line, hint="export the report again") from error
    return [*found, *differing(found, POLICIES)]


def beside(path: str, options: Options) -> tuple[list[Setting], tuple[str, ...]] | None:
    """What the ``Registry.pol`` of the same backup says, with its path; None where there is none.

    Raises InputError as reading that file does.
    """
    files = Files(path, options.root, log=options.log, limits=options.limits)
    for name in _BESIDE:
        found = files.find(name)
        if isinstance(found, Missing):
            continue
        content = files.read(found)
        if isinstance(content, Missing):
            raise InputError(f"cannot be read: {content.why}", path=files.shown(found), hint=content.hint)
        return pol.read(Source(files.shown(found), content)), (found,)
    return None


def _values(node: Node, depth: int) -> Iterator[RegistryValue]:
    """Every value below an element, in its order."""
    for child in node.children if depth < _DEEPEST else ():
        tag = child.tag.rpartition(":")[2]
        if tag == "Policy":
            yield from _policy(child)
        elif tag == "RegistrySetting":
            yield from _without_template(child)
        elif tag == "Registry" and child.attribute("disabled") != "1":
            yield from _preference(child)
        elif tag not in ("User", "UserResults", "SecurityDescriptor") and not _switched_off(child, tag):
            yield from _values(child, depth + 1)


def _switched_off(node: Node, tag: str) -> bool:
    """Whether it is the half of a policy for machines, which nobody gets as a whole."""
    enabled = _parts(node).get("Enabled") if tag == "Computer" else None
    return enabled is not None and enabled.text().strip().lower() == "false"


def _parts(node: Node) -> dict[str, Node]:
    return {child.tag.rpartition(":")[2]: child for child in reversed(node.children)}


def _policy(node: Node) -> Iterator[RegistryValue]:
    parts = _parts(node)
    name = parts["Name"].text() if "Name" in parts else ""
    known = _POLICIES.get(" ".join(name.lower().split()))
    precedence = parts["Precedence"].text() if "Precedence" in parts else "1"
    if precedence != "1":
        return
    if known is None:
        yield from _foreign(node, parts, name)
        return
    key, value = known
    blank = RegistryValue(key, value, STRING, "", node.location)
    state = parts["State"].text() if "State" in parts else ""
    if state != "Enabled":
        yield blank._replace(removed=True)
        return
    control = next((parts[tag] for tag in ("EditText", "DropDownList", "Text", "ListBox") if tag in parts), None)
    text = _chosen(control) if control is not None else None
    if text is None:
        yield blank._replace(open="its value, which the report does not hold")
    elif value == AUTHENTICATED:
        number = _CHOICES.get(text.lower())
        yield blank._replace(type=NUMBER, value=number or text, open="" if number else f"what the choice `{text}` sets")
    else:
        yield blank._replace(value=text)


def _foreign(node: Node, parts: dict[str, Node], name: str) -> Iterator[RegistryValue]:
    """A policy whose name is in another language, and whose text looks like a proxy."""
    text = (_chosen(parts["EditText"]) or "") if "EditText" in parts else ""
    category = parts["Category"].text() if "Category" in parts else ""
    written = taken_apart(text)
    if written.clean and _MEANT.search(name) and not _BROWSER.search(category):
        key, value = (DEFENDER, SERVER) if written.scheme else (COLLECTION, TELEMETRY)
        why = f"whether the policy `{name[:80]}` is the one for this value: its name is not English, and its Registry.pol would tell"
        yield RegistryValue(key, value, STRING, text, node.location, open=why)


def _chosen(control: Node) -> str | None:
    value = _parts(control).get("Value")
    if value is None:
        return None
    inner = _parts(value).get("Name")
    return (inner or value).text()


def _without_template(node: Node) -> Iterator[RegistryValue]:
    """A value that a policy sets without a template: with its key, in no language."""
    parts = _parts(node)
    if "KeyPath" not in parts or "Value" not in parts:
        return
    value = _parts(parts["Value"])
    name = value["Name"].text() if "Name" in value else ""
    key = f"HKLM\\{parts['KeyPath'].text()}"
    blank = RegistryValue(key, name, STRING, "", node.location)
    if parts.get("Command") is not None and parts["Command"].text().lower().startswith("delete"):
        yield blank._replace(removed=True)
    elif "Number" in value:
        yield blank._replace(type=NUMBER, value=value["Number"].text())
    elif "String" in value:
        yield blank._replace(value=value["String"].text())
    elif name:
        yield blank._replace(type="", open="its value, which the report does not hold")


def _preference(node: Node) -> Iterator[RegistryValue]:
    """An item of the preferences, as [MS-GPPREF] 2.2.1.9 has it."""
    properties = _parts(node).get("Properties")
    if properties is None:
        return
    kind, text = properties.attribute("type"), properties.attribute("value")
    if kind == NUMBER and re.fullmatch(r"[0-9A-Fa-f]{8}", text):
        text = str(int(text, 16))
    key = f"{properties.attribute('hive')}\\{properties.attribute('key')}"
    removed = properties.attribute("action") == "D"
    unresolved = f"the variable in `{shown(text)}`" if "%" in text else ""
    filters = _parts(node).get("Filters")
    if filters is not None and filters.children:
        unresolved = "for which machines its filters (item-level targeting) hold"
    yield RegistryValue(key, properties.attribute("name"), kind, text, node.location, removed=removed, open=unresolved)
