"""Palo Alto Networks PAN-OS and Panorama.

Export
    A firewall's ``running-config.xml`` or named snapshot, or Panorama's (Device or Panorama > Setup > Operations), as the web
    interface, the API (``<response><result>``) or ``show config running`` gives it, as XML or in blocks; or commands in ``set``
    format, with the ``move``, ``rename`` and ``delete`` commands that follow. A firewall that Panorama manages does not hold the
    rules that were pushed to it: put the output of ``show config pushed-shared-policy`` beside it, as ``<its name>.pushed.xml`` where a folder
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
    unknown where it depends on them. An entry of a URL list without a slash goes on to the right (``x.com`` to ``x.com.example.net``)
    before 10.2, and later where the ending token is switched off: that is unknown for names that are asked for by themselves, and for
    patterns whose fixed part such an entry reaches; in the part of a pattern that varies, a whole name of somebody else
    (``x.com.endpoint.security.microsoft.com``) is taken not to be used. Where the security rules of a list fill more than a megabyte, those that surely match no
    connection to the internet (disabled, or about inside addresses, other zones or other protocols alone) are passed over: they
    change no answer, but nothing is said of them either, such as names that nothing defines, or rules that never match. Of rated
    categories and of the vendor's lists of addresses, those about malice and vice are taken not to hold what sensors need. A
    section of an unknown name is reported; where it may hold rules, nothing can be told.

Each module cites what its semantics rest on.
"""

import re
from collections.abc import Iterable

from allowlint.model.device import Device
from allowlint.model.lazy import lazy_pattern
from allowlint.model.waiver import Remark
from allowlint.platforms import Options, Platform

_MARKS = (b"<vsys", b"<device-group", b"<devices", b"<deviceconfig", b"<mgt-config", b"<shared", b"urldb=")
_BLOCK = lazy_pattern(rb"^[ \t]*(?:deviceconfig|mgt-config|(?:pre-|post-)?rulebase|device-group) \{\s*$", re.MULTILINE)


def detect(_path: str, head: bytes) -> bool:
    """Whether a text begins as a configuration of PAN-OS does."""
    text = head.replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    if not is_xml(text):
        if has_blocks(text):
            return True
        # Other products have blocks around their `set`.
        blocks = any(line.lstrip().startswith(b"config ") for line in text.splitlines())
        if blocks or b"set " not in text:
            return False
        from allowlint.platforms.paloalto_panos.set_format import is_set_format

        return is_set_format(text.decode("utf-8", "replace"))
    if b"<config" in text:
        return any(mark in text for mark in _MARKS)
    return b"<panorama>" in text and (b"-rulebase>" in text or b"<policy>" in text)


def has_blocks(text: bytes) -> bool:
    """Whether a text is what ``show`` prints by default: blocks in braces."""
    text = text.replace(b"\0", b"") if text.startswith((b"\xff\xfe", b"\xfe\xff")) else text
    return b" {" in text and _BLOCK.search(text) is not None


def is_xml(text: bytes) -> bool:
    """Whether the first thing in a text is a tag."""
    return text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


def parse(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
    """Read a configuration into one device for each virtual system or device group."""
    from allowlint.platforms.paloalto_panos.parsing import parsed

    return parsed(path, content, options)


def remarks(content: bytes) -> Iterable[Remark]:
    """The waivers in comments and descriptions, each with what it belongs to."""
    from allowlint.platforms.paloalto_panos.remarks import found_in

    return found_in(content)


PLATFORM = Platform(
    id="paloalto_panos",
    title="Palo Alto PAN-OS",
    detect=detect,
    parse=parse,
    reads="security, decryption and authentication rules of firewalls and Panorama (XML, API answers, blocks, set commands), objects, "
    "URL categories and profiles, exclusion list",
    remarks=remarks,
)
