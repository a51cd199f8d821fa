"""Applications of rules (App-ID): which of them a plain TLS or web session can be taken for.

A session of TLS begins as ``ssl``, plain HTTP as ``web-browsing``, and either may be recognised as something more special later, when
rules are looked up again ("App-ID Overview", docs.paloaltonetworks.com). So a rule about certain applications may match, unless none
of them can ever be this traffic.
"""

from allowlint.model.condition import ALWAYS, NEVER, AnyOf, Condition, Doubt, Named, ViewIn
from allowlint.model.flow import View
from allowlint.model.location import Location
from allowlint.platforms import _doubts
from allowlint.platforms.paloalto_panos.groups import followed
from allowlint.platforms.paloalto_panos.scopes import World
from allowlint.syntax.xml_tree import Node

NEVER_THIS = frozenset(
    """
    activesync-over-gprs aim bgp bittorrent capwap cifs coap cotp dhcp dhcpv6 diameter dnp3 dns dns-base dns-over-https dns-over-tls
    dnscrypt eigrp emule esp finger
    ftp ftp-base ghost-rat gnutella gopher gre gtp gtp-c gtp-u gtpv1-c gtpv2-c h.225 h.245 h.323 icmp iec-60870-5-104 igmp igrp ike imap
    incomplete ipsec ipsec-esp ipsec-esp-udp ipsec-udp ipv6-icmp irc iscsi isakmp kerberos l2tp ldap lpd mgcp mms modbus mount
    ms-ds-smb ms-ds-smb-base ms-ds-smbv1 ms-ds-smbv2 ms-ds-smbv3 ms-rdp ms-wbt ms-wmi msn-base msrpc msrpc-base mssql-db mssql-mon mysql
    netbios-dg netbios-ns netbios-ss netflow netflow-v9 nfs nntp ntp ntp-base ntp-non-rfc ntp-v4 opc-ua oracle ospf ospfigp ping ping6
    pim pop3 portmapper postgres pptp quic quic-base radius rip rip2 rlogin rpc rsh rsync rtcp rtmp rtp rtsp sccp sctp sip sip-base
    skinny smtp smtp-base snmp snmp-base snmpv1 snmpv2 snmpv3 snmp-trap socks ssdp ssh stun syslog t.120 tacacs tacacs-plus
    telnet tftp tor traceroute udp unknown-udp vnc vnc-base vrrp wccp whois wins x11 xdmcp
    """.split()
)
"""Other protocols than HTTP and TLS, UDP, names asked for over either, and tunnels of their own; a rule about these alone never concerns a sensor."""
_OTHER_VENDORS = tuple(
    """4shared adobe amazon ammyy anydesk apple baidu bomgar boxnet discord dropbox evernote facebook gmail google hulu icloud instagram
    itunes linkedin logmein mcafee mediafire mega- netflix nordvpn pandora pinterest psiphon rapidshare realvnc reddit salesforce slack
    snapchat sophos splashtop spotify steam symantec teamviewer telegram tiktok trendmicro twitch twitter ultrasurf vimeo webex wechat
    wetransfer whatsapp yahoo youtube zoom""".split()
)
"""Names that begin with somebody else's are recognised by somebody else's hosts."""


def never_this(name: str) -> bool:
    """Whether the vendor's application of this name is never what a sensor's connection is recognised as."""
    return name in NEVER_THIS or name.startswith(_OTHER_VENDORS)


class Applications:
    """The applications of one device."""

    __slots__ = ("_made", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self._made: dict[tuple[str, ...], Condition] = {}

    def any_of(self, names: tuple[str, ...], place: Location) -> Condition:
        """The connection is recognised as one of the applications."""
        if not names or "any" in names:
            return ALWAYS
        made = self._made.get(names)
        if made is None:
            made = self._made[names] = self._make(names, place)
        return made

    def _make(self, names: tuple[str, ...], place: Location) -> Condition:
        found, doubts = self._followed(names, place)
        left = sorted(found)
        if not left and not doubts:
            return NEVER
        kept: list[Condition] = []
        if "ssl" in found:
            kept.append(ViewIn(frozenset((View.TUNNEL,))))
        if "web-browsing" in found:
            kept.append(ViewIn(frozenset((View.PLAIN, View.DECRYPTED))))
        parts = list(doubts)
        if left:
            text = ", ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
            while_kept: Condition = AnyOf(tuple(kept)) if kept else NEVER
            parts.append(Named("application", _doubts.by_application(text, place, kept=while_kept), place))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _followed(self, names: tuple[str, ...], place: Location) -> tuple[set[str], list[Condition]]:
        """The applications that may be meant, with those of groups; and what cannot be told of the others."""
        world = self.world
        leaves, doubts = followed(world, "application group", names, place, self._group)
        found: set[str] = set()
        for name, where in leaves:
            # What somebody has defined is not what the vendor calls so.
            if ("application-group", name) in world.repeated:
                doubts.append(world.ambiguous("application group", name, where))
            elif world.find("application-filter", name) is not None:
                doubts.append(self._filtered(name, where))
            elif world.find("application", name) is not None or not never_this(name):
                found.add(name)
        return found, doubts

    def _group(self, name: str) -> Node | None:
        repeated = ("application-group", name) in self.world.repeated
        return None if repeated else self.world.find("application-group", name)

    def _filtered(self, name: str, place: Location) -> Condition:
        reason = f"which applications the filter '{name}' takes in"
        if _narrow(self.world, name):
            return _doubts.by_application(reason, place, kept=NEVER)
        return _doubts.not_modelled(reason, place, Doubt.APP_ID)


def _narrow(world: World, name: str) -> bool:
    """Whether a filter cannot take in ssl or web-browsing themselves: one of its criteria excludes both."""
    node = world.find("application-filter", name)
    return node is not None and any(
        wanted and not held & set(wanted) for criterion, held in _THESE.items() for wanted in [node.members(criterion)]
    )


_THESE = {
    "category": {"general-internet", "networking"},
    "subcategory": {"internet-utility", "encrypted-tunnel"},
    "technology": {"browser-based"},
}
"""What the vendor's catalogue (applipedia.paloaltonetworks.com) says of web-browsing and of ssl."""
