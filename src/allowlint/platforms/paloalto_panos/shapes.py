"""The forms in which a configuration of PAN-OS comes, and what devices they hold.

A firewall's running configuration or snapshot, the configuration of Panorama (:mod:`.panorama`), the rules that Panorama pushed to a
firewall (``show config pushed-shared-policy``), any of these wrapped as the API or the command line answers it, and commands in
``set`` format (:mod:`.set_format`), which become the same tree.
"""

import os
import re
from collections.abc import Iterator

from allowlint.errors import InputError
from allowlint.model.record import NamedTuple
from allowlint.platforms.paloalto_panos.decryption import Exclusions
from allowlint.platforms.paloalto_panos.devices import Source, first, word
from allowlint.platforms.paloalto_panos.layers import Layer
from allowlint.platforms.paloalto_panos.scopes import Scope, Version
from allowlint.syntax.files import Files, Missing
from allowlint.syntax.xml_tree import InvalidXml, Node, parse_xml

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")
MANAGED = "Panorama manages this firewall, and what it pushes is not in this export"
LACKING = "the rules that Panorama pushes, which are not in this export"
_SETTLE = "put the output of `show config pushed-shared-policy` beside the configuration as <its name>.pushed.xml"
_PUSHED = "device-group DEVICE-GROUP"
"""What was pushed is changed in Panorama, in a device group that the firewall does not know."""
_HINT = "export it with Device > Setup > Operations > Export named configuration snapshot"


class Read(NamedTuple):
    """What a text turned out to be; one of them is there."""

    config: Node | None = None
    """``config``: a firewall, or Panorama."""
    pushed: Node | None = None
    """``panorama``: what Panorama pushed to a firewall."""


def read_xml(content: bytes, path: str, *, careful: bool = True) -> Read:
    """Unwrap a text of XML (``careful`` as :func:`parse_xml` has it). Raises InputError for what is no configuration of PAN-OS."""
    try:
        root = parse_xml(content, path, careful=careful)
        found = _unwrapped(root)
    except InvalidXml as error:
        hint = _HINT if _is_unicode(content) else "it is not UTF-8: save it in that encoding, or export it again"
        raise InputError(str(error), path=path, line=error.line, hint=hint) from error
    if found is None:
        raise InputError(f"<{root.tag}> is no configuration of PAN-OS", path=path, line=root.location.line, hint=_HINT)
    return found


def _is_unicode(content: bytes) -> bool:
    """Whether a text is in an encoding that is read here."""
    try:
        content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unwrapped(root: Node) -> Read | None:
    node = root
    while node.tag in ("response", "result") and node.children:
        if node.tag == "response" and node.attribute("status") == "error":
            return None
        node = next((child for child in node.children if child.tag != "msg"), node.children[0])
    if node.tag == "config":
        return Read(config=node)
    if node.tag == "policy":
        held = node.find("panorama")
        return Read(pushed=held) if held is not None else None
    return Read(pushed=node) if node.tag == "panorama" else None


def version_of(config: Node) -> Version:
    """The release that an export names: ``detail-version``, else the ``version`` of its form."""
    found = _VERSION.match(config.attribute("detail-version")) or _VERSION.match(config.attribute("version"))
    return Version(int(found[1]), int(found[2])) if found else Version()


def device_entries(config: Node) -> tuple[Node, ...]:
    """The entries of ``devices``: one in every export that has been seen."""
    held = config.find("devices")
    return tuple(held.entries()) if held is not None else ()


def is_panorama(config: Node) -> bool:
    """Whether a configuration is Panorama's own."""
    return any(
        entry.find(tag) is not None
        for entry in device_entries(config)
        for tag in ("device-group", "template", "template-stack")
    ) or any(config.find(f"shared/{base}") is not None for base in ("pre-rulebase", "post-rulebase"))


def firewall_sources(config: Node, beside: Node | None, name: str) -> tuple[Source, ...]:
    """The virtual systems of a firewall, with what Panorama pushed to it, beside the configuration or merged into it."""
    shared = config.find("shared")
    found: list[Source] = []
    systems = [(device, system) for device in device_entries(config) for system in _systems(device)]
    for device, system in systems:
        # Of several systems each is told what is pushed to it by name.
        whose = beside if len(systems) == 1 or (beside is not None and beside.find("vsys") is not None) else None
        pushed = _pushed(config, system, whose)
        managed = not pushed and _managed(device) and not _merged(system)
        levels = [system, *([shared] if shared is not None else [])]
        level = f"vsys {word(system.name)}" if len(systems) > 1 else ""
        local = [Scope(level, level.name or "shared") for level in levels]
        found.append(
            Source(
                name=(system.name or name) if len(systems) > 1 else name,
                place=system.location,
                layers=tuple(_layers(system, pushed, level, managed=managed)),
                scopes=(*local, *(Scope(each, "what Panorama pushed") for each in pushed)),
                version=version_of(config),
                appends=version_of(config).appends,
                home=f"{level} rulebase".lstrip(),
                tops=(config, device),
                levels=(system,),
                networks=tuple(node for node in [device.find("network")] if node is not None),
                exclusions=Exclusions(
                    tuple(
                        (node,) for level in levels if (node := level.find("ssl-decrypt/ssl-exclude-cert")) is not None
                    )
                ),
                portal=first(levels, "captive-portal/enable-captive-portal") or _portal(system),
                partial=f"Panorama may push ({MANAGED})" if managed else "",
            )
        )
    return tuple(found)


