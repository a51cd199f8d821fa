"""Fortinet FortiOS (FortiGate).

Export
    A backup of the configuration (System > Configuration > Backup, without password), or what ``show`` and ``show
    full-configuration`` print, as a transcript with prompts and pager lines if need be. Each VDOM is a device.
What is read
    Firewall policies in the order of the file with zones, interfaces, default route, policy routes and SD-WAN rules; addresses,
    groups, services and one's own internet services; schedules; users and groups with ``auth-on-demand``; captive portals,
    exempt lists and disclaimers; SSL inspection profiles with their exemptions in flow and proxy mode; web filters (URL filter,
    categories, local ratings), application lists; policy-based NGFW mode; the explicit web proxy with its policies and
    authentication rules. Profiles that are shipped with FortiOS are known where a file leaves them out.
What is not
    What FortiGuard answers (ratings, internet services, signatures), which addresses a name resolves to, IPv6, static routes to
    public networks smaller than a /15, dynamic routes, DNS filters (they see other connections), antivirus, IPS and other
    profiles that look at content: what depends on them is unknown where it could matter, or passed over as said in the modules.
    FortiManager exports are another format. Of a table of 2,000 policies or more those are passed over that surely match nothing
    that is asked (other ports, inside addresses, names of others); objects that such policies alone name are not checked for
    faults, nor are their names for slips of the keyboard, and on which other port a host is allowed may be told less surely.

Semantics are those of the documents that each module names.
"""

from collections.abc import Iterable

from allowlint.errors import InputError
from allowlint.model.device import Device
from allowlint.model.waiver import Remark
from allowlint.platforms import Options, Platform

_PROMPT = r"^(?:[\w.~-]+(?: \([^()\n]*\))? [#$] )?[ \t]*"
_SECTION = (
    _PROMPT
    + r"config (?:vdom|global|system|firewall|router|user|webfilter|web-proxy|application|authentication|vpn|log)\b"
)
_COMMAND = _PROMPT + r"(?:set|edit|next|end)\b"


def detect(_path: str, head: bytes) -> bool:
    """Whether it begins as a backup does, or holds sections of a FortiGate."""
    if head.startswith((b"#config-version=F", b"\xef\xbb\xbf#config-version=F")):
        return True
    if b"config " not in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    import re

    from allowlint.platforms.fortinet_fortios.reading import decoded

    try:
        text = decoded(head, "")
    except InputError:
        return False
    return all(re.search(pattern, text, re.MULTILINE) for pattern in (_SECTION, _COMMAND))


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into a device for each VDOM."""
    from allowlint.platforms.fortinet_fortios.parsing import parsed

    return parsed(path, content, options)


def remarks(content: bytes) -> Iterable[Remark]:
    """The waivers in comments and descriptions, each with what it belongs to."""
    from allowlint.platforms.fortinet_fortios.remarks import found_in

    return found_in(content)


PLATFORM = Platform(
    id="fortinet_fortios",
    title="Fortinet FortiOS",
    detect=detect,
    parse=parse,
    reads="policies by zone and VDOM, addresses, services, users and portals, SSL inspection with exemptions, web filters, "
    "NGFW mode, explicit proxy",
    remarks=remarks,
)
