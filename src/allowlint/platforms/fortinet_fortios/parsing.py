"""From the bytes of a backup or a transcript to its devices."""

import gc

from allowlint.errors import InputError
from allowlint.model.device import Device, Entrance
from allowlint.platforms import Options
from allowlint.platforms.fortinet_fortios.authentication import PAGE, PORTAL
from allowlint.platforms.fortinet_fortios.explicit import explicit_proxy
from allowlint.platforms.fortinet_fortios.forward import Forward, nothing_configured
from allowlint.platforms.fortinet_fortios.policies import Objects
from allowlint.platforms.fortinet_fortios.reading import File, Vdom
from allowlint.platforms.fortinet_fortios.stray import doubted, note_strays
from allowlint.platforms.fortinet_fortios.webfilter import RATED
from allowlint.platforms.fortinet_fortios.words import note_sections
from allowlint.syntax.blocks import Uneven
from allowlint.syntax.files import Files

_VOCABULARY = {
    "below": "*.{name}",
    "allow": """config firewall address
    edit "{entry}"
        set type fqdn
        set fqdn "{entry}"
    next
end
and name it as dstaddr of a policy that accepts and names no users or groups (a policy compares addresses: say --assume
dns_consistent)""",
    f"in {PAGE}": """config firewall policy
    edit (a number)
        (a policy before it without the page, with addresses of type fqdn for these hosts as dstaddr)
    next
end""",
    f"in {RATED}": """config webfilter urlfilter
    edit (the urlfilter-table of the profile)
        config entries
            edit (a number)
                set url (the host; with set type wildcard, *.domain)
                set action exempt
            next
        end
    next
end
(exempt skips the categories; allow does not)""",
    "in firewall proxy-policy": """config firewall proxy-address
    edit (a name)
        set type host-regex
        set host-regex (an expression that matches the whole host name)
    next
end
and name it as dstaddr of a proxy-policy before it that accepts and names no users or groups; where an authentication rule
has a method, name it in a rule without one before that, too""",
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
and name it under ssl-exempt of the profile (a policy in proxy mode compares addresses: say --assume dns_consistent)""",
}


def parsed(path: str, content: bytes, options: Options) -> tuple[Device, ...]:
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
        written=(*vdom.entries, *exemptions.entries, *objects.profiles.webfilters.entries),
        unread=tuple(vdom.unread.values()),
        rule_count=forward.rule_count + proxy.rule_count,
        vocabulary=_VOCABULARY,
        notes=tuple(vdom.notes.values()),
    )
