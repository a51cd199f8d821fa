"""Palo Alto Networks PAN-OS and Panorama.

Export
    A firewall's ``running-config.xml`` or named snapshot, or Panorama's (Device or Panorama > Setup > Operations), as the web
    interface, the API (``<response><result>``) or ``show config running`` gives it; or commands in ``set`` format, with the
    ``move``, ``rename`` and ``delete`` commands that follow. A firewall that Panorama manages does not hold the rules that were
    pushed to it: put the output of ``show config pushed-shared-policy`` beside it, as ``<its name>.pushed.xml`` where a folder
    holds several firewalls.
What is read
    Security, decryption and authentication (captive portal) rules, in the order in which a connection meets them, for each virtual
    system or device group: zones, addresses, names, external lists, URL categories and their language, services, applications,
    users, schedules, targets; URL filtering profiles and profile groups, decryption profiles for what is not decrypted, the SSL
    decryption exclusion list. An external list is read from ``<name>.txt`` beside the configuration.
What is not
    NAT, policy-based forwarding and DoS rules, and profiles that look at content. What application override rules and a web
    proxy do to a connection makes an answer unknown. How the vendor rates a host, as which application
    a connection is recognised, which user an address belongs to, what a list on a server holds, the time: those make an answer
    unknown where it depends on them. Of rated categories, those about malice and vice are taken not to hold what sensors need.

Each module cites what its semantics rest on.
"""

from allowlint.errors import InputError
from allowlint.model.device import Device, Unread
from allowlint.model.location import Location
from allowlint.platforms import Options, Platform
from allowlint.platforms.paloalto_panos.devices import Source, before, device_of
from allowlint.platforms.paloalto_panos.panorama import panorama_sources
from allowlint.platforms.paloalto_panos.set_format import is_set_format, read_set
from allowlint.platforms.paloalto_panos.shapes import (
    Read,
    companion,
    firewall_sources,
    is_managed,
    is_panorama,
    pushed_source,
    read_xml,
)
from allowlint.syntax.files import Files
from allowlint.syntax.xml_tree import Misread

_MARKS = (b"<vsys", b"<device-group", b"<devices", b"<deviceconfig", b"<mgt-config", b"<shared", b"urldb=")


def detect(_path: str, head: bytes) -> bool:
    """Whether a text begins as a configuration of PAN-OS does."""
    text = head.replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    if not is_xml(text):
        # Other products have blocks around their `set`.
        blocks = any(line.lstrip().startswith(b"config ") for line in text.splitlines())
        return not blocks and b"set " in text and is_set_format(text.decode("utf-8", "replace"))
    if b"<config" in text:
        return any(mark in text for mark in _MARKS)
    return b"<panorama>" in text and (b"-rulebase>" in text or b"<policy>" in text)


def is_xml(text: bytes) -> bool:
    """Whether the first thing in a text is a tag."""
    return text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into one device for each virtual system or device group."""
    import gc

    enabled = gc.isenabled()
    gc.disable()
    try:
        try:
            return _parsed(path, content, options, careful=False)
        except Misread:
            return _parsed(path, content, options, careful=True)
    finally:
        if enabled:
            gc.enable()


def _parsed(path: str, content: bytes, options: Options, *, careful: bool) -> tuple[Device, ...]:
    files = Files(path, options.root)
    shown = files.shown(path) if path != "-" else "-"
    read, unread = _read(content, shown, careful=careful)
    sources = _sources(read, path, shown, files)
    if not sources:
        raise InputError(
            "no virtual system and no device group in it", path=shown, hint="export the whole configuration"
        )
    devices = tuple(device_of(source, shown, files, options) for source in sources)
    return tuple(_with(device, unread) for device in devices) if unread else devices


def _with(device: Device, unread: tuple[Unread, ...]) -> Device:
    """A device of which some commands were not understood; those about rules may do anything."""
    ruling = next((each for each in unread if "rulebase" in each.text), None)
    if ruling is not None:
        device = device._replace(entrances=tuple(before(each, ruling.location) for each in device.entrances))
    return device._replace(unread=(*device.unread, *unread))


def _read(content: bytes, shown: str, *, careful: bool) -> tuple[Read, tuple[Unread, ...]]:
    """The tree of a text in either form, and what of it was not understood."""
    if is_xml(content[:4096].replace(b"\0", b"")):
        return read_xml(content, shown, careful=careful), ()
    return _commands(content, shown)


def _commands(content: bytes, shown: str) -> tuple[Read, tuple[Unread, ...]]:
    """The tree that commands make, and those that were not understood."""
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")
    root, strange = read_set(text, shown)
    why = "this command was not understood"
    return Read(config=root), tuple(Unread(Location(shown, line), command, why) for line, command in strange)


def _sources(read: Read, path: str, shown: str, files: Files) -> tuple[Source, ...]:
    if read.config is None:
        return (pushed_source(read.pushed, shown),) if read.pushed is not None else ()
    if is_panorama(read.config):
        return panorama_sources(read.config, shown)
    beside = companion(files, path) if path != "-" and is_managed(read.config) else None
    return firewall_sources(read.config, beside, shown)


PLATFORM = Platform(
    id="paloalto_panos",
    title="Palo Alto PAN-OS",
    detect=detect,
    parse=parse,
    reads="security, decryption and authentication rules of firewalls and Panorama (XML, API answers, set commands), objects, "
    "URL categories and profiles, exclusion list",
)
