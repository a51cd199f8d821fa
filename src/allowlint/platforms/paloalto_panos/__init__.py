"""Palo Alto Networks PAN-OS and Panorama.

Export
    A firewall's ``running-config.xml`` or named snapshot, or Panorama's (Device or Panorama > Setup > Operations), as the web
    interface, the API (``<response><result>``) or ``show config running`` gives it; or commands in ``set`` format, with the
    ``move``, ``rename`` and ``delete`` commands that follow. A firewall that Panorama manages does not hold the rules that were
    pushed to it: put the output of ``show config pushed-shared-policy`` beside it.
What is read
    Security, decryption and authentication (captive portal) rules, in the order in which a connection meets them, for each virtual
    system or device group: zones, addresses, names, external lists, URL categories and their language, services, applications,
    users, schedules, targets; URL filtering profiles and profile groups, decryption profiles for what is not decrypted, the SSL
    decryption exclusion list. An external list is read from ``<name>.txt`` beside the configuration.
What is not
    NAT, policy-based forwarding and DoS rules, and profiles that look at content. How the vendor rates a host, as which application
    a connection is recognised, which user an address belongs to, what a list on a server holds, the time: those make an answer
    unknown where it depends on them. Of rated categories, those about malice and vice are taken not to hold what sensors need.

Each module cites what its semantics rest on.
"""

from allowlint.errors import InputError
from allowlint.model.device import Device
from allowlint.platforms import Options, Platform
from allowlint.platforms.paloalto_panos.devices import device_of
from allowlint.platforms.paloalto_panos.shapes import (
    companion,
    firewall_sources,
    is_panorama,
    pushed_source,
    read_xml,
)
from allowlint.syntax.files import Files

_MARKS = (b"<vsys>", b"<device-group>", b"<devices>", b"<deviceconfig>", b"<mgt-config>", b"<shared>", b"urldb=")


def detect(_path: str, head: bytes) -> bool:
    """Whether a text begins as a configuration of PAN-OS does."""
    text = head.replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    start = text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    if start == b"<":
        if b"<config" in text:
            return any(mark in text for mark in _MARKS)
        return b"<panorama>" in text and (b"-rulebase>" in text or b"<policy>" in text)
    return False


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into one device for each virtual system or device group."""
    import gc

    enabled = gc.isenabled()
    gc.disable()
    try:
        return _parsed(path, content, options)
    finally:
        if enabled:
            gc.enable()


def _parsed(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    files = Files(path, options.root)
    shown = files.shown(path) if path != "-" else "-"
    read = read_xml(content, shown)
    if read.pushed is not None:
        return (device_of(pushed_source(read.pushed, shown), shown, files, options),)
    config = read.config
    assert config is not None  # noqa: S101 - one of the two is there
    beside = companion(files, path) if path != "-" and not is_panorama(config) else None
    sources = firewall_sources(config, beside[0] if beside else None, shown)
    if not sources:
        raise InputError("no virtual system in it", path=shown, hint="export the whole configuration")
    return tuple(device_of(source, shown, files, options) for source in sources)


PLATFORM = Platform(
    id="paloalto_panos",
    title="Palo Alto PAN-OS",
    detect=detect,
    parse=parse,
    reads="security, decryption and authentication rules of firewalls and Panorama (XML, API answers, set commands), objects, "
    "URL categories and profiles, exclusion list",
)