def _pushed(config: Node, system: Node, beside: Node | None) -> list[Node]:
    """What Panorama pushed to a virtual system, nearest first: that of the system itself, and that of all."""
    held = beside or config.find("panorama")
    if held is None:
        return []
    own = held.find("vsys")
    entries = [entry for entry in own.entries() if entry.name == system.name] if own is not None else []
    return [*entries, held]


def _merged(system: Node) -> bool:
    """Whether the rules that were pushed stand beside the firewall's own, as in a merged configuration."""
    return any(system.find(base) is not None for base in ("pre-rulebase", "post-rulebase"))


def _portal(system: Node) -> str:
    """The portal is on where it is configured and not switched off (schema of PAN-OS 10.0: the switch is ``yes`` by default)."""
    return "yes" if system.find("captive-portal") is not None else ""


def pushed_source(pushed: Node, name: str) -> Source:
    """What Panorama pushed, on its own: the firewall's own rules, zones and objects are not in it."""
    lacking = Layer(
        pushed,
        "rulebase",
        "the firewall's own rules, which are not in this export",
        "give the firewall's running configuration too",
    )
    return Source(
        name=name,
        place=pushed.location,
        layers=(Layer(pushed, "pre-rulebase", level=_PUSHED), lacking, Layer(pushed, "post-rulebase", level=_PUSHED)),
        scopes=(Scope(pushed, "what Panorama pushed"),),
        version=Version(),
        partial="the firewall may define itself",
    )


def _systems(device: Node) -> Iterator[Node]:
    held = device.find("vsys")
    if held is not None:
        yield from held.entries()


def is_managed(config: Node) -> bool:
    """Whether the settings of a firewall name a Panorama."""
    return any(_managed(device) for device in device_entries(config))


def _managed(device: Node) -> bool:
    system = device.find("deviceconfig/system")
    # Each release has other elements for it: panorama-server, panorama/local-panorama, ...
    held = [child for child in system.children if child.tag.startswith("panorama")] if system is not None else []
    return any(re.sub(rb"<[^>]*>|\s+", b"", child.inner) for child in held)


def _layers(system: Node, pushed: list[Node], level: str, *, managed: bool) -> Iterator[Layer]:
    """``pushed``: what was pushed, nearest first."""
    if managed:
        yield Layer(system, "pre-rulebase", LACKING, _SETTLE)
    yield from (Layer(node, "pre-rulebase", level=_PUSHED) for node in reversed(pushed))
    yield Layer(system, "pre-rulebase", level=_PUSHED)
    yield Layer(system, "rulebase", level=level)
    yield Layer(system, "post-rulebase", level=_PUSHED)
    yield from (Layer(node, "post-rulebase", level=_PUSHED) for node in pushed)


def companion(files: Files, path: str) -> Node | None:
    """What Panorama pushed to a firewall, where it lies beside the configuration.

    That is the file ``<name>.pushed.xml``, or else the only XML file that begins as such, if no other firewall's configuration
    lies there: what is pushed to one firewall is not what is pushed to another.
    """
    found = files.glob("*.xml")
    beside = [] if isinstance(found, Missing) else [name for name in found if not os.path.samefile(name, path)]
    heads = {name: files.head(name) for name in beside}
    own = os.path.splitext(path)[0] + ".pushed.xml"
    pushed = [name for name, head in heads.items() if _pushed_head(head)]
    chosen = [name for name in pushed if os.path.basename(name) == os.path.basename(own)]
    if not chosen and not any(b"<config" in head for name, head in heads.items() if name not in pushed):
        chosen = [name for name in pushed if not name.endswith(".pushed.xml")] if len(pushed) == 1 else []
    content = files.read(chosen[0]) if len(chosen) == 1 else None
    return read_xml(content, files.shown(chosen[0])).pushed if isinstance(content, bytes) else None


def _pushed_head(head: bytes) -> bool:
    text = re.sub(rb"<\?.*?\?>|<!--.*?-->|\s+", b"", head, flags=re.DOTALL)
    return bool(re.match(rb"(<response[^>]*>)?(<result[^>]*>)?(<policy>)?<panorama>", text))
