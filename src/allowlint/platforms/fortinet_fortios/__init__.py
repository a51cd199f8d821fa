"""Fortinet FortiOS (FortiGate).

Export
    A backup of the configuration (System > Configuration > Backup, without password), or what ``show`` and ``show
    full-configuration`` print, as a transcript with prompts and pager lines if need be. Each VDOM is a device.
What is read
    Firewall policies in the order of the file with zones, interfaces and default route; addresses, groups and services;
    schedules; users and groups with ``auth-on-demand``; captive portals, exempt lists and disclaimers; SSL inspection profiles
    with their exemptions in flow and proxy mode; web filters (URL filter, categories, local ratings), application lists;
    policy-based NGFW mode; the explicit web proxy with its policies and authentication rules. Profiles that are shipped with
    FortiOS are known where a file leaves them out.
What is not
    What FortiGuard answers (ratings, internet services, signatures), which addresses a name resolves to, IPv6, static routes to
    public networks smaller than a /15, dynamic routes, DNS filters (they see other connections), antivirus, IPS and other
    profiles that look at content: what depends on them is unknown where it could matter, or passed over as said in the modules.
    FortiManager exports are another format.

Semantics are those of the documents that each module names.
"""

import gc
import re

from allowlint.errors import InputError
from allowlint.model.device import Device, Entrance
from allowlint.platforms import Options, Platform
from allowlint.platforms.fortinet_fortios.authentication import PORTAL
from allowlint.platforms.fortinet_fortios.explicit import explicit_proxy
from allowlint.platforms.fortinet_fortios.forward import Forward, nothing_configured
from allowlint.platforms.fortinet_fortios.policies import Objects
from allowlint.platforms.fortinet_fortios.reading import File, Vdom, decoded
from allowlint.platforms.fortinet_fortios.stray import doubted, note_strays
from allowlint.platforms.fortinet_fortios.words import note_sections
from allowlint.syntax.blocks import Uneven
from allowlint.syntax.files import Files

_PROMPT = r"^(?:[\w.~-]+(?: \([^()\n]*\))? [#$] )?[ \t]*"
_SECTION = re.compile(
    _PROMPT
    + r"config (?:vdom|global|system|firewall|router|user|webfilter|web-proxy|application|authentication|vpn|log)\b",
    re.MULTILINE,
)
_COMMAND = re.compile(_PROMPT + r"(?:set|edit|next|end)\b", re.MULTILINE)
_VOCABULARY = {
    "below": "*.{name}",
    "allow": """config firewall address
    edit "{entry}"
        set type fqdn
        set fqdn "{entry}"
    next
end
and name it as dstaddr of a policy that accepts (a policy compares addresses: say --assume dns_consistent)""",
    f"in {PORTAL}": """config firewall policy
    edit (the policy that accepts it)
        set captive-portal-exempt enable
    next
end
or add a rule with its address to the security-exempt-list of the interface""",
    "bypass": """config firewall wildcard-fqdn custom
    edit "{entry}"
        set wildcard-fqdn "{entry}"
    next
end
and name it under ssl-exempt of the profile""",
}


def detect(_path: str, head: bytes) -> bool:
    """Whether it begins as a backup does, or holds sections of a FortiGate."""
    if head.startswith((b"#config-version=F", b"\xef\xbb\xbf#config-version=F")):
        return True
    if b"config " not in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        text = decoded(head, "")
    except InputError:
        return False
    return bool(_SECTION.search(text) and _COMMAND.search(text))


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into a device for each VDOM."""
    shown = path if path == "-" else Files(path, options.root, ()).shown(path)
    enabled = gc.isenabled()
    gc.disable()
    try:
        return _devices(File(content, shown, options))
    except Uneven:
        return _devices(File(content, shown, options, searching=False))
    finally:
        if enabled:
            gc.enable()


def _devices(file: File) -> tuple[Device, ...]:
    vdoms = file.vdoms()
    if not any(vdom.own.blocks for vdom in vdoms):
        hint = "name a backup or the output of show, or the platform with --platform"
        raise InputError("no FortiOS configuration in it", path=file.shown, hint=hint)
    if not any(vdom.decides for vdom in vdoms):
        hint = "export the whole configuration, or show firewall policy too"
        raise InputError("this export holds no policies", path=file.shown, hint=hint)
    return tuple(_device(vdom) for vdom in vdoms)


def _device(vdom: Vdom) -> Device:
    objects = Objects(vdom)
    forward = Forward(vdom, objects)
    entrances = forward.entrances()
    proxy = explicit_proxy(vdom, objects)
    ways: tuple[Entrance, ...] = (*entrances, *proxy.entrances)
    objects.profiles.inspection.unused()
    doubtful = [*note_strays(vdom), *note_sections(vdom)]
    ways = tuple(doubted(way, vdom, doubtful) for way in ways or nothing_configured(vdom.at(vdom.own.at)))
    exemptions = objects.profiles.inspection.exemptions
    return Device(
        name=vdom.name,
        platform="fortinet_fortios",
        entrances=ways,
        entries=(*vdom.entries, *exemptions.entries, *objects.profiles.webfilters.entries),
        unread=tuple(vdom.unread.values()),
        rule_count=forward.rule_count + proxy.rule_count,
        vocabulary=_VOCABULARY,
        notes=tuple(vdom.notes.values()),
    )


PLATFORM = Platform(
    id="fortinet_fortios",
    title="Fortinet FortiOS",
    detect=detect,
    parse=parse,
    reads="policies by zone and VDOM, addresses, services, users and portals, SSL inspection with exemptions, web filters, "
    "NGFW mode, explicit proxy",
)
