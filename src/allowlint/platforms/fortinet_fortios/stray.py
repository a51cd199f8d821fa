"""What stands in a file and was not understood, where it could matter."""

from allowlint.model.device import Entrance
from allowlint.platforms import _doubts
from allowlint.platforms.fortinet_fortios.reading import RULE_TABLES, Vdom

_WATCHED = frozenset(
    (
        *RULE_TABLES,
        "firewall address",
        "firewall addrgrp",
        "firewall service custom",
        "firewall service group",
        "firewall ssl-ssh-profile",
        "firewall wildcard-fqdn custom",
        "firewall wildcard-fqdn group",
        "firewall profile-group",
        "firewall proxy-address",
        "firewall proxy-addrgrp",
        "webfilter profile",
        "webfilter urlfilter",
        "application list",
        "user setting",
        "user security-exempt-list",
        "system settings",
        "system interface",
        "system zone",
        "authentication rule",
        "web-proxy explicit",
    )
)
"""Sections in which a line that is no command could change a verdict."""


def note_strays(vdom: Vdom) -> list[int]:
    """Write down the lines inside of sections that are read which are no commands, or have no place there; where they stand."""
    source = vdom.file.source
    found = []
    for odd in source.odd:
        if not _WATCHED.isdisjoint(odd.path):
            section = next(name for name in odd.path if name in _WATCHED)
            what = f"{odd.verb or 'a line'} in config {section}"
            # The line itself may be a part of a secret, and reports show what a place points at.
            why = f"line {vdom.file.line(odd.at)} is no command that has a place here"
            vdom.not_understood(odd.within, what, why)
            found.append(odd.within)
    return found


def doubted(entrance: Entrance, vdom: Vdom, places: list[int]) -> Entrance:
    """A way in behind which stands what was not understood and belongs to no rule: it may stop anything."""
    if not places:
        return entrance
    place = vdom.at(places[0])
    reason = "what the configuration holds that is not understood and may concern every connection"
    return entrance._replace(rulebases=(*entrance.rulebases, _doubts.anything(reason, place, "not understood")))
