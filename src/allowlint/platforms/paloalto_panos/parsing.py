"""From the bytes of an export to its devices."""

import gc
import re

from allowlint.errors import InputError
from allowlint.model.device import Device, Unread
from allowlint.model.location import Location
from allowlint.platforms import Options
from allowlint.platforms.paloalto_panos import has_blocks, is_xml
from allowlint.platforms.paloalto_panos.block_format import read_blocks
from allowlint.platforms.paloalto_panos.devices import Source, beside, device_of
from allowlint.platforms.paloalto_panos.panorama import panorama_sources
from allowlint.platforms.paloalto_panos.set_format import Strange, read_set
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

_NOT_APPENDED = re.compile(rb"append-end(?:ing)?-token(?:>\s*|\s+)no\b")
"""Append Ending Token (Device > Setup > Content-ID), switched off. Where an export keeps it is not published: the name is that of the
command (``debug device-server append-end-token``) or that of the box, wherever it stands."""


def parsed(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into one device for each virtual system or device group."""
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
    files = Files(path, options.root, log=options.log, limits=options.limits)
    shown = files.shown(path) if path != "-" else "-"
    read, strange = _read(content, shown, careful=careful)
    sources = _sources(read, path, shown, files)
    if not sources:
        raise InputError(
            "no virtual system and no device group in it", path=shown, hint="export the whole configuration"
        )
    if _NOT_APPENDED.search(content.replace(b"\0", b"") if b"\0" in content[:4] else content):
        sources = tuple(source._replace(appends=False) for source in sources)
    devices = tuple(device_of(source, shown, files, options) for source in sources)
    return tuple(_with(device, strange, shown) for device in devices) if strange else devices


def _with(device: Device, strange: list[Strange], shown: str) -> Device:
    """A device of which some lines were not understood; those about what is read may do anything."""
    why = "this command was not understood"
    unread = (Unread(Location(shown, each.line), each.text, why) for each in strange)
    device = device._replace(unread=(*device.unread, *unread))
    ruling = next((Location(shown, each.line) for each in strange if each.matters), None)
    if ruling is None:
        return device
    return device._replace(entrances=tuple(beside(each, ruling) for each in device.entrances))


def _read(content: bytes, shown: str, *, careful: bool) -> tuple[Read, list[Strange]]:
    """The tree of a text in either form, and what of it was not understood."""
    if is_xml(content[:4096].replace(b"\0", b"")):
        return read_xml(content, shown, careful=careful), []
    return _commands(content, shown)


def _commands(content: bytes, shown: str) -> tuple[Read, list[Strange]]:
    """The tree that commands or blocks make, and what of them was not understood."""
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")
    root, strange = (read_blocks if has_blocks(content) else read_set)(text, shown)
    return Read(config=root), strange


def _sources(read: Read, path: str, shown: str, files: Files) -> tuple[Source, ...]:
    if read.config is None:
        return (pushed_source(read.pushed, shown),) if read.pushed is not None else ()
    if is_panorama(read.config):
        return panorama_sources(read.config, shown)
    beside = companion(files, path) if path != "-" and is_managed(read.config) else None
    return firewall_sources(read.config, beside, shown)
